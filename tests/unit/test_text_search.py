"""Queries that search for texts are rewritten where that is faster, and have the same solutions."""

import random

import pyoxigraph as ox
import pytest

from sjkg.sparql.text_search import search_first
from sjkg.store.graph_terms import count_terms

DECLARED = "PREFIX : <urn:> "
CHECKED = [
    "SELECT * {{ ?e a :C ; :n ?n FILTER({search}) }}",
    "SELECT ?n (COUNT(*) AS ?k) {{ ?e :n ?n . ?e a :C . ?e :n ?m FILTER({search}) }} GROUP BY ?n",
    "SELECT DISTINCT ?n {{ ?e :n ?n . FILTER {search} ?e a :C . FILTER(?e != :s1) }}",
    "SELECT * {{ ?e a :C ; :n ?n . FILTER({search}) OPTIONAL {{ ?e :m ?o FILTER(?o != ?n) }} BIND(STR(?n) AS ?t) }}",
    "SELECT * {{ ?e a :C ; :n ?n ; :m ?o FILTER({search}) FILTER(?o = ?n) MINUS {{ ?e a :D }} }}",
]
UNCHANGED = [
    "SELECT * { ?e a :D ; :n ?n FILTER(CONTAINS(?n, 'a')) }",  # the class has few triples
    "SELECT * { :s1 a ?c ; :n ?n FILTER(CONTAINS(?n, 'a')) }",
    "SELECT * { ?e a :C ; :n ?n FILTER(STRLEN(?n) = 1) }",
    "SELECT * { ?e a :C ; :n ?n FILTER(CONTAINS(?n, STR(?c))) ?e ?p ?c }",
    "SELECT * { ?e a :C ; :n+ ?n FILTER(CONTAINS(?n, 'a')) }",
    "SELECT * { ?e a :C ; :n ?n FILTER(CONTAINS(?n, 'a')) } VALUES ?e { :s1 }",
    "SELECT * { { ?e a :C ; :n ?n FILTER(CONTAINS(?n, 'a')) } UNION { ?e :m ?n } }",
    "SELECT * { ?e :n ?n FILTER(CONTAINS(?n, 'a')) }",
    "SELECT * { ?e a :C ; :n ?n FILTER(CONTAINS(?n, 'a') && EXISTS { ?e :m ?n }) }",
    "SELECT * { ?e a :C ; :n ?n FILTER(CONTAINS(?n, 'a'))",
]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    choose = random.Random(1)
    values = ['"ab"', '"b"@en', '"a"', "<urn:s1>", "5"]
    lines = [f"<urn:s{n % 200}> <urn:{choose.choice('nm')}> {choose.choice(values)} ." for n in range(600)]
    lines += [f"<urn:s{n}> a <urn:C> ." for n in range(0, 200)] + ["<urn:s4> a <urn:D> ."]
    made = ox.Store()
    made.load("\n".join(lines).encode(), ox.RdfFormat.TURTLE)
    return made


def terms(store: ox.Store):
    return count_terms(f"{quad.triple} .".encode() for quad in store)


@pytest.mark.parametrize("query", CHECKED)
@pytest.mark.parametrize("search", ["CONTAINS(?n, 'a')", "regex(?n, '^B', 'i')", "STRSTARTS(STR(?n), 'urn')"])
def test_a_rewritten_query_has_the_same_solutions(store, query, search):
    text = DECLARED + query.format(search=f"({search})")
    rewritten = search_first(text, terms(store))
    assert "LATERAL" in rewritten
    before, after = (store.query(each) for each in (text, rewritten))
    assert {*map(str, before.variables)} == {*map(str, after.variables)}
    rows = [sorted(str([row[name] for name in before.variables]) for row in each) for each in (before, after)]
    assert rows[0] == rows[1] != []


@pytest.mark.parametrize("query", UNCHANGED)
def test_other_queries_stay_as_they_are(store, query):
    assert search_first(DECLARED + query, terms(store)) == DECLARED + query
