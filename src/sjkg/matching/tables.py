"""Records from the results of queries, and the table `records` of the index of a snapshot.

The queries are SELECTs with the variable ?thing and variables that are named as the fields of a record, with “_” for spaces.
The table has a row for each statement: thing (IRI), field (one of FIELDS), value, and detail (the language of a name).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sjkg.core.terms import read_language
from sjkg.kb.queries import read_query_file
from sjkg.matching.records import FIELDS, FieldValue, Record, make_record
from sjkg.store.quad_store import QuadStore

QUERY = Path(__file__).parent / "queries" / "records.rq"
CREATE_TABLE = "CREATE TABLE records (thing TEXT, field TEXT, value TEXT, detail TEXT)"
INSERT = "INSERT INTO records VALUES (?, ?, ?, ?)"
SELECT_RECORDS = "SELECT thing, field, value, detail FROM records ORDER BY rowid"
JsonTerm = Mapping[str, str]


def read_rows(rows: Iterable[Mapping[str, JsonTerm]]) -> dict[str, dict[FieldValue, None]]:
    """Return the statements about each thing, in the order of the rows, without duplicates.

    rows: of SPARQL 1.1 Query Results JSON, each with ?thing and some fields; variables that are not fields are ignored, and so
    are blank nodes as things.
    """
    statements: dict[str, dict[FieldValue, None]] = {}
    for row in rows:
        if row["thing"]["type"] != "uri":
            continue
        about = statements.setdefault(row["thing"]["value"], {})
        for variable, term in row.items():
            field = variable.replace("_", " ")
            if field in FIELDS:
                about[FieldValue(field, term["value"], read_language(term) or "")] = None
    return statements


def write_records(connection: sqlite3.Connection, store: QuadStore) -> None:
    """Create the table `records` of an index. store: the quads of the snapshot."""
    connection.execute(CREATE_TABLE)
    rows = store.query(read_query_file(QUERY).text).bindings
    connection.executemany(
        INSERT,
        (
            (thing, statement.field, statement.value, statement.detail)
            for thing, statements in sorted(read_rows(rows).items())
            for statement in _sort(statements)
        ),
    )


def copy_records(connection: sqlite3.Connection) -> None:
    """Create the table `records` of an index with the rows of the one that is attached as “earlier”."""
    connection.execute(CREATE_TABLE)
    connection.execute("INSERT INTO records SELECT * FROM earlier.records ORDER BY rowid")


def _sort(statements: Iterable[FieldValue]) -> Iterator[FieldValue]:
    """Yield statements sorted by field; names stay in their order, in which the preferred one is first."""
    listed = list(statements)
    yield from (each for each in listed if each.field == "name")
    yield from sorted(each for each in listed if each.field != "name")


def records_from_rows(rows: Iterable[Sequence[str]]) -> list[Record]:
    """Return the records in rows of the table `records`: tuples of thing, field, value and detail, by thing."""
    statements: dict[str, list[FieldValue]] = {}
    for thing, field, value, detail in rows:
        statements.setdefault(thing, []).append(FieldValue(field, value, detail))
    return [make_record(thing, about, has_placeholders=False) for thing, about in statements.items()]
