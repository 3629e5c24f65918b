"""Tests of sjkg:countsTowards, the figures that are added up for an event, on small graphs."""

import pytest

from sjkg.core.ntriples import plain_text
from sjkg.derive.figures import find_counted
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import facts_of

PREFIXES = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix kind: <https://w3id.org/sjkg/vocab/event-kind/> .
@prefix : <http://example.org/> .
sjkg:ClientState rdfs:subClassOf sjkg:State .
:japan a sjkg:State . :manchukuo a sjkg:ClientState . :army sjkg:armedForceOf :japan . :patrol sjkg:unitOf :army .
:part sjkg:directSubEventOf :whole . :other sjkg:directSubEventOf :whole .
:never sjkg:directSubEventOf :whole ; sjkg:eventKind kind:averted .
"""
DEAD = "a sjkg:CasualtyClaim ; sjkg:quantityKind :dead"


def counted(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for triple, premises in find_counted(facts_of(parse_turtle(PREFIXES + text, "figures.ttl").graph)):
        claim, _, event = (plain_text(term).strip("<>").rpartition("/")[2] for term in triple)
        found.setdefault(event, set()).add(claim)
        assert premises
    return found


@pytest.mark.parametrize(
    "text, whole",
    [
        # those of the parts where the whole has none, of different parties and of the same
        (
            f":a {DEAD} ; sjkg:about :part ; sjkg:party :japan ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :other ; sjkg:party :japan ; sjkg:countExact 3 .",
            {"a", "b"},
        ),
        # a number for the whole includes those for its parts, also where the party is a unit of the other
        (
            f":a {DEAD} ; sjkg:about :part ; sjkg:party :patrol ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 9 .",
            {"b"},
        ),
        # but not those of another power, nor those of another kind
        (
            f":a {DEAD} ; sjkg:about :part ; sjkg:party :manchukuo ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 9 .",
            {"a", "b"},
        ),
        (
            ":a a sjkg:CasualtyClaim ; sjkg:quantityKind :hurt ; sjkg:about :part ; sjkg:party :japan ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 9 .",
            {"a", "b"},
        ),
        # a number of a broader kind for the whole includes those of its parts, if it is for the same power
        (
            f":a {DEAD} ; sjkg:about :part ; sjkg:party :patrol ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :other ; sjkg:party :manchukuo ; sjkg:countExact 3 . "
            ":all a sjkg:CasualtyClaim ; sjkg:quantityKind :lost ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 9 . "
            ":dead skos:broader :lost .",
            {"all", "b"},
        ),
        # but a word does not
        (
            f":a {DEAD} ; sjkg:about :part ; sjkg:party :japan ; sjkg:countExact 2 . "
            ':all a sjkg:CasualtyClaim ; sjkg:quantityKind :lost ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countText "few" . '
            ":dead skos:broader :lost .",
            {"a", "all"},
        ),
        # a number divided by power is replaced by the figures that it includes
        (
            f":all {DEAD} ; sjkg:about :whole ; sjkg:countExact 9 . "
            f":a {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 2 ; sjkg:subcountOf :all . "
            f":b {DEAD} ; sjkg:about :whole ; sjkg:party :manchukuo ; sjkg:countExact 7 ; sjkg:remainderOf :all .",
            {"a", "b"},
        ),
        # a subcount of a number is left out, a subcount of a word is not
        (
            f":a {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 2 ; sjkg:subcountOf :b . "
            f":b {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 9 .",
            {"b"},
        ),
        (
            f":a {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 2 ; sjkg:subcountOf :b . "
            f':b {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countText "slight" .',
            {"a"},
        ),
        # a subcount of a number of another kind (the dead among those sent) is counted
        (
            f":a {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 2 ; sjkg:subcountOf :b . "
            ":b a sjkg:SupplyClaim ; sjkg:quantityKind :sent ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 9 .",
            {"a", "b"},
        ),
        # a word does not stand for a number of a part, and counts beside it
        (
            f":a {DEAD} ; sjkg:about :part ; sjkg:party :japan ; sjkg:countMin 2 . "
            f':b {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countText "several" .',
            {"a", "b"},
        ),
        # the same figure told twice counts once
        (
            f":a {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 9 . "
            f":b {DEAD} ; sjkg:about :whole ; sjkg:party :japan ; sjkg:countExact 9 .",
            {"a"},
        ),
        # figures of two units are added up, but not those of an army and of its unit
        (
            f":a {DEAD} ; sjkg:about :whole ; sjkg:party :patrol ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :whole ; sjkg:party :guards ; sjkg:countExact 9 . :guards sjkg:unitOf :army .",
            {"a", "b"},
        ),
        (
            f":a {DEAD} ; sjkg:about :whole ; sjkg:party :patrol ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :whole ; sjkg:party :army ; sjkg:countExact 9 .",
            {"b"},
        ),
        # what did not happen has no losses
        (
            f":a {DEAD} ; sjkg:about :never ; sjkg:party :japan ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :part ; sjkg:party :japan ; sjkg:countExact 3 .",
            {"b"},
        ),
        # strengths are not added up
        (
            ":a a sjkg:StrengthClaim ; sjkg:quantityKind :men ; sjkg:about :part ; sjkg:party :japan ; sjkg:countExact 2 . "
            f":b {DEAD} ; sjkg:about :part ; sjkg:party :japan ; sjkg:countExact 3 .",
            {"b"},
        ),
    ],
)
def test_no_figure_counts_twice_towards_an_event(text, whole):
    assert counted(text)["whole"] == whole


def test_an_event_that_is_a_part_of_itself_is_counted_once():
    text = (
        f":whole sjkg:directSubEventOf :part . :a {DEAD} ; sjkg:about :part ; sjkg:party :japan ; sjkg:countExact 2 ."
    )
    assert counted(text)["part"] == {"a"}
