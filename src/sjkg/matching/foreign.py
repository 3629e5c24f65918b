"""Records of other datasets, with the file and line of each."""

from dataclasses import dataclass, field

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, Severity
from sjkg.core.messages import count_noun
from sjkg.matching.records import Record

MAX_FINDINGS = 20  # that are listed of a file


@dataclass(frozen=True)
class ForeignRecord:
    """A record of another dataset. subject: its IRI or CURIE. record: its key is that of the row, or the IRI in RDF.

    line: of its first row in the file; 0 for RDF.
    """

    subject: str
    record: Record
    line: int


@dataclass(frozen=True)
class ForeignDataset:
    """A dataset to link with the graph.

    file: its path. records: in the order of a table, or by IRI. fields: pairs of a column and the field that it is read as.
    ignored: the other columns. prefixes: a dict from prefix to namespace, of the CURIEs of its records. warnings: on values
    that were left out, and on rows that were read as one record.
    """

    file: str
    records: tuple[ForeignRecord, ...]
    fields: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    prefixes: dict[str, str] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()


def file_finding(
    file: str, line: int | None, message: str, severity: str = "violation", column: int | None = None
) -> Finding:
    """Return a finding about a line of a file of another dataset, or about all of the file."""
    level: Severity = "warning" if severity == "warning" else "violation"
    return Finding(level, message, rule="dataset", file=file, line=line, column=column)


def refuse_file(file: str, findings: list[Finding], *, are_values: bool = False) -> BrokenInput:
    """Return an error for a file with errors, with the first MAX_FINDINGS of the findings.

    are_values: whether the errors are values that can be left out.
    """
    advice = "correct the values, or leave them out with --lenient" if are_values else "correct the errors listed"
    message = f"{file} was not read: {count_noun(len(findings), 'error')}; {advice}"
    return BrokenInput(message, tuple(findings[:MAX_FINDINGS]))
