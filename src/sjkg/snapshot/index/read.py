"""Reads of the SQLite index of a snapshot (an immutable build folder): rows of lists, facet counts, names.

A list (events, actors, places, claims, passages, remarks) is a table with a row for each item; a facet is a property by
which a list can be filtered.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sjkg.core.errors import UnusableSnapshot
from sjkg.snapshot.index.lists import ListDefinition

IS_DATED = '(begin IS NOT NULL OR "end" IS NOT NULL)'
OVERLAPS = """COALESCE(begin, '') <= ? AND COALESCE("end", '9999-12-31') >= ?"""
MAX_COUNTING_THREADS = 2
MAX_NAMES = 30_000  # below the number of parameters that SQLite takes in one statement

SqlRow = dict[str, Any]  # the values of a row by column: str, int, float or None


@dataclass(frozen=True)
class FacetSelection:
    """The filters of a list.

    values: for each facet the values of which an item must have at least one. asserted_only: ignore inferred values.
    span: keep only items that may overlap the time between two days (YYYY-MM-DD), both included; an open begin or end
    may be any day.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asserted_only: bool = False
    span: tuple[str, str] | None = None


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
        """Return the items of a list that a selection (its filters) leaves, as dicts by column.

        Sorted by the column `order`, then by name. Empty values come last in either direction. limit: number of rows at
        most, -1 for all. offset: rows to skip. Raises ValueError for a column that the list does not have.
        """
        if order not in definition.columns:
            raise ValueError(
                f"the list {definition.name} has no column “{order}”; it has {', '.join(definition.columns)}"
            )
        condition, values = selection_condition(definition, selection)
        direction = "DESC" if descending else "ASC"
        return self.select(
            f'SELECT * FROM "{definition.name}" WHERE {condition} '
            f'ORDER BY "{order}" IS NULL, "{order}" {direction}, name, number LIMIT ? OFFSET ?',
            [*values, limit, offset],
        )

    def count(self, definition: ListDefinition, selection: FacetSelection) -> int:
        """Return the number of items of a list that a selection (its filters) leaves."""
        condition, values = selection_condition(definition, selection)
        return self.select_number(f'SELECT COUNT(*) FROM "{definition.name}" WHERE {condition}', values)

    def facet_counts(
        self, definition: ListDefinition, facet: str, selection: FacetSelection, limit: int = -1
    ) -> list[tuple[str, int]]:
        """Return the values of a facet with the number of selected items that have each, the most frequent first.

        facet: its name. The selection in this facet itself is ignored, so that other values can be offered. limit:
        number of values at most, -1 for all.
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

    def counts_by_facet(
        self, definition: ListDefinition, selection: FacetSelection, limit: int = -1
    ) -> list[list[tuple[str, int]]]:
        """Return for each facet of a list, in order, its values with numbers of items, the most frequent first.

        The selection in a facet itself does not limit the values of that facet. limit: values of a facet at most, -1
        for all.
        """
        with ThreadPoolExecutor(MAX_COUNTING_THREADS) as threads:  # SQLite releases the GIL while it counts
            count = lambda facet: self.facet_counts(definition, facet.name, selection, limit)
            return list(threads.map(count, definition.facets))

    def count_by_day(
        self, events: ListDefinition, selection: FacetSelection, side: str
    ) -> list[tuple[str | None, int]]:
        """Return the days on which selected events with a date begin or end, in order, with numbers of events.

        events: the definition of the list of events. side: "begin" or "end". Days are YYYY-MM-DD; None, which comes
        first, stands for events whose begin or end is open.
        """
        condition, values = selection_condition(events, selection)
        rows = self.select(
            f'SELECT "{side}" AS day, COUNT(*) AS total FROM events WHERE {IS_DATED} AND {condition} '
            "GROUP BY day ORDER BY day",
            values,
        )
        return [(row["day"], row["total"]) for row in rows]

    def most_claimed(self, limit: int) -> list[SqlRow]:
        """Return the events with the most claims about them and their parts.

        A claim is a figure or assertion that somebody makes. Dicts of item (IRI), name, begin, end (YYYY-MM-DD or
        None), total (claims), the highest total first. At most `limit`, and at most 100. Whole conflicts and events
        without a begin are left out.
        """
        return self.select("SELECT * FROM most_claimed ORDER BY total DESC LIMIT ?", [limit])

    def names_of(self, things: Iterable[str]) -> dict[str, str]:
        """Return the preferred English name of each thing (IRI) that has one, for the first MAX_NAMES of `things`."""
        wanted = list(things)[:MAX_NAMES]
        rows = self.select(
            f"SELECT thing, name FROM names WHERE preferred AND thing IN ({_parameters(wanted)})", wanted
        )
        return {row["thing"]: row["name"] for row in rows}

    def things_of(self, iri_prefix: str, limit: int) -> list[tuple[str, str]]:
        """Return at most `limit` things whose IRI begins with `iri_prefix` as (IRI, English name), by name."""
        rows = self.select(
            "SELECT thing, name FROM names WHERE preferred AND thing >= ? AND thing < ? ORDER BY name LIMIT ?",
            [iri_prefix, iri_prefix + "\x7f", limit],
        )
        return [(row["thing"], row["name"]) for row in rows]

    def all_names(self) -> list[tuple[str, str, str | None]]:
        """Return every name of every thing as (IRI, name, language tag or None), generated labels included."""
        rows = self.select("SELECT thing, name, language FROM names ORDER BY rowid", [])
        return [(row["thing"], row["name"], row["language"]) for row in rows]

    def select(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[SqlRow]:
        """Return the rows of an SQL SELECT as dicts by column. values: its parameters, by position or by name."""
        with self._connection() as connection:
            cursor = connection.execute(statement, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def select_number(self, statement: str, values: Sequence[Any]) -> int:
        """Return the one integer that an SQL SELECT of one row and one column gives. values: its parameters."""
        (row,) = self.select(statement, values)
        (number,) = row.values()
        return int(number)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for one thread: the one most recently returned, whose cache is warm, or a new one."""
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


def selection_condition(
    definition: ListDefinition, selection: FacetSelection, number: str = "number"
) -> tuple[str, list[Any]]:
    """Return the SQL condition that an item of a list is selected (“1” for no filter), and its parameters.

    number: the column that holds the item's number. It works on rows of the list and on other tables with the columns
    begin and end of the item: reading the list for each row is ten times as slow.
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
        conditions.append(f"{IS_DATED} AND {OVERLAPS}")
        values += [last, first]
    return " AND ".join(conditions) or "1", values


def _parameters(values: Sequence[object]) -> str:
    """Return a question mark for each value, separated by commas."""
    return ", ".join("?" * len(values))
