"""Admission control: limits concurrent and queued queries, with separate quotas for public and internal use.

A query runs in a query worker, a child process with a deadline and a memory limit. A query queue admits some queries at
once, lets a few more wait, and refuses the others. The public queue is for queries that users write, the internal queue for
those that the site's own pages need.
"""

import pickle
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from sjkg.core.errors import Overloaded, SjkgError, Unsortable
from sjkg.core.settings import Settings
from sjkg.core.terms import Term
from sjkg.store.datasets import ALL_GRAPHS, GraphGroups, Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.store.point_queries import PointQueryStore
from sjkg.store.quad_store import DEFAULT_FORMATS
from sjkg.store.query_result import QueryResult
from sjkg.workers.child_process import DisconnectCheck, never_disconnected
from sjkg.workers.query_processes import WorkerPool
from sjkg.workers.query_worker import Assignment, WorkerRequest

RESERVE = 1  # workers beyond the queries that may run at once, so that one is ready while another is being replaced
YEAR_S = 365 * 24 * 3600
MAX_INTERNAL_RUNNING, MAX_INTERNAL_WAITING = 1, 4

Observer = Callable[[str, str], None]  # called with a subject (worker or query) and an event


def observe_nothing(subject: str, event: str) -> None:
    """Ignore an event: the default observer."""


class QueryPool:
    """Two query queues that share query workers.

    public: for queries that users write, limited by the settings max_running_queries and max_waiting_queries.
    internal: for the queries of the site's own pages, limited by MAX_INTERNAL_RUNNING and MAX_INTERNAL_WAITING.
    close: kills the workers, after which a query raises RuntimeError.
    """

    def __init__(
        self,
        folder: Path,
        groups: GraphGroups,
        settings: Settings,
        observe: Observer = observe_nothing,
    ):
        """Start the workers.

        folder: the folder of the Oxigraph stores of a snapshot (build of the graph).
        groups: for the IRI of each group of named graphs (asserted, inferred, …), the IRIs of its members.
        settings: deadline, memory, result size, number of running and waiting queries, allowed SERVICE endpoints.
        observe: called with “worker” and started, ended, busy or idle, and after each query with “query” and its outcome
        (“answered”, or the name of the error's class).
        Raises UnusableSnapshot when the store of all graphs cannot be opened.
        """
        point_queries = PointQueryStore(folder)  # first: it raises UnusableSnapshot before any worker is started
        assignment = Assignment(folder, groups, settings.services, settings.query_deadline_s, settings.max_answer_bytes)
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
    groups: GraphGroups,
    *,
    deadline_s: float = YEAR_S,
    memory_bytes: int | None = None,
    max_waiting: int = 0,
) -> "QueryQueue":
    """Return a query queue with a single worker, for a command or a Python session, which survives a crash of the engine.

    folder: the folder of the Oxigraph stores of a snapshot (build of the graph).
    groups: for the IRI of each group of named graphs, the IRIs of its members.
    deadline_s: seconds that a query may run, and wait. memory_bytes: limit of the worker's memory and of the size of a
    result; None for no limit. max_waiting: number of queries that may wait while one runs. SERVICE is refused.
    The stores are opened by the worker; if that fails, each query raises UnusableSnapshot.
    """
    assignment = Assignment(folder, groups, (), deadline_s, memory_bytes or sys.maxsize)
    workers = WorkerPool(assignment, memory_bytes, 1, lambda event: None)
    return QueryQueue(workers, max_running=1, max_waiting=max_waiting, wait_s=deadline_s)


class QueryQueue:
    """Evaluation of SPARQL queries by query workers, with a limited number of running and waiting queries.

    Threads may share it.
    """

    def __init__(
        self,
        workers: WorkerPool,
        max_running: int,
        max_waiting: int,
        wait_s: float,
        observe: Observer = observe_nothing,
        point_queries: PointQueryStore | None = None,
    ):
        """Set the limits: `max_running` queries at once, and `max_waiting` more that wait at most `wait_s` seconds.

        workers: the pool of workers, which queues may share; it must have at least one worker for each running query.
        observe: called after each query with “query” and “answered” or the name of the error's class.
        point_queries: a store that answers point queries (one triple pattern with a given subject) in this process,
        outside these limits; None to send all queries to workers.
        """
        self._workers, self._wait_s, self._observe = workers, wait_s, observe
        self._point_queries = point_queries
        self._free_places = max_running + max_waiting
        self._running = threading.Semaphore(max_running)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Kill the workers, also for the other queues that share them; a later query raises RuntimeError."""
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
        """Evaluate a SPARQL query and return its complete, serialized result.

        formats: for each kind of result (bindings, boolean, graph) the short name of the format to write.
        scope: the graphs to query; it overrides FROM and FROM NAMED. By default these count, or else all graphs.
        bindings: for names of variables, without “?”, the RDF terms to substitute.
        is_disconnected: called about ten times a second; True stops the query (ClientDisconnected).
        Raises BadQuery, ReadOnly, ServiceRefused, ServiceFailed or NotAcceptable for the query itself; Overloaded when too
        many queries wait or none ended in time; DeadlineExceeded, or LimitExceeded for memory, stack or size of the result;
        Unsortable or EngineFailed when the engine crashed; UnusableSnapshot; RuntimeError after `close`.
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
        """Send an admitted query to a worker and return the result; the arguments are passed on unchanged.

        When the engine panics on ORDER BY over values that it cannot compare, send the query once more with a sort key for
        the kind of value, within the same deadline. Raises the error of the last attempt.
        """
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
        """Wait until one more query may run; the `with` block is the time in which it runs.

        Raises Overloaded when `max_waiting` queries wait already, or no running query ends within `wait_s` seconds.
        """
        with self._lock:
            if not self._free_places:
                raise Overloaded("too many queries are waiting for a worker already; ask again in a moment")
            self._free_places -= 1
        try:
            if not self._running.acquire(timeout=self._wait_s):
                raise Overloaded(
                    f"no query ended within {self._wait_s:g} s, so this one could not start; ask again in a moment"
                )
            try:
                yield
            finally:
                self._running.release()
        finally:
            with self._lock:
                self._free_places += 1


def _pickle(request: WorkerRequest) -> bytes:
    """Return a query request as a pickled plain tuple, in the order of its fields."""
    return pickle.dumps(tuple(request), pickle.HIGHEST_PROTOCOL)
