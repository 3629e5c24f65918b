"""Point queries in the server process: only queries whose cost is bounded by their result, and with the same result."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef
from rdflib.plugins.sparql import prepareQuery

from sjkg.core.errors import BadQuery
from sjkg.core.vocabulary import PREFIXES
from sjkg.store.point_queries import PointQueryStore, match_point_query
from sjkg.store.quad_store import DEFAULT_FORMATS

THING = "<https://w3id.org/sjkg/id/event/halhamiao-incident>"
POINT_QUERIES = [
    f"SELECT * {{ {THING} ?property ?value }}",
    f"# a comment\nselect ?p ?o where {{{THING} ?p ?o . }} limit 3",
    f"SELECT ?type {{ {THING} a ?type }}",
    f"SELECT ?o $p #\n {{ {THING} ?p ?o }}",
    "SELECT ?date { event:halhamiao-incident sjkg:date ?date }",
    f"PREFIX x: <https://w3id.org/sjkg/ontology#> PREFIX y: <http://y/> SELECT $o {{ {THING} x:date $o }}",
    f"SELECT * {{ {THING} a sjkg:BorderIncident }}",
]
OTHERS = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { [] ?p ?o }",
    f"SELECT * {{ {THING} ?p ?p }}",
    f"SELECT * {{ {THING} ?p $p }}",
    f"SELECT * {{ {THING} ?p ?o }} OFFSET 3",
    f"SELECT * {{ {THING} ?p ?o }} ORDER BY ?o",
    f"SELECT DISTINCT * {{ {THING} ?p ?o }}",
    f"SELECT (COUNT(*) AS ?n) {{ {THING} ?p ?o }}",
    f"SELECT * {{ {THING} sjkg:before* ?o }}",
    f"SELECT * {{ {THING} ?p ?o ; ?q ?r }}",
    f"SELECT * {{ {THING} ?p ?o , ?r }}",
    f"SELECT * {{ {THING} ?p ?o FILTER(?o) }}",
    f"SELECT * FROM {THING} {{ {THING} ?p ?o }}",
    f"SELECT * {{ SERVICE {THING} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ {THING} ?p ?o }} VALUES ?o {{ 1 }}",
    f"SELECT * {{ {THING} ?p ?o }} # {'long ' * 500}",
    f"CONSTRUCT {{ ?s ?p ?o }} {{ {THING} ?p ?o }}",
    f"DESCRIBE {THING}",
    f"SELECT ?x {{ {THING} ?p ?o }}",
    f"SELECT ?p ?o ?x {{ {THING} ?p ?o }}",
    f"SELECT * {{ {THING} ?p ?o #\r . ?a ?b ?c\n}}",
    f"SELECT * {{ {THING} ?p ?o }} #\r ORDER BY ?o\n",
    f"SELECT * {{ {THING} ?p ?o #\\u000A . ?a ?b ?c\n}}",  # the engine reads the escape as the end of the comment
    f"SELECT * {{ {THING} ?p ?o }} #\\U0000000D ORDER BY ?o\n",
]
PARTS = ["SELECT", "*", "?p", "?o", "$o", "WHERE", "{", "}", THING, "sjkg:date", "a", ".", ";", "LIMIT", "1", "#\n", "[]", "_:b", "'x'"]  # fmt: skip


@pytest.fixture(scope="module")
def point_queries(snapshot):
    return PointQueryStore(snapshot.store)


@pytest.mark.parametrize("text", POINT_QUERIES)
def test_a_point_query_has_the_same_result_as_in_a_worker(point_queries, store, text):
    answer = point_queries.query(text, DEFAULT_FORMATS)
    assert answer == store.query(text) and b'"bindings":[{' in answer.body


@pytest.mark.parametrize("text", OTHERS)
def test_any_other_query_is_left_to_the_workers(point_queries, text):
    assert point_queries.query(text, DEFAULT_FORMATS) is None


def test_an_invalid_point_query_raises_bad_query(point_queries):
    with pytest.raises(BadQuery):
        point_queries.query("SELECT * { nowhere:x ?p ?o }", DEFAULT_FORMATS)


def test_a_point_query_with_a_large_result_is_left_to_the_workers(point_queries, monkeypatch):
    monkeypatch.setattr("sjkg.store.point_queries.MAX_BYTES", 1000)
    assert point_queries.query(POINT_QUERIES[0], DEFAULT_FORMATS) is None


@given(st.lists(st.sampled_from(PARTS), max_size=4), st.integers(0, 8), st.lists(st.sampled_from(PARTS), max_size=3))
def test_a_matched_text_is_one_triple_pattern_with_a_given_subject(inserted, position, after):
    words = ["SELECT", "*", "{", THING, "?p", "?o", "}"]
    text = " ".join([*words[:position], *inserted, *words[position:], *after])
    if not match_point_query(text):
        return
    algebra = prepareQuery(text, initNs=dict(PREFIXES)).algebra
    while algebra.name != "BGP":
        assert algebra.name in ("SelectQuery", "Project", "Slice")
        algebra = algebra.p
    [(subject, _, _)] = algebra.triples
    assert isinstance(subject, URIRef)
