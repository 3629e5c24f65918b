"""Reasoning with our ontology, by either reasoner: inferred triples, filtered triples, contradictions; derived conflicts."""

import pytest
from graphs import derived_graph, packaged
from rdflib import OWL, RDF, Graph

from sjkg.core.errors import Inconsistent
from sjkg.core.settings import REASONERS
from sjkg.core.vocabulary import PREFIXES, shorten
from sjkg.reason.closure import closure_by
from sjkg.turtle.parse import parse_turtle

pytestmark = pytest.mark.slow

KB = packaged()
ONTOLOGY = KB.union("ontology")
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def read(text: str) -> Graph:
    return parse_turtle(HEAD + text, "x.ttl").graph


def reason(facts: Graph, reasoner: str) -> Graph:
    return closure_by(facts, reasoner, lambda text: None)


def inferred(text: str, reasoner: str) -> set[str]:
    """Return the triples inferred from our ontology and some facts, as text with prefixed names."""
    return {" ".join(shorten(str(node)) for node in triple) for triple in reason(ONTOLOGY + read(text), reasoner)}


@pytest.fixture(params=REASONERS)
def reasoner(request):
    return request.param


@pytest.mark.parametrize(
    "facts, expected",
    [
        (
            "event:a sjkg:directSubEventOf event:b . event:b sjkg:directSubEventOf event:c .",
            "event:a sjkg:subEventOf event:c",
        ),
        ("event:a sjkg:directSubEventOf event:b .", "event:b sjkg:hasSubEvent event:a"),
        (
            "event:a sjkg:hasParticipation participation:p . participation:p sjkg:participant actor:x .",
            "event:a sjkg:hasParticipant actor:x",
        ),
        (
            "event:a sjkg:directSubEventOf event:b ; sjkg:hasParticipation participation:p . participation:p sjkg:participant actor:x .",
            "actor:x sjkg:participatedIn event:b",
        ),
        ("event:a sjkg:occurredAt place:a . place:a sjkg:placePartOf place:b .", "place:b sjkg:siteOf event:a"),
        ("event:a sjkg:directSubEventOf event:b ; sjkg:occurredAt place:a .", "event:b sjkg:occurredAt place:a"),
        (
            "actor:squad sjkg:unitOf actor:army . actor:army sjkg:armedForceOf actor:state .",
            "actor:squad sjkg:armedForceOf actor:state",
        ),
        (
            "actor:squad sjkg:unitOf actor:army . actor:army sjkg:ofState actor:client . actor:client sjkg:clientStateOf actor:patron .",
            "actor:squad sjkg:alignedWith actor:patron",
        ),
        (
            "event:a sjkg:hasParticipant actor:army . actor:army sjkg:armedForceOf actor:client . actor:client sjkg:clientStateOf actor:patron .",
            "event:a sjkg:involvesPower actor:patron",
        ),
        (
            "actor:client sjkg:clientStateOf actor:patron .",
            "actor:client a sjkg:ClientState".replace(" a ", " rdf:type "),
        ),
        ("event:a sjkg:before event:b . event:b sjkg:before event:c .", "event:c sjkg:after event:a"),
        ("event:part sjkg:directSubEventOf event:a . event:a sjkg:before event:b .", "event:part sjkg:before event:b"),
        ("event:a sjkg:before event:b . event:part sjkg:directSubEventOf event:b .", "event:a sjkg:before event:part"),
        ("event:a sjkg:retaliationFor event:b .", "event:b sjkg:causedOrContributedTo event:a"),
        ("event:a sjkg:possiblySameEventAs event:b .", "event:b sjkg:possiblySameEventAs event:a"),
        ('event:a sjkg:transliteration "x"@ja-Latn .', "event:a skos:altLabel <x>"),
    ],
)
def test_each_axiom_of_the_ontology_has_an_effect(facts, expected, reasoner):
    assert expected in inferred(facts, reasoner)


@pytest.mark.parametrize(
    "facts, unwanted",
    [
        ("event:a sjkg:ledTo event:b . event:b sjkg:ledTo event:c .", "event:a sjkg:causedOrContributedTo event:c"),
        (
            "actor:squad sjkg:unitOf actor:army . actor:army sjkg:commandedBy actor:general .",
            "actor:squad sjkg:commandedBy actor:general",
        ),
        (
            "actor:a sjkg:clientStateOf actor:b . actor:b sjkg:clientStateOf actor:c .",
            "actor:a sjkg:alignedWith actor:c",
        ),
        (
            "event:a sjkg:directSubEventOf event:b . event:b sjkg:hasParticipant actor:x .",
            "event:a sjkg:hasParticipant actor:x",
        ),
        (
            "event:a sjkg:directSubEventOf event:b . event:b sjkg:occurredAt place:x .",
            "event:a sjkg:occurredAt place:x",
        ),
    ],
)
def test_a_relation_is_not_inferred_where_it_would_be_wrong(facts, unwanted, reasoner):
    assert unwanted not in inferred(facts, reasoner)


def test_only_new_triples_that_pass_the_output_filter_are_returned(reasoner):
    facts = ONTOLOGY + read("event:a a sjkg:Battle ; sjkg:directSubEventOf event:b .")
    for s, p, o in reason(facts, reasoner):
        assert (s, p, o) not in facts and o != OWL.Thing and p not in (OWL.sameAs, OWL.equivalentClass)


@pytest.mark.parametrize(
    "equality",
    [
        "actor:a owl:sameAs actor:b .",
        "sjkg:commandedBy a owl:FunctionalProperty . actor:c sjkg:commandedBy actor:a , actor:b .",
    ],
)
def test_equality_is_followed_where_it_occurs(equality, reasoner):
    facts = read(equality + 'actor:a sjkg:rankText "general" .')
    assert (*next(iter(read('actor:b sjkg:rankText "general" .'))),) in reason(facts, reasoner)


@pytest.mark.parametrize(
    "facts, node",
    [
        ("event:a a sjkg:Battle , sjkg:Person .", "id/event/a"),
        ("event:a sjkg:directSubEventOf event:b ; sjkg:placePartOf place:c .", "id/event/a"),
        ("actor:a owl:sameAs actor:b ; owl:differentFrom actor:b .", "id/actor/a"),
    ],
)
def test_a_contradiction_is_an_error_that_names_the_node(facts, node, reasoner):
    with pytest.raises(Inconsistent) as contradiction:
        reason(ONTOLOGY + read(facts), reasoner)
    assert node in str(contradiction.value)


CLAIMS = """claim:a sjkg:about event:e ; sjkg:party actor:p ; sjkg:quantityKind quantity:killed ; {a} .
claim:b sjkg:about event:e ; sjkg:party actor:p ; sjkg:quantityKind quantity:killed ; {b} ."""


@pytest.mark.parametrize(
    "a, b, conflict",
    [
        ("sjkg:countExact 1", "sjkg:countExact 2", True),
        ("sjkg:countExact 5", "sjkg:countMin 6 ; sjkg:countMax 9", True),
        ("sjkg:countMax 5", "sjkg:countMin 6", True),
        ("sjkg:countExact 7", "sjkg:countMin 6 ; sjkg:countMax 9", False),
        ("sjkg:countExact 1", "sjkg:countExact 1", False),
        ('sjkg:countText "several"', "sjkg:countExact 1", False),
        ("sjkg:countExact 1 ; sjkg:subcountOf claim:b", "sjkg:countExact 2", False),
        ("sjkg:countExact 1 ; sjkg:materiel materiel:tank", "sjkg:countExact 2 ; sjkg:materiel materiel:truck", False),
    ],
)
def test_figures_conflict_when_their_ranges_do_not_meet(a, b, conflict):
    derived = derived_graph(read(CLAIMS.format(a=a, b=b)))
    assert (len(derived) == 2) is conflict and (not conflict or len(set(derived.subjects())) == 2)


def test_a_place_claimed_by_two_parties_is_disputed():
    one = "claim:a sjkg:claimedPlace place:x ; sjkg:claimant actor:p ."
    assert not derived_graph(read(one))
    both = derived_graph(read(one + "claim:b sjkg:claimedPlace place:x ; sjkg:claimant actor:q ."))
    assert [shorten(str(o)) for o in both.objects(predicate=RDF.type)] == ["sjkg:DisputedArea"]
