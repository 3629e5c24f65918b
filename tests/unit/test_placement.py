"""Tests of the check that claims are in the file of their passage, and editorial inferences are not."""

from pathlib import Path

import pytest
from rdflib import URIRef

from sjkg.kb.files import KnowledgeBase, TurtleFile
from sjkg.turtle.parse import parse_turtle
from sjkg.validation.references import check_placement

PREFIXES = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix claim: <https://w3id.org/sjkg/id/claim/> .
@prefix remark: <https://w3id.org/sjkg/id/remark/> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
"""


def messages(part: str, text: str) -> list[str]:
    file = TurtleFile("some.ttl", part, URIRef("urn:graph"), parse_turtle(PREFIXES + text, "some.ttl"))
    return [f"{finding.place} {finding.message}" for finding in check_placement(KnowledgeBase(Path(), (file,)))]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("passages", "claim:a a sjkg:CountClaim ."),
        ("passages", "remark:a a sjkg:Remark ."),
        ("triples", "claim:a a sjkg:EditorialInference ."),
        ("triples", "event:a a sjkg:Battle ."),
    ],
)
def test_a_thing_in_the_right_file_is_not_reported(part, text):
    assert messages(part, text) == []


def test_a_claim_outside_a_passage_is_reported_with_its_line():
    (message,) = messages("triples", "claim:a a sjkg:CountClaim .")
    assert message.startswith("some.ttl:5 claim:a is not in the file of a passage")


def test_an_editorial_inference_inside_a_passage_is_reported():
    (message,) = messages("passages", "claim:a a sjkg:EditorialInference .")
    assert "triples/editorial.ttl" in message
