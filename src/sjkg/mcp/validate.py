"""The tool “validate”: findings in a Turtle text, checked as if it were a file of the knowledge base."""

from collections.abc import Iterator
from dataclasses import dataclass

from sjkg.core.errors import TooLarge
from sjkg.core.findings import Finding
from sjkg.core.messages import count_noun
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.sources import more_text
from sjkg.workers.fair_queue import Client

MAX_FINDINGS_GIVEN = 100


@dataclass(frozen=True)
class ValidationReport:
    """Findings in a Turtle text.

    conforms: there is no violation. counts: number of all findings by severity. findings: the first ones, violations first. omitted:
    number of the others.
    """

    conforms: bool
    counts: dict[str, int]
    findings: tuple[Finding, ...] = ()
    omitted: int = 0


def validate_turtle(graph: OpenedGraph, turtle: str, client: Client) -> ValidationReport:
    """Return the findings in a Turtle text.

    client: asks; the check is stopped when it is gone. Raises TooLarge above the maximum size, and the errors of
    `TurtleChecker.check`.
    """
    text, max_bytes = turtle.encode(errors="replace"), graph.settings.max_body_bytes
    if len(text) > max_bytes:
        raise TooLarge(
            f"the text has {count_noun(len(text), 'byte')}, more than the {max_bytes:,} allowed here; send it in parts"
        )
    checked = graph.checker.check(text, graph.snapshot.proofs, client)
    given = tuple(checked.findings[:MAX_FINDINGS_GIVEN])
    omitted = sum(checked.counts.values()) - len(given)
    return ValidationReport(not checked.counts["violation"], checked.counts, given, omitted)


def validation_text(report: ValidationReport) -> str:
    """Return the findings as text."""
    return "\n".join(_lines(report))


def _lines(report: ValidationReport) -> Iterator[str]:
    """Yield the lines of the text of a report."""
    counted = ", ".join(
        count_noun(number, "note" if name == "info" else name) for name, number in report.counts.items()
    )
    yield f"{'The text conforms' if report.conforms else 'The text does not conform'}: {counted}."
    for each in report.findings:
        yield f"- {each.severity} at {each.place or 'no line'}: {each.message} (rule {each.rule})"
    if report.omitted:
        yield more_text(report.omitted, "finding", "correct these first, and validate again")
