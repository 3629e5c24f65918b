"""Links to other datasets over HTTP: the page, the SSSOM table, the triples by predicate, and the linksets of VoID."""

import re

import pytest
import requests
from rdflib import RDF, Graph, Namespace, URIRef
from test_pages import get

from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.describe.links import PREDICATES

VOID = Namespace(PREFIXES["void"])


def count(store, text):
    """Return the number that a query gives as ?n."""
    return int(store.query(text).bindings[0]["n"]["value"])


@pytest.mark.parametrize("ending", ["nt", "ttl", "jsonld"])
@pytest.mark.parametrize("predicate", PREDICATES)
def test_links_are_had_with_the_predicate_that_is_asked_for(server, store, predicate, ending):
    response = get(f"{server}/links.{ending}?predicate={predicate}")
    graph = Graph().parse(data=response.text, format={"jsonld": "json-ld", "ttl": "turtle"}.get(ending, ending))
    assert set(graph.predicates()) == {URIRef(PREDICATES[predicate])}
    assert len(graph) == count(store, "SELECT (COUNT(*) AS ?n) { ?s sjkg:sameThing ?o }") > 80


def test_without_a_predicate_links_have_those_of_the_graph(server):
    graph = Graph().parse(data=get(f"{server}/links.nt?dataset=wikidata").text, format="nt")
    assert {str(p).removeprefix(ONTOLOGY) for p in graph.predicates()} == {"sameThing", "near", "partOf"}
    assert all(str(other).startswith("http://www.wikidata.org/entity/Q") for other in graph.objects())


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("links.nt?predicate=owl:differentFrom", "owl:sameAs, schema:sameAs, skos:exactMatch, la:equivalent"),
        ("links.nt?dataset=viaf", "dbpedia, geonames, wikidata"),
        ("links.sssom.tsv?dataset=viaf", "dbpedia, geonames, wikidata"),
        ("links.sssom.tsv?verdict=refused", "known parameters: dataset"),
        ("links.nt?predicat=owl:sameAs", "known parameters: predicate, dataset"),
        ("links?verdict=maybe", "accepted, refused"),
        ("links?match=owl:sameAs", "near, partOf"),
    ],
)
def test_an_unknown_value_is_refused_with_the_list_of_those_there_are(server, path, known):
    response = requests.get(f"{server}/{path}", headers={"Accept": "application/json"}, timeout=20)
    assert response.status_code == 400 and known in response.json()["detail"]


def test_the_table_of_one_dataset_has_its_links_only(server):
    response = get(f"{server}/links.sssom.tsv?dataset=geonames")
    assert response.headers["Content-Type"].startswith("text/tab-separated-values")
    header, *rows = (line.split("\t") for line in response.text.splitlines() if not line.startswith("#"))
    column = header.index("object_id")
    assert len(rows) == 6 and all(row[column].startswith("geonames:") for row in rows)
    assert 'links.sssom.tsv?dataset=geonames"' in response.text


def test_the_page_of_links_shows_evidence_and_verdict_and_can_be_filtered(server):
    refused = get(f"{server}/links.json?verdict=refused").json()["page"]
    assert {row["identifier"] for row in refused["rows"]} == {"Q711", "Q865"}
    assert all(row["is_refused"] and row["evidence"] and row["notes"] for row in refused["rows"])
    text = get(f"{server}/links?dataset=geonames").text
    assert re.search(r"6 of \d{3} links", text)
    assert "/links.sssom.tsv?dataset=geonames" in text and "wikidata.org" not in text


def test_each_linkset_has_as_many_triples_as_sparql_counts_and_there_are_no_others(server, store):
    description = Graph().parse(data=get(f"{server}/dataset.ttl").text, format="turtle")
    found = {}
    for linkset in description.subjects(RDF.type, VOID.Linkset):
        target, predicate = (
            description.value(linkset, VOID.objectsTarget),
            description.value(linkset, VOID.linkPredicate),
        )
        found[str(target), str(predicate)] = int(description.value(linkset, VOID.triples))
    rows = store.query(
        "SELECT ?dataset ?p (COUNT(*) AS ?n) { ?dataset void:uriSpace ?space . ?s ?p ?o "
        "FILTER(ISIRI(?o) && STRSTARTS(STR(?o), ?space) && ?p != sjkg:linkedTo) } GROUP BY ?dataset ?p"
    ).bindings
    assert found == {(row["dataset"]["value"], row["p"]["value"]): int(row["n"]["value"]) for row in rows}
    assert {predicate.removeprefix(ONTOLOGY) for _, predicate in found} == {
        "sameThing",
        "near",
        "partOf",
        f"{PREFIXES['rdfs']}seeAlso",
    }
    assert {target.removeprefix(PREFIXES["dataset"]) for target, _ in found} == {"wikidata", "dbpedia", "geonames"}
