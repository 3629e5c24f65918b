"""Profiles in HTTP: the choice of the profile of a document, and dumps of the whole graph in the terms of a profile.

Source: Content Negotiation by Profile, https://www.w3.org/TR/dx-prof-conneg/
"""

import gzip
import re
from collections.abc import Mapping

from flask import Response, request

from sjkg.core.errors import BadParameter, NotAcceptable, UnknownName
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.profiles.linked_places import ENDINGS, NAME, write_places
from sjkg.profiles.read import Profile, find_profile
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.web.context import current_served
from sjkg.web.openapi import Parameter

PARAMETER, HEADER = "_profile", "Accept-Profile"
OWN = ("sjkg", ONTOLOGY, ONTOLOGY.rstrip("#"))  # names of the terms of the graph itself
ACCEPTED = re.compile(r"\s*<([^<>]*)>\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
GZIP = "application/gzip"
PROFILE_PARAMETER = Parameter(
    PARAMETER,
    "A profile, by name or IRI, such as cidoc-crm: the document is in the terms of that vocabulary. Takes precedence over the header Accept-Profile.",
    example="cidoc-crm",
)


def requested_profile() -> Profile | None:
    """Return the profile that the current request asks for by “_profile” or else Accept-Profile; None for our own terms.

    Raises NotAcceptable, with the list of profiles, when it asks for none that there is, and BadParameter for “profile”.
    """
    profiles = current_served().translations.profiles
    if names := profile_parameter():
        asked = names
    elif header := request.headers.get(HEADER, "").strip():
        asked = _accepted(header)
    else:
        return None
    for name in asked:
        if name in OWN:
            return None
        try:
            return find_profile(profiles, name)
        except UnknownName:
            continue
    raise NotAcceptable(
        f"{request.path} is not offered in the profile {' or '.join(f'“{name}”' for name in asked) or 'that the header names'}; "
        f"send the parameter {PARAMETER} or the header {HEADER} with one of these: {_list_profiles(profiles)}"
    )


def profile_parameter() -> list[str]:
    """Return the values of the parameter “_profile”. Raises BadParameter for “profile”, which would be ignored."""
    if "profile" in request.args:
        raise BadParameter(f"there is no parameter “profile” here; the profile of a document is given by “{PARAMETER}”")
    return [name for name in request.args.getlist(PARAMETER) if name]


def _accepted(header: str) -> list[str]:
    """Return the IRIs in the header Accept-Profile, the preferred first, without those of weight 0."""
    weights = [(match[1], float(match[2] or 1)) for match in map(ACCEPTED.fullmatch, header.split(",")) if match]
    return [iri for iri, weight in sorted(weights, key=lambda pair: -pair[1]) if weight]


def _list_profiles(profiles: Mapping[str, Profile]) -> str:
    """Return the names and IRIs of all profiles, and of our own terms, for a message."""
    return ", ".join([f"{OWN[0]} <{ONTOLOGY}>", *(f"{each.name} <{each.standard}>" for each in profiles.values())])


def add_profile_headers(response: Response, profile: Profile | None) -> None:
    """Add Vary, Content-Profile and links of the relation “profile” to a response. profile: that it has; None for ours."""
    _name_profile(response, profile)
    response.vary.add(HEADER)


def alternate_links(path: str, chosen: Profile | None) -> list[str]:
    """Return Link headers to the Turtle document at `path` (without ending) in each other profile. chosen: None for our own terms."""
    ending = GRAPH_FORMATS["turtle"]
    others = [each for each in current_served().translations.profiles.values() if each != chosen]
    addresses = [(f"{path}.{ending.ending}?{PARAMETER}={each.name}", each.standard) for each in others]
    own_terms = [(f"{path}.{ending.ending}", ONTOLOGY)] if chosen else []
    return [
        f'<{address}>; rel="alternate"; type="{ending.media_type}"; profile="{standard}"'
        for address, standard in (*own_terms, *addresses)
    ]


def _name_profile(response: Response, profile: Profile | None) -> None:
    """Add Content-Profile and links of the relation “profile” to a response. profile: that it has; None for ours."""
    standard = profile.standard if profile else ONTOLOGY
    response.headers["Content-Profile"] = f"<{standard}>"
    links = [f'<{iri}>; rel="profile"' for iri in ([standard, profile.iri] if profile else [standard])]
    response.headers["Link"] = ", ".join(filter(None, [response.headers.get("Link"), *links]))


def profile_dump(name: str) -> Response:
    """Return the response with the dump file of a profile, such as sjkg.cidoc-crm.nt.gz, made when it is requested.

    Raises UnknownName for the name of no dump file.
    """
    served = current_served()
    for profile in served.translations.profiles.values():
        ending = name.removeprefix(f"sjkg.{profile.name}.")
        stem = ending.removesuffix(".gz")
        if profile.name == NAME and ending in ENDINGS:
            places = write_places(served.translations.get(NAME), ending, served.snapshot.manifest.modified)
            response = Response(places, content_type=f"{ENDINGS[ending]}; charset=utf-8")
            _name_profile(response, profile)
            return response
        target = next((each for each in GRAPH_FORMATS.values() if each.ending == stem), None)
        if ending != name and target:
            body = convert_quads(b"".join(served.translations.get(profile.name).lines), target)
            is_plain = ending == stem
            response = Response(
                body if is_plain else gzip.compress(body, mtime=0),
                content_type=target.content_type if is_plain else GZIP,
            )
            if not is_plain:
                response.cache_control.no_transform = True
            _name_profile(response, profile)
            return response
    raise UnknownName(
        f"there is no dump file “{name}”; all dump files are listed at /downloads, those of profiles at /profiles"
    )
