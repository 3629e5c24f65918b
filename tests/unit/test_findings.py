"""Excerpts of findings: bounded in number and size, whatever the texts of the findings are."""

import json
from dataclasses import asdict

import pytest

from sjkg.core.findings import MAX_EXCERPT_BYTES, MAX_FINDINGS, Excerpt, Finding, excerpt
from sjkg.validation.report import as_sarif, as_text

FEW = [
    Finding("violation", "the first", "rule"),
    Finding("warning", "the second", "rule", focus="https://example.org/"),
]


def test_few_short_findings_are_all_in_the_excerpt_unchanged():
    assert excerpt(FEW) == Excerpt(FEW, {"violation": 1, "warning": 1, "info": 0})
    assert excerpt(FEW).omitted == 0
    assert "not listed" not in as_text(FEW) + as_sarif(FEW)


@pytest.mark.parametrize("character", ["x", "ノ", "\x01", "<", "\ud800"])
@pytest.mark.parametrize("field", ["message", "focus", "path", "value"])
def test_an_excerpt_is_bounded_whatever_the_length_of_a_text(character, field):
    long = [Finding(**{"severity": "info", "message": "m", "rule": "r", field: character * 100_000})] * 3000
    chosen = excerpt(long)
    assert chosen.counts["info"] == len(chosen.findings) + chosen.omitted == 3000
    assert 0 < len(chosen.findings) <= MAX_FINDINGS
    written = json.dumps([asdict(each) for each in chosen.findings], ensure_ascii=False)
    assert len(written.encode(errors="replace")) <= MAX_EXCERPT_BYTES + 2 * MAX_FINDINGS
    assert getattr(chosen.findings[0], field).startswith(character * 100)
    assert " … " in getattr(chosen.findings[0], field)


@pytest.mark.parametrize("write", [as_text, as_sarif])
def test_a_report_says_how_many_findings_are_left_out(write):
    assert "1,234 findings not listed here" in write(FEW, 1234)
