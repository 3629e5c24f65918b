"""Remarks on passages, as other pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.pages.ask import Row
from sjkg.pages.claims import Thing
from sjkg.pages.frame import Frame, Source


@dataclass(frozen=True)
class Remark:
    """A slip or doubt that we noticed in a passage."""

    iri: str
    kind: Thing
    words: str
    source: Source


def read_remarks(frame: Frame, rows: Iterable[Row]) -> tuple[Remark, ...]:
    """Return the remarks of rows in the article's order."""
    remarks = (
        Remark(
            row["remark"].value,
            Thing(row["kind"].value, frame.name(row["kind"].value)),
            row["words"].value,
            frame.source(row["passage"].value),
        )
        for row in rows
    )
    return tuple(sorted(remarks, key=lambda remark: (remark.source.number or 0, remark.iri)))
