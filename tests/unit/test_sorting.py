"""Sorting by kind: the sort conditions that are rewritten, and those that are not."""

import pytest

from sjkg.sparql.rewriting import KIND, sort_by_kind

SAME = [
    "ASK {}",
    "SELECT * { ?s ?p ?o } ORDER BY STR(?o) (?s) <http://example.org/f>(?s, (?o)) VALUES (?s ?p) { (1 2) }",
    "SELECT * { ?s ?p ?o } ORDER BY STR(?o) VALUES (?s) { (1) } VALUES ?o { 1 }",
    "SELECT * { ?s ?p 'ORDER BY ?s' } # ORDER BY ?s",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } ORDER BY DESC(COUNT(?s)) LIMIT 3 # ?s",
]
SORTED = {
    "?x": "ASC({x}) ?x",
    "$x": "ASC({x}) $x",
    "desc( ?x )": "DESC({x}) desc( ?x )",
    "STR(?y) ?x LIMIT 1": "STR(?y) ASC({x}) ?x LIMIT 1",
    "(?y + (1)) ASC(?x) OFFSET 2": "(?y + (1)) ASC({x}) ASC(?x) OFFSET 2",
}


@pytest.mark.parametrize("text", SAME)
def test_a_query_that_sorts_by_no_variable_is_not_changed(text):
    assert sort_by_kind(text) == text


@pytest.mark.parametrize(("conditions", "expected"), SORTED.items())
@pytest.mark.parametrize(
    "frame", ["SELECT * {{ ?x ?y ?z }} order by {}", "SELECT * {{ {{ SELECT * {{}} ORDER BY {} }} }}"]
)
def test_a_sort_key_for_the_kind_precedes_each_sorted_variable(conditions, expected, frame):
    variable = "$x" if "$" in conditions else "?x"
    wanted = frame.format(expected.format(x=KIND.format(variable)))
    assert sort_by_kind(frame.format(conditions)).split() == wanted.split()
