"""The file with the names and kinds of the things of external datasets, beside the store of their graphs.

An SQLite file with the tables things (dataset, IRI, kind, preferred name), names (all names of each thing) and words (full-text
search over the names, https://sqlite.org/fts5.html).
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from itertools import count
from pathlib import Path

from sjkg.store.external_things import StoredThing

CREATE = (
    "CREATE TABLE IF NOT EXISTS things (number INTEGER PRIMARY KEY, dataset TEXT, iri TEXT, kind TEXT, name TEXT)",
    "CREATE TABLE IF NOT EXISTS names (number INTEGER PRIMARY KEY, thing INTEGER, name TEXT, language TEXT)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(name, content=names, content_rowid=number)",
)
COMPLETE = (
    "INSERT INTO words(words) VALUES('rebuild')",
    "CREATE INDEX IF NOT EXISTS things_by_iri ON things (iri, dataset)",
    "CREATE INDEX IF NOT EXISTS things_by_kind ON things (dataset, kind, name COLLATE NOCASE)",
    "CREATE INDEX IF NOT EXISTS names_of ON names (thing)",
)
DELETE = (
    "DELETE FROM names WHERE thing IN (SELECT number FROM things WHERE dataset = ?)",
    "DELETE FROM things WHERE dataset = ?",
)


def write_names(path: Path, removed: Iterable[str], added: Iterable[tuple[str, Iterable[StoredThing]]]) -> None:
    """Write or change the file.

    removed: names of datasets whose things are deleted from it. added: pairs of the name of a dataset and its things.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN", *CREATE):
            connection.execute(statement)
        for dataset in removed:
            for statement in DELETE:
                connection.execute(statement, [dataset])
        (last,) = connection.execute("SELECT COALESCE(MAX(number), 0) FROM things").fetchone()
        numbers = count(last + 1)
        for dataset, things in added:
            for number, thing in zip(numbers, things, strict=False):
                row = (number, dataset, thing.iri, thing.kind, thing.names[0][0] if thing.names else None)
                connection.execute("INSERT INTO things VALUES (?, ?, ?, ?, ?)", row)
                names = [(number, *each) for each in thing.names]
                connection.executemany("INSERT INTO names (thing, name, language) VALUES (?, ?, ?)", names)
        for statement in (*COMPLETE, "COMMIT", "ANALYZE"):
            connection.execute(statement)
