"""Writes the index: the rows of each list, the values of each facet, and every name, each by a query over the store."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sjkg.core.vocabulary import INFERRED
from sjkg.kb.queries import read_query_file
from sjkg.snapshot.index.lists import QUERIES, Facet, List, read_lists
from sjkg.snapshot.index.map_spots import write_ground
from sjkg.snapshot.index.names import name_nameless
from sjkg.snapshot.index.precomputed import write_precomputed
from sjkg.store.quad_store import QuadStore

SCHEMA = (
    """CREATE TABLE facets (
         list TEXT, facet TEXT, value TEXT, item INTEGER, stated INTEGER, begin TEXT, "end" TEXT,
         PRIMARY KEY (list, facet, value, item)
       ) WITHOUT ROWID""",
    "CREATE TABLE names (thing TEXT, name TEXT, language TEXT, preferred INTEGER)",
)
MOST_CLAIMED = """
  CREATE TABLE most_claimed AS
  SELECT whole.item, whole.name, whole.begin, whole."end", SUM(part.claims) + COALESCE(whole.claims, 0) AS total
  FROM facets JOIN events AS part ON part.number = facets.item JOIN events AS whole ON whole.item = facets.value
  WHERE facets.list = 'events' AND facets.facet = 'whole' AND whole.kind NOT LIKE '%#Conflict' AND whole.begin IS NOT NULL
  GROUP BY whole.item ORDER BY total DESC LIMIT 100"""
LOOKUPS = (
    "CREATE INDEX names_of ON names (thing)",
    'CREATE INDEX events_by_begin ON events (begin, "end")',
    'CREATE INDEX events_by_end ON events ("end", begin)',
    # 5 s → 4 ms for same place of 100 000 events
    'CREATE INDEX facets_of ON facets (list, facet, item, value, stated, begin, "end")',
)


def write_index(store: QuadStore, path: Path) -> None:
    """Write the index of a store as an SQLite file."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN", *SCHEMA):
            connection.execute(statement)
        for one in read_lists().values():
            _write_list(connection, store, one)
        write_summaries(connection)
        write_precomputed(connection, store)
        rows = store.query(read_query_file(QUERIES / "names.rq").text).bindings
        connection.executemany(
            "INSERT INTO names VALUES (?, ?, ?, ?)",
            (_name(row) for row in rows),
        )
        connection.executemany("INSERT INTO names VALUES (?, ?, 'en', 1)", name_nameless(store))
        for statement in (*LOOKUPS, "COMMIT", "ANALYZE"):
            connection.execute(statement)
    finally:
        connection.close()


def write_summaries(connection: sqlite3.Connection) -> None:
    """Write what pages show of all events, and what would take long to add up each time."""
    write_ground(connection)
    connection.execute(MOST_CLAIMED)


def _write_list(connection: sqlite3.Connection, store: QuadStore, one: List) -> None:
    """Write a table of the list's columns and the facets of its items; of several rows of one item the first is kept."""
    columns = ", ".join(f'"{column}"' for column in one.columns)
    connection.execute(f'CREATE TABLE "{one.name}" (number INTEGER PRIMARY KEY, {columns}, UNIQUE (item))')
    marks = ", ".join("?" for _ in one.columns)
    connection.executemany(
        f'INSERT OR IGNORE INTO "{one.name}" ({columns}) VALUES ({marks})',
        ([_plain(row.get(column)) for column in one.columns] for row in store.query(one.text).bindings),
    )
    days = 'begin, "end"' if "begin" in one.columns else "NULL, NULL"
    known = {item: row for item, *row in connection.execute(f'SELECT item, number, {days} FROM "{one.name}"')}
    for facet in one.facets:
        rows = sorted(_facet_rows(store, facet), reverse=True)
        connection.executemany(
            'INSERT OR IGNORE INTO facets (list, facet, value, stated, item, begin, "end") VALUES (?, ?, ?, ?, ?, ?, ?)',
            (
                (one.name, facet.name, value, asserted_only, *known[item])
                for item, value, asserted_only in rows
                if item in known
            ),
        )


def _facet_rows(store: QuadStore, facet: Facet) -> Iterator[tuple[str, str, bool]]:
    """Give each item with a value of the facet, and whether that is stated rather than inferred."""
    for row in store.query(facet.text).bindings:
        graph = row.get(facet.graph)
        yield row["item"]["value"], row[facet.name]["value"], graph is None or graph["value"] != INFERRED


def _name(row: dict) -> tuple[str, str, str | None, bool]:
    name = row["name"]
    is_preferred = row["naming"]["value"].endswith("prefLabel") and name.get("xml:lang") == "en"
    return row["thing"]["value"], name["value"], name.get("xml:lang"), is_preferred


def _plain(term: dict | None) -> str | int | float | None:
    """Return a number as a number, so that it sorts as one; anything else as its text."""
    if term is None:
        return None
    kind = term.get("datatype", "").rpartition("#")[2]
    if kind == "integer":
        return int(term["value"])
    return float(term["value"]) if kind in ("decimal", "double", "float") else term["value"]
