"""A rewritten query has the result that SPARQL 1.1 gives, and that of the given text where the engine gives it already."""

import json
from io import BytesIO

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sjkg.core.errors import BadQuery
from sjkg.sparql.query_text import QueryText
from sjkg.sparql.rewriting import rewrite
from sjkg.store.datasets import Dataset
from sjkg.store.quad_store import evaluate, serialize

PREFIXES = {"xsd": "http://www.w3.org/2001/XMLSchema#"}
FORMATS = {"bindings": "json", "boolean": "json"}


def result(text: str) -> dict:
    output = BytesIO()
    serialize(evaluate(Dataset(ox.Store()), QueryText(text, text), PREFIXES, None), output, FORMATS)
    return json.loads(output.getvalue())


def values(text: str) -> list[str | None]:
    """Return the first column of a result."""
    found = result(text)
    (name, *_) = found["head"]["vars"]
    rows = found["results"]["bindings"]
    assert all(set(row[name]) == {"type", "value"} and row[name]["type"] == "literal" for row in rows if name in row)
    return [row[name]["value"] if name in row else None for row in rows]


# the argument, the values, the text
CONCATENATIONS = [
    ("?x", "", ""),
    ("?x", '"a" "b"', "a b"),
    ("?x", "<http://e/a> <http://e/b>", "http://e/a http://e/b"),
    ("?x", '"1939-05-11"^^xsd:date "1939-05-28"^^xsd:date', "1939-05-11 1939-05-28"),
    ("?x", "1 2.5 true", "1 2.5 true"),
    ("?x", '1 <http://e/a> "c"@en "d"', "1 http://e/a c d"),
    ("?x", '"a"@en "b"@en', "a b"),
    ("?x", '"a"@en', "a"),
    ('?x; SEPARATOR=", "', "1 2", "1, 2"),
    ("?x ; separator = ''' ) ; \\n'''", "1 2", "1 ) ; \n2"),
    ('DISTINCT ?x; SEPARATOR="|"', '1 "a" 1 "a"', "1|a"),
    ("DISTINCT ?x", '"a"@en "a"@de "a" "a"@en', "a a a"),
    ("DISTINCT ?x", "<http://e/a> <http://e/a>", "http://e/a"),
    ("distinct(?x)", "1 1 2", "1 2"),
    ("?x + 1", "1 2", "2 3"),
    ('IF(?x > 1, ")", ";")', "1 2", "; )"),
    ("IF(EXISTS { VALUES ?y { 1 } FILTER(?x = ?y) ; }, <http://e/y>, ?x)".replace(" ;", ""), "1 2", "http://e/y 2"),
    ("?x # ) a comment ; \n", "1 2", "1 2"),
    ("?x", "1 UNDEF", None),  # an unbound value is an error of the whole group
    ("BNODE()", "1", None),  # a blank node has no text
]


@pytest.mark.parametrize(("argument", "given_values", "text"), CONCATENATIONS)
def test_group_concat_joins_the_texts_of_any_values(argument, given_values, text):
    assert values(f"SELECT (GROUP_CONCAT({argument}) AS ?v) {{ VALUES ?x {{ {given_values} }} }}") == [text]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("SELECT (STRLEN(GROUP_CONCAT(?x)) AS ?n) { VALUES ?x { 1 2 } } HAVING(GROUP_CONCAT(?x) = '1 2')", 1),
        ("SELECT ?k { VALUES (?k ?x) { (1 1) (1 2) (2 3) } } GROUP BY ?k ORDER BY DESC(GROUP_CONCAT(?x))", 2),
        ("SELECT * { { SELECT (GROUP_CONCAT(DISTINCT ?x) AS ?v) { VALUES ?x { 1 2 } } } FILTER(?v = '1 2') }", 1),
        ("SELECT (GROUP_CONCAT(?x) AS ?v) (GROUP_CONCAT(DISTINCT ?x) AS ?w) { VALUES ?x { 1 } }", 1),
        ("ASK { { SELECT (GROUP_CONCAT(?x) AS ?v) { VALUES ?x { 1 2 } } } FILTER(?v = '1 2') }", None),
    ],
)
def test_group_concat_is_rewritten_in_every_clause(query, texts):
    found = result(query)
    assert found["boolean"] if texts is None else len([row for row in found["results"]["bindings"] if row]) == texts


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ("GROUP_CONCAT(?x)" AS ?GROUP_CONCAT) {} # GROUP_CONCAT(?x)',
        "PREFIX GROUP_CONCAT: <http://e/> ASK { GROUP_CONCAT:GROUP_CONCAT <http://e/GROUP_CONCAT(?x)> 1 }",
        "SELECT (COUNT(*) AS ?n) { ?s <http://e/*>* ?o }",
        "SELECT (2*3 AS ?n) {}",
        "ASK { { SELECT * { ?b ?a ?c } } }",
        "SELECT * {}",
        "SELECT * { ?s a <http://e/a> }",
        "SELECT (GROUP_CONCAT(",
        "SELECT (GROUP_CONCAT() AS ?v) {}",
        "SELECT (GROUP_CONCAT(DISTINCT) AS ?v) {}",
        "SELECT * WHERE",
        "GROUP_CONCAT",
        "*",
    ],
)
def test_any_other_text_is_left_as_it_is(text):
    assert rewrite(text, PREFIXES) == text


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT * { ?z ?a ?b . ?c ?a ?b }", "z a b c"),
        ("select distinct * where { $s ?p ?o . ?o ?p $s }", "s p o"),
        ("SELECT REDUCED * { BIND(1 AS ?z) ?s ?p ?o . OPTIONAL { ?a ?p ?o } FILTER(?hidden = 1) }", "z s p o a"),
        ("SELECT * { { SELECT ?z ?b { ?b ?hidden ?z } } ?c ?a ?z }", "z b c a"),
        ("SELECT * { ?z ?y ?x MINUS { ?hidden ?y ?x } } ORDER BY ?x VALUES ?w { 1 }", "z y x w"),
        ("# ?c\nSELECT # ?d\n* { ?b <http://e/?c> '?c', ?a }", "b a"),
        ("SELECT * { ?b !<http://e/p>* ?a FILTER(?b<?a) }", "b a"),
        ("SELECT ?a ?b { ?b ?c ?a }", "a b"),
    ],
)
def test_select_all_has_its_columns_in_the_order_of_the_query(query, columns):
    assert result(query)["head"]["vars"] == columns.split()


def test_an_error_has_the_position_in_the_given_text():
    places = []
    for name in ("GROUP_CONCAT", "COUNT       "):  # of equal length; only the first is rewritten
        with pytest.raises(BadQuery) as raised:
            result(f"SELECT ({name}(DISTINCT ?x) AS ?v) {{ ?s a }}")
        places.append((raised.value.line, raised.value.column))
    assert places[0] == places[1]


TERMS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8).map(
        lambda t: str(ox.Literal(t))
    ),
    st.sampled_from(['"a"', '"b"', '"a b"']),
)


@given(st.lists(TERMS, max_size=6), st.booleans(), st.sampled_from(["", '; SEPARATOR=","', '; SEPARATOR=""']))
@example(['"a"', '"a"'], True, '; SEPARATOR=","')
def test_a_rewritten_query_has_the_same_result_for_strings(terms, is_distinct, separator):
    keyword = "DISTINCT " if is_distinct else ""
    text = f"SELECT (GROUP_CONCAT({keyword}?x{separator}) AS ?v) {{ VALUES ?x {{ {' '.join(terms)} }} }}"
    rewritten = rewrite(text, PREFIXES)
    assert rewritten != text
    before, after = (ox.Store().query(each).serialize(format=ox.QueryResultsFormat.JSON) for each in (text, rewritten))
    assert before == after
