"""The query workers of a server process, as a set: lent for one query each, and replaced when they are spent."""

import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sjkg.store.process import Reply, WorkerProcess
from sjkg.store.worker import Assignment


class Workers:
    """`count` living workers. They end when nobody refers to the set any more: a query at work still gets its answer.

    observe: called with what happens to one: started, ended, busy or idle.
    """

    def __init__(self, assignment: Assignment, count: int, observe: Callable[[str], None]):
        self._assignment, self._observe = assignment, observe
        self._idle: deque[WorkerProcess] = deque()
        self.close = weakref.finalize(self, _end_all, self._idle, observe)
        for _ in range(count):
            self._start_one()

    def ask(self, request: bytes, is_gone: Callable[[], bool], used_s: float = 0) -> Reply:
        """Have a worker answer a request, as WorkerProcess.ask does."""
        with self._lent() as worker:
            reply = worker.ask(request, is_gone, used_s)
            if reply.is_worn:
                worker.end()
        return reply

    @contextmanager
    def _lent(self) -> Iterator[WorkerProcess]:
        """Lend a living worker, the one that worked last; replace it if it is dead when it comes back."""
        worker = self._idle.pop()
        while not worker.is_alive:
            self._replace(worker)
            worker = self._idle.pop()
        self._observe("busy")
        try:
            yield worker
        finally:
            self._observe("idle")
            if worker.is_alive:
                self._idle.append(worker)
            else:
                self._replace(worker)

    def _replace(self, worker: WorkerProcess) -> None:
        worker.end()
        self._observe("ended")
        self._start_one()

    def _start_one(self) -> None:
        """Start a worker and put it behind those that are warm."""
        self._idle.appendleft(WorkerProcess(self._assignment))
        self._observe("started")


def _end_all(workers: deque[WorkerProcess], observe: Callable[[str], None]) -> None:
    while workers:
        workers.pop().end()
        observe("ended")
