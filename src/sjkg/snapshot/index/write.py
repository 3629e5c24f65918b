"""Writing of the SQLite index of a snapshot from queries over its store.

Tables: one for each list, facets (the values of their items), names, precomputed (query results), spots and event_spots
(for the map), most_claimed (the 100 events with the most claims: figures or assertions that somebody makes).
"""

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from sjkg.core.vocabulary import INFERRED
from sjkg.kb.queries import read_query_file
from sjkg.snapshot.index.generated_labels import generate_labels
from sjkg.snapshot.index.lists import QUERIES, Facet, ListDefinition, read_lists
from sjkg.snapshot.index.map_spots import CREATE_SPOTS
from sjkg.snapshot.index.precomputed import JsonTerm, write_precomputed
from sjkg.store.quad_store import QuadStore

CREATE_TABLES = (
    """CREATE TABLE facets (
         list TEXT, facet TEXT, value TEXT, item INTEGER, asserted INTEGER, begin TEXT, "end" TEXT,
         PRIMARY KEY (list, facet, value, item)
       ) WITHOUT ROWID""",
    "CREATE TABLE names (thing TEXT, name TEXT, language TEXT, preferred INTEGER)",
)
CREATE_MOST_CLAIMED = """
  CREATE TABLE most_claimed AS
  SELECT whole.item, whole.name, whole.begin, whole."end", SUM(part.claims) + COALESCE(whole.claims, 0) AS total
  FROM facets JOIN events AS part ON part.number = facets.item JOIN events AS whole ON whole.item = facets.value
  WHERE facets.list = 'events' AND facets.facet = 'whole' AND whole.kind NOT LIKE '%#Conflict' AND whole.begin IS NOT NULL
  GROUP BY whole.item ORDER BY total DESC LIMIT 100"""
CREATE_INDEXES = (
    "CREATE INDEX names_of ON names (thing)",
    'CREATE INDEX events_by_begin ON events (begin, "end")',
    'CREATE INDEX events_by_end ON events ("end", begin)',
    # nearby.SAME_PLACE of 100 000 events: 5 s → 4 ms
    'CREATE INDEX facets_of ON facets (list, facet, item, value, asserted, begin, "end")',
)


def write_index(store: QuadStore, path: Path) -> None:
    """Write the index of a snapshot as a new SQLite file at `path`. store: the quads of the snapshot, for queries."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN", *CREATE_TABLES):
            connection.execute(statement)
        for definition in read_lists().values():
            _write_list(connection, store, definition)
        write_summaries(connection)
        write_precomputed(connection, store)
        rows = store.query(read_query_file(QUERIES / "names.rq").text).bindings
        connection.executemany("INSERT INTO names VALUES (?, ?, ?, ?)", map(_name_row, rows))
        connection.executemany("INSERT INTO names VALUES (?, ?, 'en', 1)", generate_labels(store))
        for statement in (*CREATE_INDEXES, "COMMIT", "ANALYZE"):
            connection.execute(statement)
    finally:
        connection.close()


def write_summaries(connection: sqlite3.Connection) -> None:
    """Write the tables that are computed from the lists: spots, event_spots and most_claimed."""
    for statement in (*CREATE_SPOTS, CREATE_MOST_CLAIMED):
        connection.execute(statement)


def _write_list(connection: sqlite3.Connection, store: QuadStore, definition: ListDefinition) -> None:
    """Write the table of a list and the facet values of its items; the first row of an item counts."""
    name = definition.name
    columns = ", ".join(f'"{column}"' for column in definition.columns)
    connection.execute(f'CREATE TABLE "{name}" (number INTEGER PRIMARY KEY, {columns}, UNIQUE (item))')
    parameters = ", ".join("?" for _ in definition.columns)
    connection.executemany(
        f'INSERT OR IGNORE INTO "{name}" ({columns}) VALUES ({parameters})',
        (
            [_sql_value(row.get(column)) for column in definition.columns]
            for row in store.query(definition.sparql).bindings
        ),
    )
    days = 'begin, "end"' if "begin" in definition.columns else "NULL, NULL"
    known = {item: row for item, *row in connection.execute(f'SELECT item, number, {days} FROM "{name}"')}
    for facet in definition.facets:
        connection.executemany(
            'INSERT OR IGNORE INTO facets (list, facet, value, asserted, item, begin, "end") VALUES (?, ?, ?, ?, ?, ?, ?)',
            (
                (name, facet.name, value, is_asserted, *known[item])
                # of an item and a value the asserted row comes before the inferred one, which is then ignored
                for item, value, is_asserted in sorted(_facet_rows(store, facet), reverse=True)
                if item in known
            ),
        )


def _facet_rows(store: QuadStore, facet: Facet) -> Iterator[tuple[str, str, bool]]:
    """Yield (item, value, is_asserted) for each row of a facet's query; False only for inferred values."""
    for row in store.query(facet.sparql).bindings:
        graph = row.get(facet.graph_variable)
        yield row["item"]["value"], row[facet.name]["value"], graph is None or graph["value"] != INFERRED


def _name_row(row: Mapping[str, JsonTerm]) -> tuple[str, str, str | None, bool]:
    """Return a row of names.rq as (IRI of the thing, name, language tag or None, is_preferred).

    is_preferred: it is the skos:prefLabel in English.
    """
    name = row["name"]
    is_preferred = row["naming"]["value"].endswith("prefLabel") and name.get("xml:lang") == "en"
    return row["thing"]["value"], name["value"], name.get("xml:lang"), is_preferred


def _sql_value(term: JsonTerm | None) -> str | int | float | None:
    """Return a numeric literal as a number, so that it sorts as one, any other term as its text, None as None.

    term: a term of SPARQL 1.1 Query Results JSON.
    """
    if term is None:
        return None
    datatype = term.get("datatype", "").rpartition("#")[2]
    if datatype == "integer":
        return int(term["value"])
    return float(term["value"]) if datatype in ("decimal", "double", "float") else term["value"]
