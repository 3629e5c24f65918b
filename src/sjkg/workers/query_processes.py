"""A query worker, as the server process sees it: start it, ask it, end it.

The query workers of a server process, as a set: lent for one query each, and replaced when they are spent."""

import json
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile

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
from sjkg.store.query_result import AnonymousFile
from sjkg.workers import affinity
from sjkg.workers.channel import Channel, restore_error
from sjkg.workers.query_worker import Assignment

MEMORY = (
    "the query needs more memory than one may have here and was stopped; ask for less: name more properties, join fewer "
    "patterns, or do without ORDER BY, GROUP BY and DISTINCT over many rows"
)
STACK = "the query is nested too deeply, or has too many parts, for the engine; break it up into shorter queries"
STOPPED = "the process that was answering this was stopped from outside; ask again"
ORDER = "the engine cannot sort values of kinds as different as these; sort by a text instead, as in ORDER BY STR(?x)"
FAULT = "the engine broke off at this query, by a fault of its own; ask in another way"
GONE = "the query was stopped, because its client has closed the connection"
MAX_LAST_WORDS = 4000
LOOK_S = 0.1  # between looks at the clock, and whether the client is still there
LAST_BREATH_S = 5  # from the end of the connection to the end of the process


@dataclass(frozen=True)
class Reply:
    """A worker's reply: the answer as Answer has it, and whether the worker had better be replaced."""

    kind: str
    format: str
    content: bytes | AnonymousFile
    is_deterministic: bool
    should_recycle: bool


class WorkerProcess:
    """A worker process; its requests wait for it while it starts.

    It is a program of its own and not a fork: forking a process with threads is unsafe, and what it inherits would keep
    the server's sockets open.
    """

    def __init__(self, assignment: Assignment):
        self._deadline_s, self._folder = assignment.deadline_s, assignment.folder
        ours, theirs = socket.socketpair()
        self._wire = Channel(ours, LOOK_S)
        self._last_words = TemporaryFile()  # noqa: SIM115 - closed by end()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "sjkg.workers.query_worker"],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=self._last_words,
                env={**os.environ, "RUST_BACKTRACE": "0"},
                process_group=0,  # Ctrl+C is for the server; it ends its workers itself
            )
        affinity.unpin(self._process.pid)
        self._wire.send(pickle.dumps(assignment))

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: bytes, is_disconnected: Callable[[], bool], used_s: float = 0) -> Reply:
        """Send a pickled request and wait for its reply, until the deadline, or until `is_gone` says that nobody wants it.

        used_s: what another worker that was asked the same has used of the time until the deadline.
        Raises the error that the worker found in the request, or DeadlineExceeded, LimitExceeded, ClientDisconnected or Overloaded
        when it was killed or died; then it `is_alive` no more.
        """
        until = time.monotonic() + self._deadline_s - used_s

        def check_whether_to_wait_on() -> None:
            if time.monotonic() >= until:
                raise TimeoutError
            if is_disconnected():
                raise ClientDisconnected(GONE)

        try:
            self._wire.send(request, idle=check_whether_to_wait_on)
            message = self._wire.receive(idle=check_whether_to_wait_on)
        except TimeoutError:
            self.end()
            raise DeadlineExceeded(
                f"the query was still running after {self._deadline_s:g} s, the most that one may take here, and was stopped; "
                "make it more specific, or ask for less with LIMIT"
            ) from None
        except ClientDisconnected:
            self.end()
            raise
        except (EOFError, OSError):
            cause = self._cause_of_death()
            self.end()
            raise cause from None
        return _read(json.loads(message.head), message.body if message.file is None else message.file)

    def end(self) -> None:
        """Kill the process, whatever it does; nothing of it remains."""
        self._process.kill()
        self._process.wait()
        self._wire.close()
        self._last_words.close()

    def _cause_of_death(self) -> SjkgError:
        """Tell why the process has ended by itself: the signal, and what the engine wrote at the end, say what it lacked."""
        status = self._process.wait(LAST_BREATH_S)
        if not self._folder.is_dir():
            return UnusableSnapshot(f"{self._folder} is no longer there; build again")
        self._last_words.seek(0)
        said = self._last_words.read(MAX_LAST_WORDS).decode(errors="replace")
        if status in (-signal.SIGSEGV, -signal.SIGBUS):
            return LimitExceeded(STACK)
        if "alloc" in said:
            return LimitExceeded(MEMORY)
        if "total order" in said:
            return Unsortable(ORDER)
        if said:
            logging.getLogger("sjkg").error("a query worker ended with status %s: %s", status, said)
            return EngineFailed(FAULT)
        return Overloaded(STOPPED)


def _read(head: dict, content: bytes | AnonymousFile) -> Reply:
    if "error" in head:
        raise restore_error(head)
    if "lacks" in head:
        raise LimitExceeded(MEMORY)
    if "fault" in head:
        raise RuntimeError(f"a query worker failed:\n{head['fault']}")
    return Reply(**head, content=content)


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

    def ask(self, request: bytes, is_disconnected: Callable[[], bool], used_s: float = 0) -> Reply:
        """Have a worker answer a request, as WorkerProcess.ask does."""
        with self._lent() as worker:
            reply = worker.ask(request, is_disconnected, used_s)
            if reply.should_recycle:
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
