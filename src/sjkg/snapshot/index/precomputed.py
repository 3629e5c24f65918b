"""Rows that pages would wait for: the queries of queries/precomputed, answered when the index is written.

A query with the header “of: LIST” is answered for each ?thing of that list, another one as it stands.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from functools import cache

from sjkg.core.terms import Iri, Literal, Term, read_json_term, to_ntriples
from sjkg.kb.queries import QueryFile, read_query_files
from sjkg.snapshot.index.lists import FRAGMENTS, QUERIES
from sjkg.snapshot.index.read import Index
from sjkg.sparql.tokens import insert_first
from sjkg.store.quad_store import QuadStore

TABLE = "CREATE TABLE kept (query TEXT, thing TEXT, rows TEXT, PRIMARY KEY (query, thing)) WITHOUT ROWID"
FOLDER = QUERIES / "precomputed"
AT_ONCE = 500  # things in one query, so that a large graph needs no more memory than a small one
LIMIT = re.compile(r"\nLIMIT (\d+)\s*$")

Row = dict[str, Term]


@cache
def read_precomputed() -> dict[str, QueryFile]:
    """Return the queries whose rows are kept, by name."""
    return {file.name: file for file in read_query_files(FOLDER, FRAGMENTS)}


def write_precomputed(connection: sqlite3.Connection, store: QuadStore) -> None:
    """Answer every kept query, once the lists are written."""
    connection.execute(TABLE)
    for file in read_precomputed().values():
        connection.executemany("INSERT INTO kept VALUES (?, ?, ?)", _answers(connection, store, file))


def precomputed_rows(index: Index, query: str, thing: str = "") -> list[Row] | None:
    """Return the rows of a kept query for a thing; None where none are kept, not even that there are none."""
    if query not in read_precomputed():
        return None
    found = index.select("SELECT rows FROM kept WHERE query = ? AND thing = ?", [query, thing])
    return _unpack(found[0]["rows"]) if found else None


def _answers(connection: sqlite3.Connection, store: QuadStore, file: QueryFile) -> Iterator[tuple[str, str, str]]:
    """Yield the name of a query, a thing, and the rows for it as text."""
    if not file.value("of"):
        yield file.name, "", _pack(store.query(file.body).bindings)
        return
    limit = LIMIT.search(file.body)
    text, most = file.body[: limit.start()], int(limit[1])
    things = [item for (item,) in connection.execute(f'SELECT item FROM "{file.value("of")}"')]
    for start in range(0, len(things), AT_ONCE):
        rows: dict[str, list[dict]] = {thing: [] for thing in things[start : start + AT_ONCE]}
        listed = " ".join(to_ntriples(Iri(thing)) for thing in rows)
        for row in store.query(insert_first(text, f"VALUES ?thing {{ {listed} }}")).bindings:
            rows[row["thing"]["value"]].append(row)
        yield from ((file.name, thing, _pack(found[:most])) for thing, found in rows.items())


def _pack(rows: list[dict]) -> str:
    """Return rows as text: the variables, each term once, and for each row the places of its terms."""
    terms: dict[Term, int] = {}
    variables = list(dict.fromkeys(variable for row in rows for variable in row))

    def place(term: dict | None) -> int:
        return -1 if term is None else terms.setdefault(read_json_term(term), len(terms))

    places = [[place(row.get(variable)) for variable in variables] for row in rows]
    return json.dumps(
        [variables, [[*vars(term).values()] for term in terms], places], ensure_ascii=False, separators=(",", ":")
    )


def _unpack(packed: str) -> list[Row]:
    variables, keys, places = json.loads(packed)
    terms = [Iri(*key) if len(key) == 1 else Literal(*key) for key in keys]
    return [
        {variable: terms[place] for variable, place in zip(variables, row, strict=True) if place >= 0} for row in places
    ]
