"""Shapes are aimed anew before they run; what they find is what they would have found as written."""

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
    """Return focus node and shape of each result of the shapes as they stand."""
    results = validate(data, shacl_graph=shapes)[1]
    return {
        (str(results.value(r, SH.focusNode)), str(results.value(r, SH.sourceShape)))
        for r in results.subjects(predicate=SH.resultSeverity)
    }


def as_run(data: Graph, shapes: Graph) -> set[tuple]:
    nowhere = KnowledgeBase(Path(), ())
    return {(finding.focus, finding.rule) for finding in check_shapes(data, shapes, nowhere)}


def test_all_broken_fixtures_together_give_the_same_findings(kb):
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
            {"x", "y", "z"},  # z is told as a detail of what is wrong with y
        ),
    ],
)
def test_a_rule_is_run_for_the_targets_of_the_shape_that_lists_it(text, wrong):
    data = parse_turtle(HEAD + ":x a :C . :y :q :z .", "data.ttl").graph
    shapes = parse_turtle(HEAD + text, "shapes.ttl").graph
    found = as_run(data, shapes)
    assert found == as_written(data, shapes)
    assert {focus.removeprefix("http://example.org/") for focus, _ in found} == wrong
