"""Comparison of two years: events, their kinds, places and powers, and losses."""

from sjkg.core.messages import count_noun
from sjkg.site.comparison import (
    Cell,
    ComparedItem,
    RowGroup,
    Sum,
    compare_by_title,
    compare_cells,
    list_path,
    read_sums,
)
from sjkg.site.context import PageContext
from sjkg.site.list_request import list_query, parameter_value
from sjkg.site.wording import event_date_in_words, was_certainly_under_way
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection, SqlRow

MAX_EVENTS = 500  # read of a year
MAX_VALUES = 15  # of a facet in each year
COUNTED_FACETS = (
    ("kind", "Events by kind"),
    ("place", "Events by place"),
    ("power", "Events by power, inferred parts included"),
)


def compare_years(context: PageContext, years: tuple[str, str]) -> tuple[RowGroup, ...]:
    """Return the rows that compare two years. years: four digits each.

    An event was certainly under way in a year if it cannot have ended before the year and cannot have begun after it.
    Losses are those of events that lie wholly in the year.
    """
    found = [_read_events(context, year) for year in years]
    paths = (list_path("events", year=years[0]), list_path("events", year=years[1]))
    certain = [[row for row in rows if _is_certain(row, year)] for rows, year in zip(found, years, strict=True)]
    possible = [[row for row in rows if not _is_certain(row, year)] for rows, year in zip(found, years, strict=True)]
    numbers = [
        [
            ComparedItem(
                f"{len(sure) + len(maybe):,}", path=path, note=f"{len(sure):,} certainly, {len(maybe):,} possibly"
            )
        ]
        if sure or maybe
        else []
        for sure, maybe, path in zip(certain, possible, paths, strict=True)
    ]
    events = (
        compare_cells("Number of events", numbers),
        compare_cells("Certainly under way in the year", [map(_item_of_event, rows) for rows in certain], paths),
        compare_cells("Possibly under way in the year", [map(_item_of_event, rows) for rows in possible], paths),
    )
    counted = (
        compare_by_title(title, [_count_by_value(context, facet, year) for year in years])
        for facet, title in COUNTED_FACETS
    )
    sums = [_read_losses(context, rows, year) for rows, year in zip(found, years, strict=True)]
    losses = compare_by_title(
        "Losses by power, in events that lie wholly in the year",
        [
            {f"{power}: {kind}": _items_of_sum(each) for (power, kind), each in sorted(of_year.items())}
            for of_year in sums
        ],
    )
    claims = compare_cells("Claims", [_count_claims(context, year) for year in years])
    return (RowGroup("Events", events), losses, *counted, RowGroup("What is said", (claims,)))


def _read_events(context: PageContext, year: str) -> list[SqlRow]:
    """Return the rows of the list of events that may have been under way in a year, by begin, at most MAX_EVENTS."""
    events, selection = read_lists()["events"], FacetSelection({"year": (year,)})
    context.record(f"Events possibly under way in {year}", list_query(events, selection))
    return context.index.rows(events, selection, "begin", False, MAX_EVENTS)


def _is_certain(row: SqlRow, year: str) -> bool:
    """Return whether an event was certainly under way on at least one day of a year. row: of the list of events."""
    return was_certainly_under_way(row, (f"{year}-01-01", f"{year}-12-31"))


def _item_of_event(row: SqlRow) -> ComparedItem:
    """Return the entry of an event with its date. row: of the list of events."""
    return ComparedItem(row["name"], row["item"], note=event_date_in_words(row))


def _count_by_value(context: PageContext, facet: str, year: str) -> dict[str, Cell]:
    """Return the number of events of a year for each of the most frequent values of a facet, by the name of the value.

    Each number is linked to the list of these events.
    """
    selection = FacetSelection({"year": (year,)})
    counts = context.index.facet_counts(read_lists()["events"], facet, selection, MAX_VALUES)
    names = context.labels.names(value for value, _ in counts)
    return {
        names[value]: (
            ComparedItem(f"{count:,}", path=list_path("events", **{"year": year, facet: parameter_value(value)})),
        )
        for value, count in counts
    }


def _read_losses(context: PageContext, rows: list[SqlRow], year: str) -> dict[tuple[str, str], Sum]:
    """Return the losses in events that lie wholly in a year, added up by power and kind; see read_sums.

    rows: of the list of events of the year. Of an event and its parts only the event is read.
    """
    first, last = f"{year}-01-01", f"{year}-12-31"
    within = [
        row["item"] for row in rows if row["begin"] and row["end"] and first <= row["begin"] <= row["end"] <= last
    ]
    if not within:
        return {}
    selection = FacetSelection({"whole": tuple(within)})
    parts = context.index.rows(read_lists()["events"], selection, "begin", False)
    inner = {row["item"] for row in parts}
    return read_sums(context, [event for event in within if event not in inner])


def _items_of_sum(total: Sum) -> Cell:
    """Return the entry of a sum, with the number of figures."""
    figures = count_noun(total.numbers + total.words, "figure")
    return (ComparedItem(total.text, note=f"{figures}, {total.words} in words" if total.words else figures),)


def _count_claims(context: PageContext, year: str) -> Cell:
    """Return the number of claims about the events of a year, linked to their list; an empty cell if it is 0."""
    count = context.index.count(read_lists()["claims"], FacetSelection({"year": (year,)}))
    return (ComparedItem(f"{count:,}", path=list_path("claims", year=year)),) if count else ()
