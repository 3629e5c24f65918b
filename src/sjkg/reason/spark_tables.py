"""Tables of the reasoner in Spark, with small tables of integers in DuckDB in the main process (Spark's driver).

Computing all consequences of the axioms, and the groups of equal things, takes many small steps, each of which would be a
job for all workers; so the axioms and other small tables stay on the driver. An SQL query runs where its tables are; one
that uses tables of both kinds runs on the workers, to which the driver's tables are first copied (broadcast).
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as f

from sjkg.reason.tables import DuckTables, Row, Tables, quoted

ON_DRIVER = frozenset({"axiom", "cell"})  # of any size, as is every table computed from tables on the driver only
MAX_DRIVER_ROWS = 1000  # a table of at most so many rows of integers is moved to the driver
INTEGERS = ("int", "bigint")
MAX_BROADCAST = 200_000  # a distributed table of at most so many rows is broadcast in joins
MAX_LITERAL_ROWS = (
    5000  # of the driver, sent as the text of a query, which for 100 000 rows takes more than 1 GiB to parse
)
HASH = "xxhash64({}) & 9223372036854775807"


class SparkTables(Tables):
    """Tables distributed over Spark workers, or in DuckDB on the driver if small.

    Each is materialized when it is created, so that nothing is computed twice.
    spark: the session in which the distributed tables live. driver: the small tables, in DuckDB in this process.
    """

    def __init__(self, spark: SparkSession, driver: DuckTables):
        self._spark = spark
        self._driver = driver
        self._driver_names: set[str] = set()  # of the tables in DuckDB
        self._broadcast: set[str] = set()  # of the tables in DuckDB whose current rows the workers have
        self._distributed: dict[str, DataFrame] = {}  # the tables on the workers, by name
        self._counts: dict[str, int] = {}  # numbers of rows of these

    def create(self, name: str, select: str) -> int:
        """Create a table from a SELECT, replacing one of the same name; return its number of rows."""
        if not self._is_distributed(select):
            self._drop_distributed(name)
            return self._note_driver_table(name, self._driver.create(name, select))
        return self._store(name, *self._materialize(self._run_query(select)))

    def append(self, name: str, select: str) -> int:
        """Insert the rows of a SELECT into a table; return how many."""
        if not self._is_distributed(f"{name} {select}"):
            return self._note_driver_table(name, self._driver.append(name, select))
        rows, count = self._materialize(self._run_query(select))
        if count:
            before, there = self.count(name), self._run_query(f"SELECT * FROM {name}")
            self._store(name, there.union(rows), before + count)
        return count

    def delete(self, name: str, condition: str) -> int:
        """Delete the rows that satisfy an SQL condition; return how many. On workers, the table is created anew."""
        if not self._is_distributed(f"{name} {condition}"):
            return self._note_driver_table(name, self._driver.delete(name, condition))
        before = self.count(name)
        self.create(name, f"SELECT * FROM {name} WHERE NOT ({condition})")
        return before - self.count(name)

    def drop(self, name: str) -> None:
        """Drop a table, on the workers or on the driver."""
        if name in self._distributed:
            self._drop_distributed(name)
        else:
            self._driver.drop(name)
            self._driver_names.discard(name)

    def rename(self, old: str, new: str) -> None:
        """Rename a table; a table that has the new name is replaced."""
        if old in self._distributed:
            self._keep_distributed(new, self._distributed[old], self._counts[old])
            self._drop_distributed(old)
        else:
            self._driver.rename(old, new)
            self._driver_names.discard(old)
            self._drop_distributed(new)
            self._note_driver_table(new, 0)

    def fill(self, name: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        """Create a table of integers on the driver from Python rows, replacing one of the same name."""
        self._drop_distributed(name)
        self._driver.fill(name, columns, rows)
        self._note_driver_table(name, 0)

    def apply(self, name: str, select: str, function: Callable[..., str | None]) -> None:
        """Create the table `name`: the columns of a SELECT, and a text column “result” with the value of `function` for each row.

        function: called with the values of a row, in the order of the columns.
        """
        rows, count = self._materialize(self._run_query(select))
        result = f.udf(function, "string", useArrow=False)(*rows.columns) if count else f.lit(None).cast("string")
        self._keep_distributed(name, *self._materialize(rows.select("*", result.alias("result"))))

    def count(self, name: str) -> int:
        """Return the number of rows of a table, without a Spark job."""
        return self._counts[name] if name in self._distributed else self._driver.count(name)

    def rows(self, select: str) -> list[Row]:
        """Return all rows of a query result as a list of tuples, collected on the driver."""
        return (
            [tuple(row) for row in self._run_query(select).collect()]
            if self._is_distributed(select)
            else self._driver.rows(select)
        )

    def matches(self, text: str, pattern: str) -> str:
        # Java's matcher recurses for each repetition of a group (stack overflow on long texts) unless it is possessive.
        """Return the Spark SQL condition that the whole of an SQL text expression matches a regular expression."""
        return rf"{text} RLIKE r'^(?:{pattern.replace(')*', ')*+')})\z'"

    def lines(self, path: Path) -> str:
        """Return a SELECT of s, p, o, is_whole over the lines, split at spaces, of an N-Triples or N-Quads file.

        is_whole: the line ends in a full stop. A graph name is dropped. Replaces the temporary view "lines".
        """
        self._spark.read.option("lineSep", "\n").text(_hadoop_uri(path)).toDF("line").createOrReplaceTempView("lines")
        word = "SELECT split(line, ' ') AS word, size(split(line, ' ')) AS words FROM lines"
        has_graph = "words > 4 AND NOT contains(element_at(word, -2), '\"')"
        length = f"greatest(words - CASE WHEN {has_graph} THEN 4 ELSE 3 END, 0)"
        return (
            "SELECT word[0] AS s, get(word, 1) AS p, element_at(word, -1) = '.' AS is_whole, "
            f"array_join(slice(word, 3, {length}), ' ') AS o FROM ({word}) AS words"
        )

    def parquet(self, path: Path) -> str:
        """Return the FROM item that reads a Parquet file or a folder of parts."""
        return f"parquet.`{_hadoop_uri(path)}`"

    def load_terms(self, rows: str) -> bool:
        """Create the tables text(text) and hashed(s, p, o, is_whole) from a SELECT of s, p, o, is_whole.

        Return False if Spark rejects the SELECT, as for missing columns.
        """
        try:
            read = self._spark.sql(rows)
        except AnalysisException:
            return False
        self._keep_distributed(
            "text", *self._materialize(read.select(f.explode(f.array("s", "p", "o")).alias("text")).distinct())
        )
        self._keep_distributed(
            "hashed", *self._materialize(read.selectExpr(*(f"{HASH.format(c)} AS {c}" for c in "spo"), "is_whole"))
        )
        return True

    def number_terms(self, vocabulary: tuple[str, ...]) -> None:
        """Create the tables term(node, text, hash) and asserted(s, p, o) from the tables text and hashed.

        The IRIs of the vocabulary get the numbers from 0; the number of any other term is the hash of its text, so that
        only the vocabulary has to be joined.
        """
        known = ", ".join(f"({number}, {quoted(f'<{name}>')})" for number, name in enumerate(vocabulary))
        self._spark.sql(
            f"SELECT node, text, {HASH.format('text')} AS hash FROM VALUES {known} AS t(node, text)"
        ).createOrReplaceTempView("known")
        terms = (
            "SELECT coalesce(known.node, {hash}) AS node, coalesce(text.text, known.text) AS text, {hash} AS hash "
            "FROM text FULL JOIN known ON known.text = text.text"
        ).format(hash=HASH.format("coalesce(text.text, known.text)"))
        self._keep_distributed("term", *self._materialize(self._run_query(terms)))
        joins = " ".join(f"LEFT JOIN known AS k{c} ON k{c}.hash = h.{c}" for c in "spo")
        columns = ", ".join(f"coalesce(k{c}.node, h.{c}) AS {c}" for c in "spo")
        self._keep_distributed(
            "asserted", *self._materialize(self._run_query(f"SELECT DISTINCT {columns} FROM hashed AS h {joins}"))
        )

    def write(self, select: str, target: Path) -> int:
        """Write a query result to a new folder of .nt or Parquet part files; return the number of rows."""
        counted = Observation()
        writer = self._run_query(select).observe(counted, f.count(f.lit(1)).alias("rows")).write
        (writer.text if target.suffix == ".nt" else writer.parquet)(_hadoop_uri(target))
        return int(counted.get["rows"])

    def _is_distributed(self, statement: str) -> bool:
        """Return whether an SQL statement mentions the name of a table on the workers."""
        return not _words_of(statement).isdisjoint(self._distributed)

    def _run_query(self, select: str) -> DataFrame:
        """Return the lazy result of a SELECT on the workers; first broadcast the driver's tables that it mentions."""
        for name in _words_of(select) & self._driver_names - self._broadcast:
            columns = self._driver.columns(name)
            rows = self._driver.rows(f"SELECT * FROM {name}")
            if len(rows) > MAX_LITERAL_ROWS:
                schema = ", ".join(f"{column} BIGINT" for column in columns)
                sent = self._spark.createDataFrame(rows, schema, verifySchema=False)
            else:
                sent = self._spark.sql(_as_values(columns, rows))
            (sent.hint("broadcast") if len(rows) <= MAX_BROADCAST else sent).createOrReplaceTempView(name)
            self._broadcast.add(name)
        return self._spark.sql(select)

    def _materialize(self, rows: DataFrame) -> tuple[DataFrame, int]:
        """Compute rows and keep them on the workers, in memory or on disk; return them and their number.

        They survive the loss of a worker only if the Spark context has a checkpoint directory.
        """
        counted = Observation()
        observed = rows.observe(counted, f.count(f.lit(1)).alias("rows"))
        has_checkpoints = self._spark.sparkContext.getCheckpointDir() is not None
        return observed.checkpoint() if has_checkpoints else observed.localCheckpoint(), counted.get["rows"]

    def _keep_distributed(self, name: str, rows: DataFrame, count: int) -> int:
        """Register materialized rows as a table on the workers, replacing any of that name; return `count`.

        count: the number of rows; up to MAX_BROADCAST, joins send the table to all workers.
        """
        if name in self._driver_names:
            self._driver.drop(name)
            self._driver_names.discard(name)
        self._distributed[name], self._counts[name] = rows, count
        (rows.hint("broadcast") if count <= MAX_BROADCAST else rows).createOrReplaceTempView(name)
        return count

    def _store(self, name: str, rows: DataFrame, count: int) -> int:
        """Create a table from materialized rows; return `count`, their number.

        It is put on the driver if its name is in ON_DRIVER, or if it has at most MAX_DRIVER_ROWS rows and integers
        only; else on the workers.
        """
        if name in ON_DRIVER or count <= MAX_DRIVER_ROWS and all(kind in INTEGERS for _, kind in rows.dtypes):
            self.fill(name, tuple(rows.columns), map(tuple, rows.collect()))
            return count
        return self._keep_distributed(name, rows, count)

    def _note_driver_table(self, name: str, count: int) -> int:
        """Record that a driver's table has changed, so that its copy on the workers is outdated; return `count`."""
        self._driver_names.add(name)
        self._broadcast.discard(name)
        return count

    def _drop_distributed(self, name: str) -> None:
        """Drop a table on the workers; do nothing if there is none of that name."""
        if self._distributed.pop(name, None) is not None:
            del self._counts[name]
            self._spark.catalog.dropTempView(name)


def _words_of(statement: str) -> set[str]:
    """Return the set of all words of an SQL statement, among them the names of its tables."""
    return set(re.findall(r"\w+", statement))


def _as_values(columns: list[str], rows: list[tuple[int, ...]]) -> str:
    """Return a SELECT with rows of integers as literals: Spark knows their number when it plans, and needs no job."""
    chosen = ", ".join(f"CAST({column} AS BIGINT) AS {column}" for column in columns)
    values = ", ".join(f"({', '.join(map(str, row))})" for row in rows) or f"({', '.join('0' for _ in columns)})"
    return f"SELECT {chosen} FROM VALUES {values} AS t({', '.join(columns)})" + ("" if rows else " WHERE false")


def _hadoop_uri(path: Path) -> str:
    """Return the file:// URI of a path without percent-encoding, since Hadoop does not decode it."""
    return f"file://{path.resolve()}"
