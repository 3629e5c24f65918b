"""The functions that the engine has beyond SPARQL 1.1. Source: OGC GeoSPARQL 1.1, https://www.opengis.net/doc/IS/geosparql/1.1

The description of the SPARQL service. Source: https://www.w3.org/TR/sparql11-service-description/"""

from collections.abc import Iterator

from sjkg.core.settings import Settings
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ASSERTED, DERIVED, INFERRED, UNION
from sjkg.describe.statements import DATASET, english, iri, statements
from sjkg.snapshot.manifest import Manifest
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS

GEOSPARQL = "http://www.opengis.net/def/function/geosparql/"
RELATIONS = (
    "sfEquals sfDisjoint sfIntersects sfTouches sfCrosses sfWithin sfContains sfOverlaps "
    "ehEquals ehDisjoint ehMeet ehOverlap ehCovers ehCoveredBy ehInside ehContains "
    "rcc8eq rcc8dc rcc8ec rcc8po rcc8tppi rcc8tpp rcc8ntpp rcc8ntppi"
).split()
OF_ONE_GEOMETRY = "envelope convexHull dimension getSRID isEmpty isSimple asGeoJSON".split()
EXTENSION_FUNCTIONS = tuple(GEOSPARQL + name for name in (*RELATIONS, *OF_ONE_GEOMETRY, "distance"))


NOTES = {
    ASSERTED: "Everything that the files state.",
    DERIVED: "What is computed from the files by rule: bounds of dates, conflicts between claims.",
    INFERRED: "What OWL 2 RL adds to the files and the derived triples, without what is true of any graph.",
    UNION: "All graphs together; the default graph.",
}


def describe_service(manifest: Manifest, settings: Settings) -> bytes:
    """Return the description as N-Quads, all in the default graph. The endpoint is where this server is reached."""
    endpoint = f"{settings.address}/sparql"
    lines = [*_service(endpoint, settings), *_graphs(endpoint, manifest), *_limits(endpoint, settings)]
    return "".join(f"{line}\n" for line in lines).encode()


def _service(endpoint: str, settings: Settings) -> Iterator[str]:
    return statements(
        endpoint,
        {
            "rdf:type": iri("sd:Service"),
            "sd:endpoint": Iri(endpoint),
            "sd:supportedLanguage": iri("sd:SPARQL11Query"),
            "sd:feature": [iri("sd:UnionDefaultGraph"), *[iri("sd:BasicFederatedQuery")] * bool(settings.services)],
            "sd:resultFormat": [Iri(f.iri) for f in (*RESULT_FORMATS.values(), *GRAPH_FORMATS.values())],
            "sd:extensionFunction": [Iri(name) for name in EXTENSION_FUNCTIONS],
            "sd:defaultEntailmentRegime": Iri("http://www.w3.org/ns/entailment/Simple"),
            "sd:defaultDataset": Iri(f"{endpoint}#dataset"),
            "sd:availableGraphs": Iri(f"{endpoint}#groups"),
            "rdfs:comment": english(
                f"Reads only; {_others(settings)}. Patterns are matched as they are: inferred triples are in the data, in a "
                "graph of their own. An answer is whole or an error, never cut."
            ),
            "schema:additionalProperty": [Iri(f"{endpoint}#limit-{limit.name}") for limit in settings.limits],
        },
    )


def _others(settings: Settings) -> str:
    """Say which other endpoints are asked."""
    allowed = " and ".join(settings.services)
    return f"SERVICE asks {allowed} and no other endpoint" if allowed else "asks no other endpoint (SERVICE is refused)"


def _graphs(endpoint: str, manifest: Manifest) -> Iterator[str]:
    """Yield the default graph, each named graph, and the names that stand for several; each with its triples."""
    dataset = f"{endpoint}#dataset"
    default = f"{dataset}-default"
    yield from statements(
        dataset,
        {
            "rdf:type": [iri("sd:Dataset"), iri("void:Dataset")],
            "rdfs:seeAlso": Iri(DATASET),
            "sd:defaultGraph": Iri(default),
        },
    )
    yield from statements(default, _graph(manifest.statistics.triples, UNION))
    yield from statements(f"{endpoint}#groups", {"rdf:type": iri("sd:GraphCollection")})
    groups = {name: sum(manifest.graphs.get(member, 0) for member in of) for name, of in manifest.groups.items()}
    for number, (name, count) in enumerate(sorted((manifest.graphs | groups).items())):
        parents = [dataset] * (name in manifest.graphs) + [f"{endpoint}#groups"] * (name in manifest.groups)
        for parent in parents:
            yield from statements(parent, {"sd:namedGraph": Iri(f"{dataset}-named-{number}")})
        yield from statements(
            f"{dataset}-named-{number}",
            {"rdf:type": iri("sd:NamedGraph"), "sd:name": Iri(name), "sd:graph": Iri(f"{dataset}-graph-{number}")},
        )
        yield from statements(f"{dataset}-graph-{number}", _graph(count, name))


def _graph(triples: int, name: str) -> dict:
    return {
        "rdf:type": iri("sd:Graph"),
        "void:triples": triples,
        "rdfs:comment": [english(NOTES[name])] if name in NOTES else [],
    }


def _limits(endpoint: str, settings: Settings) -> Iterator[str]:
    """Yield each limit of the service, from the settings it runs with."""
    for limit in settings.limits:
        yield from statements(
            f"{endpoint}#limit-{limit.name}",
            {
                "rdf:type": iri("schema:PropertyValue"),
                "schema:name": limit.name,
                "schema:value": limit.value if isinstance(limit.value, int) else str(limit.value),
                "schema:unitText": [limit.unit] if limit.unit else [],
            },
        )
