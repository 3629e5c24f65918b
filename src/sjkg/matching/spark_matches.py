"""Matches of the records of a large dataset, found by the workers of Spark with the scorer that also runs without it.

Our records are sent to each worker once; the records of the dataset are divided among the workers.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from sjkg.matching.foreign import ForeignRecord
from sjkg.matching.proposals import Matcher, Refused, find_matches
from sjkg.matching.record_table import RecordTable
from sjkg.matching.scorer import RecordMatch
from sjkg.reason.spark import open_spark

if TYPE_CHECKING:
    from pyspark import Broadcast

PART_RECORDS = 2000  # records of one task: some seconds of work


def spark_matcher(master: str, memory_gib: float) -> Matcher:
    """Return a function with the results of `find_matches`, that runs on a Spark master.

    master: its URL, such as local[2] or spark://host:7077; its workers need this package. memory_gib: the memory of each process.
    The function raises NotInstalled if pyspark or Java is missing, LimitExceeded and EngineFailed when Spark fails.
    """
    return partial(_find_on_spark, master, memory_gib)


def _find_on_spark(
    master: str, memory_gib: float, records: Iterable[ForeignRecord], table: RecordTable, refused: Refused
) -> list[list[RecordMatch]]:
    """Return the matches of each record, in the order of the records."""
    listed = list(records)
    with open_spark(master, memory_gib, "link without it (--engine local)") as spark:
        context = spark.sparkContext
        ours = context.broadcast((table, refused))
        parts = max(context.defaultParallelism, len(listed) // PART_RECORDS)
        found: list[list[RecordMatch]] = (
            context.parallelize(listed, parts).mapPartitions(partial(_match_part, ours)).collect()
        )
        ours.destroy()
    return found


def _match_part(
    ours: "Broadcast[tuple[RecordTable, Refused]]", part: Iterator[ForeignRecord]
) -> Iterator[list[RecordMatch]]:
    """Yield the matches of each record of one part, in a worker."""
    table, refused = ours.value
    return iter(find_matches(part, table, refused))
