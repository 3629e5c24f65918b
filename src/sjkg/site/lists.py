"""Page models of lists: one page of rows, the facets with their counts, and the SPARQL query that gives all rows.

A list shows one kind of thing (events, actors, …). A facet is a property by which it can be filtered. Rows and counts
come from the SQLite index of the snapshot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sjkg.core.terms import Iri
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.date_text import NO_DATE, edtf_in_words, iso_days_in_words
from sjkg.site.list_request import ListRequest, facet_term, list_query, parameter_value
from sjkg.site.model import TableCell
from sjkg.site.texts import COLUMN_TITLES
from sjkg.site.wording import count_in_words
from sjkg.snapshot.index.lists import Facet, ListDefinition
from sjkg.snapshot.index.read import SqlRow

ROWS_PER_PAGE = 50
MAX_FACET_VALUES = 60
NUMBERS = ("claims", "events", "statements", "words")


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet.

    value: CURIE or year. name: label. count: number of items with it. is_chosen: it is selected now. query: URL query
    string that selects it, or deselects it if it is selected.
    """

    value: str
    name: str
    count: int
    is_chosen: bool
    query: str


@dataclass(frozen=True)
class FacetView:
    """A facet with its most frequent values, at most 60; years are in order of time. is_cut: there are more values."""

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

    total: number of selected items on all pages. rows: at most 50, with a cell for each column. first: number of the
    first row among all, from 1. pages: number of pages, at least 1.
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


def list_page(context: PageContext, definition: ListDefinition, request: ListRequest) -> ListPage:
    """Return one page of a list (dataclass for HTML and JSON): at most 50 rows, and the facets with counts.

    context: access to the snapshot; records executed queries. definition: columns, facets and SPARQL query of the list.
    request: selection, order and page number.
    """
    total = context.index.count(definition, request.selection)
    offset = (request.page - 1) * ROWS_PER_PAGE
    rows = context.index.rows(definition, request.selection, request.order, request.descending, ROWS_PER_PAGE, offset)
    context.record(definition.title, list_query(definition, request.selection))
    counts = context.index.counts_by_facet(definition, request.selection, MAX_FACET_VALUES + 1)
    return ListPage(
        definition.name,
        definition.title,
        definition.description,
        total,
        tuple(_build_column(name, request) for name in shown_columns(definition)),
        read_rows(context.labels, definition, rows),
        tuple(
            _build_facet_view(context.labels, *pair, request) for pair in zip(definition.facets, counts, strict=True)
        ),
        request,
        offset + 1,
        max(1, -(-total // ROWS_PER_PAGE)),
    )


def shown_columns(definition: ListDefinition) -> list[str]:
    """Return the names of the columns that the HTML table and the CSV file of a list show.

    The others are for sorting, or parts of a shown column, such as the first and last day of “date”.
    """
    hidden = {"item", "begin", "sureBegin", "sureEnd", "end", "wording", "start", "exact", "least", "greatest", "long"}
    if definition.name == "events":
        hidden.add("lat")
    return [column for column in definition.columns if column not in hidden]


def read_rows(
    labels: SnapshotLabels, definition: ListDefinition, rows: Sequence[SqlRow]
) -> tuple[tuple[TableCell, ...], ...]:
    """Return the cells of the shown columns for rows of the index; IRIs are shown by their labels.

    rows: dicts of column name to value. The result has a tuple of cells for each row.
    """
    names = labels.names(v for row in rows for v in row.values() if isinstance(v, str) and v.startswith("http"))
    columns = shown_columns(definition)
    return tuple(tuple(_build_cell(column, row, names) for column in columns) for row in rows)


def _build_cell(column: str, row: SqlRow, names: Mapping[str, str]) -> TableCell:
    """Return the cell of a column for a row of the index.

    A date is shown as the days it may span, a figure with its bounds, an IRI by its label. names: label of each IRI.
    """
    value = row[column]
    if column == "name":
        return TableCell(value, row["item"])
    if column == "date":
        return TableCell(iso_days_in_words(row["begin"], row["end"]) or (value and edtf_in_words(value)) or NO_DATE)
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

    If the table is sorted by it in ascending order, the query string sorts in descending order. Dates are sorted by
    their first possible day.
    """
    key = "begin" if name == "date" else name
    direction = ("descending" if request.descending else "ascending") if request.order in (name, key) else None
    sort = f"-{key}" if direction == "ascending" else key
    return Column(name, COLUMN_TITLES[name], request.query(sort=sort), direction)


def _build_facet_view(
    labels: SnapshotLabels, facet: Facet, counts: list[tuple[str, int]], request: ListRequest
) -> FacetView:
    """Return a facet for the page of `request`.

    counts: its values with their numbers of items, most frequent first, at most one more than MAX_FACET_VALUES;
    selected values are added with 0 if absent.
    """
    selected = request.selection.values.get(facet.name, ())
    counted = {value for value, _ in counts}
    counts = counts + [(value, 0) for value in selected if value not in counted]
    names = labels.names(value for value, _ in counts if isinstance(facet_term(value), Iri))
    shown = counts[:MAX_FACET_VALUES]
    if all(value.isdigit() for value, _ in shown):
        shown = sorted(shown)
    values = tuple(
        FacetValue(
            parameter_value(value),
            names.get(value, value),
            count,
            value in selected,
            _toggle_value(request, facet.name, value).query(),
        )
        for value, count in shown
    )
    return FacetView(facet.name, facet.title, facet.description, values, len(counts) > MAX_FACET_VALUES)


def _toggle_value(request: ListRequest, facet: str, value: str) -> ListRequest:
    """Return the request for the first page with a facet value selected, or deselected if it is selected now."""
    before = request.selection.values.get(facet, ())
    after = tuple(v for v in before if v != value) if value in before else (*before, value)
    changed = {**request.selection.values, facet: after}
    selection = replace(request.selection, values={name: values for name, values in changed.items() if values})
    return replace(request, selection=selection, page=1)
