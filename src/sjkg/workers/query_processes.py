"""A pool of query workers: child processes that each evaluate one SPARQL query at a time (the parent process's side).

A worker is replaced after it was killed, died or used too much memory; one that cannot be started is started later. The
child's side is `sjkg.workers.query_worker`.
"""

import json
import logging
import pickle
import socket
import threading
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, suppress
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

LOGGER = logging.getLogger("sjkg")
OUT_OF_MEMORY = (
    "the query was stopped, because it needs more memory than one query may use; ask for less: name more properties, join "
    "fewer patterns, or do without ORDER BY, GROUP BY and DISTINCT over many rows"
)
STACK_OVERFLOW = (
    "the query overflowed the stack of the query engine, because it is nested too deeply or has too many parts; break it "
    "up into shorter queries"
)
STOPPED = "the process that evaluated the query was stopped from outside; send the query again"
SHORTAGE = "the process that evaluated the query could not read or write its files; send the query again in a moment"
UNSORTABLE = (
    "the query engine cannot compare the values after ORDER BY; sort by their text instead, as in ORDER BY STR(?x)"
)
FAILED = "the query engine crashed while it evaluated this query; write the query in another way"
DISCONNECTED = "the query was stopped, because its client closed the connection"
NO_WORKER = "no process to evaluate queries can be started at the moment ({reason}); send the query again in a moment"
UNSORTABLE_PANIC = "total order"  # in the engine's message on standard error when its sorting panics


@dataclass(frozen=True)
class Reply:
    """A query worker's successful reply.

    kind: bindings (of SELECT), boolean (of ASK) or graph (of CONSTRUCT and DESCRIBE). format: short name of the
    serialization format, such as json. content: the serialized result, an open file if it is large.
    is_deterministic: whether the same query gives the same result again.
    should_recycle: whether the worker has used so much memory that it is to be replaced before the next query.
    """

    kind: ResultKind
    format: str
    content: bytes | AnonymousFile
    is_deterministic: bool
    should_recycle: bool


class WorkerProcess:
    """The process of a query worker and the connection to it, for use by one thread at a time.

    is_closed: whether `close` was called.
    """

    def __init__(self, assignment: Assignment, memory_bytes: int | None):
        """Start the process, without waiting until it is ready, and send it its assignment (stores and limits).

        memory_bytes: limit of its data segment; None for no limit.
        Raises OSError when the process cannot be started, such as for want of descriptors, memory or disk space.
        """
        self._assignment = assignment
        self.is_closed = False
        with ExitStack() as undo:
            ours, theirs = socket.socketpair()
            undo.enter_context(ours)
            with theirs:
                self._process = ChildProcess(
                    "sjkg.workers.query_worker", stdin=theirs.fileno(), memory_bytes=memory_bytes
                )
            undo.callback(self._process.close)
            self._channel = Channel(ours, POLL_S)
            self._channel.send(pickle.dumps(assignment))
            undo.pop_all()

    @property
    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.is_alive

    def evaluate(self, request: bytes, is_disconnected: DisconnectCheck, used_s: float = 0) -> Reply:
        """Send a pickled WorkerRequest to the worker and return its reply.

        The worker is killed unless it replies; the reply may be an error that it reports.
        is_disconnected: called every POLL_S seconds; True stops the query.
        used_s: time in seconds already spent on the same query; it counts towards the deadline, as does the start of the
        process if that is not finished.
        Raises the SjkgError that the worker reports (such as BadQuery); RuntimeError for a fault in the worker's program;
        DeadlineExceeded or ClientDisconnected when the query was stopped; and when the process died, LimitExceeded (memory
        or stack), Unsortable, EngineFailed, Overloaded (killed from outside) or UnusableSnapshot (stores deleted).
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
        """Kill the process and close the connection; may be called more than once."""
        self.is_closed = True
        self._process.close()
        self._channel.close()

    def _to_error(self, died: ChildDied) -> SjkgError:
        """Return the error for the user, with a message that says what to do, for the cause of the process's end.

        It is an object of DeadlineExceeded, ClientDisconnected, UnusableSnapshot, LimitExceeded, Unsortable, Overloaded or
        EngineFailed; the last is also logged with the end of the process's standard error.
        """
        if died.cause is Cause.DEADLINE:
            return DeadlineExceeded(
                f"the query was still running after {self._assignment.deadline_s:g} s, the longest time allowed here, and "
                "was stopped; make it more specific, or ask for less with LIMIT"
            )
        if died.cause is Cause.DISCONNECTED:
            return ClientDisconnected(DISCONNECTED)
        if not self._assignment.folder.is_dir():
            return UnusableSnapshot(
                f"the snapshot folder {self._assignment.folder} was deleted, so the query could not be evaluated; build "
                "again with “sjkg build”"
            )
        if died.cause is Cause.STACK:
            return LimitExceeded(STACK_OVERFLOW)
        if died.cause is Cause.MEMORY:
            return LimitExceeded(OUT_OF_MEMORY)
        if UNSORTABLE_PANIC in died.stderr:
            return Unsortable(UNSORTABLE)
        if died.cause is Cause.KILLED:
            return Overloaded(STOPPED)
        if died.cause is Cause.SHORTAGE:
            return Overloaded(SHORTAGE)
        LOGGER.error("a query worker failed: %s", died.stderr)
        return EngineFailed(FAILED)


def _read_reply(message: Message) -> Reply:
    """Return the reply that a worker's message holds.

    Raises the SjkgError that the message reports, LimitExceeded for a MemoryError in the worker, or RuntimeError with the
    worker's traceback for any other exception there.
    """
    head = json.loads(message.head)
    if "error" in head:
        raise restore_error(head)
    if "is_out_of_memory" in head:
        raise LimitExceeded(OUT_OF_MEMORY)
    if "traceback" in head:
        raise RuntimeError(
            f"evaluating the query failed by a fault of sjkg, not of the query; please report it:\n{head['traceback']}"
        )
    return Reply(**head, content=message.body if message.file is None else message.file)


class WorkerPool:
    """A fixed number of query workers that threads share; a dead worker is replaced by a new one.

    A worker that could not be started (no descriptors, processes, memory or disk space left) is missing until a later attempt
    succeeds. `evaluate` makes one before each query; `start_missing` makes one at any time.
    The workers end at `close` or when the pool is garbage-collected, so that a query that still runs when the server
    switches to another snapshot (build of the graph) can finish.
    """

    def __init__(self, assignment: Assignment, memory_bytes: int | None, count: int, observe: Callable[[str], None]):
        """Start the workers, without waiting until they are ready; those that cannot be started are missing.

        assignment: the stores and limits for all of them. memory_bytes: limit of the memory of each; None for no limit.
        count: number of workers. observe: called with “started”, “ended”, “busy” or “idle” at each such event of a worker.
        """
        self._assignment, self._memory_bytes, self._observe = assignment, memory_bytes, observe
        self._count, self._missing = count, count
        self._failure = ""  # why the last attempt to start a worker failed; empty after one that succeeded
        self._lock = threading.Lock()  # of the two above
        self._idle: deque[WorkerProcess] = deque()
        self.close = weakref.finalize(self, _close_all, self._idle, observe)
        self.start_missing()

    @property
    def deadline_s(self) -> float:
        """Return the longest time in seconds for one query."""
        return self._assignment.deadline_s

    @property
    def problem(self) -> str:
        """Return a sentence that says how many workers are missing and why; empty when none is."""
        missing, failure = self._missing, self._failure
        if not missing or not failure:  # without a failure, they are being started now
            return ""
        return f"{missing} of {self._count} query workers cannot be started at the moment ({failure})"

    @property
    def can_evaluate(self) -> bool:
        """Return whether there is at least one worker."""
        return self._missing < self._count

    def evaluate(self, request: bytes, is_disconnected: DisconnectCheck, used_s: float = 0) -> Reply:
        """Send a pickled WorkerRequest to the idle worker that was used last and return its reply.

        Afterwards the worker is replaced if it was killed, or if its reply says that it has used too much memory
        (`Reply.should_recycle`).

        is_disconnected: called every POLL_S seconds; True stops the query. used_s: time in seconds already spent on the
        same query, which counts towards the deadline.
        Raises the SjkgError that the worker reports, DeadlineExceeded, ClientDisconnected, LimitExceeded, Unsortable,
        EngineFailed, UnusableSnapshot; Overloaded also when there is no worker and none can be started; RuntimeError after
        `close` or for a fault in the worker's program.
        """
        if not self.close.alive:
            raise RuntimeError("the query workers are closed, so no query can be evaluated; open the snapshot again")
        worker = self._take()
        self._observe("busy")
        try:
            reply = worker.evaluate(request, is_disconnected, used_s)
            if reply.should_recycle:
                worker.close()
        finally:
            self._observe("idle")
            if worker.is_closed:
                self._replace(worker)
            else:
                self._idle.append(worker)
        return reply

    def _take(self) -> WorkerProcess:
        """Remove the most recently used idle worker whose process still runs, and return it; replace dead ones.

        Raises Overloaded when there is none and none can be started.
        """
        if self._missing:
            self.start_missing()
        while True:
            try:
                worker = self._idle.pop()
            except IndexError:
                raise Overloaded(NO_WORKER.format(reason=self._failure or "all are in use")) from None
            if worker.is_alive:
                return worker
            self._replace(worker)

    def _replace(self, worker: WorkerProcess) -> None:
        """Close a worker whose process has ended, and start another worker in its place, now or later."""
        self._discard(worker)
        self.start_missing()

    def _discard(self, worker: WorkerProcess) -> None:
        """Close a worker that is not in the queue of idle workers; it counts as missing from now on."""
        worker.close()
        self._observe("ended")
        with self._lock:
            self._missing += 1

    def start_missing(self) -> None:
        """Try to start the workers that are missing or have died while they were idle, unless the pool is closed.

        A new worker is put last in the queue of idle workers, so that all others are used before it. The first failure of
        several with the same reason is logged, and so is the success after it.
        """
        for worker in self._idle.copy():
            if not worker.is_alive:
                with suppress(ValueError):  # another thread has taken it meanwhile, and will find it dead
                    self._idle.remove(worker)
                    self._discard(worker)
        with self._lock:
            while self._missing and self.close.alive:
                try:
                    worker = WorkerProcess(self._assignment, self._memory_bytes)
                except OSError as error:
                    if self._failure != (failure := error.strerror or str(error)):
                        self._failure = failure
                        LOGGER.error("%s; the server tries again", self.problem)
                    return
                self._idle.appendleft(worker)
                self._missing -= 1
                self._observe("started")
            if self._failure:
                self._failure = ""
                LOGGER.error("all %d query workers run again", self._count)


def _close_all(workers: deque[WorkerProcess], observe: Callable[[str], None]) -> None:
    """Remove all idle workers of a pool, kill each, and call `observe` with “ended” for it."""
    while workers:
        workers.pop().close()
        observe("ended")
