"""RDF descriptions of export profiles, by the Profiles Vocabulary. Source: https://www.w3.org/TR/dx-prof/"""

from collections.abc import Iterator

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import own
from sjkg.describe.statements import Value, english, iri_of, licence, to_nquads
from sjkg.profiles.read import IN, OUT, REASONS, SHAPES, Profile

TURTLE, SPARQL = (
    Iri(f"https://www.iana.org/assignments/media-types/{name}") for name in ("text/turtle", "application/sparql-query")
)
SHACL, CONSTRUCT = Iri("http://www.w3.org/ns/shacl#"), Iri("https://www.w3.org/TR/sparql11-query/")


def list_files(profile: Profile) -> dict[str, str]:
    """Return a dict from the path of each file of a profile, in its folder, to its title."""
    names = {SHAPES: "SHACL shapes of the result", REASONS: "Reasons for what is lost"}
    found = {name: title for name, title in names.items() if (profile.folder / name).is_file()}
    for folder, rules, direction in ((OUT, profile.rules, "into"), (IN, profile.back, "out of")):
        found |= {f"{folder}/{rule.name}.rq": f"{rule.title}: {direction} its terms" for rule in rules}
    return found


def describe_profile(profile: Profile) -> bytes:
    """Return the description of a profile with its resources as UTF-8 N-Quads in the default graph."""
    lines = [*_profile_quads(profile), *_resource_quads(profile)]
    return "".join(f"{line}\n" for line in lines).encode()


def _profile_quads(profile: Profile) -> Iterator[str]:
    """Yield N-Quads lines with title, standard, token and resources of a profile."""
    return to_nquads(
        profile.iri,
        {
            "rdf:type": iri_of("prof:Profile"),
            "dcterms:title": english(profile.title),
            "dcterms:description": english(profile.description),
            "dcterms:license": licence(),
            "dcterms:publisher": Iri(f"{own().dataset}#creator"),
            "owl:versionInfo": profile.version,
            "prof:isProfileOf": Iri(profile.standard),
            "prof:hasToken": profile.name,
            "prof:hasResource": [Iri(_resource_iri(profile, name)) for name in (*list_files(profile), "page", "graph")],
        },
    )


def _resource_quads(profile: Profile) -> Iterator[str]:
    """Yield N-Quads lines with a prof:ResourceDescriptor for each file of a profile, its page and its graph."""
    for name, title in list_files(profile).items():
        role = "guidance" if name == REASONS else "validation" if name == SHAPES else "mapping"
        properties: dict[str, Value | list[Value]] = {"prof:hasArtifact": Iri(f"{profile.iri}/{name}")}
        properties["dcterms:format"] = SPARQL if name.endswith(".rq") else TURTLE
        properties["dcterms:conformsTo"] = [SHACL] if name == SHAPES else [CONSTRUCT] if name.endswith(".rq") else []
        yield from _descriptor(profile, name, title, role, properties)
    yield from _descriptor(
        profile,
        "page",
        "Rules, what they carry and lose, and an example",
        "guidance",
        {"prof:hasArtifact": Iri(profile.iri)},
    )
    yield from _descriptor(
        profile,
        "graph",
        "All triples in its terms",
        "example",
        {"prof:hasArtifact": Iri(profile.graph), "dcterms:isPartOf": Iri(own().base)},
    )


def _descriptor(
    profile: Profile, name: str, title: str, role: str, properties: dict[str, Value | list[Value]]
) -> Iterator[str]:
    """Yield N-Quads lines that describe a resource of a profile. role: the name of one of the roles that PROF defines."""
    about: dict[str, Value | list[Value]] = {
        "rdf:type": iri_of("prof:ResourceDescriptor"),
        "dcterms:title": english(title),
        "prof:hasRole": iri_of(f"dxrole:{role}"),
    }
    return to_nquads(_resource_iri(profile, name), about | properties)


def _resource_iri(profile: Profile, name: str) -> str:
    """Return the IRI of the descriptor of a resource of a profile."""
    return f"{profile.iri}#{name.replace('/', '-')}"
