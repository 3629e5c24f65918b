"""The lists: a page of rows, the facets that narrow them with their counts, and the query that gives the same."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.site.columns import HIDDEN, TITLES, Cell, read_cell
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.list_request import ListRequest, compose, facet_term, shown_value
from sjkg.snapshot.index.lists import Facet, List
from sjkg.snapshot.index.read import FacetSelection

ROWS = 50
VALUES_SHOWN = 60


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet, how many items have it, and the address with this value taken in or out."""

    value: str
    name: str
    count: int
    is_chosen: bool
    query: str


@dataclass(frozen=True)
class FacetView:
    name: str
    title: str
    description: str
    values: tuple[FacetValue, ...]
    is_cut: bool


@dataclass(frozen=True)
class Column:
    """A column of the table; `query` sorts by it, `sorted` says how it is sorted now (ascending, descending or None)."""

    name: str
    title: str
    query: str
    sorted: str | None


@dataclass(frozen=True)
class ListPage:
    """A page of a list."""

    name: str
    title: str
    description: str
    total: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    facets: tuple[FacetView, ...]
    wanted: ListRequest
    first: int
    pages: int


def list_page(context: PageContext, of: List, wanted: ListRequest) -> ListPage:
    """Return one page of a list."""
    total = context.index.count(of, wanted.choice)
    offset = (wanted.page - 1) * ROWS
    rows = context.index.rows(of, wanted.choice, wanted.order, wanted.descending, ROWS, offset)
    context.record(of.title, compose(of, wanted.choice))
    return ListPage(
        of.name,
        of.title,
        of.description,
        total,
        tuple(_column(name, wanted) for name in shown_columns(of)),
        read_rows(context.labels, of, rows),
        _facets(context.labels, of, wanted),
        wanted,
        offset + 1,
        max(1, -(-total // ROWS)),
    )


def shown_columns(of: List) -> list[str]:
    return [column for column in of.columns if column not in HIDDEN and (of.name, column) not in HIDDEN]


def read_rows(labels: SnapshotLabels, of: List, rows: list[dict]) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of rows of the index, things with their names."""
    things = {value for row in rows for value in row.values() if isinstance(value, str) and value.startswith("http")}
    names = labels.names(things)
    return tuple(tuple(read_cell(column, row, names) for column in shown_columns(of)) for row in rows)


def _column(name: str, wanted: ListRequest) -> Column:
    is_current = name == wanted.order or (name, wanted.order) == ("date", "begin")
    key = "begin" if name == "date" else name
    way = ("descending" if wanted.descending else "ascending") if is_current else None
    return Column(name, TITLES[name], wanted.query(sort=f"-{key}" if way == "ascending" else key), way)


def _facets(labels: SnapshotLabels, of: List, wanted: ListRequest) -> tuple[FacetView, ...]:
    counted = labels.index.counts_by_facet(of, wanted.choice, VALUES_SHOWN + 1)
    return tuple(_facet(labels, facet, counts, wanted) for facet, counts in zip(of.facets, counted, strict=True))


def _facet(labels: SnapshotLabels, facet: Facet, counts: list[tuple[str, int]], wanted: ListRequest) -> FacetView:
    chosen = wanted.choice.values.get(facet.name, ())
    found = dict(counts)
    counts += [(value, 0) for value in chosen if value not in found]
    names = labels.names(value for value, _ in counts if isinstance(facet_term(value), Iri))
    shown = counts[:VALUES_SHOWN]
    if all(value.isdigit() for value, _ in shown):
        shown = sorted(shown)
    values = tuple(
        FacetValue(
            shown_value(value),
            names.get(value, value),
            count,
            value in chosen,
            _toggled(wanted, facet.name, value),
        )
        for value, count in shown
    )
    return FacetView(facet.name, facet.title, facet.description, values, len(counts) > VALUES_SHOWN)


def _toggled(wanted: ListRequest, facet: str, value: str) -> str:
    values = wanted.choice.values.get(facet, ())
    after = tuple(v for v in values if v != value) if value in values else (*values, value)
    changed = {**wanted.choice.values, facet: after}
    choice = FacetSelection(
        {name: kept for name, kept in changed.items() if kept}, wanted.choice.asserted_only, wanted.choice.span
    )
    return ListRequest(choice, wanted.order, wanted.descending, 1).query()
