"""Reads the index of a snapshot: a page of a list, the counts of its facets, and names."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sjkg.core.errors import UnusableSnapshot
from sjkg.snapshot.index.lists import List

DATED = '(begin IS NOT NULL OR "end" IS NOT NULL)'
UNDER_WAY = """COALESCE(begin, '') <= ? AND COALESCE("end", '9999-12-31') >= ?"""
AT_ONCE = 2  # facets that are counted at the same time
MOST_NAMES = 30_000  # below the number of parameters that SQLite takes in one statement


@dataclass(frozen=True)
class FacetSelection:
    """How a list is narrowed.

    values: for each facet the values of which an item has at least one. stated: leave out what is only inferred.
    span: only what may have been under way at some time between these two days (YYYY-MM-DD), both included; a begin or
    an end that is left open may be any.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asserted_only: bool = False
    span: tuple[str, str] | None = None

    def without(self, facet: str) -> "FacetSelection":
        rest = {name: values for name, values in self.values.items() if name != facet}
        return FacetSelection(rest, self.asserted_only, self.span)


class Index:
    """The index file of one snapshot, open for reading by any number of threads."""

    def __init__(self, path: Path):
        if not path.is_file():
            raise UnusableSnapshot(f"{path} is missing; build again")
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._idle: list[sqlite3.Connection] = []  # opening one takes five times as long as most statements

    def rows(
        self, of: List, choice: FacetSelection, order: str, descending: bool, limit: int = -1, offset: int = 0
    ) -> list[dict]:
        """Return items as dicts of the list's columns, sorted by one of them; where it is empty an item comes last."""
        if order not in of.columns:
            raise ValueError(f"{of.name} has no column {order}")
        condition, values = where(of, choice)
        way = "DESC" if descending else "ASC"
        return self.select(
            f'SELECT * FROM "{of.name}" WHERE {condition} ORDER BY "{order}" IS NULL, "{order}" {way}, name, number'
            " LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )

    def count(self, of: List, choice: FacetSelection) -> int:
        """Return how many items there are."""
        condition, values = where(of, choice)
        return self.select(f'SELECT COUNT(*) AS total FROM "{of.name}" WHERE {condition}', values)[0]["total"]

    def facet_counts(self, of: List, facet: str, choice: FacetSelection, limit: int = -1) -> list[tuple[str, int]]:
        """Return the values of a facet with the number of items under the choices in all other facets."""
        condition, values = where(of, choice.without(facet), "item")
        asserted_only = " AND stated" if choice.asserted_only else ""
        rows = self.select(
            f"SELECT value, COUNT(*) AS total FROM facets WHERE list = ? AND facet = ?{asserted_only} AND {condition}"
            " GROUP BY value ORDER BY total DESC, value LIMIT ?",
            [of.name, facet, *values, limit],
        )
        return [(row["value"], row["total"]) for row in rows]

    def counts_by_facet(self, of: List, choice: FacetSelection, limit: int = -1) -> list[list[tuple[str, int]]]:
        """Return the values of each facet with their numbers of items, in the order of the list's facets."""
        with ThreadPoolExecutor(AT_ONCE) as threads:  # SQLite lets others run while it counts
            return list(threads.map(lambda facet: self.facet_counts(of, facet.name, choice, limit), of.facets))

    def most_claimed(self, limit: int) -> list[dict]:
        """Return the battles, incidents and other single events about which, parts included, most is claimed."""
        return self.select("SELECT * FROM most_claimed ORDER BY total DESC LIMIT ?", [limit])

    def names_of(self, things: Iterable[str]) -> dict[str, str]:
        """Return the preferred English name of each thing that has one."""
        wanted = list(things)[:MOST_NAMES]
        marks = ", ".join("?" * len(wanted))
        rows = self.select(f"SELECT thing, name FROM names WHERE preferred AND thing IN ({marks})", wanted)
        return {row["thing"]: row["name"] for row in rows}

    def things_of(self, begins: str, limit: int) -> list[tuple[str, str]]:
        """Return things whose IRI begins so, with their preferred English names, by name."""
        rows = self.select(
            "SELECT thing, name FROM names WHERE preferred AND thing >= ? AND thing < ? ORDER BY name LIMIT ?",
            [begins, begins + "\x7f", limit],
        )
        return [(row["thing"], row["name"]) for row in rows]

    def all_names(self) -> list[tuple[str, str, str | None]]:
        """Return every name with its thing and language."""
        rows = self.select("SELECT thing, name, language FROM names ORDER BY rowid", [])
        return [(row["thing"], row["name"], row["language"]) for row in rows]

    def select(self, statement: str, values: list | dict) -> list[dict]:
        """Return the rows of a statement as dicts."""
        with self._connection() as connection:
            cursor = connection.execute(statement, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that nobody else uses meanwhile; the last one that was given back is still warm."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = sqlite3.connect(self._address, uri=True, check_same_thread=False)
        try:
            yield connection
        finally:
            self._idle.append(connection)

    def __del__(self):
        for connection in getattr(self, "_idle", ()):
            connection.close()


def where(of: List, choice: FacetSelection, number: str = "number") -> tuple[str, list]:
    """Return a condition on the items of a list, and the values for its question marks.

    It is for rows of the list or others with the days of an item: a look-up of each item is ten times as slow.
    """
    conditions, values = [], []
    asserted_only = " AND stated" if choice.asserted_only else ""
    for facet, chosen in choice.values.items():
        marks = ", ".join("?" * len(chosen))
        conditions.append(
            f"{number} IN (SELECT item FROM facets WHERE list = ? AND facet = ? AND value IN ({marks}){asserted_only})"
        )
        values += [of.name, facet, *chosen]
    if choice.span:
        first, last = choice.span
        conditions.append(f"{DATED} AND {UNDER_WAY}")
        values += [last, first]
    return " AND ".join(conditions) or "1", values
