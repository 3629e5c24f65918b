"""The pool of query workers of a server process, and one worker as the server process sees it.

A worker evaluates one query at a time and is replaced when it was killed, has died or has grown too much.
"""

import json
import logging
import pickle
import socket
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sjkg.core.errors import (
    ClientDisconnected,
    DeadlineExceeded,
    EngineFailed,
    LimitExceeded,
    Overloaded,
    SjkgError,
    Unsortable,
    UnusableSnapshot,
)
from sjkg.store.formats import ResultKind
from sjkg.store.query_result import AnonymousFile
from sjkg.workers.channel import Channel, Message, restore_error
from sjkg.workers.child_process import POLL_S, Cause, ChildDied, ChildProcess, DisconnectCheck, StopCheck
from sjkg.workers.query_worker import Assignment

OUT_OF_MEMORY = (
    "the query was stopped, because it needs more memory than one query may use; ask for less: name more properties, join "
    "fewer patterns, or do without ORDER BY, GROUP BY and DISTINCT over many rows"
)
STACK_OVERFLOW = (
    "the query is nested too deeply, or has too many parts, for the engine; break it up into shorter queries"
)
STOPPED = "the process that evaluated the query was stopped from outside; ask again"
UNSORTABLE = (
    "the engine cannot sort values of kinds as different as these; sort by a text instead, as in ORDER BY STR(?x)"
)
FAILED = "the engine failed at this query, by a fault of its own; write the query in another way"
DISCONNECTED = "the query was stopped, because its client closed the connection"
UNSORTABLE_PANIC = "total order"  # of the engine's message when its sorting panics


@dataclass(frozen=True)
class Reply:
    """A worker's reply: the fields of a QueryResult, and whether the worker should be replaced before the next query."""

    kind: ResultKind
    format: str
    content: bytes | AnonymousFile
    is_deterministic: bool
    should_recycle: bool


class WorkerProcess:
    """A query worker's process and the connection to it; a query sent while it starts waits for it."""

    def __init__(self, assignment: Assignment, memory_bytes: int | None):
        self._assignment = assignment
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours, POLL_S)
        with theirs:
            self._process = ChildProcess("sjkg.workers.query_worker", stdin=theirs.fileno(), memory_bytes=memory_bytes)
        self._channel.send(pickle.dumps(assignment))

    @property
    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.is_alive

    def evaluate(self, request: bytes, is_disconnected: DisconnectCheck, used_s: float = 0) -> Reply:
        """Send a pickled QueryRequest and return the worker's reply.

        is_disconnected: called every POLL_S seconds; the query is stopped when it returns True.
        used_s: time already spent on the same query, which counts towards the deadline.
        Raises the error that the worker reports, or, after the process was killed or died, DeadlineExceeded,
        ClientDisconnected, LimitExceeded, Unsortable, EngineFailed, Overloaded or UnusableSnapshot.
        """
        stop = StopCheck(self._assignment.deadline_s - used_s, is_disconnected)
        message = None
        try:
            self._channel.send(request, on_timeout=stop.check)
            message = self._channel.receive(on_timeout=stop.check)
        except ChildDied as stopped:
            raise self._to_error(stopped) from None
        except (EOFError, OSError):
            raise self._to_error(self._process.cause_of_death()) from None
        finally:
            if message is None:
                self.close()
        return _read_reply(message)

    def close(self) -> None:
        """Kill the process and close the connection."""
        self._process.close()
        self._channel.close()

    def _to_error(self, died: ChildDied) -> SjkgError:
        """Return the error that tells the user why the process ended."""
        if died.cause is Cause.DEADLINE:
            return DeadlineExceeded(
                f"the query was still running after {self._assignment.deadline_s:g} s, the most that one may take here, and "
                "was stopped; make it more specific, or ask for less with LIMIT"
            )
        if died.cause is Cause.DISCONNECTED:
            return ClientDisconnected(DISCONNECTED)
        if not self._assignment.folder.is_dir():
            return UnusableSnapshot(f"{self._assignment.folder} is no longer there; build again")
        if died.cause is Cause.STACK:
            return LimitExceeded(STACK_OVERFLOW)
        if died.cause is Cause.MEMORY:
            return LimitExceeded(OUT_OF_MEMORY)
        if UNSORTABLE_PANIC in died.stderr:
            return Unsortable(UNSORTABLE)
        if died.cause is Cause.KILLED:
            return Overloaded(STOPPED)
        logging.getLogger("sjkg").error("a query worker failed: %s", died.stderr)
        return EngineFailed(FAILED)


def _read_reply(message: Message) -> Reply:
    """Return the reply in a message. Raises the error that it reports instead."""
    head = json.loads(message.head)
    if "error" in head:
        raise restore_error(head)
    if "is_out_of_memory" in head:
        raise LimitExceeded(OUT_OF_MEMORY)
    if "traceback" in head:
        raise RuntimeError(f"a query worker failed:\n{head['traceback']}")
    return Reply(**head, content=message.body if message.file is None else message.file)


class WorkerPool:
    """A fixed number of living workers.

    They end when nothing refers to the pool any more, so that a running query is still answered after a swap of snapshots.
    """

    def __init__(self, assignment: Assignment, memory_bytes: int | None, count: int, observe: Callable[[str], None]):
        """Start the workers.

        memory_bytes: limit of each; None for no limit. observe: called with each event of one: started, ended, busy, idle.
        """
        self._assignment, self._memory_bytes, self._observe = assignment, memory_bytes, observe
        self._idle: deque[WorkerProcess] = deque()
        self.close = weakref.finalize(self, _close_all, self._idle, observe)
        for _ in range(count):
            self._start_one()

    def evaluate(self, request: bytes, is_disconnected: DisconnectCheck, used_s: float = 0) -> Reply:
        """Have an idle worker answer a request, as WorkerProcess.evaluate does."""
        with self._idle_worker() as worker:
            reply = worker.evaluate(request, is_disconnected, used_s)
            if reply.should_recycle:
                worker.close()
        return reply

    @contextmanager
    def _idle_worker(self) -> Iterator[WorkerProcess]:
        """Take the living worker that was used last, and return it to the pool, or replace it when it is dead by then."""
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
        """Start another worker in the place of a dead one."""
        worker.close()
        self._observe("ended")
        self._start_one()

    def _start_one(self) -> None:
        """Start a worker; those that have started already are used before it."""
        self._idle.appendleft(WorkerProcess(self._assignment, self._memory_bytes))
        self._observe("started")


def _close_all(workers: deque[WorkerProcess], observe: Callable[[str], None]) -> None:
    """End all workers of a pool."""
    while workers:
        workers.pop().close()
        observe("ended")
