"""Tests that moving targets to property shapes, for speed, does not change the findings."""

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

from sjkg.core.vocabulary import PREFIXES
from sjkg.kb.sources import Sources
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import facts_of, parse_value
from sjkg.validation.shacl_constraints import _python_value
from sjkg.validation.shapes import check_shapes

FIXTURES = sorted((Path(__file__).parents[1] / "data" / "fixtures").glob("*/invalid.ttl"))
HEAD = """@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:rule a sh:PropertyShape ; sh:path :p ; sh:minCount 1 ; sh:message "m" .
"""
RULES = """:two sh:path :q ; sh:minCount 1 ; sh:message "m" .
:one-big sh:path :has ; sh:qualifiedValueShape [ sh:class :Big ] ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true .
:one-small sh:path :has ; sh:qualifiedValueShape [ sh:class :Small ] ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true .
"""
DATA = """:x a :C . :y :q :z . :v a :shape . :w :p :u ; :q :w . :s :has :both, :small . :both a :Big, :Small . :small a :Small . :t :p :w .
"""


def as_written(data: Graph, shapes: Graph) -> set[tuple]:
    """Return focus node and shape of each validation result of the unchanged shapes."""
    results = validate(data, shacl_graph=shapes)[1]
    return {
        (str(results.value(r, SH.focusNode)), str(results.value(r, SH.sourceShape)))
        for r in results.objects(predicate=SH.result)
    }


def as_run(data: Graph, shapes: Graph) -> set[tuple]:
    found = check_shapes(facts_of(data), facts_of(shapes), Sources(()))
    return {(finding.focus, finding.rule) for finding in found}


def test_all_invalid_fixtures_together_give_the_same_findings(kb):
    data = kb.union("ontology", "vocab")
    for path in FIXTURES:
        data += parse_turtle(path.read_text(encoding="utf-8"), path.parent.name).graph
    shapes = kb.union("shapes")
    found = as_run(data, shapes)
    assert len(found) > 100 and found == as_written(data, shapes)


@pytest.mark.parametrize(
    "text, wrong",
    [
        (":shape a sh:NodeShape ; sh:property :rule ; sh:targetClass :C .", {"x"}),
        (":shape a sh:NodeShape ; sh:property :rule ; sh:targetClass :C ; sh:targetNode :z .", {"x", "z"}),
        (":shape a sh:NodeShape ; sh:property :rule ; sh:targetClass :C ; sh:deactivated true .", set()),
        (
            ":shape a sh:NodeShape ; sh:property :rule ; sh:targetClass :C . "
            ':other a sh:PropertyShape ; sh:path :q ; sh:node :shape ; sh:targetNode :y ; sh:message "m" .',
            {"x", "y"},
        ),
        (":shape a sh:NodeShape ; sh:property :rule ; sh:targetNode :t ; sh:closed true .", set()),
        (":shape a sh:NodeShape, rdfs:Class ; sh:property :rule ; sh:targetNode :x .", {"v", "x"}),
        (":shape a sh:NodeShape ; sh:property :rule, :two ; sh:targetClass :C . :rule sh:deactivated true .", {"x"}),
        (":shape a sh:NodeShape ; sh:property :rule, [ sh:path :p ; sh:property :two ] ; sh:targetNode :w .", {"u"}),
        (
            ":shape a sh:NodeShape ; sh:property :two ; sh:targetNode :w ; sh:severity sh:Info ; sh:nodeKind sh:BlankNode .",
            {"w"},
        ),
        (
            ":shape a sh:NodeShape ; sh:property :rule ; sh:targetSubjectsOf :q ; sh:targetObjectsOf :q, :p .",
            {"u", "y", "z"},
        ),
        (":shape a sh:NodeShape ; sh:property :rule ; sh:targetNode :x ; sh:node [ sh:property :two ] .", {"x"}),
        (":shape a sh:NodeShape ; sh:property :one-big, :one-small ; sh:targetNode :s .", {"s"}),
    ],
)
def test_shapes_give_the_results_of_the_unchanged_shapes(text, wrong):
    data = parse_turtle(HEAD + DATA, "data.ttl").graph
    shapes = parse_turtle(HEAD + RULES + text, "shapes.ttl").graph
    found = as_run(data, shapes)
    assert found == as_written(data, shapes)
    assert {focus.removeprefix("http://example.org/") for focus, _ in found} == wrong


@pytest.mark.parametrize(
    "literal",
    [
        *(f'"{form}"^^<{PREFIXES["xsd"]}integer>' for form in ("7", "-07", "+7", "seven", "7.0")),
        *(f'"{form}"^^<{PREFIXES["xsd"]}decimal>' for form in ("7", "-07.50", "+.5", "seven")),
        *(f'"{form}"^^<{PREFIXES["xsd"]}date>' for form in ("1939-05-11", "1939-02-29", "1939-05-11Z", "0001-01-01")),
    ],
)
def test_values_to_compare_are_those_of_rdflib(literal):
    assert _python_value(literal) == parse_value(literal)
