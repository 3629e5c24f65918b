"""The record type `Finding` for one result of any check: syntax errors, undeclared IRIs, SHACL, quality queries, logic."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Literal

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
MAX_FINDINGS = 1000  # in an excerpt of findings
MAX_EXCERPT_BYTES = 512 * 1024  # of the findings of an excerpt, as JSON
MAX_MESSAGE_CHARACTERS, MAX_NODE_CHARACTERS = 1000, 300  # in an excerpt


@dataclass(frozen=True, order=True)
class Finding:
    """One result of a check, with its place in the files. Fields that do not apply are None.

    severity: "violation" (the graph cannot be built), "warning" or "info".
    message: one sentence that says what is wrong and what to do.
    rule: the SHACL shape's IRI, the quality query's name, or the name of a built-in check, such as "syntax" or "edtf".
    focus, path, value: subject, predicate and object concerned (sh:focusNode, sh:resultPath, sh:value): an IRI in full
    without angle brackets, a literal in N3.
    file: path relative to the knowledge base, or as the user gave it. line, column: counted from 1.
    """

    severity: Severity
    message: str
    rule: str
    focus: str | None = None
    path: str | None = None
    value: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """Return the place as “file:line:column”, without the parts that are None; "" when all are None."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


def has_violations(findings: Iterable[Finding]) -> bool:
    """Return whether at least one of the findings is a violation, so that the graph cannot be built."""
    return any(finding.severity == "violation" for finding in findings)


def count_findings(findings: Iterable[Finding]) -> dict[str, int]:
    """Return a dict with the keys violation, warning and info, in this order, and the number of findings of each (or 0)."""
    counted = Counter(finding.severity for finding in findings)
    return {severity: counted[severity] for severity in SEVERITIES}


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the distinct findings, sorted by severity (violations first), file, line, rule, focus, message and the rest."""

    def key(f: Finding) -> tuple[int, str, int, str, str, str, str, str, int]:
        place = SEVERITIES.index(f.severity), f.file or "", f.line or 0
        return *place, f.rule, f.focus or "", f.message, f.path or "", f.value or "", f.column or 0

    return sorted(set(findings), key=key)


@dataclass(frozen=True)
class Excerpt:
    """The first findings of a check, of bounded number and size, and the counts of all.

    findings: at most MAX_FINDINGS, in at most MAX_EXCERPT_BYTES of JSON, with long messages and terms shortened.
    counts: the number of all findings of each severity, as `count_findings` returns it.
    """

    findings: list[Finding]
    counts: dict[str, int]

    @property
    def omitted(self) -> int:
        """Return the number of findings that are left out."""
        return sum(self.counts.values()) - len(self.findings)


def excerpt(findings: list[Finding]) -> Excerpt:
    """Return the first of the findings, as many as an Excerpt may have, and the counts of all."""
    first: list[Finding] = []
    size = 0
    for finding in findings[:MAX_FINDINGS]:
        shortened = _shorten_texts(finding)
        size += len(json.dumps(asdict(shortened), ensure_ascii=False).encode(errors="replace"))
        if size > MAX_EXCERPT_BYTES:
            break
        first.append(shortened)
    return Excerpt(first, count_findings(findings))


def _shorten_texts(finding: Finding) -> Finding:
    """Return a finding whose message and nodes have at most MAX_MESSAGE_CHARACTERS or MAX_NODE_CHARACTERS."""
    focus, path, value = (
        text and _shorten(text, MAX_NODE_CHARACTERS) for text in (finding.focus, finding.path, finding.value)
    )
    return replace(
        finding, message=_shorten(finding.message, MAX_MESSAGE_CHARACTERS), focus=focus, path=path, value=value
    )


def _shorten(text: str, max_characters: int) -> str:
    """Return a text of at most `max_characters` characters, with “ … ” instead of the middle of a longer one."""
    if len(text) <= max_characters:
        return text
    half = (max_characters - 3) // 2
    return f"{text[:half]} … {text[-half:]}"
