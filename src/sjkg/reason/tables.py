"""Tables of integers in DuckDB: the few things that the rounds do with them."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


class Tables:
    """What an engine for SQL must be able to do; each statement returns the number of rows that it made or took away."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self.connection = connection

    def create(self, name: str, select: str) -> int:
        """Make a table, in place of one of that name if there is one."""
        return self._count(f"CREATE OR REPLACE TABLE {name} AS {select}")

    def append(self, name: str, select: str) -> int:
        return self._count(f"INSERT INTO {name} {select}")

    def delete(self, name: str, condition: str) -> int:
        return self._count(f"DELETE FROM {name} WHERE {condition}")

    def drop(self, name: str) -> None:
        self.connection.execute(f"DROP TABLE {name}")

    def rename(self, old: str, new: str) -> None:
        self.connection.execute(f"DROP TABLE {new}")
        self.connection.execute(f"ALTER TABLE {old} RENAME TO {new}")

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[tuple], types: tuple[str, ...] = ()) -> None:
        """Make a table of rows from Python, integers unless `types` says otherwise: for the few of an ontology or a small graph."""
        values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
        kinds = types or ("INTEGER",) * len(columns)
        chosen = ", ".join(
            f"unnest(${i}::{k}[]) AS {c}" for i, (c, k) in enumerate(zip(columns, kinds, strict=True), 1)
        )
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {chosen}", values)

    def write(self, select: str, target: Path, options: str) -> int:
        """Write what a query gives to a file."""
        return self._count(f"COPY ({select}) TO {quoted(str(target))} ({options})")

    def number(self, select: str) -> int:
        """Return the one number that a query gives."""
        return self.connection.execute(select).fetchone()[0]

    def rows(self, select: str) -> list[tuple]:
        return self.connection.execute(select).fetchall()

    def _count(self, statement: str) -> int:
        return self.connection.execute(statement).fetchone()[0]


@contextmanager
def open_tables(memory_gib: float, threads: int | None = None) -> Iterator[Tables]:
    """Give tables that live in memory up to `memory_gib`, beyond it in a temporary folder that is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="sjkg-reason-") as spill:
        settings = {
            "memory_limit": f"{int(memory_gib * 1024)}MiB",
            "threads": threads or len(os.sched_getaffinity(0)),
            "temp_directory": str(Path(spill)),
            "preserve_insertion_order": False,
        }
        connection = duckdb.connect(":memory:", config=settings)
        try:
            yield Tables(connection)
        finally:
            connection.close()


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
