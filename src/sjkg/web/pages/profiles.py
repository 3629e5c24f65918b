"""Pages and documents about export profiles: the list, and for each its rules, what it carries and loses, and an example."""

from functools import partial

from flask import Response

from sjkg.core.errors import UnknownName
from sjkg.core.vocabulary import own
from sjkg.describe.documents import TURTLE
from sjkg.describe.profile import describe_profile, list_files
from sjkg.kb.folders import read_file
from sjkg.profiles.read import FOLDER, find_profile
from sjkg.site.context import PageContext
from sjkg.site.profiles import ProfileExample, ProfilePage, ProfilesPage, profile_page, profiles_page
from sjkg.store.convert import convert_quads
from sjkg.store.sorted_quads import split_quad
from sjkg.web.context import current_served
from sjkg.web.http.negotiation import HTML
from sjkg.web.openapi import Documentation
from sjkg.web.pages.show import JsonPage, blueprint, page, render_json, render_page
from sjkg.web.rdf_responses import (
    BY_ENDING,
    FORMAT_PARAMETER,
    RDF_TYPES,
    rdf_response,
    rdf_types,
)
from sjkg.web.served import ServedSnapshot

SPARQL_QUERY = "application/sparql-query"


@page("/profiles", "profiles.html")
def profiles(_context: PageContext) -> ProfilesPage:
    """Show the profiles: the vocabularies into whose terms the graph is translated."""
    return profiles_page(current_served().translations.profiles.values())


@blueprint.get("/profiles/<name>")
@Documentation(produces=RDF_TYPES | {HTML: None}, parameters=[FORMAT_PARAMETER])
def profile(name: str) -> Response:
    """Show the rules of a profile, what they carry over and lose, with reasons, and an example; or describe it in RDF.

    The RDF is a description by the Profiles Vocabulary, with the rules and shapes as resources. The format is the one that
    the Accept header prefers; /profiles/NAME.ttl has a fixed one. Source: https://www.w3.org/TR/dx-prof/
    """
    return _respond(name, None)


@blueprint.get(f"/profiles/<name>.<any({', '.join(BY_ENDING)}):ending>")
@Documentation(produces=rdf_types, parameters=[FORMAT_PARAMETER])
def profile_description(name: str, ending: str) -> Response:
    """Return the description of a profile in RDF, by the Profiles Vocabulary, in the format with a file ending."""
    return _respond(name, ending)


@blueprint.get("/profiles/<name>.json")
@Documentation(produces={"application/json": JsonPage[ProfilePage]})
def profile_json(name: str) -> Response:
    """Return the content of the page of a profile as JSON; its description as JSON-LD is at /profiles/NAME.jsonld."""
    return render_json(_build_page(name))


@blueprint.get("/profiles/<name>/<file>.ttl")
@Documentation(produces={TURTLE.media_type: None})
def profile_turtle(name: str, file: str) -> Response:
    """Return a Turtle file of a profile: shapes.ttl, the SHACL shapes of its output, or reasons.ttl, the reasons why
    triples are lost.
    """
    return _send_file(name, f"{file}.ttl", TURTLE.media_type)


@blueprint.get("/profiles/<name>/<any(out, in):folder>/<rule>.rq")
@Documentation(produces={SPARQL_QUERY: None})
def profile_rule(name: str, folder: str, rule: str) -> Response:
    """Return a rule of a profile: out/RULE.rq is from our terms to theirs, in/RULE.rq from theirs to ours."""
    return _send_file(name, f"{folder}/{rule}.rq", SPARQL_QUERY)


def _send_file(name: str, file: str, media_type: str) -> Response:
    """Return the response with a file of the profile with a name. Raises UnknownName if it has no such file."""
    chosen = find_profile(current_served().translations.profiles, name)
    if file not in list_files(chosen):
        raise UnknownName(f"the profile {chosen.name} has no file “{file}”; {chosen.iri} lists them")
    content = read_file(chosen.folder / file, f"{FOLDER}/{chosen.name}/{file}")
    return Response(content, content_type=f"{media_type}; charset=utf-8")


def _respond(name: str, ending: str | None) -> Response:
    """Return the description of a profile in the format with a file ending, or in that which the request prefers."""
    chosen = find_profile(current_served().translations.profiles, name)
    return rdf_response(
        f"/profiles/{chosen.name}",
        BY_ENDING[ending] if ending else None,
        lambda target: convert_quads(describe_profile(chosen), target),
        lambda: Response(render_page("profile.html", _build_page(name)), mimetype=HTML),
    )


def _build_page(name: str) -> ProfilePage:
    """Return the page model of a profile. Raises UnknownName if there is none of that name."""
    served = current_served()
    return profile_page(served.translations.get(name), partial(_example, served, name))


def _example(served: ServedSnapshot, name: str) -> ProfileExample | None:
    """Return what is stated about the first example of the knowledge base that a profile has, in our terms and in its own; None if it has none."""
    known = served.snapshot.manifest.sources
    for iri in own().about.examples:
        quads = (split_quad(line) for line in served.sorted_quads.with_subject(f"<{iri}>"))
        before = "".join(f"{s} {p} {o} .\n" for s, p, o, graph in quads if graph[1:-1] in known).encode()
        after = b"".join(served.translations.things(name).own_lines(iri))
        if before and after:
            return ProfileExample(iri, convert_quads(before, TURTLE).decode(), convert_quads(after, TURTLE).decode())
    return None
