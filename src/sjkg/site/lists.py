"""Page models of lists, with the facets, their counts and the SPARQL query for all rows.

A list shows one kind of thing (events, actors, …). A facet is a property by which it can be filtered. Rows and counts
come from the SQLite index of the snapshot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sjkg.core.terms import Iri
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.disputes import DISPUTED, Dispute, read_disputes
from sjkg.site.external_datasets import (
    ThingsElsewhere,
    things_elsewhere,
)
from sjkg.site.list_request import ListRequest, facet_term, list_query, parameter_value
from sjkg.site.model import TableCell, Thing
from sjkg.site.wording import COLUMN_TITLES, count_in_words, event_date_in_words, was_certainly_under_way
from sjkg.snapshot.index.lists import Facet, ListDefinition, read_lists
from sjkg.snapshot.index.read import FacetSelection, SqlRow

ROWS_PER_PAGE = 50
MAX_FACET_VALUES = 60
MAX_INFERRED_EVENTS = 12
MAX_NOT_EXCLUDED = 12
NUMBERS = ("claims", "events", "inferred", "statements", "words")


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet, that is, of a property by which a list can be filtered.

    value: CURIE or year. name: label. count: number of items with it. is_chosen: it is selected now. query: URL query
    string of the list with the value selected, or deselected if it is selected now.
    """

    value: str
    name: str
    count: int
    is_chosen: bool
    query: str


@dataclass(frozen=True)
class FacetView:
    """A facet, that is, a property by which a list can be filtered, with its most frequent values.

    values: the 60 most frequent first, then selected ones that are not among them; years are in order of time. is_cut:
    the facet has more than 60 values.
    """

    name: str
    title: str
    description: str
    values: tuple[FacetValue, ...]
    is_cut: bool


@dataclass(frozen=True)
class Column:
    """A column of the table.

    query: URL query string that sorts by it. sorted: “ascending” or “descending” if the table is sorted by it, else
    None.
    """

    name: str
    title: str
    query: str
    sorted: str | None


@dataclass(frozen=True)
class ListPage:
    """Content of one page of a list, and the request for it.

    total: number of items on all pages that pass the filters of the request. rows: at most 50, with a cell for each
    column. first: number of the first row among all, from 1. pages: number of pages, at least 1. disputes: for each
    row of a list of disputed claims, the contradictions in which the claim takes part; empty for other lists.
    elsewhere: the things of this kind that external datasets have, which are in no list or number of this one.
    certain: for the events of one year, the number of those that were certainly under way in it; the others are only possibly
    of that year; None for other requests.
    not_excluded, more_not_excluded: the first MAX_NOT_EXCLUDED of the events that the selected days leave out although they are
    not excluded for them, because their begin or end is not told; and the number of the others.
    """

    name: str
    title: str
    description: str
    total: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    facets: tuple[FacetView, ...]
    request: ListRequest
    first: int
    pages: int
    disputes: tuple[tuple[Dispute, ...], ...]
    certain: int | None
    not_excluded: tuple[Thing, ...]
    more_not_excluded: int
    elsewhere: tuple[ThingsElsewhere, ...]


def list_page(context: PageContext, definition: ListDefinition, request: ListRequest) -> ListPage:
    """Return one page of a list (dataclass for HTML and JSON): at most 50 rows, and the facets with counts.

    context: access to the snapshot (built graph); records executed queries. definition: columns, facets and SPARQL
    query of the list. request: selection, order and page number.
    """
    total = context.index.count(definition, request.selection)
    offset = (request.page - 1) * ROWS_PER_PAGE
    rows = context.index.rows(definition, request.selection, request.order, request.descending, ROWS_PER_PAGE, offset)
    context.record(definition.title, list_query(definition, request.selection))
    counts = context.index.counts_by_facet(definition, request.selection, MAX_FACET_VALUES + 1)
    is_of_disputed = definition.name == "claims" and DISPUTED in request.selection.values
    disputes = read_disputes(context, [row["item"] for row in rows]) if is_of_disputed else {}
    year = _span_of_year(definition, request.selection)
    not_excluded, open_rows = context.index.not_excluded(definition, request.selection, MAX_NOT_EXCLUDED)
    return ListPage(
        definition.name,
        definition.title,
        definition.description,
        total,
        tuple(_build_column(name, request) for name in shown_columns(definition)),
        read_rows(context.labels, definition, rows, request.selection.span or year),
        tuple(
            _build_facet_view(context, definition, *pair, request)
            for pair in zip(definition.facets, counts, strict=True)
        ),
        request,
        offset + 1,
        max(1, -(-total // ROWS_PER_PAGE)),
        tuple(disputes.get(row["item"], ()) for row in rows) if disputes else (),
        _count_certain(context, definition, request.selection, year) if year else None,
        tuple(Thing(row["item"], row["name"]) for row in open_rows),
        not_excluded - len(open_rows),
        things_elsewhere(context.labels, definition.name),
    )


def _span_of_year(definition: ListDefinition, selection: FacetSelection) -> tuple[str, str] | None:
    """Return the first and last ISO day of the only year that a selection of events has; None for others."""
    years = selection.values.get("year", ())
    if definition.name != "events" or selection.span or len(years) != 1:
        return None
    return f"{int(years[0]):04}-01-01", f"{int(years[0]):04}-12-31"


def _count_certain(
    context: PageContext, definition: ListDefinition, selection: FacetSelection, span: tuple[str, str]
) -> int:
    """Return the number of selected events that were certainly under way on a day of a span."""
    return sum(was_certainly_under_way(row, span) for row in context.index.rows(definition, selection, "begin", False))


def shown_columns(definition: ListDefinition) -> list[str]:
    """Return the names of the columns that the HTML table of a list shows, those with a title.

    The others are for sorting, for the CSV file, or parts of a shown column, such as the first and last day of “date”.
    """
    titled = [column for column in definition.columns if column in COLUMN_TITLES]
    return [column for column in titled if (definition.name, column) != ("events", "lat")]


def read_rows(
    labels: SnapshotLabels, definition: ListDefinition, rows: Sequence[SqlRow], span: tuple[str, str] | None = None
) -> tuple[tuple[TableCell, ...], ...]:
    """Return the cells of the shown columns for rows of the index; IRIs are shown by their labels.

    rows: dicts of column name to value. span: two ISO days; the date of an event that was not certainly under way between
    them, for a time at least, is marked as “possibly”. The result has a tuple of cells for each row.
    """
    names = labels.names(v for row in rows for v in row.values() if isinstance(v, str) and v.startswith("http"))
    columns = shown_columns(definition)
    return tuple(tuple(_build_cell(column, row, names, span) for column in columns) for row in rows)


def read_items(
    context: PageContext,
    title: str,
    definition: ListDefinition,
    selection: FacetSelection,
    *,
    order: str,
    descending: bool = False,
    limit: int,
) -> list[tuple[Thing, Thing, SqlRow]]:
    """Return at most `limit` items of a list, each as the thing, its class, and its row of the index (a dict by column).

    selection: the facet values and days that an item must have. order: column to sort by. title: of the SPARQL query
    for all selected items, which is recorded in `context`.
    """
    rows = context.index.rows(definition, selection, order, descending, limit)
    context.record(title, list_query(definition, selection))
    names = context.labels.names(row["kind"] for row in rows)
    return [(Thing(row["item"], row["name"]), Thing(row["kind"], names[row["kind"]]), row) for row in rows]


@dataclass(frozen=True)
class InferredEvents:
    """Events to which an actor or place belongs by inference only.

    It does so through a part of the event, a part of the place, or a unit of the actor.

    total: their number. path: URL path and query string of the list of exactly these events. first: at most 12 of them
    by date, each with its date as text.
    """

    total: int
    path: str
    first: tuple[tuple[Thing, str], ...]


def read_inferred_events(context: PageContext, facet: str, iri: str) -> InferredEvents:
    """Return the events with the value `iri` in a facet of inferred values. facet: “inferredActor” or “inferredPlace”."""
    events, selection = read_lists()["events"], FacetSelection({facet: (iri,)})
    items = read_items(context, "Further events, inferred", events, selection, order="begin", limit=MAX_INFERRED_EVENTS)
    return InferredEvents(
        context.index.count(events, selection),
        f"/events?{urlencode({facet: parameter_value(iri)})}",
        tuple((event, event_date_in_words(row)) for event, _, row in items),
    )


def _build_cell(column: str, row: SqlRow, names: Mapping[str, str], span: tuple[str, str] | None) -> TableCell:
    """Return the cell of a column for a row of the index.

    A date is shown as text, a figure with its least and greatest value, an IRI by its label. names: a
    dict from IRI to label. span: see read_rows.
    """
    value = row[column]
    if column == "name":
        return TableCell(value, row["item"])
    if column == "date":
        mark = "possibly, " if span and not was_certainly_under_way(row, span) else ""
        return TableCell(mark + event_date_in_words(row))
    if column == "words":
        return TableCell(count_in_words(row["exact"], row["least"], row["greatest"], value), is_number=True)
    if column == "lat":
        return TableCell("" if value is None else f"{value}, {row['long']}")
    if isinstance(value, str) and value in names:
        return TableCell(names[value], value)
    text = "" if value is None else f"{value:,}" if isinstance(value, int) else value
    return TableCell(text, is_number=column in NUMBERS)


def _build_column(name: str, request: ListRequest) -> Column:
    """Return a column of the table with the query string that sorts by it and keeps the filters of `request`.

    The query string sorts in ascending order, by numbers in descending order; in the opposite order if the table is sorted so.
    Dates are sorted by their first possible day.
    """
    key = "begin" if name == "date" else name
    direction = ("descending" if request.descending else "ascending") if request.order in (name, key) else None
    is_ascending = direction == "descending" if name in NUMBERS else direction != "ascending"
    sort = key if is_ascending else f"-{key}"
    return Column(name, COLUMN_TITLES[name], request.query(sort=sort), direction)


def _build_facet_view(
    context: PageContext,
    definition: ListDefinition,
    facet: Facet,
    counts: Sequence[tuple[str, int]],
    request: ListRequest,
) -> FacetView:
    """Return the facet of a list as the page of `request` shows it.

    counts: tuples of a value of the facet and the number of items with it, largest number first. Shown are the first
    MAX_FACET_VALUES of them, and the selected values that are not among these.
    """
    selected = request.selection.values.get(facet.name, ())
    shown = dict(counts[:MAX_FACET_VALUES])
    for value in selected:
        if value not in shown:
            with_value = replace(request.selection, values={**request.selection.values, facet.name: (value,)})
            shown[value] = context.index.count(definition, with_value)
    if all(map(str.isdigit, shown)):
        shown = dict(sorted(shown.items()))
    names = context.labels.names(value for value in shown if isinstance(facet_term(value), Iri))
    values = tuple(
        FacetValue(
            parameter_value(value),
            names.get(value, value),
            count,
            value in selected,
            _toggle_value(request, facet.name, value).query(),
        )
        for value, count in shown.items()
    )
    return FacetView(facet.name, facet.title, facet.description, values, len(counts) > MAX_FACET_VALUES)


def _toggle_value(request: ListRequest, facet: str, value: str) -> ListRequest:
    """Return the request for the first page with a facet value selected, or deselected if it is selected now."""
    before = request.selection.values.get(facet, ())
    after = tuple(v for v in before if v != value) if value in before else (*before, value)
    changed = {**request.selection.values, facet: after}
    selection = replace(request.selection, values={name: values for name, values in changed.items() if values})
    return replace(request, selection=selection, page=1)
