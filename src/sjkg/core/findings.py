"""The record type `Finding` for one result of any check: syntax errors, undeclared IRIs, SHACL, quality queries, logic."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")


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
    """Return whether one of the findings is a violation, so that the graph cannot be built."""
    return any(finding.severity == "violation" for finding in findings)


def count_findings(findings: Iterable[Finding]) -> dict[str, int]:
    """Return a dict with the keys violation, warning and info, in this order, and the number of findings of each (or 0)."""
    counted = Counter(finding.severity for finding in findings)
    return {severity: counted[severity] for severity in SEVERITIES}


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the distinct findings, sorted by severity (violations first), file, line, rule, focus and message."""
    key = lambda f: (SEVERITIES.index(f.severity), f.file or "", f.line or 0, f.rule, f.focus or "", f.message)
    return sorted(set(findings), key=key)
