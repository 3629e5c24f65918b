"""Tests of the labels (rdfs:label) that are derived for all things."""

from sjkg.core.facts import Facts
from sjkg.core.vocabulary import expand
from sjkg.derive.labels import find_labels


def labels_of(*triples: str) -> dict[str, tuple[str, int]]:
    """Return the label and the number of premises by thing, for triples with CURIEs separated by spaces."""
    facts = Facts(tuple(term if term[0] == '"' else f"<{expand(term)}>" for term in t.split(" ", 2)) for t in triples)
    return {s[1:-1].rpartition("/")[2]: (o, len(premises)) for (s, _, o), premises in find_labels(facts)}


NAMED = ('event:e skos:prefLabel "fight"@en', 'actor:a skos:prefLabel "army"@en', 'role:r skos:prefLabel "attacker"@en')


def test_a_thing_has_its_preferred_name_as_label():
    assert labels_of(NAMED[0]) == {"e": ('"fight"@en', 1)}
    assert labels_of(NAMED[0], 'event:e rdfs:label "own label"@en') == {}


def test_a_participation_is_labelled_by_actor_role_and_event():
    links = ("event:e sjkg:hasParticipation participation:p", "participation:p sjkg:participant actor:a")
    assert labels_of(*NAMED, *links)["p"] == ('"army, in fight"@en', 4)
    assert labels_of(*NAMED, *links, "participation:p sjkg:role role:r")["p"] == ('"army, attacker, in fight"@en', 6)


def test_passages_are_numbered_in_the_order_of_the_article():
    passages = [
        triple
        for name, start in (("one", 900), ("two", 10000))
        for triple in (
            f"passage:{name} rdf:type sjkg:Passage",
            f"passage:{name} sjkg:inSection section:s",
            f'passage:{name} sjkg:spanStart "{start}"^^<http://www.w3.org/2001/XMLSchema#integer>',
        )
    ]
    found = labels_of('section:s skos:prefLabel "Prelude"@en', *passages)
    assert (found["one"][0], found["two"][0]) == ('"passage 1: Prelude"@en', '"passage 2: Prelude"@en')


def test_remarks_and_retired_iris_are_labelled_by_their_words():
    remark = ("remark:m sjkg:remarkKind slip:k", 'slip:k skos:prefLabel "vagueness"@en')
    words = (
        'remark:m dcterms:description "The place \\"there\\" is told by nothing that stands near it in the text."@en'
    )
    assert (
        labels_of(*remark, words)["m"][0]
        == '"vagueness: The place \\"there\\" is told by nothing that stands near it …"@en'
    )
    gone = labels_of("event:old rdf:type sjkg:RetiredIri", 'event:old dcterms:description "named twice"@en')
    assert gone == {"old": ('"retired: named twice"@en', 2)}
