"""What a check found: one record for syntax errors, unknown terms, shapes, quality queries and inconsistencies."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")


@dataclass(frozen=True, order=True)
class Finding:
    """One finding; nodes are IRIs, or values in N3 where they are literals.

    rule: the shape's IRI, the quality query's name, or the name of a loading check.
    line and column count from 1.
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
        """Return file:line:column, as far as known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


def count_findings(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many there are of each severity, the gravest first."""
    counted = Counter(finding.severity for finding in findings)
    return {severity: counted[severity] for severity in SEVERITIES}


def sort_findings(findings) -> list[Finding]:
    """Return the findings without repetition, the gravest first, then by place."""
    key = lambda f: (SEVERITIES.index(f.severity), f.file or "", f.line or 0, f.rule, f.focus or "", f.message)
    return sorted(set(findings), key=key)
