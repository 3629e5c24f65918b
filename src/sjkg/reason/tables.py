"""Tables of integers: the few things that the rounds do with them, and DuckDB that does them on one machine."""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb

MAX_LINE_BYTES = 64 * 1024 * 1024


class Tables(Protocol):
    """What an engine for SQL must be able to do; a statement returns the number of rows that it made or took away.

    The SQL is what DuckDB and Spark have in common; where they differ, a method here writes it.
    """

    def create(self, name: str, select: str) -> int:
        """Make a table, in place of one of that name if there is one."""

    def append(self, name: str, select: str) -> int: ...

    def delete(self, name: str, condition: str) -> int:
        """Take away the rows that meet a condition; it may compare with other tables by EXISTS, not by IN."""

    def drop(self, name: str) -> None: ...

    def rename(self, old: str, new: str) -> None:
        """Give a table another name, in place of the one that has it."""

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[tuple]) -> None:
        """Make a table of integers from Python: of the few rows of an ontology or a small graph."""

    def apply(self, name: str, select: str, function: Callable[..., str | None]) -> None:
        """Make a table of the columns of a SELECT, and `result`: the text that a function gives for their values."""

    def count(self, name: str) -> int:
        """Return how many rows a table has."""

    def number(self, select: str) -> int:
        """Return the one number that a query gives."""

    def rows(self, select: str) -> list[tuple]: ...

    def matches(self, text: str, pattern: str) -> str:
        """Return the condition that a text, as SQL names it, is all that a regular expression describes."""

    def lines(self, path: Path) -> str:
        """Return a SELECT of s, p, o, is_whole: the lines of a file split at their spaces, and whether each ends as it should.

        The last word before the full stop is a graph unless it ends the object: the object is the third word or has quotes.
        """

    def parquet(self, path: Path) -> str:
        """Return what a FROM needs to read a file of Parquet."""

    def load_terms(self, rows: str) -> bool:
        """Make text(text), the terms of a SELECT of s, p, o, is_whole, and hashed, the same rows by the hashes of their
        terms; tell whether that could be read."""

    def number_terms(self, vocabulary: tuple[str, ...]) -> None:
        """Turn the tables text and hashed into term(node, text), with two columns at least, and asserted(s, p, o).

        The words of the vocabulary are numbered first, from 0; all numbers are less than 2⁶³.
        """

    def write(self, select: str, target: Path) -> int:
        """Write what a query gives: the one column of lines to .nt, any columns to .parquet."""


class DuckTables(Tables):
    """Tables in one process, in memory or beyond it on disk."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, integer: str = "INTEGER"):
        self.connection = connection
        self._integer = integer

    def create(self, name: str, select: str) -> int:
        return self._count(f"CREATE OR REPLACE TABLE {name} AS {select}")

    def append(self, name: str, select: str) -> int:
        return self._count(f"INSERT INTO {name} {select}")

    def delete(self, name: str, condition: str) -> int:
        return self._count(f"DELETE FROM {name} WHERE {condition}")

    def drop(self, name: str) -> None:
        self.connection.execute(f"DROP TABLE {name}")

    def rename(self, old: str, new: str) -> None:
        self.connection.execute(f"DROP TABLE IF EXISTS {new}")
        self.connection.execute(f"ALTER TABLE {old} RENAME TO {new}")

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[tuple], types: tuple[str, ...] = ()) -> None:
        values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
        kinds = types or (self._integer,) * len(columns)
        chosen = ", ".join(
            f"unnest(${i}::{k}[]) AS {c}" for i, (c, k) in enumerate(zip(columns, kinds, strict=True), 1)
        )
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {chosen}", values)

    def apply(self, name: str, select: str, function: Callable[..., str | None]) -> None:
        given = self.connection.execute(select)
        columns, types = zip(*((column, str(kind)) for column, kind, *_ in given.description), strict=True)
        rows = ((*row, function(*row)) for row in given.fetchall())
        self.fill(name, (*columns, "result"), rows, (*types, "VARCHAR"))

    def columns(self, name: str) -> list[str]:
        return [name for name, *_ in self.connection.execute(f"SELECT * FROM {name} LIMIT 0").description]

    def count(self, name: str) -> int:
        return self.number(f"SELECT count(*) FROM {name}")

    def number(self, select: str) -> int:
        return self.connection.execute(select).fetchone()[0]

    def rows(self, select: str) -> list[tuple]:
        return self.connection.execute(select).fetchall()

    def matches(self, text: str, pattern: str) -> str:
        return f"regexp_full_match({text}, {quoted(pattern)})"

    def lines(self, path: Path) -> str:
        columns = "columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', header = false"
        limits = f"auto_detect = false, new_line = '\\n', max_line_size = {MAX_LINE_BYTES}"
        has_graph = "len(word) > 4 AND NOT contains(word[-2], '\"')"
        return (
            "SELECT word[1] AS s, word[2] AS p, word[-1] = '.' AS is_whole, "
            f"array_to_string(CASE WHEN {has_graph} THEN word[3:-3] ELSE word[3:-2] END, ' ') AS o FROM "
            f"(SELECT string_split(line, ' ') AS word FROM read_csv({quoted(_parts(path))}, {columns}, {limits}))"
        )

    def parquet(self, path: Path) -> str:
        return f"read_parquet({quoted(_parts(path))})"

    def load_terms(self, rows: str) -> bool:
        try:
            self.create("text", f"SELECT DISTINCT unnest([s, p, o]) AS text FROM ({rows})")
            self.create("hashed", f"SELECT hash(s) AS s, hash(p) AS p, hash(o) AS o, is_whole FROM ({rows})")
        except duckdb.Error:
            return False
        return True

    def number_terms(self, vocabulary: tuple[str, ...]) -> None:
        known = ", ".join(f"({number}, {quoted(f'<{name}>')})" for number, name in enumerate(vocabulary))
        self.create("known", f"SELECT * FROM (VALUES {known}) AS t(node, text)")
        self.create(
            "term",
            f"SELECT node, text, hash(text) AS hash FROM known UNION ALL SELECT {len(vocabulary)} - 1 + row_number() OVER (), "
            "text, hash(text) FROM text WHERE text NOT IN (SELECT text FROM known)",
        )
        self.create(
            "asserted",
            "SELECT DISTINCT a.node::INTEGER AS s, b.node::INTEGER AS p, c.node::INTEGER AS o FROM hashed AS h "
            "JOIN term AS a ON a.hash = h.s JOIN term AS b ON b.hash = h.p JOIN term AS c ON c.hash = h.o",
        )

    def write(self, select: str, target: Path) -> int:
        as_lines = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER ''"
        options = as_lines if target.suffix == ".nt" else "FORMAT parquet"
        return self._count(f"COPY ({select}) TO {quoted(str(target))} ({options})")

    def _count(self, statement: str) -> int:
        return self.connection.execute(statement).fetchone()[0]


@contextmanager
def open_tables(memory_gib: float, threads: int | None = None, integer: str = "INTEGER") -> Iterator[DuckTables]:
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
            yield DuckTables(connection, integer)
        finally:
            connection.close()


def _parts(path: Path) -> str:
    """Return the pattern of the files that a folder of parts consists of, as Spark writes it; a file is its own."""
    return str(path / "part-*" if path.is_dir() else path)


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
