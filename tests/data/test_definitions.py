"""Definitions say what the data hold: which properties only some things have, and which concepts nothing uses."""

import json
import re

import pytest

from sjkg.core.vocabulary import ONTOLOGY, SCHEMES

# Words of a definition by which a reader knows that not everything in the domain has a value
PARTIAL = re.compile(
    r"\b(only|absent|optional|mostly|most|none|few|some|may|if|not every|where (it|the article|they)|when the article|no (figures?|accepted))\b",
    re.IGNORECASE,
)
TOTAL = re.compile(r"\b(always|every one|each one)\b", re.IGNORECASE)
NOT_USED, NARROWER = "Not used", "Used through narrower concepts only"
# Schemes without definitions for askers, or whose concepts are made by the project and not by the article
LEFT_OUT = tuple(f"{SCHEMES}{name}" for name in ("dataset",))
COVERAGE = """
SELECT ?property ?definition (COUNT(DISTINCT ?thing) AS ?things) (COUNT(DISTINCT ?subject) AS ?having) {
  ?property rdfs:domain ?class ; skos:definition ?definition . ?thing a ?class
  OPTIONAL { ?thing ?property ?value BIND(?thing AS ?subject) }
} GROUP BY ?property ?definition
"""
USES = """
SELECT ?concept ?scheme ?definition (COUNT(?user) AS ?uses) (COUNT(?narrower) AS ?narrowerUses) {
  ?concept skos:inScheme ?scheme ; skos:definition ?definition
  OPTIONAL { ?user ?property ?concept FILTER(STRSTARTS(STR(?property), STR(sjkg:))) }
  OPTIONAL { ?lower skos:broader+ ?concept . ?narrower ?other ?lower FILTER(STRSTARTS(STR(?other), STR(sjkg:))) }
} GROUP BY ?concept ?scheme ?definition
"""


def rows(store, query):
    """Return the rows of a query as dicts of texts, with local names of the project's IRIs."""
    found = json.loads(store.query(query).body)["results"]["bindings"]
    return [{name: term["value"].removeprefix(ONTOLOGY) for name, term in row.items()} for row in found]


@pytest.fixture(scope="module")
def coverage(store):
    """A dict from each property to its definition, the number of things in its domain, and of those that have it."""
    return {r["property"]: (r["definition"], int(r["things"]), int(r["having"])) for r in rows(store, COVERAGE)}


def test_the_definition_of_a_property_that_not_everything_in_its_domain_has_says_so(coverage):
    silent = {
        name: f"{having} of {things} have it"
        for name, (definition, things, having) in coverage.items()
        if having < things and not PARTIAL.search(definition)
    }
    assert silent == {}, "say in skos:definition what has a value (“Only where …”, “Most … have none”)"
    assert len(coverage) > 120


def test_a_property_that_is_said_to_be_always_there_is_there(coverage):
    assert {
        name for name, (text, things, having) in coverage.items() if TOTAL.search(text) and having < things
    } == set()


def test_the_definition_of_a_concept_that_nothing_uses_says_so(store):
    wrong = {}
    for row in rows(store, USES):
        if row["scheme"] in LEFT_OUT:
            continue
        uses, narrower, definition = int(row["uses"]), int(row["narrowerUses"]), row["definition"]
        expected = "" if uses else NARROWER if narrower else NOT_USED
        said = [phrase for phrase in (NOT_USED, NARROWER) if phrase in definition]
        if said != [expected] * bool(expected):
            wrong[row["concept"]] = f"{uses} uses, {narrower} of narrower concepts; expected “{expected}”"
    assert wrong == {}, "add the sentence to skos:definition, with the reason or what to ask instead, or delete it"


def test_what_a_definition_offers_instead_has_uses(store, coverage):
    """A property or concept that a definition sends a reader to must have statements, or its own definition says it has none."""
    unused = {name for name, (_, _, having) in coverage.items() if not having}
    unused |= {row["concept"] for row in rows(store, USES) if not int(row["uses"]) + int(row["narrowerUses"])}
    names = {iri.rpartition("#")[2].rpartition("/")[2] for iri in unused}
    texts = [row["d"] for row in rows(store, "SELECT ?d { ?x skos:definition ?d }")]
    sent = {
        name for name in names for text in texts if re.search(rf"\b(ask|use|see) [^.]*\w:{re.escape(name)}\b", text)
    }
    assert sent == set()


EXAMPLES = "SELECT ?term ?example { ?term skos:example ?example FILTER(STRSTARTS(STR(?term), STR(sjkg:))) }"
NAME = r"[a-z]+:[\w.-]+"
SENTENCE = re.compile(rf"(?P<one>{NAME}) (?:[a-z]+ )+(?P<other>{NAME})")  # such as “event:x is before event:y”


def claim_of(term, example):
    """Return a graph pattern that the data must match for the example of a term to be true; None for other sorts of examples."""
    if re.fullmatch(NAME, example):
        if term[0].isupper():
            return f"{example} a sjkg:{term}"
        return f"?one sjkg:{term} ?other FILTER({example} IN (?one, ?other))"
    if names := SENTENCE.fullmatch(example):
        one, other = names["one"], names["other"]
        return f"{{ {one} sjkg:{term} {other} }} UNION {{ {other} sjkg:{term} {one} }}"
    if re.fullmatch(r'-?\d+|"[^"…]+"(@[\w-]+|\^\^[\w:]+)?', example):
        text = json.dumps(re.sub(r'^"|"(@[\w-]+|\^\^[\w:]+)?$', "", example), ensure_ascii=False)
        return f"?thing sjkg:{term} ?value FILTER(STR(?value) = {text})"
    return None


def test_the_examples_of_classes_and_properties_are_true(store):
    patterns = {(r["term"], r["example"]): claim_of(r["term"], r["example"]) for r in rows(store, EXAMPLES)}
    checked = {key: pattern for key, pattern in patterns.items() if pattern}
    assert len(checked) > 150
    false = {
        f"sjkg:{term}: {example}"
        for (term, example), pattern in checked.items()
        if not json.loads(store.query(f"ASK {{ {pattern} }}").body)["boolean"]
    }
    assert false == set()
