"""Who may ask the query workers: the users, some at once and some more in a short queue, and the site's own pages."""

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
from sjkg.store.datasets import Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.store.point_queries import PointQueryStore
from sjkg.store.quad_store import DEFAULT_FORMATS
from sjkg.store.query_result import QueryResult
from sjkg.workers.query_processes import Workers
from sjkg.workers.query_worker import Assignment

RESERVE = 1  # a worker that is warm when another one has to be replaced
YEAR_S = 365 * 24 * 3600
MAX_INTERNAL_RUNNING, MAX_INTERNAL_WAITING = 1, 4  # the turns that are kept free for the pages, whatever users ask

Observer = Callable[[str, str], None]


class QueryPool:
    """Two lanes to the same workers: `users` and `site`. Each answers as QuadStore does, but no query can hurt.

    observe: called with “worker” and what happens to one, or “query” and how it ended (answered, or the error's name).
    """

    def __init__(
        self,
        folder: Path,
        groups: Mapping[str, Iterable[str]],
        settings: Settings,
        observe: Observer = lambda subject, event: None,
    ):
        point_queries = PointQueryStore(folder)  # before there are workers, for it may not be there
        assignment = Assignment(
            folder,
            _listed(groups),
            settings.services,
            settings.query_deadline_s,
            settings.query_memory_bytes,
            settings.max_answer_bytes,
        )
        count = settings.max_running_queries + MAX_INTERNAL_RUNNING + RESERVE
        workers = Workers(assignment, count, lambda event: observe("worker", event))
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
    memory_bytes: int = sys.maxsize,
    max_waiting: int = 0,
) -> "QueryQueue":
    """Return a queue to one worker process, for a command or a Python session; close() ends the worker.

    deadline_s, memory_bytes: the most that one query may take; a result may have as many bytes as the worker may use.
    max_waiting: queries of other threads that wait for the worker, each for at most deadline_s.
    """
    assignment = Assignment(
        folder,
        _listed(groups),
        services=(),
        deadline_s=deadline_s,
        memory_bytes=memory_bytes,
        answer_bytes=memory_bytes,
    )
    return QueryQueue(
        Workers(assignment, 1, lambda event: None), 1, max_waiting, deadline_s, lambda subject, event: None
    )


class QueryQueue:
    """A way to the workers that takes `running` queries at once, and `waiting` more for `wait_s` seconds at most.

    near: answers look-ups without a worker, where that is wanted.
    """

    def __init__(
        self,
        workers: Workers,
        running: int,
        waiting: int,
        wait_s: float,
        observe: Observer,
        point_queries: PointQueryStore | None = None,
    ):
        self._workers, self._wait_s, self._observe, self._near = workers, wait_s, observe, point_queries
        self._places = running + waiting
        self._turns = threading.Semaphore(running)
        self._lock = threading.Lock()

    def close(self) -> None:
        """End the worker processes, those of other queues to them too."""
        self._workers.close()

    def query(
        self,
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = Scope(),
        bindings: Mapping[str, Term] = MappingProxyType({}),
        is_disconnected: Callable[[], bool] = lambda: False,
    ) -> QueryResult:
        """Return the whole answer, as QuadStore.query does.

        is_gone: asked now and then whether the client is still there; when it is not, the query ends (ClientDisconnected).

        Raises also Overloaded when too many queries are waiting or a turn does not come in time, LimitExceeded or
        DeadlineExceeded when this one costs too much, and EngineFailed.
        """
        try:
            may_be_near = self._near and scope.is_all and not bindings
            answer = self._near.look_up(text, formats) if may_be_near else None
            answer = answer or self._ask(is_disconnected, text, dict(formats), scope, dict(bindings))
        except SjkgError as error:
            self._observe("query", type(error).__name__)
            raise
        self._observe("query", "answered")
        return answer

    def _ask(self, is_disconnected: Callable[[], bool], *asked) -> QueryResult:
        """Ask a worker; if it breaks off because values of several kinds are sorted, again with these sorted by kind."""
        with self._turn():
            begun = time.monotonic()
            try:
                reply = self._workers.ask(_pickle(*asked, False), is_disconnected)
            except Unsortable:
                reply = self._workers.ask(_pickle(*asked, True), is_disconnected, time.monotonic() - begun)
        by_name = GRAPH_FORMATS if reply.kind == "graph" else RESULT_FORMATS
        return QueryResult(reply.kind, by_name[reply.format], reply.content, reply.is_deterministic)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for a turn, in a queue that is short and short-lived."""
        with self._lock:
            if not self._places:
                raise Overloaded("too many queries are waiting here already; ask again in a moment")
            self._places -= 1
        try:
            if not self._turns.acquire(timeout=self._wait_s):
                raise Overloaded(
                    f"no query ended within {self._wait_s:g} s to make room for this one; ask again in a moment"
                )
            try:
                yield
            finally:
                self._turns.release()
        finally:
            with self._lock:
                self._places += 1


def _pickle(*request) -> bytes:
    return pickle.dumps(request, pickle.HIGHEST_PROTOCOL)


def _listed(groups: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {name: list(members) for name, members in groups.items()}
