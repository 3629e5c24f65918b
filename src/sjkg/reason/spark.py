"""Tables in Spark: what has to be installed, and a session to keep them in."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sjkg.errors import NotInstalled
from sjkg.reason.tables import open_tables

if TYPE_CHECKING:
    from sjkg.reason.sparktables import SparkTables

# What a graph of some millions of triples wants; whoever has a larger one says otherwise in spark-defaults.conf.
DEFAULTS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "8m",
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
    from pyspark import SparkConf
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    from sjkg.reason.sparktables import SparkTables

    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf().setMaster(master).setAppName("sjkg reason")
    memory = f"{int(memory_gib * 1024)}m"
    needs = {"spark.driver.memory": memory, "spark.executor.memory": memory, "spark.sql.session.timeZone": "UTC"}
    for name, value in {**DEFAULTS, **needs}.items():
        conf.setIfMissing(name, value)
    try:
        spark = SparkSession.builder.config(conf=conf).getOrCreate()
    except PySparkRuntimeError as error:
        raise NotInstalled(f"Spark does not start, it needs Java 17 or newer: {error}") from None
    try:
        with open_tables(1, threads=1, integer="BIGINT") as near:
            yield SparkTables(spark, near)
    finally:
        spark.stop()
