"""Tests that groups of graphs (graph:article and so on) hold the same triples wherever they are named."""

import pytest
import requests
from namespaces import GROUPS, UNION
from rdflib import SH, Dataset, Graph, URIRef

from sjkg.core.vocabulary import ONTOLOGY, PREFIXES

pytestmark = pytest.mark.http
SIZES = {
    "FROM": "SELECT (COUNT(*) AS ?n) FROM <{0}> {{ ?s ?p ?o }}",
    "FROM NAMED": "SELECT (COUNT(*) AS ?n) FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "GRAPH": "SELECT (COUNT(*) AS ?n) {{ GRAPH <{0}> {{ ?s ?p ?o }} }}",
}


@pytest.mark.parametrize("group", [*GROUPS, UNION])
def test_a_group_has_the_same_triples_by_every_way_of_naming_it(server, snapshot, group):
    expected = snapshot.manifest.group_triples[group]
    found = {
        name: int(
            requests.get(f"{server}/sparql", {"query": query.format(group), "format": "csv"}, timeout=30).text.split()[
                1
            ]
        )
        for name, query in SIZES.items()
    }
    title = group.rpartition("/")[2]
    for name, path in {
        "Graph Store": f"/rdf-graph-store?graph={group}",
        "its own IRI": f"/graph/{title}",
        "dump": "/dumps/sjkg.nt" if group == UNION else f"/dumps/sjkg-{title}.nt",
    }.items():
        response = requests.get(server + path, headers={"Accept": "application/n-triples"}, timeout=30)
        found[name] = len(set(response.text.splitlines()))
    description = Graph().parse(
        data=requests.get(f"{server}/sparql", headers={"Accept": "text/turtle"}, timeout=30).text
    )
    (named,) = description.subjects(URIRef(PREFIXES["sd"] + "name"), URIRef(group)) if group != UNION else [None]
    if named:
        graph = description.value(named, URIRef(PREFIXES["sd"] + "graph"))
        found["service description"] = int(description.value(graph, URIRef(PREFIXES["void"] + "triples")))
    assert found == dict.fromkeys(found, expected)


def test_the_article_and_the_editors_have_nothing_in_common(server):
    def subjects(title: str, kind: str) -> set:
        data = Dataset().parse(data=requests.get(f"{server}/dumps/sjkg-{title}.nq", timeout=30).text, format="nquads")
        return {s for s, _, _, _ in data.quads((None, None, URIRef(ONTOLOGY + kind), None))}

    assert subjects("editorial", "Remark") and not subjects("article", "Remark")
    assert subjects("editorial", "EditorialInference") and not subjects("article", "EditorialInference")
    assert subjects("article", "BorderIncident") and not subjects("editorial", "BorderIncident")
    assert not subjects("article", "IdentityLink") and subjects("links", "IdentityLink")
    assert not requests.get(
        f"{server}/sparql", {"query": f"ASK FROM graph:article {{ ?x a <{SH.NodeShape}> }}"}, timeout=30
    ).json()["boolean"]


def test_every_thing_has_a_label_for_tools_that_know_no_other_name(server):
    query = """SELECT ?thing { ?thing a ?kind FILTER(STRSTARTS(STR(?thing), "https://w3id.org/sjkg/id/"))
               FILTER NOT EXISTS { ?thing rdfs:label ?label } }"""
    result = requests.get(f"{server}/sparql", {"query": query, "format": "csv"}, timeout=30).text
    assert result.split() == ["thing"]


def test_language_tags_in_dumps_are_those_that_queries_return(server):
    dump = requests.get(f"{server}/dumps/sjkg.nt", timeout=30).text
    tags = {line.rpartition('"@')[2].split()[0] for line in dump.splitlines() if '"@' in line}
    query = "SELECT DISTINCT (LANG(?name) AS ?tag) { ?thing ?property ?name FILTER(LANG(?name) != '') }"
    assert {*requests.get(f"{server}/sparql", {"query": query, "format": "csv"}, timeout=30).text.split()[1:]} == tags
    assert "ja-latn" in tags
