"""Tests that each shape and quality query reports its invalid fixture and passes its valid one, not vacuously."""

from pathlib import Path

import pytest
from rdflib import RDF, SH, BNode, Graph, URIRef

from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import SHAPES
from sjkg.derive.evaluate import run_select
from sjkg.derive.rules import derive_triples
from sjkg.kb.files import KnowledgeBase, TurtleFile, load_files
from sjkg.kb.queries import read_query_files
from sjkg.reason.owlrl_reference import closure
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import graph_of
from sjkg.validation.shacl import check_shapes

pytestmark = pytest.mark.slow

ROOT = packaged_kb()
FIXTURES = Path(__file__).parent / "fixtures"
KB = load_files(ROOT)
SCHEMA = KB.union("ontology", "vocab")
ROOMS = {"asserted": KB.union("shapes"), "closure": KB.union("closure-shapes")}
QUERIES = {query.name: query for query in read_query_files(ROOT / "shapes" / "quality")}


def rules_of(shapes: Graph) -> set[str]:
    """Return the local names of the shapes that have a message of their own."""
    return {str(shape).removeprefix(SHAPES) for shape in shapes.subjects(SH.message) if isinstance(shape, URIRef)}


RULES = {
    **{rule: stage for stage, shapes in ROOMS.items() for rule in rules_of(shapes)},
    **dict.fromkeys(QUERIES, "query"),
}


def findings_for(rule: str, text: str) -> list:
    """Return the findings of a rule in a fixture."""
    parsed = parse_turtle(text, f"{rule}.ttl")
    stage = QUERIES[rule].value("when") if rule in QUERIES else RULES[rule]
    data = parsed.graph if stage == "schema" else SCHEMA + parsed.graph
    if stage == "closure":
        derived = graph_of(derive_triples(data, ROOT))
        data = data + derived + closure(data + derived)
    if rule in QUERIES:
        return run_select(QUERIES[rule], data)
    kb = KnowledgeBase(ROOT, (TurtleFile(f"{rule}.ttl", "triples", URIRef("urn:fixture"), parsed),))
    return [finding for finding in check_shapes(data, ROOMS[stage], kb) if finding.rule == SHAPES + rule]


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
