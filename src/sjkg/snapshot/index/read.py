"""Reads of the index of a snapshot: pages of lists, facet counts, and names."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
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

    def without(self, facet: str) -> "FacetSelection":
        """Return the selection without the values of a facet."""
        rest = {name: values for name, values in self.values.items() if name != facet}
        return FacetSelection(rest, self.asserted_only, self.span)


class Index:
    """The index file of one snapshot, open for reading by any number of threads."""

    def __init__(self, path: Path):
        """Open an index. Raises UnusableSnapshot when the file is missing."""
        if not path.is_file():
            raise UnusableSnapshot(f"{path} is missing; build again")
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._idle: list[sqlite3.Connection] = []  # opening one takes five times as long as most statements

    def rows(
        self,
        of: ListDefinition,
        selection: FacetSelection,
        order: str,
        descending: bool,
        limit: int = -1,
        offset: int = 0,
    ) -> list[SqlRow]:
        """Return the selected items of a list as rows of its columns, sorted by the column `order`, empty values last.

        Raises ValueError for a column that the list does not have.
        """
        if order not in of.columns:
            raise ValueError(f"{of.name} has no column {order}")
        condition, values = selection_condition(of, selection)
        direction = "DESC" if descending else "ASC"
        return self.select(
            f'SELECT * FROM "{of.name}" WHERE {condition} ORDER BY "{order}" IS NULL, "{order}" {direction}, name, number'
            " LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )

    def count(self, of: ListDefinition, selection: FacetSelection) -> int:
        """Return the number of selected items of a list."""
        condition, values = selection_condition(of, selection)
        return self.select_number(f'SELECT COUNT(*) FROM "{of.name}" WHERE {condition}', values)

    def facet_counts(
        self, of: ListDefinition, facet: str, selection: FacetSelection, limit: int = -1
    ) -> list[tuple[str, int]]:
        """Return the values of a facet with their numbers of items, under the selection in all other facets.

        The most frequent value comes first.
        """
        condition, values = selection_condition(of, selection.without(facet), "item")
        asserted_only = " AND asserted" if selection.asserted_only else ""
        rows = self.select(
            f"SELECT value, COUNT(*) AS total FROM facets WHERE list = ? AND facet = ?{asserted_only} AND {condition}"
            " GROUP BY value ORDER BY total DESC, value LIMIT ?",
            [of.name, facet, *values, limit],
        )
        return [(row["value"], row["total"]) for row in rows]

    def counts_by_facet(
        self, of: ListDefinition, selection: FacetSelection, limit: int = -1
    ) -> list[list[tuple[str, int]]]:
        """Return `facet_counts` for each facet of a list, in the order of its facets."""
        with ThreadPoolExecutor(MAX_COUNTING_THREADS) as threads:  # SQLite releases the GIL while it counts
            return list(threads.map(lambda facet: self.facet_counts(of, facet.name, selection, limit), of.facets))

    def count_by_day(
        self, events: ListDefinition, selection: FacetSelection, side: str
    ) -> list[tuple[str | None, int]]:
        """Return the days on which dated events begin or end, in order, with the number of these events.

        side: "begin" or "end". The day None stands for events whose begin or end is open.
        """
        condition, values = selection_condition(events, selection)
        rows = self.select(
            f'SELECT "{side}" AS day, COUNT(*) AS total FROM events WHERE {IS_DATED} AND {condition} '
            "GROUP BY day ORDER BY day",
            values,
        )
        return [(row["day"], row["total"]) for row in rows]

    def most_claimed(self, limit: int) -> list[SqlRow]:
        """Return the events with the most claims about them and their parts: rows of item, name, begin, end, total.

        Whole conflicts and events without a date are left out.
        """
        return self.select("SELECT * FROM most_claimed ORDER BY total DESC LIMIT ?", [limit])

    def names_of(self, things: Iterable[str]) -> dict[str, str]:
        """Return the preferred English name of each thing that has one, of the first MAX_NAMES things."""
        wanted = list(things)[:MAX_NAMES]
        rows = self.select(
            f"SELECT thing, name FROM names WHERE preferred AND thing IN ({_parameters(wanted)})", wanted
        )
        return {row["thing"]: row["name"] for row in rows}

    def things_of(self, iri_prefix: str, limit: int) -> list[tuple[str, str]]:
        """Return the things whose IRI begins so, with their preferred English names, by name."""
        rows = self.select(
            "SELECT thing, name FROM names WHERE preferred AND thing >= ? AND thing < ? ORDER BY name LIMIT ?",
            [iri_prefix, iri_prefix + "\x7f", limit],
        )
        return [(row["thing"], row["name"]) for row in rows]

    def all_names(self) -> list[tuple[str, str, str | None]]:
        """Return every name as thing, name, language."""
        rows = self.select("SELECT thing, name, language FROM names ORDER BY rowid", [])
        return [(row["thing"], row["name"], row["language"]) for row in rows]

    def select(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[SqlRow]:
        """Return the rows of an SQL statement. values: its parameters."""
        with self._connection() as connection:
            cursor = connection.execute(statement, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def select_number(self, statement: str, values: Sequence[Any]) -> int:
        """Return the one integer that an SQL statement selects."""
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


def selection_condition(of: ListDefinition, selection: FacetSelection, number: str = "number") -> tuple[str, list[Any]]:
    """Return the SQL condition that an item of a list is selected, and its parameters.

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
        values += [of.name, facet, *chosen]
    if selection.span:
        first, last = selection.span
        conditions.append(f"{IS_DATED} AND {OVERLAPS}")
        values += [last, first]
    return " AND ".join(conditions) or "1", values


def _parameters(values: Sequence[object]) -> str:
    """Return a question mark for each value, separated by commas."""
    return ", ".join("?" * len(values))
