"""The Spark session in which the reasoner's tables can live and datasets are linked, and the check that Spark and Java are installed."""

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sjkg.core.errors import EngineFailed, LimitExceeded, NotInstalled
from sjkg.reason.tables import open_tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from sjkg.reason.spark_tables import SparkTables

OUT_OF_MEMORY_TEXTS = ("OutOfMemoryError", "Java heap space", "GC overhead limit", "memory limit")
QUIET = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
ON_LOOPBACK = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
# For rows of three integers. A value set in spark-defaults.conf takes precedence.
DEFAULTS = {
    "spark.sql.shuffle.partitions": "32",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "8m",
    "spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold": "64m",
}


def missing_requirement() -> str | None:
    """Return a sentence that names the first missing requirement of Spark (pyspark, Java); None if both are there.

    The version of Java is not checked.
    """
    if find_spec("pyspark") is None:
        return "Spark is not installed; install it with: pip install 'sjkg[spark]'"
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if "JAVA_HOME" in os.environ else "java"
    if shutil.which(java) is None:
        return "Spark needs Java 17 or newer; install one (on Debian: apt-get install default-jre-headless) or set JAVA_HOME"
    return None


@contextmanager
def open_spark(master: str, memory_gib: float, instead: str) -> "Iterator[SparkSession]":
    """Yield a Spark session, for the duration of a `with` block.

    master: a Spark master URL such as local[2] or spark://host:7077. memory_gib: the memory of each process, the driver
    (in local mode the only process) and the workers. instead: what the user can do without Spark, for messages.
    Raises NotInstalled if pyspark or Java is missing or too old, LimitExceeded when Spark runs out of memory, EngineFailed
    when it fails otherwise.
    """
    if sentence := missing_requirement():
        raise NotInstalled(sentence)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        with session(master, memory_gib) as spark:
            yield spark
    except (Py4JError, PySparkException, ConnectionError) as error:
        raise _to_error(error, memory_gib, instead) from None


@contextmanager
def open_spark_tables(master: str, memory_gib: float) -> "Iterator[SparkTables]":
    """Yield empty tables on the workers of a Spark master, for the duration of a `with` block; otherwise as `open_spark`."""
    instead = "reason with DuckDB (--engine duckdb), which uses the disk beyond its memory"
    with open_spark(master, memory_gib, instead) as spark, open_tables(1, threads=1, integer="BIGINT") as driver_tables:
        from sjkg.reason.spark_tables import SparkTables

        yield SparkTables(spark, driver_tables)


def _to_error(error: Exception, memory_gib: float, instead: str) -> LimitExceeded | EngineFailed:
    """Return the error to raise, with a message of one sentence, for an exception of Spark or of the connection to Java.

    A lost connection to Java counts as out of memory. memory_gib: the limit of each process. instead: as for `open_spark`.
    """
    from py4j.protocol import Py4JNetworkError

    has_java_ended = isinstance(error, (Py4JNetworkError, ConnectionError))  # it has ExitOnOutOfMemoryError
    if has_java_ended or any(text in str(error) for text in OUT_OF_MEMORY_TEXTS):
        return LimitExceeded(
            f"Spark ran out of memory with {memory_gib:g} GiB for each process; allow more (--memory), or {instead}"
        )
    reason = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return EngineFailed(f"Spark failed ({reason}); look at its log, or {instead}")


@contextmanager
def session(master: str, memory_gib: float) -> "Iterator[SparkSession]":
    """Yield a Spark session that is stopped at the end of the `with` block.

    master: a Spark master URL. memory_gib: the memory of each process. Raises NotInstalled if Spark does not start, as
    with a Java that is too old.
    """
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    memory = f"{int(memory_gib * 1024)}m"
    required: dict[str, bool | float | int | str | None] = {
        "spark.driver.memory": memory,
        "spark.executor.memory": memory,
        "spark.driver.extraJavaOptions": "-XX:+ExitOnOutOfMemoryError",  # it would go on without some of its threads
        "spark.sql.session.timeZone": "UTC",
        **QUIET,
    }
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        required |= ON_LOOPBACK
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # pyspark would print each exception as JSON
    try:
        spark = SparkSession.builder.master(master).appName("sjkg").config(map=required).getOrCreate()
    except PySparkRuntimeError as error:
        raise NotInstalled(
            f"Spark does not start ({error}); install Java 17 or newer, or set JAVA_HOME to it"
        ) from None
    configured = spark.sparkContext.getConf()
    for name, value in DEFAULTS.items():
        if not configured.contains(name):
            spark.conf.set(name, value)
    try:
        yield spark
    finally:
        spark.stop()
