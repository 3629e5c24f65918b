"""Remarks on passages, as other pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.site.context import SnapshotLabels
from sjkg.site.model import Source, Thing
from sjkg.snapshot.index.precomputed import Row


@dataclass(frozen=True)
class Remark:
    """A slip or doubt that we noticed in a passage."""

    iri: str
    kind: Thing
    words: str
    source: Source


@dataclass(frozen=True)
class Disagreement:
    """A remark on what does not agree, and the things that it concerns."""

    remark: Remark
    concerned: tuple[Thing, ...]


def read_remarks(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Remark, ...]:
    """Return the remarks of rows in the article's order."""
    remarks = (
        Remark(
            row["remark"].value,
            Thing(row["kind"].value, labels.name(row["kind"].value)),
            row["words"].value,
            labels.source(row["passage"].value),
        )
        for row in rows
    )
    return tuple(sorted(remarks, key=lambda remark: (remark.source.number or 0, remark.iri)))


def read_disagreements(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Disagreement, ...]:
    """Return what does not agree, in the article's order, each once with all that it concerns."""
    rows = list(rows)
    concerned: dict[str, dict[str, None]] = {}
    for row in rows:
        concerned.setdefault(row["remark"].value, {})[row["concerned"].value] = None
    names = labels.names(iri for found in concerned.values() for iri in found)
    first = {row["remark"].value: row for row in rows}
    return tuple(
        Disagreement(remark, tuple(Thing(iri, names[iri]) for iri in concerned[remark.iri]))
        for remark in read_remarks(labels, first.values())
    )
