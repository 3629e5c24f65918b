"""Tests that each shape and quality query reports its invalid fixture and passes its valid one, not vacuously."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from graphs import derived_graph, packaged
from rdflib import RDF, SH, BNode, Graph, URIRef

from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import SHAPES
from sjkg.derive.evaluate import run_select
from sjkg.kb.files import KnowledgeBase, TurtleFile
from sjkg.kb.queries import read_query_files
from sjkg.reason.closure import closure
from sjkg.store.fact_store import FactStore
from sjkg.turtle.reader import read_turtle
from sjkg.turtle.triples import facts_of, graph_of, parse_triple
from sjkg.validation.shapes import check_shapes

pytestmark = pytest.mark.slow

ROOT = packaged_kb()
FIXTURES = Path(__file__).parent / "fixtures"
ROOMS = {"asserted": packaged().union("shapes"), "closure": packaged().union("closure-shapes")}
QUERIES = {query.name: query for query in read_query_files(ROOT / "shapes" / "quality")}


def rules_of(shapes: Graph) -> set[str]:
    """Return the local names of the shapes that have a message of their own."""
    return {str(shape).removeprefix(SHAPES) for shape in shapes.subjects(SH.message) if isinstance(shape, URIRef)}


RULES = {
    **{rule: stage for stage, shapes in ROOMS.items() for rule in rules_of(shapes)},
    **dict.fromkeys(QUERIES, "query"),
}


@cache
def shapes_for(rule: str) -> Graph:
    """Return the shapes graph of a rule alone: the rule, the node shapes that list it, and what they refer to.

    Other rules of these node shapes are left out, unless the node shape is closed or a rule depends on its siblings.
    All 190 rules for each fixture would take fifteen times as long.
    """
    shapes, itself = ROOMS[RULES[rule]], URIRef(SHAPES + rule)
    owners = set(shapes.subjects(SH.property, itself))
    alone, waiting = Graph(), [itself, *owners]
    while waiting:
        node = waiting.pop()
        for triple in shapes.triples((node, None, None)):
            _, predicate, value = triple
            is_sibling = node in owners and predicate == SH.property and value != itself
            needs_siblings = (node, SH.closed, None) in shapes or (
                itself,
                SH.qualifiedValueShapesDisjoint,
                None,
            ) in shapes
            if triple not in alone and (not is_sibling or needs_siblings):
                alone.add(triple)
                waiting.append(value)
    return alone


@cache
def schema() -> Graph:
    return packaged().union("ontology", "vocab")


@contextmanager
def added(graph: Graph, more: Graph) -> Iterator[Graph]:
    """Yield `graph` with the triples of `more`, which are removed again at the end: faster than a copy."""
    new = [triple for triple in more if triple not in graph]
    for triple in new:
        graph.add(triple)
    try:
        yield graph
    finally:
        for triple in new:
            graph.remove(triple)


def findings_for(rule: str, text: str) -> list:
    """Return the findings of a rule in a fixture."""
    parsed = read_turtle(text, f"{rule}.ttl")
    stage = QUERIES[rule].value("when") if rule in QUERIES else RULES[rule]
    with added(Graph() if stage == "schema" else schema(), graph_of(map(parse_triple, parsed.lines))) as data:
        if stage == "closure":
            derived = derived_graph(data)
            data = data + derived + closure(data + derived)
        facts = facts_of(data)
    if rule in QUERIES:
        return run_select(QUERIES[rule], FactStore(facts))
    kb = KnowledgeBase(ROOT, (TurtleFile(f"{rule}.ttl", "triples", "urn:fixture", parsed),))
    found = check_shapes(facts, facts_of(shapes_for(rule)), kb.sources)
    return [finding for finding in found if finding.rule == SHAPES + rule]


def test_every_shape_has_an_iri():
    for shapes in ROOMS.values():
        kinds = (SH.NodeShape, SH.PropertyShape)
        assert not [shape for kind in kinds for shape in shapes.subjects(RDF.type, kind) if isinstance(shape, BNode)]


def test_every_rule_has_fixtures_and_every_fixture_has_a_rule():
    assert len(RULES) > 60
    assert {path.name for path in FIXTURES.iterdir()} == set(RULES)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_invalid_fixture_is_reported_with_its_line(rule):
    found = findings_for(rule, (FIXTURES / rule / "invalid.ttl").read_text(encoding="utf-8"))
    assert found
    if rule not in QUERIES:
        assert found[0].file and found[0].line and found[0].message


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_valid_fixture_passes_the_rule(rule):
    assert findings_for(rule, (FIXTURES / rule / "valid.ttl").read_text(encoding="utf-8")) == []
