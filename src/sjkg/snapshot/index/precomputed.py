"""Precomputed query results: rows that pages show, computed when the index is written as the queries take too long.

The queries are the .rq files in queries/precomputed. One with the header “of: LIST” (such as events) is evaluated for
each item of that list, bound to ?thing, and its LIMIT counts for each item; another one is evaluated once.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from sjkg.core.terms import Iri, Literal, Term, to_ntriples
from sjkg.core.vocabulary import cached_for_own
from sjkg.kb.queries import QueryFile, read_query_files
from sjkg.snapshot.index.earlier import Reuse
from sjkg.snapshot.index.lists import FRAGMENTS, QUERIES, read_lists
from sjkg.snapshot.index.read import Index
from sjkg.sparql.tokens import insert_first
from sjkg.store.quad_store import QuadStore

CREATE_TABLE = "CREATE TABLE precomputed (query TEXT, thing TEXT, rows TEXT, PRIMARY KEY (query, thing)) WITHOUT ROWID"
COPY = "INSERT INTO precomputed SELECT * FROM earlier.precomputed WHERE query = ? ORDER BY thing"
FOLDER = QUERIES / "precomputed"
BATCH = 500  # things in one query, so that a large graph needs no more memory than a small one
LIMIT = re.compile(r"\nLIMIT (\d+)\s*$")

Row = dict[str, Term]
JsonTerm = Mapping[str, str]  # a term of SPARQL 1.1 Query Results JSON


@cached_for_own
def read_precomputed() -> dict[str, QueryFile]:
    """Return a dict from the name of each precomputed query to its file; the files are read once for each knowledge base."""
    return {file.name: file for file in read_query_files(FOLDER, FRAGMENTS)}


def write_precomputed(connection: sqlite3.Connection, store: QuadStore, reuse: Reuse) -> None:
    """Create the table `precomputed` and write the rows of every precomputed query into it.

    connection: the index, in which the tables of the lists are complete. store: the quads of the snapshot. reuse: the rows
    of an earlier index.
    """
    connection.execute(CREATE_TABLE)
    for file in read_precomputed().values():
        queries = [file.body]
        if file.value("of"):  # the things are those of the list; which IRI stands for them does not matter here
            queries = [insert_first(file.body, "VALUES ?thing { <urn:thing> }"), read_lists()[file.value("of")].sparql]
        if reuse.is_possible(*queries):
            connection.execute(COPY, [file.name])
            continue
        connection.executemany("INSERT INTO precomputed VALUES (?, ?, ?)", _evaluate(connection, store, file))


def precomputed_rows(index: Index, query: str, thing: str = "") -> list[Row] | None:
    """Return the rows of a precomputed query for a thing, each a dict from variable to term.

    query: the name of the .rq file, without ending. thing: the IRI of the thing; "" for a query that is evaluated once.
    Unbound variables are left out of a row. Return None if the query is not a precomputed one, or was not evaluated for this
    thing; an empty list if it was evaluated and has no rows.
    """
    if query not in read_precomputed():
        return None
    found = index.select("SELECT rows FROM precomputed WHERE query = ? AND thing = ?", [query, thing])
    return _unpack_rows(found[0]["rows"]) if found else None


def _evaluate(connection: sqlite3.Connection, store: QuadStore, file: QueryFile) -> Iterator[tuple[str, str, str]]:
    """Evaluate a precomputed query and yield for each item of its list a tuple: query name, IRI of the item, rows.

    A query without the header “of”, which names the list, is evaluated once and gives one tuple, with "" instead of the
    IRI. connection: the index, with the tables of the lists. store: the quads of the snapshot. The rows are JSON
    for `_unpack_rows`.
    """
    if not file.value("of"):
        yield file.name, "", _pack_rows(store.query(file.body).bindings)
        return
    body, max_rows = _split_limit(file)
    things = [item for (item,) in connection.execute(f'SELECT item FROM "{file.value("of")}" ORDER BY item')]
    for start in range(0, len(things), BATCH):
        rows: dict[str, list[Mapping[str, JsonTerm]]] = {thing: [] for thing in things[start : start + BATCH]}
        listed = " ".join(to_ntriples(Iri(thing)) for thing in rows)
        for row in store.query(insert_first(body, f"VALUES ?thing {{ {listed} }}")).bindings:
            rows[row["thing"]["value"]].append(row)
        yield from ((file.name, thing, _pack_rows(found[:max_rows])) for thing, found in rows.items())


def _split_limit(file: QueryFile) -> tuple[str, int]:
    """Return the text of a query without the LIMIT at its end, and that limit. Raises ValueError if it has no LIMIT."""
    limit = LIMIT.search(file.body)
    if limit is None:
        raise ValueError(
            f"{file.path} has the header line “of”, so that it is evaluated for each item of a list, but no line "
            "“LIMIT number” at its end; add one"
        )
    return file.body[: limit.start()], int(limit[1])


def _pack_rows(rows: Sequence[Mapping[str, JsonTerm]]) -> str:
    """Return rows of SPARQL JSON bindings as compact JSON.

    It is an array of three: the variables; the distinct terms, each as an array of the fields of an Iri or a Literal; and
    for each row an array of the positions, in the second part, of its terms by variable. -1 stands for an unbound variable.
    """
    terms: dict[tuple[str | None, ...], int] = {}  # the fields of an Iri or Literal; objects would take twice as long
    variables = list(dict.fromkeys(variable for row in rows for variable in row))

    def position(term: JsonTerm | None) -> int:
        if term is None:
            return -1
        is_literal = term["type"] == "literal"
        fields = (term["value"], term.get("datatype"), term.get("xml:lang")) if is_literal else (term["value"],)
        return terms.setdefault(fields, len(terms))

    positions = [[position(row.get(variable)) for variable in variables] for row in rows]
    return json.dumps([variables, list(terms), positions], ensure_ascii=False, separators=(",", ":"))


def _unpack_rows(packed: str) -> list[Row]:
    """Return the rows that `_pack_rows` wrote as JSON, each a dict from bound variable to term."""
    variables, fields, positions = json.loads(packed)
    terms: list[Term] = [Iri(*values) if len(values) == 1 else Literal(*values) for values in fields]
    return [
        {variable: terms[number] for variable, number in zip(variables, row, strict=True) if number >= 0}
        for row in positions
    ]
