"""The comparison of sources as plain text, for the command line and language models."""

from collections.abc import Iterator
from dataclasses import replace

from sjkg.core.terms import show_controls
from sjkg.core.vocabulary import curie
from sjkg.site.source_agreement import NOTHING_TO_COMPARE
from sjkg.site.source_model import SourceComparison, SourceRow, licence_name
from sjkg.site.source_table import Cells, table_rows

RELATIONS = {"same": "same event,", "near": "nearly the same event,", "part": "part,", "whole": "larger event,"}
MAX_WIDTH = 48  # of a column; longer texts move the rest of their line


def comparison_lines(found: SourceComparison) -> Iterator[str]:
    """Yield the lines of the text: a block for each record, then the disagreements.

    A line of a block has columns: what it is about, the value, and the agreement with this graph or, of this graph, the passage.
    """
    for row in found.rows:
        yield _heading(row)
        lines = [
            _cells(value) for value in table_rows(replace(found, ours=row, others=())) if value["topic"] != "record"
        ]
        widths = [min(max((len(line[column]) for line in lines), default=0), MAX_WIDTH) for column in (0, 1)]
        for about, value, agreement in lines:
            yield f"  {about:<{widths[0]}}  {value:<{widths[1]}}  {agreement}".rstrip()
    for each in found.disagreements:
        values = f"{each.one} {each.one_value}, {each.other} {each.other_value}"
        yield f"disagreement on {each.about}: {values} ({each.reason})"
    if not found.disagreements:
        yield "no disagreement" if found.others else "no dataset has a record that is linked with this event"


def _heading(row: SourceRow) -> str:
    """Return the line above the values of a record: its source, relation and key, what the source is made from, its licence."""
    if row.dataset is None:
        return show_controls(f"this graph: {row.label}")
    dataset = row.dataset
    made_from = ", ".join(origin.name for origin in dataset.derived_from)
    about = (
        f"{RELATIONS[row.relation]} {row.label}" + (f" ({row.key})" if row.key else ""),
        f"made from {made_from}" if made_from else "what it is made from is not stated",
        licence_name(dataset.licence) + (", private" if dataset.is_private else ""),
    )
    return show_controls(f"{dataset.title}: {'; '.join(about)}")


def _cells(value: Cells) -> tuple[str, str, str]:
    """Return the three texts of a line for a row of the table of values."""
    about = [str(value[name]) for name in ("topic", "party", "quantity", "materiel") if value.get(name)]
    if len(about) > 1:
        about[0] += ":"
    point = f"{value['latitude']}, {value['longitude']}" if value.get("latitude") is not None else ""
    distance = f"{value['distance_km']} km from this graph’s point" if value.get("distance_km") is not None else ""
    text = "; ".join(filter(None, (str(value.get("text") or ""), point, distance)))
    is_told = value.get("relation") == "same" and value.get("reason") not in (None, NOTHING_TO_COMPARE)
    verdict = "confirms" if value.get("confirms") else value.get("agreement")
    remark = (
        f"{verdict}: {value['reason']}"
        if is_told
        else ", ".join(curie(str(value[name])) for name in ("passage_iri", "footnote_iri") if value.get(name))
    )
    return show_controls(" ".join(about)), show_controls(text), remark
