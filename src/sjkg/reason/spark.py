"""Tables in Spark: what has to be installed, and a session to keep them in."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sjkg.core.errors import NotInstalled
from sjkg.reason.tables import open_tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from sjkg.reason.spark_tables import SparkTables

QUIET = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
ON_LOOPBACK = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
# For rows of three integers; spark-defaults.conf may say otherwise.
DEFAULTS = {
    "spark.sql.shuffle.partitions": "32",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "8m",
    "spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold": "64m",
}


def what_is_missing() -> str | None:
    """Return a sentence on what Spark needs that is not installed, None where nothing is missing."""
    if find_spec("pyspark") is None:
        return "Spark is not installed; put it beside the package with: pip install 'sjkg[spark]'"
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if "JAVA_HOME" in os.environ else "java"
    if shutil.which(java) is None:
        return "Spark needs Java 17 or newer; install one (on Debian: apt-get install default-jre-headless) or set JAVA_HOME"
    return None


@contextmanager
def open_spark_tables(master: str, memory_gib: float) -> "Iterator[SparkTables]":
    """Give tables that the workers of a Spark master keep.

    master: as Spark writes it, local[2] or spark://host:7077. memory_gib: for each process, that of the driver (in
    local mode, the only one) and those of the workers. Raises NotInstalled.
    """
    if sentence := what_is_missing():
        raise NotInstalled(sentence)
    from sjkg.reason.spark_tables import SparkTables

    with session(master, memory_gib) as spark, open_tables(1, threads=1, integer="BIGINT") as near:
        yield SparkTables(spark, near)


@contextmanager
def session(master: str, memory_gib: float) -> "Iterator[SparkSession]":
    """Give a session that ends with the block."""
    spark = _start(master, f"{int(memory_gib * 1024)}m")
    try:
        yield spark
    finally:
        spark.stop()


def _start(master: str, memory: str) -> "SparkSession":
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    needs = {
        "spark.driver.memory": memory,
        "spark.executor.memory": memory,
        "spark.sql.session.timeZone": "UTC",
        **QUIET,
    }
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        needs |= ON_LOOPBACK
    try:
        spark = SparkSession.builder.master(master).appName("sjkg reason").config(map=needs).getOrCreate()
    except PySparkRuntimeError as error:
        raise NotInstalled(f"Spark does not start; it needs Java 17 or newer: {error}") from None
    said = spark.sparkContext.getConf()
    for name, value in DEFAULTS.items():
        if not said.contains(name):
            spark.conf.set(name, value)
    return spark
