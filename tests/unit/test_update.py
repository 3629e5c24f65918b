"""The update of a closure after a change of its explicit triples, against the reasoner."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ontologies import PROPERTIES, THINGS, graphs

from sjkg.core.errors import Inconsistent
from sjkg.core.vocabulary import PREFIXES
from sjkg.reason.closure import closure_with_depths
from sjkg.reason.update import NotUpdatable, update_closure
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import graph_of, parse_triple, triple_text

HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("rdf", "rdfs", "owl", "xsd"))
HEAD += "@prefix : <http://example.org/> .\n"
NAMES = {name.n3() for name in (*PROPERTIES, *THINGS)}
TYPE = f"<{PREFIXES['rdf']}type>"
SCHEMA = """:p a owl:TransitiveProperty ; rdfs:domain :C . :C rdfs:subClassOf :D . :C owl:disjointWith :E .
:a :p :b . :b :p :c . """


def texts(text: str) -> set[tuple]:
    return set(map(triple_text, parse_turtle(HEAD + text, "x.ttl").graph))


def depths_of(explicit: set[tuple]) -> dict[tuple, int | None]:
    found = closure_with_depths(graph_of(map(parse_triple, sorted(explicit))))[1]
    return {triple_text(triple): depth for triple, depth in found.items()}


def is_refused(before: set[tuple], after: set[tuple], depths: dict) -> bool:
    try:
        update_closure(before, depths, before - after, after - before)
    except NotUpdatable:
        return True
    return False


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(graphs(), st.randoms(use_true_random=False))
def test_the_updated_closure_of_a_random_ontology_is_the_one_of_the_reasoner(graph, chance):
    """Mostly facts change, because changes of the schema are refused.

    What is refused without inferred triples is left out before the reasoner, which takes most of the time, computes them.
    """
    everything = sorted(map(triple_text, graph))
    facts = [(s, p, o) for s, p, o in everything if s in NAMES and (p == TYPE or p in NAMES)]
    changeable = facts if chance.random() < 0.8 else everything
    before, after = (set(everything) - set(chance.sample(changeable, -(-len(changeable) // 4))) for _ in "ab")
    assume(before != after and not is_refused(before, after, {}))
    try:
        updated = update_closure(before, depths_of(before), before - after, after - before)
    except (Inconsistent, NotUpdatable):
        assume(False)
    assert updated == depths_of(after)


def test_a_closure_with_every_thing_in_a_list_of_classes_needs_the_reasoner():
    """That a thing is in owl:Thing is not followed; here a class would imply it and be implied by it."""
    removed = texts(":a a :D .")
    before = removed | texts(
        ":D owl:intersectionOf :l . :l rdf:first :C ; rdf:rest :m . :m rdf:first owl:Thing ; rdf:rest () . :a a :C ."
    )
    with pytest.raises(NotUpdatable, match="every thing"):
        update_closure(before, depths_of(before), removed, texts(":a :p :b ."))


@pytest.mark.parametrize(
    "removed, added",
    [
        (":a :p :b .", ""),
        ("", ":c :p :d ."),
        (":b :p :c .", ":b :p :d . :d :p :c ."),
        ("", ":a :p :c ."),
        (":a :p :b .", ":a a :C ."),
    ],
)
def test_facts_and_depths_follow_a_change(removed, added):
    before = texts(SCHEMA)
    updated = update_closure(before, depths_of(before), texts(removed), texts(added))
    assert updated == depths_of((before - texts(removed)) | texts(added))


def test_a_removed_triple_that_a_list_of_members_implies_stays_as_an_inferred_one():
    schema = texts(":C owl:oneOf (:a :b) .")
    assert update_closure(schema | texts(":a a :C ."), depths_of(schema), texts(":a a :C ."), set()) == depths_of(
        schema
    )


@pytest.mark.parametrize(
    "added, reason",
    [
        (":C rdfs:subClassOf :F .", "schema"),
        (":a owl:sameAs :b .", "equality"),
        (":a a :E .", "contradict"),
        (":a :q 1 , 1.0 .", "value"),
        (":a a owl:Nothing .", "schema"),
    ],
)
def test_a_change_that_needs_the_reasoner_is_refused(added, reason):
    before = texts(SCHEMA)
    with pytest.raises(NotUpdatable, match=reason):
        update_closure(before, depths_of(before), set(), texts(added))
