"""Prometheus metrics of requests, queries and query workers, summed over all server processes.

Each process writes its values into files of the folder that the environment variable PROMETHEUS_MULTIPROC_DIR names; the
files of all processes are read for /metrics. The variable must be set before this module is imported. The files bear the
index of the server process, not its id, so that one that takes the place of another goes on counting in the same files. A
deleted file exists as long as it is open: then a symbolic link takes its place (on Linux).
Source: https://prometheus.github.io/client_python/multiprocess/
"""

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

__all__ = ["CONTENT_TYPE", "Metrics"]

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
FILE_KINDS = ("counter", "histogram", "gauge_livesum")  # the names of files begin with these and end with the index
FILE_BYTES = 512 * 1024  # of each of its files: for some 200 combinations of route, status and cache outcome
DELETED = " (deleted)"  # what Linux adds to the name of an open file that was deleted
WORKER_CHANGES = {"started": ("alive", 1), "ended": ("alive", -1), "busy": ("busy", 1), "idle": ("busy", -1)}


class Metrics:
    """The metrics of this process. They are in no Prometheus registry, because only their files are read."""

    def __init__(self, process_index: int) -> None:
        """Open the files of this process; process_index: its index among the server processes, from 0.

        Raises OSError when the folder cannot be written or its disk is full.
        """
        self._folder, self._index = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]), process_index
        values.ValueClass = values.MultiProcessValue(lambda: process_index)  # type: ignore[no-untyped-call]
        mark_process_dead(process_index)  # type: ignore[no-untyped-call]  # prometheus-client leaves it untyped
        _remove_broken_links(self._folder)
        _allocate_files(self._folder, process_index)
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
        workers = Gauge("sjkg_query_workers", "Query workers.", ("state",), multiprocess_mode="livesum", registry=None)
        self._workers = {state: workers.labels(state) for state in ("alive", "busy")}
        self._started = Counter(
            "sjkg_query_workers_started", "Query workers started, first ones and replacements.", registry=None
        )
        self._query_counter = lru_cache(maxsize=64)(queries.labels)
        self._request_histogram = lru_cache(maxsize=1024)(requests.labels)
        self._request_histogram("other", 200, "pass")  # creates the file now, while its folder exists

    def count_request(self, route: str, status: int, cache: str, seconds: float) -> None:
        """Count a finished request.

        route: the first segment of its path, as in “/sparql”. cache: the outcome of the response cache: hit, miss or pass.
        seconds: the time from its arrival to the end of the response.
        """
        self._request_histogram(route, status, cache).observe(seconds)

    def observe_pool(self, subject: str, event: str) -> None:
        """Count an event of the query pool.

        subject: “query” or “worker”. event: for a query, “answered” or the name of the exception class that ended it;
        for a worker, “started”, “ended”, “busy” or “idle”.
        """
        if subject == "query":
            self._query_counter(event).inc()
            return
        state, change = WORKER_CHANGES[event]
        self._workers[state].inc(change)
        if event == "started":
            self._started.inc()

    def render(self) -> bytes:
        """Return the metrics of all server processes in the text format of Prometheus, UTF-8."""
        _remove_broken_links(self._folder)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus-client leaves it untyped
        return generate_latest(registry)

    def restore_files(self) -> None:
        """Replace each deleted metrics file of this process by a symbolic link to the file that it still holds open (/proc/ID/fd/…).

        Do nothing without their folder, which the main process restores. Raises OSError when that fails.
        """
        missing = {name for kind in FILE_KINDS if not (self._folder / (name := f"{kind}_{self._index}.db")).exists()}
        if not missing or not self._folder.is_dir():
            return
        for descriptor in Path("/proc/self/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                name = Path(descriptor.readlink()).name.removesuffix(DELETED)
                if name in missing:
                    (self._folder / name).unlink(missing_ok=True)  # a link that a dead process left
                    (self._folder / name).symlink_to(f"/proc/{os.getpid()}/fd/{descriptor.name}")


def _allocate_files(folder: Path, process_index: int) -> None:
    """Create the files of a process with all their disk space, unless they exist.

    They are mapped into memory: writing to a page without disk space would end the process (SIGBUS) when the disk is full.
    """
    for kind in FILE_KINDS:
        with (folder / f"{kind}_{process_index}.db").open("ab") as file:
            if hasattr(os, "posix_fallocate"):  # macOS has no such call
                os.posix_fallocate(file.fileno(), 0, FILE_BYTES)


def _remove_broken_links(folder: Path) -> None:
    """Delete the broken symbolic links in a folder of metrics files.

    Each led to a deleted file that a process held open (/proc/ID/fd/NUMBER), and broke when that process ended.
    """
    for file in folder.glob("*.db"):
        if file.is_symlink() and not file.exists():
            file.unlink(missing_ok=True)
