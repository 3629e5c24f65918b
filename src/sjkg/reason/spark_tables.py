"""Tables in Spark, beside a few small ones on the driver.

The axioms stay on the driver, in DuckDB, and so do few rows of integers: closing axioms or connecting what is equal takes
many small steps, each of which would be a job for all workers. A statement runs where its tables are; one that needs
tables of both kinds runs on the workers, each of which gets the small ones whole.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as f

from sjkg.reason.tables import DuckTables, Tables, quoted

ON_DRIVER = frozenset({"axiom", "cell"})  # whatever their size; and what is made of tables on the driver alone
FEW = 1000  # rows that are brought to the driver
INTEGERS = ("int", "bigint")
MAX_BROADCAST = 200_000  # rows of a table that each worker gets whole
HASH = "xxhash64({}) & 9223372036854775807"


class SparkTables(Tables):
    """Tables spread over workers; each is kept by them once it is made, for nothing is to be computed twice."""

    def __init__(self, spark: SparkSession, near: DuckTables):
        self._spark = spark
        self._near = near
        self._near_names: set[str] = set()
        self._lent: set[str] = set()  # those of them that the workers have, as they are
        self._far: dict[str, DataFrame] = {}
        self._counts: dict[str, int] = {}

    def create(self, name: str, select: str) -> int:
        if not self._is_far(select):
            self._forget_far(name)
            return self._changed(name, self._near.create(name, select))
        return self._place(name, *self._settle(self._query(select)))

    def append(self, name: str, select: str) -> int:
        if not self._is_far(f"{name} {select}"):
            return self._changed(name, self._near.append(name, select))
        rows, count = self._settle(self._query(select))
        if count:
            before, there = self.count(name), self._query(f"SELECT * FROM {name}")
            self._place(name, there.union(rows), before + count)
        return count

    def delete(self, name: str, condition: str) -> int:
        if not self._is_far(f"{name} {condition}"):
            return self._changed(name, self._near.delete(name, condition))
        before = self.count(name)
        self.create(name, f"SELECT * FROM {name} WHERE NOT ({condition})")
        return before - self.count(name)

    def drop(self, name: str) -> None:
        if name in self._far:
            self._forget_far(name)
        else:
            self._near.drop(name)
            self._near_names.discard(name)

    def rename(self, old: str, new: str) -> None:
        if old in self._far:
            self._keep(new, self._far[old], self._counts[old])
            self._forget_far(old)
        else:
            self._near.rename(old, new)
            self._near_names.discard(old)
            self._forget_far(new)
            self._changed(new, 0)

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[tuple]) -> None:
        self._forget_far(name)
        self._near.fill(name, columns, rows)
        self._changed(name, 0)

    def apply(self, name: str, select: str, function: Callable[..., str | None]) -> None:
        rows, count = self._settle(self._query(select))
        result = f.udf(function, "string", useArrow=False)(*rows.columns) if count else f.lit(None).cast("string")
        self._keep(name, *self._settle(rows.select("*", result.alias("result"))))

    def count(self, name: str) -> int:
        return self._counts[name] if name in self._far else self._near.count(name)

    def number(self, select: str) -> int:
        return self.rows(select)[0][0]

    def rows(self, select: str) -> list[tuple]:
        return (
            [tuple(row) for row in self._query(select).collect()] if self._is_far(select) else self._near.rows(select)
        )

    def matches(self, text: str, pattern: str) -> str:
        # Java's matcher calls itself for each repetition of a group, unless the group never has to give anything back.
        return rf"{text} RLIKE r'^(?:{pattern.replace(')*', ')*+')})\z'"

    def lines(self, path: Path) -> str:
        self._spark.read.option("lineSep", "\n").text(_uri(path)).toDF("line").createOrReplaceTempView("lines")
        word = "SELECT split(line, ' ') AS word, size(split(line, ' ')) AS words FROM lines"
        has_graph = "words > 4 AND NOT contains(element_at(word, -2), '\"')"
        length = f"greatest(words - CASE WHEN {has_graph} THEN 4 ELSE 3 END, 0)"
        return (
            "SELECT word[0] AS s, get(word, 1) AS p, element_at(word, -1) = '.' AS is_whole, "
            f"array_join(slice(word, 3, {length}), ' ') AS o FROM ({word}) AS words"
        )

    def parquet(self, path: Path) -> str:
        return f"parquet.`{_uri(path)}`"

    def load_terms(self, rows: str) -> bool:
        try:
            read = self._spark.sql(rows)
        except AnalysisException:
            return False
        self._keep("text", *self._settle(read.select(f.explode(f.array("s", "p", "o")).alias("text")).distinct()))
        self._keep("hashed", *self._settle(read.selectExpr(*(f"{HASH.format(c)} AS {c}" for c in "spo"), "is_whole")))
        return True

    def number_terms(self, vocabulary: tuple[str, ...]) -> None:
        """Number each term by the hash of its text, for which no table of terms is needed, but the vocabulary."""
        known = ", ".join(f"({number}, {quoted(f'<{name}>')})" for number, name in enumerate(vocabulary))
        self._spark.sql(
            f"SELECT node, text, {HASH.format('text')} AS hash FROM VALUES {known} AS t(node, text)"
        ).createOrReplaceTempView("known")
        terms = (
            "SELECT coalesce(known.node, {hash}) AS node, coalesce(text.text, known.text) AS text, {hash} AS hash "
            "FROM text FULL JOIN known ON known.text = text.text"
        ).format(hash=HASH.format("coalesce(text.text, known.text)"))
        self._keep("term", *self._settle(self._query(terms)))
        joins = " ".join(f"LEFT JOIN known AS k{c} ON k{c}.hash = h.{c}" for c in "spo")
        columns = ", ".join(f"coalesce(k{c}.node, h.{c}) AS {c}" for c in "spo")
        self._keep("asserted", *self._settle(self._query(f"SELECT DISTINCT {columns} FROM hashed AS h {joins}")))

    def write(self, select: str, target: Path) -> int:
        counted = Observation()
        writer = self._query(select).observe(counted, f.count(f.lit(1)).alias("rows")).write
        (writer.text if target.suffix == ".nt" else writer.parquet)(_uri(target))
        return counted.get["rows"]

    def _is_far(self, statement: str) -> bool:
        return not _words(statement).isdisjoint(self._far)

    def _query(self, select: str) -> DataFrame:
        """Return what a query gives, not yet computed, once the workers have the small tables that it needs."""
        for name in _words(select) & self._near_names - self._lent:
            columns = self._near.columns(name)
            rows = self._near.rows(f"SELECT * FROM {name}")
            self._spark.sql(_as_values(columns, rows)).hint("broadcast").createOrReplaceTempView(name)
            self._lent.add(name)
        return self._spark.sql(select)

    def _settle(self, rows: DataFrame) -> tuple[DataFrame, int]:
        """Compute rows and let the workers keep them, in memory or on disk; return them and their number."""
        counted = Observation()
        observed = rows.observe(counted, f.count(f.lit(1)).alias("rows"))
        is_safe = self._spark.sparkContext.getCheckpointDir() is not None
        return observed.checkpoint() if is_safe else observed.localCheckpoint(), counted.get["rows"]

    def _keep(self, name: str, rows: DataFrame, count: int) -> int:
        if name in self._near_names:
            self._near.drop(name)
            self._near_names.discard(name)
        self._far[name], self._counts[name] = rows, count
        (rows.hint("broadcast") if count <= MAX_BROADCAST else rows).createOrReplaceTempView(name)
        return count

    def _place(self, name: str, rows: DataFrame, count: int) -> int:
        """Make a table of rows from the workers where it belongs; return their number."""
        if name in ON_DRIVER or count <= FEW and all(kind in INTEGERS for _, kind in rows.dtypes):
            self.fill(name, tuple(rows.columns), map(tuple, rows.collect()))
            return count
        return self._keep(name, rows, count)

    def _changed(self, name: str, count: int) -> int:
        """Note that a table on the driver is there, and other than the workers know it; return the count."""
        self._near_names.add(name)
        self._lent.discard(name)
        return count

    def _forget_far(self, name: str) -> None:
        if self._far.pop(name, None) is not None:
            del self._counts[name]
            self._spark.catalog.dropTempView(name)


def _words(statement: str) -> set[str]:
    return set(re.findall(r"\w+", statement))


def _as_values(columns: list[str], rows: list[tuple[int, ...]]) -> str:
    """Return a SELECT of rows that it spells out: Spark plans with what it sees, and needs no job to read them."""
    chosen = ", ".join(f"CAST({column} AS BIGINT) AS {column}" for column in columns)
    values = ", ".join(f"({', '.join(map(str, row))})" for row in rows) or f"({', '.join('0' for _ in columns)})"
    return f"SELECT {chosen} FROM VALUES {values} AS t({', '.join(columns)})" + ("" if rows else " WHERE false")


def _uri(path: Path) -> str:
    """Return the address of a file for Hadoop, which takes a per cent sign as it is."""
    return f"file://{path.resolve()}"
