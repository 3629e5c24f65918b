"""SPARQL 1.1 Service Description of the endpoint. Source: https://www.w3.org/TR/sparql11-service-description/"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sjkg.core.settings import Settings
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import own
from sjkg.describe.statements import Value, english, iri_of, modified_on, to_nquads
from sjkg.profiles.read import Profile
from sjkg.snapshot.manifest import Manifest
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS

# extension functions of Oxigraph; source: OGC GeoSPARQL 1.1, https://www.opengis.net/doc/IS/geosparql/1.1
GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"
RELATIONS = (
    "sfEquals sfDisjoint sfIntersects sfTouches sfCrosses sfWithin sfContains sfOverlaps "
    "ehEquals ehDisjoint ehMeet ehOverlap ehCovers ehCoveredBy ehInside ehContains "
    "rcc8eq rcc8dc rcc8ec rcc8po rcc8tppi rcc8tpp rcc8ntpp rcc8ntppi"
).split()
OF_ONE_GEOMETRY = "envelope convexHull dimension getSRID isEmpty isSimple asGeoJSON".split()
EXTENSION_FUNCTIONS = tuple(GEOSPARQL + name for name in (*RELATIONS, *OF_ONE_GEOMETRY, "distance"))


NOTES = {
    "asserted": "The asserted triples of all Turtle files: those of the article, the editors and the links, the ontology and the shapes. GRAPH with a variable matches this graph, and the other groups of graphs, only if FROM NAMED lists it.",
    "article": "What the article states, and the labels and kinds of the things that it tells of.",
    "editorial": "What the editors of this graph conclude, with their reasons, and their remarks on mistakes and gaps of the article.",
    "links": "Identities of things with those of other datasets, and coordinates and names from these, with the evidence.",
    "derived": "Triples computed from the asserted ones by rules of this project, such as bounds of dates, figures that may be added up, and conflicts between claims.",
    "inferred": "Triples that follow from the asserted and derived ones by OWL 2 RL, without those that are true in every graph.",
    "union": "The union of all named graphs; it is the default graph. GRAPH with a variable matches it only if FROM NAMED lists it.",
}

EXTERNAL_NOTES = {
    "datasets": "Statements of external datasets as they are published; the members of this group are the graphs of single datasets.",
    "translated": "Statements of external datasets in the terms of this graph.",
    "linked": "Accepted links from things of this graph to those of external datasets.",
    "origins": "Descriptions of external datasets, with licences and files, and the places of their statements in these files.",
    "everyone": "The union of all graphs of this dataset and of the external ones, without the origins.",
}


def describe_service(
    manifest: Manifest,
    settings: Settings,
    address: str,
    profiles: Iterable[Profile] = (),
    external: Mapping[str, int] = MappingProxyType({}),
) -> bytes:
    """Return the service description of {address}/sparql as UTF-8 N-Quads in the default graph.

    profiles: those in whose terms there are graphs. external: a dict from the IRI of each graph of an external dataset to
    its number of triples. address: URL of the site, without a slash at the end.
    """
    endpoint = f"{address}/sparql"
    lines = [
        *_service_quads(endpoint, settings),
        *_graph_quads(endpoint, manifest),
        *_profile_quads(endpoint, profiles),
        *_external_quads(endpoint, external),
        *_limit_quads(endpoint, settings),
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _service_quads(endpoint: str, settings: Settings) -> Iterator[str]:
    """Yield N-Quads lines for the sd:Service `endpoint` (its URL): language, features, formats, functions, limits."""
    allowed = " and ".join(settings.services)
    federation = f"SERVICE may call {allowed} and no other endpoint" if allowed else "SERVICE is refused"
    return to_nquads(
        endpoint,
        {
            "rdf:type": iri_of("sd:Service"),
            "sd:endpoint": Iri(endpoint),
            "sd:supportedLanguage": iri_of("sd:SPARQL11Query"),
            "sd:feature": [
                iri_of("sd:UnionDefaultGraph"),
                *[iri_of("sd:BasicFederatedQuery")] * bool(settings.services),
            ],
            "sd:resultFormat": [Iri(f.iri) for f in (*RESULT_FORMATS.values(), *GRAPH_FORMATS.values())],
            "sd:extensionFunction": [Iri(name) for name in EXTENSION_FUNCTIONS],
            "sd:defaultEntailmentRegime": Iri("http://www.w3.org/ns/entailment/Simple"),
            "sd:defaultDataset": Iri(f"{endpoint}#dataset"),
            "sd:availableGraphs": Iri(f"{endpoint}#groups"),
            "rdfs:comment": english(
                f"Read-only; {federation}. Queries are evaluated without entailment: inferred triples are in the "
                "data, in a named graph of their own. A response is complete or an error, never truncated."
            ),
            "schema:additionalProperty": [Iri(f"{endpoint}#limit-{limit.name}") for limit in settings.limits],
        },
    )


def _graph_quads(endpoint: str, manifest: Manifest) -> Iterator[str]:
    """Yield N-Quads lines for the default graph, each named graph, each group of graphs and the union, with triple counts.

    A group (such as asserted) has an IRI that stands for its named graphs. endpoint: its URL.
    """
    dataset = f"{endpoint}#dataset"
    default = f"{dataset}-default"
    yield from to_nquads(
        dataset,
        {
            "rdf:type": [iri_of("sd:Dataset"), iri_of("void:Dataset")],
            "rdfs:seeAlso": Iri(own().dataset),
            "dcterms:modified": modified_on(manifest.modified),
            "sd:defaultGraph": Iri(default),
        },
    )
    yield from to_nquads(default, _graph_properties(manifest.statistics.triples, own().union))
    yield from to_nquads(f"{endpoint}#groups", {"rdf:type": iri_of("sd:GraphCollection")})
    groups = manifest.group_triples
    for number, (name, count) in enumerate(sorted((manifest.graphs | groups).items())):
        parents = [dataset] * (name in manifest.graphs) + [f"{endpoint}#groups"] * (name in groups)
        for parent in parents:
            yield from to_nquads(parent, {"sd:namedGraph": Iri(f"{dataset}-named-{number}")})
        yield from to_nquads(
            f"{dataset}-named-{number}",
            {"rdf:type": iri_of("sd:NamedGraph"), "sd:name": Iri(name), "sd:graph": Iri(f"{dataset}-graph-{number}")},
        )
        yield from to_nquads(f"{dataset}-graph-{number}", _graph_properties(count, name))


def _profile_quads(endpoint: str, profiles: Iterable[Profile]) -> Iterator[str]:
    """Yield N-Quads lines for the graph of each profile, which is available but in no default graph.

    They have no number of triples, because a graph is computed when it is first asked for.
    """
    for profile in profiles:
        named = f"{endpoint}#profile-{profile.name}"
        yield from to_nquads(f"{endpoint}#groups", {"sd:namedGraph": Iri(named)})
        yield from to_nquads(
            named,
            {"rdf:type": iri_of("sd:NamedGraph"), "sd:name": Iri(profile.graph), "sd:graph": Iri(f"{named}-graph")},
        )
        yield from to_nquads(
            f"{named}-graph",
            {
                "rdf:type": iri_of("sd:Graph"),
                "dcterms:conformsTo": [Iri(profile.iri), Iri(profile.standard)],
                "rdfs:comment": english(
                    f"All triples in the terms of {profile.title} {profile.version}, computed at the first use. GRAPH with a "
                    "variable matches this graph only if FROM NAMED lists it, and it is not part of the default graph."
                ),
            },
        )


def _external_quads(endpoint: str, external: Mapping[str, int]) -> Iterator[str]:
    """Yield N-Quads lines for the graphs of external datasets and their groups, which are available but in no default graph."""
    if not external:
        return
    for number, name in enumerate((*own().external_groups, *external)):
        named = f"{endpoint}#external-{number}"
        family = next((group for group in own().external_families if name.startswith(f"{group}/")), name)
        note = EXTERNAL_NOTES[family.removeprefix(own().graphs)]
        yield from to_nquads(f"{endpoint}#groups", {"sd:namedGraph": Iri(named)})
        yield from to_nquads(
            named, {"rdf:type": iri_of("sd:NamedGraph"), "sd:name": Iri(name), "sd:graph": Iri(f"{named}-graph")}
        )
        yield from to_nquads(
            f"{named}-graph",
            {
                "rdf:type": iri_of("sd:Graph"),
                "void:triples": [external[name]] if name in external else [],
                "rdfs:comment": english(
                    f"{note} It is not part of the default graph, and GRAPH with a variable matches it only if FROM NAMED lists it."
                ),
            },
        )


def _graph_properties(triples: int, name: str) -> dict[str, Value | list[Value]]:
    """Return the properties of an sd:Graph by prefixed name: its number of triples and, if any, its comment in NOTES.

    name: the IRI of the graph.
    """
    return {
        "rdf:type": iri_of("sd:Graph"),
        "void:triples": triples,
        "rdfs:comment": [english(NOTES[kind])] if (kind := name.removeprefix(own().graphs)) in NOTES else [],
    }


def _limit_quads(endpoint: str, settings: Settings) -> Iterator[str]:
    """Yield N-Quads lines for each limit of the settings as a schema:PropertyValue. endpoint: its URL."""
    for limit in settings.limits:
        yield from to_nquads(
            f"{endpoint}#limit-{limit.name}",
            {
                "rdf:type": iri_of("schema:PropertyValue"),
                "schema:name": limit.name,
                "schema:value": limit.value if isinstance(limit.value, int) else str(limit.value),
                "schema:unitText": [limit.unit] if limit.unit else [],
            },
        )
