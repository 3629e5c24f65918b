"""What the server processes do, in figures for Prometheus.

Each process writes its figures into files of the folder that PROMETHEUS_MULTIPROC_DIR names, and whichever is asked adds up
all of them; the variable must be set before this module is imported.
Source: https://prometheus.github.io/client_python/multiprocess/
"""

import os
from functools import lru_cache
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

__all__ = ["CONTENT_TYPE", "Metrics"]

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CHANGES = {"started": ("alive", 1), "ended": ("alive", -1), "busy": ("busy", 1), "idle": ("busy", -1)}


class Metrics:
    """The figures of this process."""

    def __init__(self):
        _forget_the_dead()
        alone = {"registry": None}  # only the files are read
        self._requests = Histogram(
            "sjkg_http_request_seconds",
            "Seconds to the end of the answer, by first part of the path.",
            ("route", "status", "cache"),
            buckets=SECONDS,
            **alone,
        )
        self._queries = Counter(
            "sjkg_queries", "Queries that reached the workers, by how they ended.", ("outcome",), **alone
        )
        self._workers = Gauge("sjkg_query_workers", "Query workers.", ("state",), multiprocess_mode="livesum", **alone)
        self._started = Counter(
            "sjkg_query_workers_started", "Query workers started, first ones and replacements.", **alone
        )
        self._of_query = lru_cache(maxsize=64)(self._queries.labels)
        self._of_request = lru_cache(maxsize=1024)(self._requests.labels)

    def count_request(self, route: str, status: int, cache: str, seconds: float) -> None:
        self._of_request(route, status, cache).observe(seconds)

    def observe_pool(self, subject: str, event: str) -> None:
        """Count what a Pool tells its observer."""
        if subject == "query":
            self._of_query(event).inc()
            return
        state, change = CHANGES[event]
        self._workers.labels(state).inc(change)
        if event == "started":
            self._started.inc()

    def render(self) -> bytes:
        """Return the figures of all server processes together."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return generate_latest(registry)


def _forget_the_dead() -> None:
    """Take out the living workers of server processes that were killed and could not count them down."""
    for file in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(pid)
