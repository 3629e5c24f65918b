"""Table engines: the operations on tables of integers that the reasoner needs, and their implementation in DuckDB.

The SQL of the reasoner is the common part of the dialects of DuckDB and Spark; where they differ, a method of Tables
returns the SQL for the engine.
"""

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb  # imported where it is used: that takes 0.1 s

from sjkg.core.errors import EngineFailed, LimitExceeded
from sjkg.core.locks import temporary_folder

MAX_LINE_BYTES = 64 * 1024 * 1024

Row = tuple[Any, ...]  # a row of a query result: integers, texts, booleans or None, as the query says


class Tables(ABC):
    """Named tables in an SQL engine.

    `create` returns the number of rows of the new table, `append` and `delete` the number of rows inserted or deleted.
    """

    @abstractmethod
    def create(self, name: str, select: str) -> int:
        """Create a table from a SELECT, replacing one of the same name; return its number of rows."""

    @abstractmethod
    def append(self, name: str, select: str) -> int:
        """Insert the rows of a SELECT into a table; return how many."""

    @abstractmethod
    def delete(self, name: str, condition: str) -> int:
        """Delete the rows of a table that satisfy an SQL condition; return how many.

        The condition may refer to other tables by EXISTS but not by IN.
        """

    @abstractmethod
    def drop(self, name: str) -> None:
        """Drop an existing table."""

    @abstractmethod
    def rename(self, old: str, new: str) -> None:
        """Rename a table; a table that has the new name is replaced."""

    @abstractmethod
    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        """Create a table of integers from Python rows, replacing one of the same name; meant for few rows."""

    @abstractmethod
    def apply(self, name: str, select: str, function: Callable[..., str | None]) -> None:
        """Create a table of the columns of a SELECT and a text column result.

        function: called with the cells of each row, returns the text of result, None for NULL.
        """

    @abstractmethod
    def count(self, name: str) -> int:
        """Return the number of rows of a table."""

    @abstractmethod
    def rows(self, select: str) -> list[Row]:
        """Return all rows of a query result as a list of tuples."""

    def number(self, select: str) -> int:
        """Return the integer in the first cell of a query result, meant for a result of one cell."""
        return int(self.rows(select)[0][0])

    @abstractmethod
    def matches(self, text: str, pattern: str) -> str:
        """Return the SQL condition that the whole of an SQL text expression matches a regular expression."""

    @abstractmethod
    def lines(self, path: Path) -> str:
        """Return a SELECT of s, p, o, is_whole over the lines, split at spaces, of an N-Triples or N-Quads file.

        is_whole: the line ends in a full stop. The last term is taken for a graph name, and dropped, if the line has
        more than four words and that term holds no quotation mark; everything between predicate and graph is the
        object.
        """

    @abstractmethod
    def parquet(self, path: Path) -> str:
        """Return the FROM item that reads a Parquet file or a folder of parts."""

    @abstractmethod
    def load_terms(self, rows: str) -> bool:
        """Create the tables text and hashed from a SELECT of triples; return False when its input cannot be read.

        rows: a SELECT of s, p, o (N-Triples texts) and is_whole (true for a row that is a triple with a full stop).
        text(text): each term once. hashed(s, p, o, is_whole): the rows with each term replaced by its 64-bit hash.
        """

    @abstractmethod
    def number_terms(self, vocabulary: tuple[str, ...]) -> None:
        """Create the tables term(node, text, hash) and asserted(s, p, o) from the tables text and hashed.

        The IRIs of the vocabulary get the numbers from 0, in their order; all numbers are less than 2⁶³.
        """

    @abstractmethod
    def write(self, select: str, target: Path) -> int:
        """Write a query result to .nt (one text column of lines) or .parquet; return the number of rows."""


class DuckTables(Tables):
    """Tables in a DuckDB connection. integer: the SQL type of the columns of integers that `fill` creates."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", integer: str = "INTEGER"):
        self.connection = connection
        self._integer = integer

    def create(self, name: str, select: str) -> int:
        """Create a table from a SELECT, replacing one of the same name; return its number of rows."""
        return self._integer_of(f"CREATE OR REPLACE TABLE {name} AS {select}")

    def append(self, name: str, select: str) -> int:
        """Insert the rows of a SELECT into a table; return how many."""
        return self._integer_of(f"INSERT INTO {name} {select}")

    def delete(self, name: str, condition: str) -> int:
        """Delete the rows of a table that satisfy an SQL condition; return how many."""
        return self._integer_of(f"DELETE FROM {name} WHERE {condition}")

    def drop(self, name: str) -> None:
        """Drop an existing table."""
        self.connection.execute(f"DROP TABLE {name}")

    def rename(self, old: str, new: str) -> None:
        """Rename a table; a table that has the new name is replaced."""
        self.connection.execute(f"DROP TABLE IF EXISTS {new}")
        self.connection.execute(f"ALTER TABLE {old} RENAME TO {new}")

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[Row], types: tuple[str, ...] = ()) -> None:
        """Create a table from Python rows. types: an SQL type for each column, by default all integers."""
        values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
        kinds = types or (self._integer,) * len(columns)
        chosen = ", ".join(
            f"unnest(${i}::{k}[]) AS {c}" for i, (c, k) in enumerate(zip(columns, kinds, strict=True), 1)
        )
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {chosen}", values)

    def apply(self, name: str, select: str, function: Callable[..., str | None]) -> None:
        """Create a table of a SELECT's columns and a text column result, which a function computes per row."""
        given = self.connection.execute(select)
        columns, types = zip(*((column, str(kind)) for column, kind, *_ in given.description), strict=True)
        rows = ((*row, function(*row)) for row in given.fetchall())
        self.fill(name, (*columns, "result"), rows, (*types, "VARCHAR"))

    def columns(self, name: str) -> list[str]:
        """Return the names of the columns of a table, in order."""
        return [name for name, *_ in self.connection.execute(f"SELECT * FROM {name} LIMIT 0").description]

    def count(self, name: str) -> int:
        """Return the number of rows of a table."""
        return self.number(f"SELECT count(*) FROM {name}")

    def rows(self, select: str) -> list[Row]:
        """Return all rows of a query result as a list of tuples."""
        return self.connection.execute(select).fetchall()

    def matches(self, text: str, pattern: str) -> str:
        """Return the DuckDB condition that the whole of an SQL text expression matches a regular expression (RE2)."""
        return f"regexp_full_match({text}, {quoted(pattern)})"

    def lines(self, path: Path) -> str:
        """Return a SELECT of s, p, o, is_whole over the lines, split at spaces, of an N-Triples or N-Quads file.

        is_whole: the line ends in a full stop. A graph name is dropped. A line of more than MAX_LINE_BYTES is a DuckDB
        error.
        """
        columns = "columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', header = false"
        limits = f"auto_detect = false, new_line = '\\n', max_line_size = {MAX_LINE_BYTES}"
        has_graph = "len(word) > 4 AND NOT contains(word[-2], '\"')"
        return (
            "SELECT word[1] AS s, word[2] AS p, word[-1] = '.' AS is_whole, "
            f"array_to_string(CASE WHEN {has_graph} THEN word[3:-3] ELSE word[3:-2] END, ' ') AS o FROM "
            f"(SELECT string_split(line, ' ') AS word FROM read_csv({quoted(_parts(path))}, {columns}, {limits}))"
        )

    def parquet(self, path: Path) -> str:
        """Return the FROM item that reads a Parquet file or a folder of parts."""
        return f"read_parquet({quoted(_parts(path))})"

    def load_terms(self, rows: str) -> bool:
        """Create text(text), each distinct term once, and hashed(s, p, o, is_whole), the triples by 64-bit hashes of terms.

        rows: SQL with the columns s, p, o (N-Triples texts) and is_whole. Return False on an SQL error.
        """
        import duckdb

        try:
            self.create("text", f"SELECT DISTINCT unnest([s, p, o]) AS text FROM ({rows})")
            self.create("hashed", f"SELECT hash(s) AS s, hash(p) AS p, hash(o) AS o, is_whole FROM ({rows})")
        except duckdb.Error:
            return False
        return True

    def number_terms(self, vocabulary: tuple[str, ...]) -> None:
        """Create the tables term(node, text, hash) and asserted(s, p, o) from the tables text and hashed.

        Nodes are numbered without gaps, the IRIs of the vocabulary first; asserted has 32-bit integers.
        """
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
        """Write a query result to .nt (one text column of lines) or .parquet; return the number of rows."""
        as_lines = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER ''"
        options = as_lines if target.suffix == ".nt" else "FORMAT parquet"
        return self._integer_of(f"COPY ({select}) TO {quoted(str(target))} ({options})")

    def _integer_of(self, statement: str) -> int:
        """Run a statement; return the first cell of its result, a row count if it changes a table."""
        return int(self.connection.execute(statement).fetchall()[0][0])


@contextmanager
def open_tables(memory_gib: float, threads: int | None = None, integer: str = "INTEGER") -> Iterator[DuckTables]:
    """Yield an empty in-memory DuckDB database for the duration of a `with` block.

    memory_gib: DuckDB's memory limit; beyond it data spills to a temporary folder that is deleted at the end. threads:
    by default as many as the processors that this process may use. integer: the SQL type of integers filled from
    Python.
    Raises LimitExceeded when the memory or the disk for the temporary folder is exhausted, EngineFailed when DuckDB fails
    otherwise.
    """
    import duckdb

    with temporary_folder("reason") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{int(memory_gib * 1024)}MiB",
            "threads": threads or len(os.sched_getaffinity(0)),
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
        }
        connection = duckdb.connect(":memory:", config=settings)
        try:
            yield DuckTables(connection, integer)
        except (duckdb.OutOfMemoryException, MemoryError):
            raise LimitExceeded(
                f"reasoning over this input needs more than {memory_gib:g} GiB of memory; allow more (sjkg reason --memory), or free "
                f"disk space in {tempfile.gettempdir()}, which holds what does not fit into memory"
            ) from None
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise EngineFailed(
                f"the reasoning engine DuckDB failed ({reason}); check that the input is readable, or report this error"
            ) from None
        finally:
            connection.close()


def _parts(path: Path) -> str:
    """Return the glob pattern part-* for a folder of part files as Spark writes it, or the path itself for a file."""
    return str(path / "part-*" if path.is_dir() else path)


def quoted(text: str) -> str:
    """Return a text as an SQL string literal, with single quotes doubled."""
    return "'" + text.replace("'", "''") + "'"
