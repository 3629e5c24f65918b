"""The query workers of a server process: a few at work, one in reserve, and a short queue before them."""

import pickle
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from sjkg.errors import Overloaded
from sjkg.settings import Settings
from sjkg.store.answers import Answer
from sjkg.store.datasets import Scope
from sjkg.store.engine import DEFAULT_FORMATS
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.store.process import WorkerProcess
from sjkg.store.terms import Term
from sjkg.store.worker import Assignment

RESERVE = 1


class Pool:
    """Answers queries as QuadStore does, each in a process that is killed when the query costs too much."""

    def __init__(self, folder: Path, groups: Mapping[str, Iterable[str]], settings: Settings):
        self._assignment = Assignment(
            folder,
            {name: list(members) for name, members in groups.items()},
            settings.query_deadline_s,
            settings.query_memory_bytes,
            settings.max_answer_bytes,
        )
        self._wait_s = settings.query_wait_s
        self._places = settings.max_running_queries + settings.max_waiting_queries
        self._turns = threading.Semaphore(settings.max_running_queries)
        self._lock = threading.Lock()
        self._idle: deque[WorkerProcess] = deque()
        for _ in range(settings.max_running_queries + RESERVE):
            self._start_one()

    def query(
        self,
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = Scope(),
        bindings: Mapping[str, Term] = MappingProxyType({}),
    ) -> Answer:
        """Return the whole answer, as QuadStore.query does.

        Raises also Overloaded when too many queries are waiting or a turn does not come in time, and LimitExceeded or
        DeadlineExceeded when this one costs too much.
        """
        request = pickle.dumps((text, dict(formats), scope, dict(bindings)), pickle.HIGHEST_PROTOCOL)
        with self._turn(), self._worker() as worker:
            reply = worker.ask(request)
            if reply.is_worn:
                worker.end()
        by_name = GRAPH_FORMATS if reply.kind == "graph" else RESULT_FORMATS
        return Answer(reply.kind, by_name[reply.format], reply.content, reply.is_repeatable)

    def close(self) -> None:
        """End the workers; queries at work end with an error."""
        while self._idle:
            self._idle.pop().end()

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

    @contextmanager
    def _worker(self) -> Iterator[WorkerProcess]:
        """Lend a living worker, the one that worked last; replace it if it is dead when it comes back."""
        worker = self._idle.pop()
        while not worker.is_alive:
            worker.end()
            self._start_one()
            worker = self._idle.pop()
        try:
            yield worker
        finally:
            if worker.is_alive:
                self._idle.append(worker)
            else:
                self._start_one()

    def _start_one(self) -> None:
        """Start a worker and put it behind those that are warm."""
        self._idle.appendleft(WorkerProcess(self._assignment))
