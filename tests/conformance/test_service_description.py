"""SPARQL 1.1 Service Description: the description agrees with the endpoint.

Source: https://www.w3.org/TR/sparql11-service-description/
"""

import json

import pyoxigraph as ox
import pytest
import requests
from namespaces import GROUPS, UNION
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF, VOID
from servers import running_server

from sjkg.core.settings import Settings, packaged_kb
from sjkg.core.vocabulary import is_external
from sjkg.describe.service import GEOSPARQL, OF_ONE_GEOMETRY, RELATIONS
from sjkg.profiles.read import read_profiles
from sjkg.snapshot.dumps import FOLDER, all_dumps

PROFILES = read_profiles(packaged_kb())
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SCHEMA = Namespace("https://schema.org/")
ENTAILMENT = Namespace("http://www.w3.org/ns/entailment/")
SQUARE, POINT, METRE = "POLYGON((0 0,2 0,2 2,0 2,0 0))", "POINT(1 1)", "http://www.opengis.net/def/uom/OGC/1.0/metre"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"


@pytest.fixture(scope="module")
def description(server):
    return Graph().parse(data=requests.get(f"{server}/sparql", timeout=20).content, format="turtle")


@pytest.fixture(scope="module")
def service(server):
    return URIRef(f"{server}/sparql")


@pytest.mark.parametrize(
    "media_type, parser",
    [("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/n-triples", "nt"), ("application/ld+json", "json-ld")],
)  # fmt: skip
def test_2_a_get_without_query_returns_the_description_in_the_negotiated_format(
    server, description, media_type, parser
):
    response = requests.get(f"{server}/sparql", headers={"Accept": media_type}, timeout=20)
    assert response.headers["Content-Type"].split(";")[0] == media_type and "Accept" in response.headers["Vary"]
    assert set(Graph().parse(data=response.content, format=parser)) == set(description)


def test_2_a_browser_gets_the_query_page(server):
    response = requests.get(f"{server}/sparql", headers={"Accept": "text/html,*/*;q=0.8"}, timeout=20)
    assert response.status_code == 200 and '<textarea id="query" name="query"' in response.text


def test_2_head_works_too(server):
    assert requests.head(f"{server}/sparql", timeout=20).status_code == 200


def test_3_the_endpoint_iri_answers_queries(server, description, service):
    endpoint = description.value(service, SD.endpoint)
    assert (service, RDF.type, SD.Service) in description
    assert requests.get(str(endpoint), params={"query": "ASK {}"}, timeout=20).json()["boolean"] is True


def test_3_every_listed_result_format_can_be_requested(server, description, service):
    formats = {str(name).rpartition("/")[2] for name in description.objects(service, SD.resultFormat)}
    assert formats == {
        *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
        *("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"),
    }


def test_3_language_union_default_graph_and_entailment(description, service):
    assert set(description.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(description.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    assert description.value(service, SD.defaultEntailmentRegime) == ENTAILMENT.Simple


def counts(description: Graph, collection) -> dict[str, int]:
    """Return the number of triples of each graph that has one; those of profiles and groups of external graphs have none."""
    graphs = {
        str(description.value(named, SD.name)): description.value(description.value(named, SD.graph), VOID.triples)
        for named in description.objects(collection, SD.namedGraph)
    }
    return {name: int(number) for name, number in graphs.items() if number is not None}


def test_3_each_named_graph_is_listed_with_its_number_of_triples(description, service, snapshot):
    dataset = description.value(service, SD.defaultDataset)
    assert counts(description, dataset) == snapshot.manifest.graphs
    default = description.value(dataset, SD.defaultGraph)
    assert int(description.value(default, VOID.triples)) == snapshot.manifest.statistics.triples


COUNT, COUNT_IN_GRAPH = (
    "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) %s { GRAPH %s { ?s ?p ?o } }",
)
WAYS_TO_ASK = {
    "FROM": lambda name: {"query": COUNT % f"FROM <{name}>"},
    "default-graph-uri": lambda name: {"query": COUNT % "", "default-graph-uri": name},
    "FROM NAMED": lambda name: {"query": COUNT_IN_GRAPH % (f"FROM NAMED <{name}>", f"<{name}>")},
    "FROM NAMED and a variable": lambda name: {"query": COUNT_IN_GRAPH % (f"FROM NAMED <{name}>", "?g")},
    "named-graph-uri": lambda name: {"query": COUNT_IN_GRAPH % ("", f"<{name}>"), "named-graph-uri": name},
    "GRAPH alone": lambda name: {"query": COUNT_IN_GRAPH % ("", f"<{name}>")},
}


def test_3_a_group_of_graphs_has_the_same_triples_wherever_it_is_named(server, description, service, snapshot):
    groups = counts(description, description.value(service, SD.availableGraphs))
    external = {name for name in groups if is_external(name)}
    assert groups.keys() - external == {*GROUPS, UNION} and len(external) > 4
    for name, expected in groups.items():
        for way, parameters in WAYS_TO_ASK.items():
            found = requests.get(f"{server}/sparql", params=parameters(name), timeout=60).json()
            assert (name, way, found["results"]["bindings"][0]["n"]["value"]) == (name, way, str(expected))
        if name in external:  # neither in dumps nor in the graph store
            continue
        served = requests.get(
            f"{server}/rdf-graph-store", params={"graph": name}, headers={"Accept": "application/n-triples"}, timeout=60
        ).text
        assert len(set(served.splitlines())) == expected
        dumps = [
            dump for dump in all_dumps(snapshot.manifest.groups) if (dump.graph, dump.is_compressed) == (name, False)
        ]
        for dump in dumps:
            quads = ox.parse(path=str(snapshot.folder / FOLDER / dump.name), format=dump.format.engine)
            assert len({quad.triple for quad in quads}) == expected


@pytest.mark.parametrize("name", ["cidoc-crm", "schema.org"])
def test_3_the_graph_of_a_profile_has_the_same_triples_wherever_it_is_named_and_is_no_part_of_others(
    server, description, service, name
):
    graph = f"https://w3id.org/sjkg/graph/profile/{name}"
    collection = description.value(service, SD.availableGraphs)
    assert graph in {str(description.value(named, SD.name)) for named in description.objects(collection, SD.namedGraph)}
    expected = requests.get(f"{server}/profiles/{name}.json", timeout=60).json()["page"]["triples"]
    for way, parameters in WAYS_TO_ASK.items():
        found = requests.get(f"{server}/sparql", params=parameters(graph), timeout=60)
        assert (way, found.json()["results"]["bindings"][0]["n"]["value"]) == (way, str(expected))
        assert "SJKG-Unknown-Terms" not in found.headers
    for path in (f"/rdf-graph-store?graph={graph}", f"/graph/profile/{name}"):
        served = requests.get(server + path, headers={"Accept": "application/n-triples"}, timeout=60)
        assert len(served.text.splitlines()) == expected and "profile" in served.links
    theirs = PROFILES[name].standard
    for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
        query = f'ASK {{ {pattern} FILTER(STRSTARTS(STR(?p), "{theirs}") && STRSTARTS(STR(?s), "https://w3id.org/sjkg/id/")) }}'
        assert requests.get(f"{server}/sparql", {"query": query}, timeout=60).json()["boolean"] is False


def test_3_graph_with_a_variable_counts_no_triple_for_a_group_of_graphs(server, snapshot):
    ask = {"query": COUNT_IN_GRAPH % ("", "?g")}
    found = requests.get(f"{server}/sparql", params=ask, timeout=60).json()["results"]["bindings"]
    assert found[0]["n"]["value"] == str(snapshot.manifest.triples)
    both = {"query": f"SELECT * {{ GRAPH <{UNION}> {{ ?s a ?c }} GRAPH ?g {{ ?s ?p ?o }} }}"}
    refused = requests.get(f"{server}/sparql", params=both, timeout=60)
    assert refused.status_code == 400 and "with FROM and FROM NAMED" in refused.json()["detail"]


def test_the_limits_are_those_of_the_settings(server, description, service, kb_root, snapshots):
    published = {
        str(description.value(node, SCHEMA.name)): float(description.value(node, SCHEMA.value))
        for node in description.objects(service, SCHEMA.additionalProperty)
    }
    assert published == {limit.name: limit.value for limit in Settings(kb_root, snapshots).limits}
    too_long = requests.post(f"{server}/sparql", data={"query": "#" * int(published["max_body_bytes"])}, timeout=20)
    assert too_long.status_code == 413


def arguments_of(name: str) -> str:
    if name in OF_ONE_GEOMETRY:
        return f"'{SQUARE}'^^<{WKT}>"
    other = f", <{METRE}>" if name not in RELATIONS else ""
    return f"'{POINT}'^^<{WKT}>, '{POINT if other else SQUARE}'^^<{WKT}>{other}"


def test_3_every_extension_function_returns_a_value(description, service, store):
    functions = [str(name) for name in description.objects(service, SD.extensionFunction)]
    assert len(functions) == len(RELATIONS) + len(OF_ONE_GEOMETRY) + 1
    for function in functions:
        query = f"SELECT (<{function}>({arguments_of(function.removeprefix(GEOSPARQL))}) AS ?x) {{}}"
        (row,) = json.loads(store.query(query).body)["results"]["bindings"]
        assert "x" in row, function


def test_behind_a_proxy_the_description_has_the_public_address(small_kb, tmp_path):
    arguments = ["--kb", str(small_kb), "--snapshots", str(tmp_path), "--public-url", "https://example.org/graph/"]
    with running_server(*arguments) as address:
        body = requests.get(f"{address}/sparql", timeout=20).text
    assert "sd:endpoint <https://example.org/graph/sparql>" in body
