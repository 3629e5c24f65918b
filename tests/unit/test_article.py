"""Tests of the comparison of passages with a text, on a small example."""

from hashlib import sha256
from pathlib import Path

import pytest

from sjkg.core.errors import BrokenInput
from sjkg.kb.article import check_source, describe_span
from sjkg.kb.files import KnowledgeBase, TurtleFile
from sjkg.turtle.reader import read_turtle

TEXT = "Title\n\nOne thing happened here. Another followed.\n\nLater\n\nNothing to see.\n"
PREFIXES = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix passage: <https://w3id.org/sjkg/id/passage/> .
@prefix section: <https://w3id.org/sjkg/id/section/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def block(name: str, words: str, kind: str = "Passage", start: int | None = None, more: str = "") -> str:
    start = TEXT.index(words) if start is None else start
    digest = sha256(words.encode()).hexdigest()
    return f'{name} a sjkg:{kind} ; sjkg:spanStart {start} ; sjkg:spanEnd {start + len(words)} ; sjkg:spanSha256 "{digest}" {more}.\n'


WHOLE = [
    block("section:title", "Title", "Section", more='; skos:prefLabel "Title"@en '),
    block(
        "passage:one", "One thing happened here.", more='; sjkg:opensWith "One thing"@en ; sjkg:closesWith "here."@en '
    ),
    block("passage:two", "Another followed."),
    block("section:later", "Later", "Section", more='; skos:prefLabel "Later"@en '),
    block("passage:three", "Nothing to see."),
]


def check(blocks: list[str], text: str = TEXT) -> list[tuple[str, str]]:
    parsed = read_turtle(PREFIXES + "".join(blocks), "x.ttl")
    kb = KnowledgeBase(Path(), (TurtleFile("x.ttl", "triples", "urn:x", parsed),))
    return [(finding.rule, finding.message) for finding in check_source(text, "text.txt", kb)]


def test_a_text_that_is_covered_without_gap_or_overlap_has_no_findings():
    assert check(WHOLE) == []


@pytest.mark.parametrize("missing", [1, 2, 4])
def test_a_finding_for_a_gap_names_its_section(missing):
    (finding,) = check(WHOLE[:missing] + WHOLE[missing + 1 :])
    assert finding[0] == "source-gap" and ("“Later”" if missing == 4 else "“Title”") in finding[1]


def test_white_space_between_passages_is_not_a_gap():
    assert check(WHOLE, TEXT) == []


def test_a_finding_for_an_overlap_names_both_passages():
    findings = check([*WHOLE, block("passage:four", "One thing happened here. Another")])
    assert {rule for rule, _ in findings} == {"source-overlap"}
    named = {
        frozenset(word for word in ("passage:one", "passage:two", "passage:four") if word in message)
        for _, message in findings
    }
    assert named == {frozenset({"passage:one", "passage:four"}), frozenset({"passage:two", "passage:four"})}


def test_a_changed_passage_is_reported_by_its_hash():
    changed = TEXT.replace("Another followed", "Another preceded")
    findings = check(WHOLE, changed)
    assert [rule for rule, _ in findings] == ["source-hash"]


def test_the_finding_for_a_moved_passage_gives_its_new_span():
    findings = check(WHOLE[:2], "A new " + TEXT)
    assert any(rule == "source-hash" and "text with this hash is at 13–37" in message for rule, message in findings)


@pytest.mark.parametrize(
    "more, words",
    [('; sjkg:opensWith "Two"@en ', "begin with “Two”"), ('; sjkg:closesWith "there."@en ', "end with “there.”")],
)
def test_wrong_opening_or_closing_words_are_reported(more, words):
    findings = check([*WHOLE[:1], block("passage:one", "One thing happened here.", more=more), *WHOLE[2:]])
    assert [rule for rule, _ in findings] == ["source-anchor"] and words in findings[0][1]


def test_a_span_beyond_the_end_of_the_text_is_reported():
    findings = check([*WHOLE, block("passage:far", "words", start=10_000)])
    assert ("source-span") in [rule for rule, _ in findings]


def test_another_version_of_the_whole_text_is_reported():
    version = f'<urn:article> sjkg:textSha256 "{sha256(TEXT.encode()).hexdigest()}" .\n'
    assert check([*WHOLE, version]) == []
    assert "source-version" in [rule for rule, _ in check([*WHOLE, version], TEXT + " ")]


def test_a_span_is_found_by_its_first_and_last_words():
    span = describe_span(TEXT, "Another", "followed.")
    assert (
        TEXT[span.start : span.end] == "Another followed." and span.sha256 == sha256(b"Another followed.").hexdigest()
    )


@pytest.mark.parametrize(
    "opens, closes, words",
    [("happened", "Title", "after"), ("e", "here.", "times"), ("absent", "here.", "0 times")],
)
def test_words_that_do_not_identify_one_span_are_refused(opens, closes, words):
    with pytest.raises(BrokenInput, match=words):
        describe_span(TEXT, opens, closes)
