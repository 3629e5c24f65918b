"""Prometheus metrics of requests, queries and query workers, summed over all server processes.

Each process writes its values into files of the folder that the environment variable PROMETHEUS_MULTIPROC_DIR names; the
files of all processes are read for /metrics. The variable must be set before this module is imported.
Source: https://prometheus.github.io/client_python/multiprocess/
"""

import os
from functools import lru_cache
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

__all__ = ["CONTENT_TYPE", "Metrics"]

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
WORKER_CHANGES = {"started": ("alive", 1), "ended": ("alive", -1), "busy": ("busy", 1), "idle": ("busy", -1)}


class Metrics:
    """The metrics of this process. They are in no Prometheus registry, because only their files are read."""

    def __init__(self) -> None:
        _remove_dead_processes()
        requests = Histogram(
            "sjkg_http_request_seconds",
            "Seconds to the end of the response, by first segment of the path.",
            ("route", "status", "cache"),
            buckets=BUCKETS_S,
            registry=None,
        )
        queries = Counter(
            "sjkg_queries", "Queries that reached the workers, by how they ended.", ("outcome",), registry=None
        )
        self._workers = Gauge(
            "sjkg_query_workers", "Query workers.", ("state",), multiprocess_mode="livesum", registry=None
        )
        self._started = Counter(
            "sjkg_query_workers_started", "Query workers started, first ones and replacements.", registry=None
        )
        self._query_counter = lru_cache(maxsize=64)(queries.labels)
        self._request_histogram = lru_cache(maxsize=1024)(requests.labels)

    def count_request(self, route: str, status: int, cache: str, seconds: float) -> None:
        """Count a finished request.

        route: the first segment of its path, as in “/sparql”. cache: the outcome of the response cache: hit, miss or pass.
        seconds: the time from its arrival to the end of the response.
        """
        self._request_histogram(route, status, cache).observe(seconds)

    def observe_pool(self, subject: str, event: str) -> None:
        """Count an event of the query pool.

        subject: “query” or “worker”. event: of a query “answered” or the name of the exception class; of a worker
        started, ended, busy or idle.
        """
        if subject == "query":
            self._query_counter(event).inc()
            return
        state, change = WORKER_CHANGES[event]
        self._workers.labels(state).inc(change)
        if event == "started":
            self._started.inc()

    def render(self) -> bytes:
        """Return the metrics of all server processes in the text format of Prometheus, UTF-8."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus-client leaves it untyped
        return generate_latest(registry)


def _remove_dead_processes() -> None:
    """Delete the gauge files of server processes that no longer run; a killed one could not subtract its query workers."""
    for file in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(pid)  # type: ignore[no-untyped-call]  # prometheus-client leaves it untyped
