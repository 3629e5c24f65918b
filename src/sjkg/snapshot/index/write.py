"""Writing of the SQLite index of a snapshot from queries over its store.

Tables: one for each list, facets (the values of their items), names, precomputed (query results), spots, event_spots,
event_sorts and place_references (for the map), search (names and contexts), records (by which other datasets are compared),
most_claimed (the 100 events with the most claims: figures or assertions that somebody makes). Things without a name of
their own, participations (an actor's part in an event) and remarks (editorial notes on a passage of the article), get a
generated label.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from sjkg.core.vocabulary import ONTOLOGY, own
from sjkg.kb.queries import read_query_file
from sjkg.matching.tables import QUERY as RECORDS_QUERY
from sjkg.matching.tables import copy_records, write_records
from sjkg.snapshot.index.earlier import EarlierIndex, Reuse
from sjkg.snapshot.index.lists import QUERIES, Facet, ListDefinition, read_lists
from sjkg.snapshot.index.map_spots import write_spots
from sjkg.snapshot.index.precomputed import JsonTerm, write_precomputed
from sjkg.snapshot.index.search import write_search
from sjkg.store.quad_store import QuadStore

CREATE_TABLES = (
    """CREATE TABLE facets (
         list TEXT, facet TEXT, value TEXT, item INTEGER, asserted INTEGER, first TEXT, last TEXT,
         PRIMARY KEY (list, facet, value, item)
       ) WITHOUT ROWID""",
    "CREATE TABLE names (thing TEXT, name TEXT, language TEXT, preferred INTEGER, elsewhere INTEGER)",
)
CREATE_MOST_CLAIMED = """
  CREATE TABLE most_claimed AS
  SELECT whole.item, whole.name, whole.begin, whole."end", SUM(part.claims) + COALESCE(whole.claims, 0) AS total
  FROM facets JOIN events AS part ON part.number = facets.item JOIN events AS whole ON whole.item = facets.value
  WHERE facets.list = 'events' AND facets.facet = 'whole' AND whole.kind NOT LIKE '%#Conflict' AND whole."end" IS NOT NULL
  GROUP BY whole.item ORDER BY total DESC LIMIT 100"""
CREATE_INDEXES = (
    "CREATE INDEX names_of ON names (thing)",
    'CREATE INDEX events_by_begin ON events (begin, "end")',
    'CREATE INDEX events_by_end ON events ("end", begin)',
    "CREATE INDEX events_by_span ON events (first, last)",
    # read.SAME_PLACE of 100 000 events: 5 s → 4 ms
    "CREATE INDEX facets_of ON facets (list, facet, item, value, asserted, first, last)",
)
FACET_COLUMNS = "list, facet, value, item, asserted, first, last"
# in the order in which the rows were inserted first, so that the file has the same bytes
COPY_FACET = f"""
  INSERT INTO facets ({FACET_COLUMNS})
  SELECT list, facet, value, facets.item, asserted, facets.first, facets.last
  FROM earlier.facets AS facets JOIN earlier."{{0}}" AS listed ON listed.number = facets.item
  WHERE list = ? AND facet = ? ORDER BY listed.item DESC, value DESC"""
NAME_ELSEWHERE = f"{ONTOLOGY}nameElsewhere"


def write_index(store: QuadStore, path: Path, earlier: EarlierIndex | None = None) -> None:
    """Write the index of a snapshot as a new SQLite file at `path`.

    store: the quads of the snapshot. earlier: the index of another snapshot, from which rows are copied where the query that
    gives them depends on no changed quad; the file has the same bytes with and without it.
    """
    connection = sqlite3.connect(path, isolation_level=None, uri=True)
    reuse = Reuse(connection, earlier)
    try:
        if earlier:
            connection.execute("ATTACH ? AS earlier", [earlier.uri])
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN", *CREATE_TABLES):
            connection.execute(statement)
        for definition in read_lists().values():
            _write_list(connection, store, definition, reuse)
        write_spots(connection, store)
        connection.execute(CREATE_MOST_CLAIMED)
        write_precomputed(connection, store, reuse)
        _write_names(connection, store, reuse)
        write_search(connection, store)
        if reuse.is_possible(read_query_file(RECORDS_QUERY).text):
            copy_records(connection)
        else:
            write_records(connection, store)
        for statement in (*CREATE_INDEXES, "COMMIT", "ANALYZE main"):
            connection.execute(statement)
    finally:
        connection.close()


def _write_list(connection: sqlite3.Connection, store: QuadStore, definition: ListDefinition, reuse: Reuse) -> None:
    """Create the table of a list, with a row for each item, and add the facet values of the items to the table `facets`.

    Where the query of the list gives several rows for one item, the first row is used.
    """
    name = definition.name
    columns = ", ".join(f'"{column}"' for column in definition.columns)
    connection.execute(f'CREATE TABLE "{name}" (number INTEGER PRIMARY KEY, {columns}, UNIQUE (item))')
    if reuse.is_possible(definition.sparql):
        connection.execute(
            f'INSERT INTO "{name}" (number, {columns}) SELECT number, {columns} FROM earlier."{name}" ORDER BY number'
        )
    else:
        parameters = ", ".join("?" for _ in definition.columns)
        connection.executemany(
            f'INSERT OR IGNORE INTO "{name}" ({columns}) VALUES ({parameters})',
            (
                [_sql_value(row.get(column)) for column in definition.columns]
                for row in store.query(definition.sparql).bindings
            ),
        )
    days = "first, last" if "first" in definition.columns else "NULL, NULL"
    known = {item: row for item, *row in connection.execute(f'SELECT item, number, {days} FROM "{name}"')}
    for facet in definition.facets:
        if reuse.is_possible(definition.sparql, facet.sparql):
            connection.execute(COPY_FACET.format(name), [name, facet.name])
            continue
        connection.executemany(
            f"INSERT OR IGNORE INTO facets ({FACET_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (name, facet.name, value, *known[item][:1], is_asserted, *known[item][1:])
                # of an item and a value the asserted row comes before the inferred one, which is then ignored
                for item, value, is_asserted in sorted(_facet_rows(store, facet), reverse=True)
                if item in known
            ),
        )


def _write_names(connection: sqlite3.Connection, store: QuadStore, reuse: Reuse) -> None:
    """Write the rows of the table `names`."""
    text = read_query_file(QUERIES / "names.rq").text
    if reuse.is_possible(text):
        connection.execute("INSERT INTO names SELECT * FROM earlier.names ORDER BY rowid")
        return
    connection.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?)", map(_name_row, store.query(text).bindings))


def _facet_rows(store: QuadStore, facet: Facet) -> Iterator[tuple[str, str, bool]]:
    """Yield a tuple (IRI of the item, value, is_asserted) for each row of a facet's query.

    is_asserted: False if the named graph of the row is that of the inferred triples.
    """
    for row in store.query(facet.sparql).bindings:
        graph = row.get(facet.graph_variable)
        yield row["item"]["value"], row[facet.name]["value"], graph is None or graph["value"] != own().inferred


def _name_row(row: Mapping[str, JsonTerm]) -> tuple[str, str, str | None, bool, bool]:
    """Return a row of the query names.rq: IRI of the thing, name, language tag or None, is_preferred, is_elsewhere.

    is_preferred: whether the name is a skos:prefLabel or rdfs:label in English. is_elsewhere: whether another dataset has it.
    """
    name, naming = row["name"], row["naming"]["value"]
    is_preferred = naming.endswith(("prefLabel", "label")) and name.get("xml:lang") == "en"
    return row["thing"]["value"], name["value"], name.get("xml:lang"), is_preferred, naming == NAME_ELSEWHERE


def _sql_value(term: JsonTerm | None) -> str | int | float | None:
    """Return the value of an RDF term for a column of the index, so that numbers sort as numbers.

    A numeric literal gives a number; any other literal its lexical form, an IRI its text; None (unbound) gives None.
    term: a term of SPARQL 1.1 Query Results JSON.
    """
    if term is None:
        return None
    datatype = term.get("datatype", "").rpartition("#")[2]
    if datatype == "integer":
        return int(term["value"])
    return float(term["value"]) if datatype in ("decimal", "double", "float") else term["value"]
