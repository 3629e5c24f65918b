"""The tool “compare_sources”: what this graph and other datasets say of one event."""

from collections.abc import Iterator
from dataclasses import dataclass

from sjkg.core.vocabulary import curie
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.sources import (
    CitedPassage,
    LinkedThing,
    cite_passages,
    link_thing,
    passage_lines,
    passage_numbers,
    site_link,
)
from sjkg.site.paths import compare_path
from sjkg.site.source_comparison import source_comparison
from sjkg.site.source_model import SourceComparison, SourceDisagreement
from sjkg.site.source_table import Cells, table_rows
from sjkg.site.source_text import comparison_lines


@dataclass(frozen=True)
class SourceValue:
    """A value that a source gives.

    topic: begin, end, place, strength, loss, count or outcome; “record” if the source gives none of these. text: the value. party,
    quantity, materiel: of a figure. agreement: with this graph: agrees, disagrees or not compared, and the reason. confirms:
    whether an independent source agrees that is as precise. row: URL of the row in the files of the source. passage,
    footnote: prefixed names, of this graph.
    """

    topic: str
    text: str = ""
    party: str = ""
    quantity: str = ""
    materiel: str = ""
    agreement: str = ""
    reason: str = ""
    confirms: bool = False
    distance_km: float | None = None
    row: str = ""
    passage: str = ""
    footnote: str = ""


@dataclass(frozen=True)
class SourceRecord:
    """The statements of one source.

    source: its title; “this graph” for the article. relation: the record is of the same event, of nearly the same, of a part of it, or
    of a whole of which it is a part. dependence: “derived” if the source is made from that of the article, so that it confirms nothing.
    """

    source: str
    relation: str
    record: str
    iri: str
    values: tuple[SourceValue, ...]
    licence: str = ""
    dependence: str = ""


@dataclass(frozen=True)
class SourcesAnswer:
    """The statements of the sources about an event. page: URL or path of the page with the comparison."""

    event: LinkedThing
    records: tuple[SourceRecord, ...]
    disagreements: tuple[SourceDisagreement, ...]
    page: str
    passages: tuple[CitedPassage, ...] = ()


def compare_sources_of(graph: OpenedGraph, event: str) -> tuple[SourcesAnswer, str]:
    """Return what this graph and the public external datasets say of an event, and the same as text.

    event: a name as for `OpenedGraph.find_iri`. Raises BadParameter for what is not an event, and UnknownName for one that is not in
    the graph.
    """
    iri = graph.find_iri(event, ("event",))
    found = source_comparison(graph.new_context(), iri)
    sources = [source for figure in found.ours.figures for source in figure.sources]
    sources += [source for outcome in found.ours.outcomes for source in outcome.sources]
    answer = SourcesAnswer(
        event=link_thing(graph, iri, found.event.name),
        records=tuple(_records(found)),
        disagreements=found.disagreements,
        page=site_link(graph, compare_path(iri)),
        passages=cite_passages(graph, passage_numbers([*sources, *found.ours.date_sources])),
    )
    return answer, "\n".join((*comparison_lines(found), f"Page: {answer.page}", *passage_lines(answer.passages)))


def _records(found: SourceComparison) -> Iterator[SourceRecord]:
    """Yield the records of a comparison, this graph first."""
    values: dict[str, list[Cells]] = {}
    for cells in table_rows(found):
        values.setdefault(str(cells["record_iri"]), []).append(cells)
    for row in found.rows:
        yield SourceRecord(
            source=row.source,
            relation=row.relation,
            record=row.label,
            iri=row.iri,
            values=tuple(map(_value, values[row.iri])),
            licence=row.dataset.licence if row.dataset else "",
            dependence=row.dataset.dependence if row.dataset else "",
        )


def _value(cells: Cells) -> SourceValue:
    """Return the value in a row of the table."""
    texts = {
        name: str(cells[name])
        for name in ("topic", "text", "party", "quantity", "materiel", "agreement", "reason")
        if cells.get(name)
    }
    distance = cells.get("distance_km")
    return SourceValue(
        **texts,
        confirms=bool(cells.get("confirms")),
        distance_km=float(distance) if distance is not None else None,
        row=str(cells.get("row_url") or ""),
        passage=curie(str(cells.get("passage_iri") or "")),
        footnote=curie(str(cells.get("footnote_iri") or "")),
    )
