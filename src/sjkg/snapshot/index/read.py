"""Reads of the SQLite index of a snapshot (an immutable build folder): rows of lists, facet counts, names, nearby events.

A list is a table with a row for each item: events, actors, places, claims (figures or assertions that somebody makes),
passages (stretches of the article's text) or remarks (editorial notes on a passage). A facet is a property by which a
list can be filtered. Events near a given one in time or place leave out that event, the events that are parts of it,
and those that it is a part of.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, NamedTuple

from sjkg.core.errors import UnusableSnapshot
from sjkg.matching.record_table import RecordTable
from sjkg.matching.tables import SELECT_RECORDS, records_from_rows
from sjkg.snapshot.index.lists import ListDefinition

OVERLAPS = "first <= ? AND last >= ?"
IS_NOT_EXCLUDED = """(begin IS NOT NULL OR "end" IS NOT NULL)
  AND COALESCE(begin, '') <= ? AND COALESCE("end", '9999-12-31') >= ?"""
MAX_COUNTING_THREADS = 2
MAX_NAMES = 30_000  # below the number of parameters that SQLite takes in one statement
SYSTEM_FAILURES = {
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM),
    *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB),  # such as a file that was overwritten
}

SqlRow = dict[str, Any]  # the values of a row by column: str, int, float or None
EARTH_KM = 6371.0
DEGREE_KM = 111.0
IS_PART_OR_WHOLE = """
  other.number IN (SELECT item FROM facets WHERE list = 'events' AND facet = 'whole' AND value = this.item)
  OR other.item IN (SELECT value FROM facets WHERE list = 'events' AND facet = 'whole' AND item = this.number)
  OR other.item = this.item"""
SAME_TIME = f"""
  SELECT other.item FROM events AS this, events AS other
  WHERE this.item = ? AND other.begin <= this."end" AND other."end" >= this.begin AND NOT ({IS_PART_OR_WHOLE})
  ORDER BY abs(julianday(other."end") - julianday(other.begin) - julianday(this."end") + julianday(this.begin)),
  other.begin, other.name LIMIT ?"""
EARLIER = """
  SELECT other.item FROM events AS this, events AS other
  WHERE this.item = ? AND other."end" < this.begin ORDER BY other."end" DESC, other.begin DESC, other.name LIMIT ?"""
LATER = """
  SELECT other.item FROM events AS this, events AS other
  WHERE this.item = ? AND other.begin > this."end" ORDER BY other.begin, other."end", other.name LIMIT ?"""
SAME_PLACE = f"""
  SELECT DISTINCT other.item, other.begin FROM events AS this
  JOIN facets AS here ON here.list = 'events' AND here.facet = 'place' AND here.item = this.number AND here.asserted
  JOIN facets AS there ON there.list = 'events' AND there.facet = 'place' AND there.value = here.value AND there.asserted
  JOIN events AS other ON other.number = there.item
  WHERE this.item = ? AND NOT ({IS_PART_OR_WHOLE})
  ORDER BY other.begin LIMIT ?"""
WITHIN_BOX = f"""
  SELECT other.item, other.name, other.lat, other.long, this.lat AS lat0, this.long AS long0
  FROM events AS this, events AS other
  WHERE this.item = ? AND other.lat BETWEEN this.lat - ? AND this.lat + ? AND NOT ({IS_PART_OR_WHOLE})"""


@dataclass(frozen=True)
class FacetSelection:
    """The filters of a list; an item is selected if it passes all of them.

    values: a dict from the name of a facet to values; an item must have at least one of these values in each facet.
    asserted_only: True to ignore values that OWL reasoning has inferred. span: the first and last day (YYYY-MM-DD) of a
    time, both included, or None; it must overlap the time in which the item may have been under way. Where the begin or
    the end of an item is not told, that time has only what its other bounds tell; an undated item of which one is
    unknown has none.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asserted_only: bool = False
    span: tuple[str, str] | None = None


class IndexedName(NamedTuple):
    """A name of a thing. thing: its IRI. language: the language tag, or None. is_elsewhere: whether another dataset has it."""

    thing: str
    name: str
    language: str | None
    is_elsewhere: bool


class Index:
    """The index file of one snapshot, open for reading by any number of threads."""

    def __init__(self, path: Path):
        """Open the index file `path`. Raises UnusableSnapshot when it is missing."""
        if not path.is_file():
            raise UnusableSnapshot(f"the index {path} is missing; build again with “sjkg build”")
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._idle: list[sqlite3.Connection] = []  # opening one takes five times as long as most statements

    def rows(
        self,
        definition: ListDefinition,
        selection: FacetSelection,
        order: str,
        descending: bool,
        limit: int = -1,
        offset: int = 0,
    ) -> list[SqlRow]:
        """Return the items of a list that pass the filters in `selection`, each as a dict from column name to value.

        definition: the list. order: the column to sort by; items with the same value are sorted by name. descending:
        whether the largest value is first; empty values (None) come last in both directions, and case is ignored. limit: the largest number
        of items, -1 for all. offset: the number of items to skip. Raises ValueError if the list does not have the
        column `order`.
        """
        if order not in definition.columns:
            raise ValueError(
                f"the list {definition.name} has no column “{order}”; it has {', '.join(definition.columns)}"
            )
        condition, values = selection_condition(definition, selection)
        direction = "DESC" if descending else "ASC"
        return self.select(
            f'SELECT * FROM "{definition.name}" WHERE {condition} '
            f'ORDER BY "{order}" IS NULL, "{order}" COLLATE NOCASE {direction}, name COLLATE NOCASE, number LIMIT ? OFFSET ?',
            [*values, limit, offset],
        )

    def events_of(self, things: Iterable[str]) -> dict[str, SqlRow]:
        """Return a dict from the IRI of each thing that is in the list of events to its row there.

        things: IRIs, of which those after the first MAX_NAMES are ignored.
        """
        wanted = list(things)[:MAX_NAMES]
        rows = self.select(f"SELECT * FROM events WHERE item IN ({_parameters(wanted)})", wanted)
        return {row["item"]: row for row in rows}

    def count(self, definition: ListDefinition, selection: FacetSelection) -> int:
        """Return the number of items of the list `definition` that pass the filters in `selection`."""
        condition, values = selection_condition(definition, selection)
        return self.select_number(f'SELECT COUNT(*) FROM "{definition.name}" WHERE {condition}', values)

    def facet_counts(
        self, definition: ListDefinition, facet: str, selection: FacetSelection, limit: int = -1
    ) -> list[tuple[str, int]]:
        """Return tuples of a value of a facet and the number of items that have it, the largest number first.

        definition: the list. facet: the name of the facet. selection: the filters that the counted items pass; the one
        for this facet is ignored, so that its other values can be offered. Values that no item has are left out. limit:
        the largest number of values, -1 for all.
        """
        others = {name: chosen for name, chosen in selection.values.items() if name != facet}
        condition, values = selection_condition(definition, replace(selection, values=others), "item")
        asserted_only = " AND asserted" if selection.asserted_only else ""
        rows = self.select(
            f"SELECT value, COUNT(*) AS total FROM facets WHERE list = ? AND facet = ?{asserted_only} AND {condition}"
            " GROUP BY value ORDER BY total DESC, value LIMIT ?",
            [definition.name, facet, *values, limit],
        )
        return [(row["value"], row["total"]) for row in rows]

    def facet_values(self, definition: ListDefinition, facet: str, items: Iterable[SqlRow]) -> dict[str, list[str]]:
        """Return a dict from the IRI of each item that has values of a facet to these values.

        definition: the list. items: rows of the list, of which those after the first MAX_NAMES are ignored.
        """
        iris = {row["number"]: row["item"] for row in list(items)[:MAX_NAMES]}
        rows = self.select(
            f"SELECT item, value FROM facets WHERE list = ? AND facet = ? AND item IN ({_parameters([*iris])}) ORDER BY value",
            [definition.name, facet, *iris],
        )
        values: dict[str, list[str]] = {}
        for row in rows:
            values.setdefault(iris[row["item"]], []).append(row["value"])
        return values

    def counts_by_facet(
        self, definition: ListDefinition, selection: FacetSelection, limit: int = -1
    ) -> list[list[tuple[str, int]]]:
        """Return, for each facet of a list in the order of `definition.facets`, its values with their numbers of items.

        Each is a list of tuples (value, number of items), the largest number first. The counted items pass the filters
        in `selection`, except that for the facet itself, so that its other values can be offered. limit: the largest
        number of values of one facet, -1 for all.
        """
        with ThreadPoolExecutor(MAX_COUNTING_THREADS) as threads:  # SQLite releases the GIL while it counts
            count = lambda facet: self.facet_counts(definition, facet.name, selection, limit)
            return list(threads.map(count, definition.facets))

    def not_excluded(self, events: ListDefinition, selection: FacetSelection, limit: int) -> tuple[int, list[SqlRow]]:
        """Return the events that `selection` leaves out although its span is not excluded for them, by name.

        They are the events of which the begin or the end is not told, with the facet values of `selection`. The result is
        their number and at most `limit` rows of the list of events; none if no span is selected. events: its definition.
        """
        if not selection.span:
            return 0, []
        condition, values = selection_condition(events, replace(selection, span=None))
        first, last = selection.span
        where = f"{IS_NOT_EXCLUDED} AND NOT COALESCE({OVERLAPS}, 0) AND {condition}"
        values = [last, first, last, first, *values]
        rows = self.select(f"SELECT * FROM events WHERE {where} ORDER BY name LIMIT ?", [*values, limit])
        return self.select_number(f"SELECT COUNT(*) FROM events WHERE {where}", values), rows

    def count_by_day(self, events: ListDefinition, selection: FacetSelection, side: str) -> list[tuple[str, int]]:
        """Return tuples of a day and the number of selected events that may have been under way from, or until, that day.

        events: the definition of the list of events. side: "first" or "last". The tuples are in the order of the days, texts
        YYYY-MM-DD. Undated events are left out unless both their begin and their end are bounded.
        """
        condition, values = selection_condition(events, selection)
        rows = self.select(
            f"SELECT {side} AS day, COUNT(*) AS total FROM events WHERE first IS NOT NULL AND {condition} "
            "GROUP BY day ORDER BY day",
            values,
        )
        return [(row["day"], row["total"]) for row in rows]

    def most_claimed(self, limit: int) -> list[SqlRow]:
        """Return at most `limit` (and at most 100) events with the most claims about them or their parts.

        A claim is a figure or assertion that somebody makes. Each row has the columns item (the IRI), name, begin
        (YYYY-MM-DD or None), end (YYYY-MM-DD) and total (the number of claims); the largest total is first. Events of
        the kind “conflict”, events without an end (such as periods) and events without parts are left out.
        """
        return self.select("SELECT * FROM most_claimed ORDER BY total DESC LIMIT ?", [limit])

    def names_of(self, things: Iterable[str]) -> dict[str, str]:
        """Return a dict from the IRI of each thing that has a preferred English name to that name.

        things: IRIs, of which those after the first MAX_NAMES are ignored.
        """
        wanted = list(things)[:MAX_NAMES]
        rows = self.select(
            f"SELECT thing, name FROM names WHERE preferred AND thing IN ({_parameters(wanted)})", wanted
        )
        return {row["thing"]: row["name"] for row in rows}

    def things_of(self, iri_prefix: str, limit: int) -> list[tuple[str, str]]:
        """Return tuples (IRI, preferred English name) of at most `limit` things whose IRI begins with `iri_prefix`, by name.

        Things without such a name are left out.
        """
        rows = self.select(
            "SELECT thing, name FROM names WHERE preferred AND thing >= ? AND thing < ? ORDER BY name LIMIT ?",
            [iri_prefix, iri_prefix + "\x7f", limit],
        )
        return [(row["thing"], row["name"]) for row in rows]

    def all_names(self) -> list[IndexedName]:
        """Return each name of each thing.

        Included are the labels that the index generates for participations (an actor's part in an event) and remarks
        (editorial notes on a passage of the article).
        """
        rows = self.select("SELECT thing, name, language, elsewhere FROM names ORDER BY rowid", [])
        return [IndexedName(row["thing"], row["name"], row["language"], bool(row["elsewhere"])) for row in rows]

    def read_records(self, more_names: Iterable[tuple[str, str, str]] = ()) -> RecordTable:
        """Return the records of all things to compare others with. more_names: thing, name and language of further names."""
        rows = [tuple(row.values()) for row in self.select(SELECT_RECORDS, [])]
        return RecordTable(records_from_rows([*rows, *((thing, "name", *name) for thing, *name in more_names)]))

    def select(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[SqlRow]:
        """Return the rows of an SQL SELECT, each as a dict from column name to value.

        values: the parameters of the statement, by position for “?” or by name for “:name”.
        """
        with self._connection() as connection:
            cursor = connection.execute(statement, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def select_number(self, statement: str, values: Sequence[Any]) -> int:
        """Return the integer that an SQL SELECT with one row and one column gives. values: its parameters for “?”."""
        (row,) = self.select(statement, values)
        (number,) = row.values()
        return int(number)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for one thread: the one given back last, whose cache is warm, or a new one.

        Raises UnusableSnapshot when SQLite cannot open or read its file.
        """
        with _translated_errors():
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = sqlite3.connect(self._address, uri=True, check_same_thread=False)
            try:
                yield connection
            finally:
                self._idle.append(connection)

    def __del__(self) -> None:
        for connection in getattr(self, "_idle", ()):
            connection.close()


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Raise UnusableSnapshot instead of an error of SQLite in the `with` block that is a failure of the operating system."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # not every sqlite3.Error has one
        if code & 0xFF not in SYSTEM_FAILURES:  # the lowest byte of an extended code is the primary one
            raise
        raise UnusableSnapshot(
            f"the index of the snapshot cannot be read at the moment ({error}); send the request again later"
        ) from None


def selection_condition(
    definition: ListDefinition, selection: FacetSelection, number: str = "number"
) -> tuple[str, list[Any]]:
    """Return an SQL condition that is true for rows whose item is selected, and its parameters for “?”.

    The condition is “1” if there are no filters. definition: the list that the item is in. number: the column of the
    row that has the number of the item: “number” in the table of the list, and the name given here in another table.
    That table must also have the columns first and last of the item, because reading the list for each row is ten times
    as slow.
    """
    conditions: list[str] = []
    values: list[Any] = []
    asserted_only = " AND asserted" if selection.asserted_only else ""
    for facet, chosen in selection.values.items():
        conditions.append(
            f"{number} IN (SELECT item FROM facets WHERE list = ? AND facet = ? "
            f"AND value IN ({_parameters(chosen)}){asserted_only})"
        )
        values += [definition.name, facet, *chosen]
    if selection.span:
        first, last = selection.span
        conditions.append(OVERLAPS)
        values += [last, first]
    return " AND ".join(conditions) or "1", values


def _parameters(values: Sequence[object]) -> str:
    """Return a question mark for each value, separated by commas."""
    return ", ".join("?" * len(values))


@dataclass(frozen=True)
class NearbyEvent:
    """An event near another one. event: its IRI. km: the great-circle distance between the two, in whole km."""

    event: str
    name: str
    km: int


def same_time(index: Index, event: str, limit: int) -> list[str]:
    """Return the IRIs of at most `limit` events whose time overlaps that of the event with the IRI `event`.

    Events whose duration is most similar come first. The event itself, its parts and the events that it is a part of
    are left out, and so is every event without a begin or without an end; for such an event the result is empty.
    """
    return [row["item"] for row in index.select(SAME_TIME, [event, limit])]


def last_before(index: Index, event: str, limit: int) -> list[str]:
    """Return the IRIs of at most `limit` events that were over before `event` (an IRI) can have begun, the latest end first."""
    return [row["item"] for row in index.select(EARLIER, [event, limit])]


def first_after(index: Index, event: str, limit: int) -> list[str]:
    """Return the IRIs of at most `limit` events that can only have begun after `event` (an IRI) was over, the first begin first."""
    return [row["item"] for row in index.select(LATER, [event, limit])]


def same_place(index: Index, event: str, limit: int) -> list[str]:
    """Return the IRIs of at most `limit` events that share a place with the event with the IRI `event`.

    The one that begins first comes first. Places that OWL reasoning has inferred do not count. The event itself, its
    parts and the events that it is a part of are left out.
    """
    return [row["item"] for row in index.select(SAME_PLACE, [event, limit])]


def within_distance(index: Index, event: str, limit: int, max_km: int = 150) -> list[NearbyEvent]:
    """Return at most `limit` events whose coordinates are at most `max_km` from those of an event, the nearest first.

    event: the IRI of the given event. This event, its parts and the events that it is a part of are left out. The
    result is empty for an event without coordinates.
    """
    box = max_km / DEGREE_KM
    found = (
        NearbyEvent(row["item"], row["name"], round(distance_km(row["lat0"], row["long0"], row["lat"], row["long"])))
        for row in index.select(WITHIN_BOX, [event, box, box])
    )
    return sorted((other for other in found if other.km <= max_km), key=lambda other: (other.km, other.name))[:limit]


def distance_km(lat1: float, long1: float, lat2: float, long2: float) -> float:
    """Return the great-circle distance, in km, of two points given in degrees, by the haversine formula."""
    p1, l1, p2, l2 = map(radians, (lat1, long1, lat2, long2))
    a = sin((p2 - p1) / 2) ** 2 + cos(p1) * cos(p2) * sin((l2 - l1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(a))
