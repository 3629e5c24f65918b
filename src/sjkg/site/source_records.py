"""Reading of the records of other datasets that are linked with an event, as rows of the comparison of sources.

Each dataset is read in its own graph, graph:translated/NAME, where its statements are in the terms of our ontology.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sjkg.core.vocabulary import own
from sjkg.matching.evidence import distance_km
from sjkg.matching.periods import Period, read_placeholders
from sjkg.matching.records import BadValue, FieldValue, Point, Record, make_record
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.paths import slug_words
from sjkg.site.source_datasets import LinkedRecord, find_place
from sjkg.site.source_figures import figure_order, read_figures, read_outcomes
from sjkg.site.source_model import RELATIONS, SourceDataset, SourceDays, SourceRow, web_address
from sjkg.site.wording import range_in_words
from sjkg.snapshot.index.precomputed import Row

APPROXIMATE_DATE = re.compile(r"[~?%]")
MAX_RECORDS = 50  # of one dataset that are compared with an event


def read_records(context: PageContext, event: str, points: Sequence[Point]) -> tuple[SourceRow, ...]:
    """Return a row for each record that is linked with an event, at most MAX_RECORDS of each dataset.

    event: its IRI. points: those of the event in this graph, from which distances are measured.
    """
    linked = context.labels.linked
    by_dataset: dict[str, list[LinkedRecord]] = defaultdict(list)
    for record in linked.records.get(event, ()):
        by_dataset[record.dataset].append(record)
    rows = [
        row
        for name, records in by_dataset.items()
        for row in _read_rows(context, linked.datasets[name], records[:MAX_RECORDS])
    ]
    if points:
        rows = [
            replace(row, km=min(distance_km(one, other) for one in points for other in row.points))
            if row.points
            else row
            for row in rows
        ]
    order = list(RELATIONS.values())
    return tuple(
        sorted(rows, key=lambda row: (order.index(row.relation), row.source, row.begin is None, _first_day(row)))
    )


def _first_day(row: SourceRow) -> str:
    """Return the first possible day of a row, "" if unknown."""
    return (row.begin and row.begin.first) or ""


def _read_rows(context: PageContext, dataset: SourceDataset, records: Sequence[LinkedRecord]) -> Iterable[SourceRow]:
    """Yield the rows of records of one dataset."""
    graphs, iris = (f"{own().translated}/{dataset.name}",), [record.iri for record in records]
    names = ("source-records", "source-figures", "source-outcomes")
    found = {name: _by_thing(context.query_graphs(name, graphs, iris)) for name in names}
    origins = (f"{own().origins}/{dataset.name}",)
    places = {row["thing"].value: row["place"].value for row in context.query_graphs("record-places", origins, iris)}
    for record in records:
        described, figures, outcomes = (found[name].get(record.iri, []) for name in names)
        row = _read_row(context.labels, dataset, record, described, figures, outcomes)
        yield replace(row, place_in_file=find_place(dataset, places.get(record.iri, "")))


def _by_thing(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return rows by the IRI of ?thing."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["thing"].value].append(row)
    return found


def _read_row(
    labels: SnapshotLabels,
    dataset: SourceDataset,
    record: LinkedRecord,
    described: Sequence[Row],
    figures: Sequence[Row],
    outcomes: Sequence[Row],
) -> SourceRow:
    """Return the row of a record. described, figures, outcomes: the rows of the three queries for it."""

    def texts(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row[name].value for row in described if name in row))

    found = _make_record(record.iri, described)
    is_approximate = any(APPROXIMATE_DATE.search(text) for text in texts("date"))
    begin, end = read_days(found, is_approximate)
    return SourceRow(
        dataset=dataset,
        relation=record.relation,
        iri=record.iri,
        label=next(iter(texts("name")), slug_words(record.iri)),
        key=next(iter(texts("key")), ""),
        url=web_address(next(iter(texts("url")), "" if record.iri.startswith(own().all_own) else record.iri)),
        begin=begin,
        end=end,
        words=texts("words"),
        points=found.points,
        places=texts("place"),
        figures=tuple(sorted(read_figures(labels, figures), key=figure_order)),
        outcomes=tuple(read_outcomes(labels, outcomes)),
    )


def _make_record(iri: str, rows: Iterable[Row]) -> Record:
    """Return the days and points of a record; one with a value that cannot be read has only those that can."""
    values: list[FieldValue] = []
    for row in rows:
        values += [FieldValue(name, row[name].value) for name in ("latitude", "longitude") if name in row]
        if "date" in row:
            values += _date_values(row["date"].value)
        for field, low, high in (("begin", "earliestBegin", "latestBegin"), ("end", "earliestEnd", "latestEnd")):
            if low in row:
                values.append(FieldValue(field, f"[{row[low].value}..]"))
            if high in row:
                values.append(FieldValue(field, f"[..{row[high].value}]"))
    readable: list[FieldValue] = []
    for value in values:
        try:
            if value.field in ("date", "begin", "end"):
                make_record(iri, [value], has_placeholders=False)
            readable.append(value)
        except BadValue:
            continue
    try:
        return make_record(iri, readable, has_placeholders=False)
    except BadValue:
        return make_record(iri, [each for each in readable if "tude" not in each.field], has_placeholders=False)


def _date_values(text: str) -> list[FieldValue]:
    """Return an EDTF date as begin and end if it is an interval, whose sides may be open or unknown, else as date."""
    begin, slash, end = text.partition("/")
    if not slash:
        return [FieldValue("date", text)]
    sides = (("begin", begin), ("end", end))
    return [FieldValue(field, side) for field, side in sides if side not in ("", "..")]


def read_days(record: Record, is_approximate: bool = False) -> tuple[SourceDays | None, SourceDays | None]:
    """Return begin and end of a record. A date that is not an interval gives the begin only, because many datasets have one date.

    The first day of a month or year may stand for all of it, unless the other end is given and is no such day.
    """
    begin, end = record.begin, record.end
    if end is None or (begin is not None and _may_be_placeholder(begin) and _may_be_placeholder(end)):
        begin, end = read_placeholders(begin, end)
    return _to_days(begin, is_approximate), _to_days(end, is_approximate)


def _may_be_placeholder(period: Period) -> bool:
    """Return whether a period is one day that is the first of a month."""
    return period.first is not None and period.first == period.last and period.first.day == 1


def _to_days(period: Period | None, is_approximate: bool) -> SourceDays | None:
    """Return a begin or end of the comparison; None for None."""
    if period is None:
        return None
    first, last = (day.isoformat() if day else None for day in (period.first, period.last))
    return days_between(first, last, is_approximate, period.is_placeholder)


def days_between(
    first: str | None, last: str | None, is_approximate: bool = False, is_placeholder: bool = False
) -> SourceDays | None:
    """Return a begin or end between two ISO days, None where open; None if both are."""
    if first is None and last is None:
        return None
    words = range_in_words(*(date.fromisoformat(day) if day else None for day in (first, last)))
    return SourceDays(first, last, f"about {words}" if is_approximate else words, is_placeholder, is_approximate)
