"""Tests that moving targets to property shapes, for speed, does not change the findings."""

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

from sjkg.kb.files import KnowledgeBase
from sjkg.turtle.parse import parse_turtle
from sjkg.validation.shacl import check_shapes

FIXTURES = sorted((Path(__file__).parents[1] / "data" / "fixtures").glob("*/invalid.ttl"))
HEAD = """@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:rule a sh:PropertyShape ; sh:path :p ; sh:minCount 1 ; sh:message "m" .
"""


def as_written(data: Graph, shapes: Graph) -> set[tuple]:
    """Return focus node and shape of each validation result of the unchanged shapes."""
    results = validate(data, shacl_graph=shapes)[1]
    return {
        (str(results.value(r, SH.focusNode)), str(results.value(r, SH.sourceShape)))
        for r in results.subjects(predicate=SH.resultSeverity)
    }


def as_run(data: Graph, shapes: Graph) -> set[tuple]:
    nowhere = KnowledgeBase(Path(), ())
    return {(finding.focus, finding.rule) for finding in check_shapes(data, shapes, nowhere)}


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
            {"x", "y", "z"},  # pyshacl reports z as a detail of the result for y
        ),
    ],
)
def test_a_property_shape_is_run_for_the_targets_of_its_node_shape(text, wrong):
    data = parse_turtle(HEAD + ":x a :C . :y :q :z .", "data.ttl").graph
    shapes = parse_turtle(HEAD + text, "shapes.ttl").graph
    found = as_run(data, shapes)
    assert found == as_written(data, shapes)
    assert {focus.removeprefix("http://example.org/") for focus, _ in found} == wrong
