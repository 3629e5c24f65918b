"""SPARQL 1.1 Graph Store HTTP Protocol, reading. Source: https://www.w3.org/TR/sparql11-http-rdf-update/"""

import pytest
import requests
from rdflib import Graph, URIRef

PASSAGE = "https://w3id.org/sjkg/id/passage/halhamiao-incident"
GRAPH = "https://w3id.org/sjkg/graph/"
PARSERS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}


@pytest.fixture(scope="module")
def store_url(server):
    return f"{server}/rdf-graph-store"


def size(response, parser="turtle") -> int:
    assert response.status_code == 200, response.text
    return len(Graph().parse(data=response.content, format=parser))


@pytest.mark.parametrize("accept, parser", PARSERS.items())
@pytest.mark.parametrize("graph", [PASSAGE, f"{GRAPH}inferred", f"{GRAPH}derived", f"{GRAPH}vocab/role"])
def test_5_2_get_by_parameter_returns_the_graph_in_every_format(store_url, snapshot, graph, accept, parser):
    response = requests.get(store_url, params={"graph": graph}, headers={"Accept": accept}, timeout=20)
    assert response.headers["Content-Type"].split(";")[0] == accept
    assert size(response, parser) == snapshot.manifest.graphs[graph]


def test_5_2_the_default_graph_is_the_union(store_url, snapshot):
    assert size(requests.get(f"{store_url}?default", timeout=20)) == snapshot.manifest.statistics.triples


def test_4_2_graph_groups_have_names_too(store_url, snapshot):
    response = requests.get(store_url, params={"graph": f"{GRAPH}asserted"}, timeout=20)
    total, repeated = snapshot.manifest.triples, snapshot.manifest.triples - snapshot.manifest.statistics.triples
    computed = snapshot.manifest.graphs[f"{GRAPH}derived"] + snapshot.manifest.graphs[f"{GRAPH}inferred"]
    assert total - computed - repeated <= size(response) <= total - computed


@pytest.mark.parametrize("name", ["inferred", "derived", "union", "ontology", "vocab/role", "events"])
def test_4_1_the_iri_of_a_graph_resolves_to_it(server, store_url, name):
    by_name = requests.get(store_url, params={"graph": GRAPH + name}, timeout=20)
    direct, with_ending = (requests.get(f"{server}/graph/{name}{ending}", timeout=20) for ending in ("", ".ttl"))
    assert direct.status_code == 200 and direct.content == by_name.content == with_ending.content
    assert direct.headers["Content-Location"] == f"/graph/{name}.ttl"


def test_a_source_file_is_returned_as_it_was_written(store_url, kb_root):
    file = kb_root / "triples/passages/1935-incidents/halhamiao-incident.ttl"
    assert requests.get(store_url, params={"graph": PASSAGE}, timeout=20).content == file.read_bytes()


def test_5_2_an_unknown_graph_is_404(store_url):
    response = requests.get(store_url, params={"graph": f"{GRAPH}infered"}, timeout=20)
    assert response.status_code == 404 and response.json()["suggestions"] == [f"{GRAPH}inferred"]


@pytest.mark.parametrize("query", ["", "?graph=", "?default&graph=http://a/", "?graph=http://a/&graph=http://b/"])
def test_4_2_exactly_one_graph_is_required(store_url, query):
    response = requests.get(store_url + query, timeout=20)
    assert response.status_code in (400, 404) and response.json()["detail"]


def test_5_2_a_format_that_is_not_offered_is_406(store_url):
    response = requests.get(f"{store_url}?default", headers={"Accept": "text/csv"}, timeout=20)
    assert response.status_code == 406 and "text/turtle" in response.json()["detail"]


@pytest.mark.parametrize("path", ["rdf-graph-store?default", "graph/derived"])
def test_5_7_head_is_get_without_the_body(server, path):
    get, head = (requests.request(method, f"{server}/{path}", timeout=20) for method in ("GET", "HEAD"))
    assert head.status_code == 200 and not head.content
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["rdf-graph-store?default", "graph/derived"])
def test_5_writing_is_405_with_the_allowed_methods(server, method, path):
    response = requests.request(method, f"{server}/{path}", data="<a:s> <a:p> <a:o> .", timeout=20)
    assert response.status_code == 405 and {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))


def test_blank_nodes_of_shapes_stay_connected(server, kb):
    read = Graph().parse(f"{server}/graph/shapes/event.nt", format="nt")
    assert (URIRef("https://w3id.org/sjkg/shapes/Event"), None, None) in read
