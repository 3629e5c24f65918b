"""A query's result is reused only when no changed triple can change it."""

import pytest

from sjkg.sparql.dependencies import RDF_TYPE, find_predicates


@pytest.mark.parametrize(
    "pattern, predicates",
    [
        ("?x <a:p> ?y ; a <a:C>", ["<a:C>", "<a:p>", RDF_TYPE]),
        ("?x (<a:p>/<a:q>*)|^<a:r> ?y", ["<a:p>", "<a:q>", "<a:r>"]),
        ("?x <a:p>* ?y . ?y <a:q> ?z", ["<a:p>", "<a:q>"]),
        ("?y <a:q> ?z OPTIONAL { { ?x <a:p>? ?y } UNION { ?z <a:r> ?x } }", ["<a:p>", "<a:q>", "<a:r>"]),
        ("<a:x> <a:p>? ?y", ["<a:p>", "<a:x>"]),
        ("GRAPH ?g { ?x <a:p> ?y }", ["<a:p>"]),
        ("VALUES ?p { <a:p> <a:q> } ?x ?p ?y", ["<a:p>", "<a:q>"]),
        ("VALUES $p { <a:p> } FILTER EXISTS { ?x ?p ?y }", ["<a:p>"]),
    ],
)
def test_predicates_are_all_from_which_a_solution_can_follow(pattern, predicates):
    assert find_predicates(f"SELECT * {{ {pattern} }}") == predicates


@pytest.mark.parametrize(
    "pattern",
    [
        "?x ?p ?y",
        "?x ?p ?y FILTER(?p = <a:p>)",
        "?x ?p ?y OPTIONAL { VALUES ?p { <a:p> } }",
        "VALUES ?p { <a:p> UNDEF } ?x ?p ?y",
        "VALUES ?p { <a:p> } { SELECT ?x { ?x ?p ?y } }",
        "?x <a:p>? ?y",
        "?x <a:p>? ?x",
        "?x <a:p>*/(<a:q>?|<a:r>) ?y",
        "?x <a:p>? ?y OPTIONAL { ?x <a:q> ?z }",
        "?x <a:q> ?z { SELECT ?y { ?x <a:p>? ?y } }",
        "?x !<a:p> ?y",
        "?x <a:p> (1 2)",
        "?x <a:p> [ <a:q> ?y ]",
        "GRAPH ?g {}",
        "GRAPH ?g { ?x ?p ?y }",
        "?x <a:p> ?y . GRAPH ?g { <a:s> <a:p> <a:o> }",
        "?x <a:p>",
        "?x undeclared:p ?y",
    ],
)
def test_a_query_that_any_triple_may_change_depends_on_any_predicate(pattern):
    assert find_predicates(f"SELECT * {{ {pattern} }}") is None
