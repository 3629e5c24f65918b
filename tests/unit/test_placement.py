"""Tests of the check that claims, editorial inferences and remarks are in the files that belong to them."""

from pathlib import Path

import pytest

from sjkg.kb.files import KnowledgeBase, TurtleFile
from sjkg.turtle.reader import read_turtle
from sjkg.validation.references import check_placement

PREFIXES = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix claim: <https://w3id.org/sjkg/id/claim/> .
@prefix remark: <https://w3id.org/sjkg/id/remark/> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
"""


def messages(part: str, text: str) -> list[str]:
    file = TurtleFile("some.ttl", part, "urn:graph", read_turtle(PREFIXES + text, "some.ttl"))
    return [f"{finding.place} {finding.message}" for finding in check_placement(KnowledgeBase(Path(), (file,)).sources)]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("passages", "claim:a a sjkg:CountClaim ."),
        ("remarks", "remark:a a sjkg:Remark ."),
        ("editorial", "claim:a a sjkg:EditorialInference ."),
        ("editorial", "claim:a a sjkg:CasualtyClaim ; sjkg:remainderOf claim:b ."),
        ("triples", "claim:a a sjkg:RetiredIri ."),
        ("triples", "event:a a sjkg:Battle ."),
    ],
)
def test_a_thing_in_the_right_file_is_not_reported(part, text):
    assert messages(part, text) == []


def test_a_claim_outside_a_passage_is_reported_with_its_line():
    (message,) = messages("triples", "claim:a a sjkg:CountClaim .")
    assert message.startswith("some.ttl:5 claim:a is not in a file of triples/passages/")


@pytest.mark.parametrize(
    ("kind", "folder"),
    [
        ("EditorialInference", "editorial"),
        ("Remark", "remarks"),
        ("CasualtyClaim ; sjkg:remainderOf claim:b", "editorial"),
    ],
)
@pytest.mark.parametrize("part", ["passages", "triples"])
def test_what_the_editors_add_is_not_among_what_the_article_states(part, kind, folder):
    (message,) = messages(part, f"claim:a a sjkg:{kind} .")
    assert f"claim:a is not in a file of triples/{folder}/" in message


ORIGIN = "<urn:graph> <http://purl.org/dc/terms/source> <urn:dataset> . "
NAME = 'event:a sjkg:nameElsewhere "Ä"@de .'


def test_a_name_of_another_dataset_belongs_in_a_file_of_links_that_tells_the_dataset():
    assert messages("links", ORIGIN + NAME) == []
    (without,) = messages("links", NAME)
    assert (
        without
        == "some.ttl:5 the name from another dataset (sjkg:nameElsewhere) of event:a has no source: add the dataset as <urn:graph> dcterms:source … to the file"
    )
    (elsewhere,) = messages("triples", ORIGIN + NAME)
    assert "is not in a file of triples/links/" in elsewhere
