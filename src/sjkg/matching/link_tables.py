"""Tables of links in SSSOM/TSV, with the verdicts of people.

A line is a link from a thing of ours (subject) to a thing of another dataset (object). The column `verdict` is “automatic” or
“to check” for a proposal, or the verdict of a person, “accepted” or “refused”; such a line is then never changed.
Source: A Simple Standard for Sharing Ontological Mappings, https://mapping-commons.github.io/sssom/
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from io import StringIO
from itertools import takewhile
from pathlib import Path

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import PREFIXES, curie, expand
from sjkg.matching.foreign import ForeignDataset, file_finding, refuse_file
from sjkg.matching.proposals import Proposal
from sjkg.matching.record_table import RecordTable
from sjkg.matching.scorer import SAME

COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label"),
    *("mapping_justification", "confidence", "comment", "reviewer_id", "verdict"),
)
NEEDED = ("subject_id", "predicate_id", "object_id")
AUTOMATIC, TO_CHECK, REFUSED, ACCEPTED = "automatic", "to check", "refused", "accepted"
PROPOSED = ("", AUTOMATIC, TO_CHECK)  # verdicts that are not of a person
VERDICTS = (*PROPOSED, ACCEPTED, REFUSED)
JUSTIFICATION = "semapv:CompositeMatching"
SEMAPV = "https://w3id.org/semapv/vocab/"


@dataclass(frozen=True)
class LinkRow:
    """A line of a table of links. values: its cells by the name of the column. line: its number in the file, 0 if it is new."""

    values: Mapping[str, str]
    line: int = 0

    @property
    def pair(self) -> tuple[str, str]:
        """Return the IRI of the subject and the IRI or CURIE of the object."""
        return expand(self.values["subject_id"].strip()), self.values["object_id"].strip()

    @property
    def is_decided(self) -> bool:
        """Return whether a person has given a verdict or is named as reviewer."""
        return self.values.get("verdict", "").strip() not in PROPOSED or bool(
            self.values.get("reviewer_id", "").strip()
        )

    @property
    def is_accepted(self) -> bool:
        """Return whether the verdict is “accepted”, and the link is not negated."""
        return self.values.get("verdict", "").strip() == ACCEPTED and not self.is_refused

    @property
    def is_refused(self) -> bool:
        """Return whether the verdict is “refused”, or the predicate_modifier is Not."""
        modifier = self.values.get("predicate_modifier", "").strip().casefold()
        return modifier == "not" or self.values.get("verdict", "").strip() == REFUSED


@dataclass(frozen=True)
class LinkTable:
    """A table of links. columns: in order. rows: in order. header: the comment lines before it, without “#”."""

    rows: tuple[LinkRow, ...] = ()
    columns: tuple[str, ...] = COLUMNS
    header: tuple[str, ...] = ()

    @property
    def prefixes(self) -> dict[str, str]:
        """Return a dict from each prefix in the curie_map of the header to its namespace."""
        lines = iter(self.header)
        for line in lines:
            if line.rstrip() == "curie_map:":
                break
        pairs = (line.strip().partition(":") for line in takewhile(lambda line: line.startswith(" "), lines))
        return {prefix: namespace.strip().strip("\"'") for prefix, _, namespace in pairs}


@dataclass(frozen=True)
class Merged:
    """The result of `merge_links`. table: the lines of `kept`, then those of `fresh`.

    fresh: the lines of new proposals. kept: the old lines that people have decided. vanished: the old lines whose object is no
    longer in the dataset.
    """

    table: LinkTable
    fresh: tuple[LinkRow, ...] = ()
    kept: tuple[LinkRow, ...] = ()
    vanished: tuple[LinkRow, ...] = field(default=())


def read_links(path: Path) -> LinkTable:
    """Return the table of links in a file. Raises BrokenInput, with file and line, when it is not well-formed."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refuse(file, None, f"the table of links cannot be read: {error.strerror}; check the path") from None
    except UnicodeDecodeError as error:
        raise _refuse(
            file, text_line(path, error.start), "a byte is not UTF-8; save the table of links as UTF-8"
        ) from None
    lines = text.splitlines()
    header = [line[1:].rstrip() for line in lines if line.startswith("#")]
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise _refuse(file, 1, f"the table of links is empty; its first line needs the columns {', '.join(NEEDED)}")
    columns = [column.strip() for column in numbered[0][1].split("\t")]
    if missing := [column for column in NEEDED if column not in columns]:
        message = f"the table of links lacks the columns {', '.join(missing)}; separate columns by tabs"
        raise _refuse(file, numbered[0][0], message)
    rows: list[LinkRow] = []
    findings: list[Finding] = []
    for number, line in numbered[1:]:
        cells = next(csv.reader([line], delimiter="\t"))
        cells += [""] * (len(columns) - len(cells))
        row = LinkRow(dict(zip(columns, cells, strict=False)), number)
        if len(cells) > len(columns):
            message = f"the line has {count_noun(len(cells), 'cell')}, the header {len(columns)}; remove the extra tabs"
            findings.append(file_finding(file, number, message))
        elif empty := [column for column in NEEDED if not row.values[column].strip()]:
            findings.append(file_finding(file, number, f"the line has no {', '.join(empty)}; complete or delete it"))
        elif (verdict := row.values.get("verdict", "").strip()) not in VERDICTS:
            message = f"“{verdict}” is not a verdict; write {ACCEPTED}, {REFUSED}, {AUTOMATIC} or {TO_CHECK}"
            findings.append(file_finding(file, number, message))
        else:
            rows.append(row)
    if findings:
        raise refuse_file(file, findings)
    return LinkTable(tuple(rows), tuple(columns), tuple(header))


def find_faults(file: str, table: LinkTable, records: RecordTable) -> list[Finding]:
    """Return findings on the accepted links of a table that cannot be right, at the line of each.

    A subject is not a thing of the graph; or two of the links say that one thing is the same as two others. file: the path of the
    table, for the findings. records: our things.
    """
    findings: list[Finding] = []
    same: dict[str, int] = {}
    for row in table.rows:
        if not row.is_decided or row.is_refused:
            continue
        subject, item = row.pair
        if subject not in records.records:
            message = f"{row.values['subject_id']} is not a thing of the graph; correct it, or refuse the link"
            findings.append(file_finding(file, row.line, message))
        if expand(row.values["predicate_id"].strip()) != expand(f"sjkg:{SAME}"):
            continue
        for name in (subject, item):
            if name in same:
                message = (
                    f"{curie(name)} is the same thing as another one in line {same[name]}; refuse one of the two links"
                )
                findings.append(file_finding(file, row.line, message))
            same.setdefault(name, row.line)
    return findings


def text_line(path: Path, offset: int) -> int:
    """Return the number of the line, from 1, in which the byte at an offset of a file is."""
    return path.read_bytes()[:offset].count(b"\n") + 1


def merge_links(old: LinkTable, proposals: Iterable[Proposal], dataset: ForeignDataset, table: RecordTable) -> Merged:
    """Return the proposals as a table of links, with the lines of an old one that people have decided unchanged and first.

    A pair that is decided is not proposed again; of a record with an accepted link, no other link is proposed.
    """
    kept = tuple(row for row in old.rows if row.is_decided)
    decided = {row.pair for row in kept}
    accepted = {row.pair[1] for row in kept if not row.is_refused}
    fresh = tuple(
        row
        for proposal in proposals
        if (row := _to_row(proposal, table)).pair not in decided and row.pair[1] not in accepted
    )
    present = {each.subject for each in dataset.records}
    vanished = tuple(row for row in old.rows if row.pair[1] not in present)
    columns = tuple(dict.fromkeys((*old.columns, *COLUMNS))) if old.rows else COLUMNS
    return Merged(LinkTable((*kept, *fresh), columns, _make_header(dataset, old.header)), fresh, kept, vanished)


def accept_certain(merged: Merged) -> Merged:
    """Return a table of links in which the certain ones of the new links are accepted."""

    def accept(row: LinkRow) -> LinkRow:
        is_certain = row.values["verdict"] == AUTOMATIC
        return LinkRow({**row.values, "verdict": ACCEPTED}, row.line) if is_certain else row

    accepted = tuple(map(accept, merged.fresh))
    return replace(merged, table=replace(merged.table, rows=(*merged.kept, *accepted)))


def _to_row(proposal: Proposal, table: RecordTable) -> LinkRow:
    """Return a proposal as a line. table: our records."""
    found, foreign = proposal.match, proposal.foreign
    return LinkRow(
        {
            "subject_id": curie(found.iri),
            "subject_label": table.records[found.iri].name,
            "predicate_id": f"sjkg:{found.relation}",
            "object_id": foreign.subject,
            "object_label": foreign.record.name,
            "mapping_justification": JUSTIFICATION,
            "confidence": f"{found.score / 100:.3f}",
            "comment": proposal.evidence,
            "verdict": AUTOMATIC if proposal.is_certain else TO_CHECK,
        }
    )


def _make_header(dataset: ForeignDataset, old: tuple[str, ...]) -> tuple[str, ...]:
    """Return the comment lines of a table of links: those of the old one, else title, prefixes and extensions."""
    if old:
        return old
    prefixes = {name: PREFIXES[name] for name in ("actor", "event", "place", "sjkg", "treaty", "work")}
    prefixes |= {"semapv": SEMAPV} | dataset.prefixes
    return (
        f"mapping_set_title: Links to {Path(dataset.file).name}",
        "curie_map:",
        *(f"  {name}: {prefixes[name]}" for name in sorted(prefixes)),
        "extension_definitions:",
        "  - slot_name: verdict",
        f"    property: {expand('sjkg:verdict')}",
    )


def write_links(table: LinkTable) -> str:
    """Return a table of links as the text of an SSSOM/TSV file."""
    lines = StringIO()
    lines.writelines(f"#{line}\n" for line in table.header)
    writer = csv.writer(lines, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(table.columns)
    writer.writerows([row.values.get(column, "") for column in table.columns] for row in table.rows)
    return lines.getvalue()


def _refuse(file: str, line: int | None, message: str) -> BrokenInput:
    """Return a BrokenInput with one finding about a line of a table of links, or about all of it."""
    return refuse_file(file, [file_finding(file, line, message)])
