"""Findings: one record type for syntax errors, unknown terms, SHACL results, quality queries and inconsistencies."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")


@dataclass(frozen=True, order=True)
class Finding:
    """One result of a check, with its place in the files.

    message: one sentence that says what is wrong and what to do.
    rule: the SHACL shape's IRI, the quality query's name, or the name of a built-in check, such as "syntax" or "edtf".
    focus, path, value: the triple concerned, in the terms of SHACL: an IRI as it is, a literal in N3.
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
        """Return file:line:column, as far as known; empty without a file."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


def count_findings(findings: Iterable[Finding]) -> dict[str, int]:
    """Return the number of findings for each severity, the most severe first; 0 where there are none."""
    counted = Counter(finding.severity for finding in findings)
    return {severity: counted[severity] for severity in SEVERITIES}


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without duplicates, the most severe first, then by file and line."""
    key = lambda f: (SEVERITIES.index(f.severity), f.file or "", f.line or 0, f.rule, f.focus or "", f.message)
    return sorted(set(findings), key=key)
