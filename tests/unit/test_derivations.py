"""Tests of the provenance of derived triples: exactly the dates and rows that decide them."""

from itertools import permutations

import pytest
from graphs import derive
from namespaces import IDS
from rdflib import Graph

from sjkg.core.facts import Facts
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, expand, shorten
from sjkg.derive.rules import derive_passages
from sjkg.kb.sources import SourceFile
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import facts_of, parse_triple

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
CLAIMS = """claim:a sjkg:about event:e ; sjkg:party actor:p ; sjkg:quantityKind quantity:killed ; sjkg:countExact 1 .
claim:b sjkg:about event:e ; sjkg:party actor:p ; sjkg:quantityKind quantity:killed ; sjkg:countMin 5 ; sjkg:countMax 6 ."""
DATES = 'event:e sjkg:date "1939-05"^^edtf:EDTF , "1939-05-11"^^edtf:EDTF .'
PARTS = DATES + 'event:part sjkg:date "1939-05-28"^^edtf:EDTF ; sjkg:directSubEventOf event:e .'
DISPUTE = """claim:a sjkg:claimedPlace place:x ; sjkg:claimant actor:p .
claim:b sjkg:claimedPlace place:x ; sjkg:claimant actor:q . claim:c sjkg:claimedPlace place:y ; sjkg:claimant actor:q ."""
POWER = """event:e sjkg:hasParticipation participation:p . participation:p sjkg:participant actor:s , actor:t ; sjkg:role role:attacker .
actor:s a sjkg:ClientState . sjkg:ClientState rdfs:subClassOf sjkg:State ."""


def read(text: str) -> Graph:
    return parse_turtle(HEAD + text, "x.ttl").graph


def short(triple: tuple) -> str:
    return " ".join(shorten(str(node)).strip("<>") for node in triple)


@pytest.mark.parametrize(
    "text, derived, rule, premises",
    [
        (DATES, "event:e sjkg:latestBegin 1939-05-11", "date-bounds", {"event:e sjkg:date 1939-05-11"}),
        (DATES, "event:e sjkg:datePrecision precision:month", "date-bounds", {"event:e sjkg:date 1939-05"}),
        (
            'event:e sjkg:directSubEventOf event:w . event:e sjkg:date "1939-05-28"^^edtf:EDTF .'
            'event:w sjkg:directSubEventOf event:war . event:war sjkg:date "1932/1939"^^edtf:EDTF .',
            "event:war sjkg:earliestEnd 1939-05-28",
            "parts-and-order",
            {
                "event:e sjkg:date 1939-05-28",
                "event:e sjkg:directSubEventOf event:w",
                "event:w sjkg:directSubEventOf event:war",
            },
        ),
        (
            'event:w sjkg:date "1932/1939"^^edtf:EDTF . event:e sjkg:date "../1935"^^edtf:EDTF ; sjkg:directSubEventOf event:w .',
            "event:e sjkg:earliestBegin 1932-01-01",
            "parts-and-order",
            {"event:w sjkg:date 1932/1939", "event:e sjkg:directSubEventOf event:w"},
        ),
        (
            'event:e sjkg:date "1935/.."^^edtf:EDTF . event:l sjkg:date "1936-03-05"^^edtf:EDTF ; sjkg:after event:e .',
            "event:e sjkg:latestEnd 1936-03-05",
            "parts-and-order",
            {"event:l sjkg:date 1936-03-05", "event:l sjkg:after event:e"},
        ),
        (
            'event:c sjkg:date "1935/.."^^edtf:EDTF ; sjkg:ledTo event:e . event:e sjkg:enabled event:f .',
            "event:f sjkg:earliestBegin 1935-01-01",
            "parts-and-order",
            {"event:c sjkg:date 1935/..", "event:c sjkg:ledTo event:e", "event:e sjkg:enabled event:f"},
        ),
        (
            'event:e sjkg:date "1936-03-05"^^edtf:EDTF ; sjkg:retaliationFor event:c .',
            "event:c sjkg:latestBegin 1936-03-05",
            "parts-and-order",
            {"event:e sjkg:date 1936-03-05", "event:e sjkg:retaliationFor event:c"},
        ),
        (
            'event:e sjkg:date "1935-01/"^^edtf:EDTF ; sjkg:duration "P1M3D"^^xsd:duration .',
            "event:e sjkg:earliestEnd 1935-02-03",
            "parts-and-order",
            {"event:e sjkg:date 1935-01/", "event:e sjkg:duration P1M3D"},
        ),
        (
            'event:e sjkg:duration "P21D"^^xsd:duration . event:l sjkg:date "1935-03-21"^^edtf:EDTF ; sjkg:after event:e .',
            "event:e sjkg:latestBegin 1935-03-01",
            "parts-and-order",
            {"event:l sjkg:date 1935-03-21", "event:l sjkg:after event:e", "event:e sjkg:duration P21D"},
        ),
        (
            CLAIMS,
            "claim:b sjkg:conflictsWith claim:a",
            "conflicting-claims",
            {short(t) for t in read(CLAIMS)} - {"claim:b sjkg:countMax 6"},
        ),
        (
            DISPUTE,
            "place:x rdf:type sjkg:DisputedArea",
            "disputed-areas",
            {short(t) for t in read(DISPUTE) if "claim/c" not in t[0]},
        ),
        (
            POWER,
            "event:e sjkg:hasParticipatingPower actor:s",
            "powers-themselves",
            {short(t) for t in read(POWER)} - {"participation:p sjkg:participant actor:t"},
        ),
    ],
)
def test_a_derived_triple_has_its_rule_and_exactly_its_premises(text, derived, rule, premises):
    found = {short(parse_triple(triple)): how for triple, how in derive(read(text)).items()}
    assert found[derived].rule == rule and {short(parse_triple(t)) for t in found[derived].premises} == premises


P, Q = (f"<{expand(f'sjkg:{name}')}>" for name in "pq")
GRAPH = "event:a sjkg:p event:b . event:b sjkg:p event:c . event:c sjkg:q event:d . event:b sjkg:p event:a ."


@pytest.mark.parametrize(
    "path, start, end, expected",
    [
        (P, "a", "b", ["a p b"]),
        (P, "a", "c", None),
        (("inverse", P), "c", "b", ["b p c"]),
        (("sequence", P, P), "a", "c", ["a p b", "b p c"]),
        (("alternative", Q, P), "a", "b", ["a p b"]),
        (("repeat", P, False, True), "a", "c", ["a p b", "b p c"]),
        (("repeat", P, False, True), "a", "a", ["a p b", "b p a"]),
        (("repeat", P, True, True), "d", "d", []),
        (("sequence", ("repeat", P, True, True), Q), "a", "d", ["a p b", "b p c", "c q d"]),
    ],
)
def test_a_property_path_is_matched_by_the_expected_triples(path, start, end, expected):
    first, last = (f"<{expand(f'event:{name}')}>" for name in (start, end))
    facts = facts_of(read(GRAPH))
    found = facts.witness(first, path, last)
    shown = found and [" ".join(node[1:-1].replace("#", "/").rpartition("/")[2] for node in triple) for triple in found]
    assert (last in facts.follow(first, path)) is (found is not None)
    assert shown == expected


def test_the_value_of_a_property_does_not_depend_on_the_order_of_its_triples():
    """A figure with two kinds would count as the one or the other from build to build."""
    triples = [("s", "p", value) for value in ("b", "a", "c")]
    assert {Facts(order).value("s", "p") for order in permutations(triples)} == {"a"}
    assert Facts(triples).value("s", "q") is None


@pytest.mark.parametrize(
    "roles, acts", [("role:addressee", False), ("role:beneficiary", False), ("role:addressee , role:refuser", True)]
)
def test_whoever_is_only_addressed_or_helped_does_not_act(roles, acts):
    """A consul who was handed a protest would make the Soviet Union a power that took part in it."""
    text = (
        "event:e sjkg:hasParticipation participation:p . actor:s a sjkg:State . "
        f"participation:p sjkg:participant actor:s ; sjkg:role {roles} . "
        "role:addressee skos:broader role:concerned . role:helped skos:broader role:concerned . "
        "role:beneficiary skos:broader role:helped ."
    )
    found = {short(parse_triple(triple)) for triple in derive(read(text))}
    assert ("event:e sjkg:hasParticipatingPower actor:s" in found) is acts
    assert "event:e sjkg:involvesPower actor:s" in found
    assert ("event:e sjkg:hasActingParticipant actor:s" in found) is acts


def test_a_hedged_or_averted_effect_has_no_bounds_from_its_cause():
    """A cause that somebody only alleges would date an event."""
    text = (
        'event:c sjkg:date "1935"^^edtf:EDTF ; sjkg:causedOrContributedTo event:hedged ; sjkg:ledTo event:averted . '
        "event:averted sjkg:eventKind kind:averted ."
    )
    assert {short(parse_triple(t)).split()[0] for t in derive(read(text))} == {"event:c"}


def test_a_period_has_no_bounds_from_what_lies_in_it_or_before_it():
    text = (
        'event:e sjkg:date "1932/1939"^^edtf:EDTF ; sjkg:inPeriod event:between . '
        'event:w sjkg:date "1914/.."^^edtf:EDTF ; sjkg:before event:between .'
    )
    assert not [triple for triple in derive(read(text)) if "between" in triple[0]]


def test_a_thing_is_stated_in_a_passage_about_it_or_with_it_as_object_but_not_in_that_of_a_part():
    """A place that no passage describes would have no passage, and a war those of each of its fights."""
    part, whole, place, passage, section = (
        f"<{IDS}{name}>" for name in ("event/part", "event/whole", "place/x", "passage/p", "section/s")
    )

    def triple(subject: str, name: str, value: str) -> tuple[str, str, str]:
        return subject, f"<{ONTOLOGY}{name}>", value

    triples = (
        triple(part, "directSubEventOf", whole),
        triple(part, "occurredAt", place),
        triple(passage, "inSection", section),
    )
    file = SourceFile("p.ttl", "passages", passage[1:-1], "", dict.fromkeys(triples, 1))
    derived = derive_passages([file])
    stated, described = (f"<{ONTOLOGY}{name}>" for name in ("statedIn", "describedIn"))
    assert {s: how.premises for (s, p, _), how in derived.items() if p == stated} == {
        part: (triples[0],),
        place: (triples[1],),
    }
    assert {s for s, p, _ in derived if p == described} == {part}


def test_a_passage_describes_what_its_claims_are_about_but_not_what_it_only_names():
    """The passages that tell of Khalkhin Gol would be mixed with one that says “after Khalkhin Gol”."""
    claim, event, named, other, passage = (
        f"<{IDS}{name}>" for name in ("claim/c", "event/e", "event/named", "event/other", "passage/p")
    )
    triples = (
        (claim, f"<{ONTOLOGY}about>", event),
        (named, f"<{PREFIXES['skos']}altLabel>", '"N"@en'),
        (claim, f"<{ONTOLOGY}cause>", other),
    )
    file = SourceFile("p.ttl", "passages", passage[1:-1], "", dict.fromkeys(triples, 1))
    assert {s for s, p, _ in derive_passages([file]) if p == f"<{ONTOLOGY}describedIn>"} == {claim, event}
