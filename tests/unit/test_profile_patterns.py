"""The query of the triples that a rule of a profile uses."""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from sjkg.core.errors import BadQuery
from sjkg.profiles.patterns import matching_query, template_patterns, used_triples_query
from sjkg.profiles.read import Profile, ProfileRule
from sjkg.profiles.round_trip import measure_round_trip
from sjkg.profiles.translate import Loss, Translation, construct_over, translate
from sjkg.store.datasets import Datasets
from sjkg.store.quad_store import QuadStore

DATA = "<urn:a> <urn:p> <urn:b> ; <urn:q> 1 ; <urn:hidden> <urn:c> . <urn:b> <urn:q> 2 ; <urn:r> <urn:a> ."


def used(where, template="?s a <urn:T>"):
    """Return the triples used by a rule with this WHERE clause over DATA, as pairs of predicate and value of the object."""
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    text = used_triples_query(f"# title: x\nCONSTRUCT {{ {template} }}\nWHERE {{ {where} }}")
    return sorted((t.predicate.value[4:], t.object.value.removeprefix("urn:")) for t in store.query(text))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("?s <urn:p> ?o", [("p", "b")]),
        ("?s <urn:p> ?o ; <urn:q> ?n .", [("p", "b"), ("q", "1")]),
        ("?s <urn:q> ?n FILTER(?n > 1)", [("q", "2")]),
        ("?s <urn:q> ?n . OPTIONAL { ?s <urn:p> ?o }", [("p", "b"), ("q", "1"), ("q", "2")]),
        ("{ ?s <urn:p> ?o } UNION { ?o <urn:r> ?s }", [("p", "b"), ("r", "a")]),
        ("?s <urn:q> ?n . FILTER NOT EXISTS { ?s <urn:hidden> ?h }", [("q", "2")]),
        ("?s <urn:q> ?n . MINUS { ?s <urn:hidden> ?h } BIND(IRI('urn:x') AS ?x)", [("q", "2")]),
        ("VALUES ?p { <urn:p> <urn:r> } ?s ?p ?o", [("p", "b"), ("r", "a")]),
        ("VALUES (?p ?x) { (<urn:p> 1) } ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'urn:'))", [("p", "b")]),
    ],
)
def test_the_triples_used_are_those_that_matched_a_pattern_outside_filters(where, expected):
    assert used(where) == expected


def test_the_graphs_of_a_rule_hold_for_the_triples_it_uses_too():
    text = used_triples_query("CONSTRUCT { ?s a <urn:T> } FROM <urn:g> WHERE { ?s <urn:p> ?o }")
    assert text == "CONSTRUCT { ?s < urn:p > ?o }".replace("< ", "<").replace(" >", ">") + (
        " FROM <urn:g> WHERE { ?s <urn:p> ?o }"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "this is not “CONSTRUCT { … } WHERE { … }”"),
        ("CONSTRUCT { ?s a <urn:T> } WHERE { ?s <urn:p>/<urn:q> ?o }", "a property path"),
        ("CONSTRUCT { ?s a <urn:T> } WHERE { [] <urn:p> ?s }", "a blank node"),
        ("CONSTRUCT { ?s a <urn:T> } WHERE { { SELECT ?s { ?s ?p ?o } } }", "a subquery"),
        ("CONSTRUCT { ?s a <urn:T> } WHERE { ?s ?p ?o ", "is not closed"),
        ("CONSTRUCT { ?s a <urn:T> } WHERE { ?s ?p ?o BIND }", "not complete"),
    ],
)
def test_a_rule_whose_uses_cannot_be_told_is_refused_with_the_reason(text, reason):
    with pytest.raises(BadQuery, match=reason):
        used_triples_query(text)


def test_a_property_of_which_nothing_comes_back_counts_in_the_round_trip():
    profile = Profile("x", "", "", "urn:", "", (), (rule("?s <urn:theirs> ?o", "?s <urn:p> ?o"),), (), {}, Path())
    construct = construct_over(QuadStore(Datasets.of_triples([b"<urn:a> <urn:p> <urn:b> .\n"])))
    translation = Translation(profile, profile.rules, (b"<urn:a> <urn:theirs> <urn:b> .\n",), {}, Loss((), ()))
    assert measure_round_trip(translation, construct).share(["urn:p"]) == 0
    back = replace(profile, back=(rule("?s <urn:p> ?o ; <urn:q> 1", "?s <urn:theirs> ?o"),))
    found = measure_round_trip(replace(translation, profile=back), construct)
    assert found.share(["urn:p"]) == 1 and len(found.added) == 1


def rule(template, where):
    """Return a rule with a template and a WHERE clause."""
    construct = f"CONSTRUCT {{ {template} }} WHERE {{ {where} }}"
    return ProfileRule("r", "profiles/p/out/r.rq", "", "", construct, used_triples_query(construct))


def test_the_template_of_a_rule_is_told_as_triples():
    template = '?s a <urn:T>, <urn:U> ; <urn:p> ?o, "x"@en . ?o <urn:q> "5"^^<urn:d> .'
    assert template_patterns(f"CONSTRUCT {{ {template} }} WHERE {{ ?s <urn:p> ?o }}") == [
        ("?s", "a", "<urn:T>"),
        ("?s", "a", "<urn:U>"),
        ("?s", "<urn:p>", "?o"),
        ("?s", "<urn:p>", '"x"@en'),
        ("?o", "<urn:q>", '"5"^^<urn:d>'),
    ]


def test_a_rule_is_restricted_to_the_solution_that_makes_a_triple():
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    rule = "CONSTRUCT { ?s <urn:made> ?n } WHERE { ?s <urn:q> ?n }"
    query = matching_query(used_triples_query(rule), ("?s", "<urn:made>", "?n"), ("<urn:b>", "<urn:made>", "2"))
    assert [str(triple) for triple in store.query(query)] == [
        '<urn:b> <urn:q> "2"^^<http://www.w3.org/2001/XMLSchema#integer>'
    ]


def test_a_rule_that_is_not_valid_is_named_with_its_file():
    broken = replace(
        rule("?s a <urn:T>", "?s <urn:p> ?o"), construct="CONSTRUCT { ?s a <urn:T> } WHERE { ?s <urn:p ?o }"
    )
    profile = Profile("x", "", "", "urn:", "", (), (broken,), (), {}, Path())
    with pytest.raises(BadQuery, match="profiles/p/out/r.rq: "):
        translate(profile, construct_over(QuadStore(Datasets.of_triples(set()))))
