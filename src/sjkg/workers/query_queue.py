"""Admission control: limits concurrent and queued queries, with separate quotas for public and internal use."""

import pickle
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from sjkg.core.errors import Overloaded, SjkgError, Unsortable
from sjkg.core.settings import Settings
from sjkg.core.terms import Term
from sjkg.store.datasets import ALL_GRAPHS, Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.store.point_queries import PointQueryStore
from sjkg.store.quad_store import DEFAULT_FORMATS
from sjkg.store.query_result import QueryResult
from sjkg.workers.child_process import DisconnectCheck, never_disconnected
from sjkg.workers.query_processes import WorkerPool
from sjkg.workers.query_worker import Assignment, WorkerRequest

RESERVE = 1  # workers beyond those that may run at once, so that one is ready while another is being replaced
YEAR_S = 365 * 24 * 3600
MAX_INTERNAL_RUNNING, MAX_INTERNAL_WAITING = 1, 4

Observer = Callable[[str, str], None]


def observe_nothing(subject: str, event: str) -> None:
    """Do nothing with an event."""


class QueryPool:
    """Two queues in front of the same query workers, each with the `query` method of QuadStore.

    public: for the queries that users write, limited by the settings. internal: for the queries of the site's own pages,
    whose quota is not touched by public queries.
    """

    def __init__(
        self,
        folder: Path,
        groups: Mapping[str, Iterable[str]],
        settings: Settings,
        observe: Observer = observe_nothing,
    ):
        """Start the workers for the stores in a folder.

        groups: for each group of graphs, the graphs it stands for.
        observe: called with “worker” and an event of one (started, ended, busy, idle), or with “query” and its outcome
        (answered, or the name of the error's class).
        Raises UnusableSnapshot when the stores cannot be read.
        """
        point_queries = PointQueryStore(folder)  # first: it raises UnusableSnapshot before any worker is started
        assignment = Assignment(
            folder, _as_lists(groups), settings.services, settings.query_deadline_s, settings.max_answer_bytes
        )
        count = settings.max_running_queries + MAX_INTERNAL_RUNNING + RESERVE
        workers = WorkerPool(assignment, settings.query_memory_bytes, count, lambda event: observe("worker", event))
        wait_s = settings.query_wait_s
        self.public = QueryQueue(
            workers, settings.max_running_queries, settings.max_waiting_queries, wait_s, observe, point_queries
        )
        self.internal = QueryQueue(workers, MAX_INTERNAL_RUNNING, MAX_INTERNAL_WAITING, wait_s, observe)
        self.close = workers.close


def open_queue(
    folder: Path,
    groups: Mapping[str, Iterable[str]],
    *,
    deadline_s: float = YEAR_S,
    memory_bytes: int | None = None,
    max_waiting: int = 0,
) -> "QueryQueue":
    """Return a queue in front of a single worker, for a command or a Python session: a crash of the engine does not end it.

    deadline_s, memory_bytes: limits of one query; None for no limit of memory. A result may be as large as the memory.
    max_waiting: number of queries of other threads that may wait, for at most `deadline_s` each.
    """
    assignment = Assignment(folder, _as_lists(groups), (), deadline_s, memory_bytes or sys.maxsize)
    workers = WorkerPool(assignment, memory_bytes, 1, lambda event: None)
    return QueryQueue(workers, max_running=1, max_waiting=max_waiting, wait_s=deadline_s)


class QueryQueue:
    """A queue of queries in front of the workers."""

    def __init__(
        self,
        workers: WorkerPool,
        max_running: int,
        max_waiting: int,
        wait_s: float,
        observe: Observer = observe_nothing,
        point_queries: PointQueryStore | None = None,
    ):
        """Admit `max_running` queries at once, and `max_waiting` more for at most `wait_s` seconds.

        point_queries: answers point queries in this process, without a worker.
        """
        self._workers, self._wait_s, self._observe = workers, wait_s, observe
        self._point_queries = point_queries
        self._free_places = max_running + max_waiting
        self._running = threading.Semaphore(max_running)
        self._lock = threading.Lock()

    def close(self) -> None:
        """End the workers, which other queues may share."""
        self._workers.close()

    def query(
        self,
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = ALL_GRAPHS,
        bindings: Mapping[str, Term] = MappingProxyType({}),
        is_disconnected: DisconnectCheck = never_disconnected,
    ) -> QueryResult:
        """Return the result of a query, with the arguments and errors of `QuadStore.query`.

        is_disconnected: called about ten times a second; when it returns True, the query is stopped (ClientDisconnected).
        Raises also Overloaded when too many queries are waiting or none ended in time, LimitExceeded or DeadlineExceeded
        when this one needs too much, and EngineFailed.
        """
        try:
            result = None
            if self._point_queries and scope.is_all and not bindings:
                result = self._point_queries.query(text, formats)
            if result is None:
                with self._admission():
                    result = self._evaluate(text, formats, scope, bindings, is_disconnected)
        except SjkgError as error:
            self._observe("query", type(error).__name__)
            raise
        self._observe("query", "answered")
        return result

    def _evaluate(
        self,
        text: str,
        formats: Mapping[str, str],
        scope: Scope,
        bindings: Mapping[str, Term],
        is_disconnected: DisconnectCheck,
    ) -> QueryResult:
        """Have a worker evaluate a query; if the engine cannot sort its values, once more with these sorted by kind."""
        request = WorkerRequest(text, dict(formats), scope, dict(bindings), sorts_by_kind=False)
        started = time.monotonic()
        try:
            reply = self._workers.evaluate(_pickle(request), is_disconnected)
        except Unsortable:
            used_s = time.monotonic() - started
            reply = self._workers.evaluate(_pickle(request._replace(sorts_by_kind=True)), is_disconnected, used_s)
        by_name = GRAPH_FORMATS if reply.kind == "graph" else RESULT_FORMATS
        return QueryResult(reply.kind, by_name[reply.format], reply.content, reply.is_deterministic)

    @contextmanager
    def _admission(self) -> Iterator[None]:
        """Wait until this query may run. Raises Overloaded when the queue is full or no query ends within `wait_s`."""
        with self._lock:
            if not self._free_places:
                raise Overloaded("too many queries are waiting here already; ask again in a moment")
            self._free_places -= 1
        try:
            if not self._running.acquire(timeout=self._wait_s):
                raise Overloaded(
                    f"no query ended within {self._wait_s:g} s to make room for this one; ask again in a moment"
                )
            try:
                yield
            finally:
                self._running.release()
        finally:
            with self._lock:
                self._free_places += 1


def _pickle(request: WorkerRequest) -> bytes:
    """Return a request as the bytes that a worker reads."""
    return pickle.dumps(tuple(request), pickle.HIGHEST_PROTOCOL)


def _as_lists(groups: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return groups of graphs in a form that can be pickled."""
    return {name: list(members) for name, members in groups.items()}
