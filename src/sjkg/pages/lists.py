"""The lists: a page of rows, the facets that narrow them with their counts, and the query that gives the same."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sjkg.errors import BadParameter
from sjkg.index.definitions import Facet, List
from sjkg.index.read import Choice
from sjkg.pages.ask import Asker
from sjkg.pages.columns import HIDDEN, ORDERS, TITLES, Cell, read_cell
from sjkg.pages.compose import compose, facet_term
from sjkg.pages.frame import Frame
from sjkg.pages.spans import in_words
from sjkg.store.terms import Iri, is_term
from sjkg.vocab import expand, shorten

ROWS = 50
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
VALUES_SHOWN = 60
MOST_VALUES, MOST_CHARACTERS = 50, 4000  # each link of a page repeats all values that are chosen


@dataclass(frozen=True)
class Wanted:
    """What the address of a list asks for; `narrowed` are its parts that narrow the list, as sent."""

    choice: Choice
    order: str
    descending: bool
    page: int

    def query(self, **changes: object) -> str:
        """Return the query string of this list with changes; the page starts anew unless it is what changes."""
        parts = [(name, shown_value(value)) for name, values in sorted(self.choice.values.items()) for value in values]
        given = {"stated": self.choice.stated and "yes", **self.days, "sort": self.sort, **changes}
        return "?" + urlencode(parts + [(name, value) for name, value in given.items() if value])

    @property
    def days(self) -> dict[str, str]:
        """Return the span of days as addresses have it: one day, or from and to."""
        first, last = self.choice.span or (None, None)
        return {"day": first} if first == last else {"from": first, "to": last}

    @property
    def sort(self) -> str:
        return ("-" if self.descending else "") + self.order


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
    wanted: Wanted
    first: int
    pages: int


def read_wanted(of: List, parameters: Iterable[tuple[str, str]]) -> Wanted:
    """Return what the parameters of an address ask of a list. Raises BadParameter for one that it does not take."""
    values: dict[str, tuple[str, ...]] = {}
    parameters = list(parameters)
    _check_size(of, [(name, value) for name, value in parameters if of.facet(name) and value])
    others = {"stated": "", "day": "", "from": "", "to": "", "sort": ORDERS[of.name], "page": "1"}
    for name, value in parameters:
        if of.facet(name) and value:
            values[name] = (*values.get(name, ()), _facet_value(value))
        elif name in others:
            others[name] = value or others[name]
        elif value:
            known = ", ".join([*(facet.name for facet in of.facets), *others])
            raise BadParameter(f"the list of {of.name} has no “{name}”; it takes {known}")
    span = _span(*(_day(others[name]) for name in ("day", "from", "to")))
    if span and "begin" not in of.columns:
        raise BadParameter(f"{of.name} have no days; choose a day at /events")
    return Wanted(
        Choice(values, others["stated"] == "yes", span),
        _order(of, others["sort"].removeprefix("-")),
        others["sort"].startswith("-"),
        _page(others["page"]),
    )


def list_page(asker: Asker, frame: Frame, of: List, wanted: Wanted) -> ListPage:
    """Return one page of a list."""
    total = frame.index.count(of, wanted.choice)
    offset = (wanted.page - 1) * ROWS
    rows = frame.index.rows(of, wanted.choice, wanted.order, wanted.descending, ROWS, offset)
    asker.note(of.title, compose(of, wanted.choice))
    return ListPage(
        of.name,
        of.title,
        of.description,
        total,
        tuple(_column(name, wanted) for name in shown_columns(of)),
        read_rows(frame, of, rows),
        _facets(frame, of, wanted),
        wanted,
        offset + 1,
        max(1, -(-total // ROWS)),
    )


def shown_columns(of: List) -> list[str]:
    return [column for column in of.columns if column not in HIDDEN and (of.name, column) not in HIDDEN]


def read_rows(frame: Frame, of: List, rows: list[dict]) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of rows of the index, things with their names."""
    things = {value for row in rows for value in row.values() if isinstance(value, str) and value.startswith("http")}
    names = frame.names(things)
    return tuple(tuple(read_cell(column, row, names) for column in shown_columns(of)) for row in rows)


def _column(name: str, wanted: Wanted) -> Column:
    is_current = name == wanted.order or (name, wanted.order) == ("date", "begin")
    key = "begin" if name == "date" else name
    way = ("descending" if wanted.descending else "ascending") if is_current else None
    return Column(name, TITLES[name], wanted.query(sort=f"-{key}" if way == "ascending" else key), way)


def _facets(frame: Frame, of: List, wanted: Wanted) -> tuple[FacetView, ...]:
    counted = frame.index.counts_by_facet(of, wanted.choice, VALUES_SHOWN + 1)
    return tuple(_facet(frame, facet, counts, wanted) for facet, counts in zip(of.facets, counted, strict=True))


def _facet(frame: Frame, facet: Facet, counts: list[tuple[str, int]], wanted: Wanted) -> FacetView:
    chosen = wanted.choice.values.get(facet.name, ())
    found = dict(counts)
    counts += [(value, 0) for value in chosen if value not in found]
    names = frame.names(value for value, _ in counts if isinstance(facet_term(value), Iri))
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


def _toggled(wanted: Wanted, facet: str, value: str) -> str:
    values = wanted.choice.values.get(facet, ())
    after = tuple(v for v in values if v != value) if value in values else (*values, value)
    changed = {**wanted.choice.values, facet: after}
    choice = Choice({name: kept for name, kept in changed.items() if kept}, wanted.choice.stated, wanted.choice.span)
    return Wanted(choice, wanted.order, wanted.descending, 1).query()


def shown_value(value: str) -> str:
    """Return a facet's value as addresses have it: a prefixed name, or a year."""
    return value if value.isdigit() else shorten(value).strip("<>")


def _check_size(of: List, chosen: list[tuple[str, str]]) -> None:
    """Raise BadParameter where more is chosen than anybody would."""
    if len(chosen) > MOST_VALUES or len(urlencode(chosen)) > MOST_CHARACTERS:
        names = ", ".join(dict.fromkeys(name for name, _ in chosen))
        raise BadParameter(
            f"the list of {of.name} takes {MOST_VALUES} values of {names}, in {MOST_CHARACTERS} characters, and no more;"
            f" there are {len(chosen)}, so choose fewer"
        )


def _facet_value(text: str) -> str:
    value = expand(text)
    if not re.fullmatch(r"\d{1,4}|\S+:\S+", value) or not is_term(facet_term(value)):
        raise BadParameter(f"“{text}” is no value here; choose from the list’s own, as actor:soviet-union or 1936")
    return value


def span_in_words(span: tuple[str, str]) -> str:
    """Return a span of days in words: “on 20 August 1939”, “between 1 May 1939 and 16 September 1939”, “until …”."""
    first, last = (date.fromisoformat(day) for day in span)
    if first == last:
        return f"on {in_words(first, last)}"
    if span[0] == FIRST_DAY:
        return f"until {in_words(last, last)}"
    return f"since {in_words(first, first)}" if span[1] == LAST_DAY else f"within {in_words(first, last)}"


def _span(day: str | None, first: str | None, last: str | None) -> tuple[str, str] | None:
    """Return the span of days; a single day goes before a span, and a side not given is open."""
    if day or not (first or last):
        return (day, day) if day else None
    first, last = first or FIRST_DAY, last or LAST_DAY
    if first > last:
        raise BadParameter(f"from {first} to {last} is no span; the first day comes first")
    return first, last


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise BadParameter(f"“{text}” is no day; write it as 1939-08-20") from None


def _order(of: List, column: str) -> str:
    if column not in of.columns:
        raise BadParameter(f"{of.name} cannot be sorted by “{column}”; choose one of {', '.join(of.columns)}")
    return column


def _page(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,6}", text):
        raise BadParameter(f"“{text}” is no page; pages count from 1")
    return int(text)
