"""Child processes that can be killed at any time: start, wait, kill, cause of death; CPU affinity of servers and children.

Queries, checks of posted Turtle, dumps and rebuilds run in child processes, because the query engine, rdflib and the
reasoner can be neither interrupted nor bounded from within, and because a child's end frees all its memory.

A child is started as a new program: a fork of a process with threads is unsafe and would keep the server's sockets open.
A child leads its own process group, so that Ctrl+C reaches the parent only. It inherits the read end of a pipe, the
lifeline, whose write end only the parent holds: when the parent ends for any reason, the kernel kills the child.
`sjkg.workers.child_main` is the program that a child runs.
"""

import json
import math
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from enum import Enum, auto
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

from sjkg.core.vocabulary import own
from sjkg.workers.child_main import OUT_OF_MEMORY_STATUS, SHORTAGE_STATUS

POLL_S = 0.1  # between checks of the deadline and of the client's connection
EXIT_WAIT_S = 5  # from the end of a child's output to its exit
MAX_STDERR_BYTES = 4000  # only the end of a child's standard error is kept
OUT_OF_MEMORY_TEXTS = ("MemoryError", "alloc")  # Python's; std::bad_alloc, “memory allocation of … failed”, DuckDB's

DisconnectCheck = Callable[[], bool]  # returns True once the client has closed its connection
USABLE = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()  # when the program started


def never_disconnected() -> bool:
    """Return False: the DisconnectCheck for work that no client waits for."""
    return False


class Cause(Enum):
    """The reason why a child process ended before it had done its work."""

    DEADLINE = auto()
    DISCONNECTED = auto()  # killed, because the client closed its connection
    MEMORY = auto()
    STACK = auto()  # stack overflow
    KILLED = auto()  # by a signal from another process
    SHORTAGE = auto()  # an error of the operating system: a full disk, no descriptors, a deleted file
    FAILED = auto()  # any other failure, with a non-zero exit status or by abort()


class ChildDied(Exception):
    """Raised when a child process ended, or is to be killed now, before it had done its work.

    cause: the reason. stderr: the end of the child's standard error, at most MAX_STDERR_BYTES; empty when the parent process
    stopped it.
    """

    def __init__(self, cause: Cause, stderr: str = ""):
        super().__init__(f"{cause.name}: {stderr}")
        self.cause, self.stderr = cause, stderr


class StopCheck:
    """The two conditions for killing a child process: its deadline has passed, or the client closed the connection."""

    def __init__(self, deadline_s: float, is_disconnected: DisconnectCheck):
        """Set the deadline `deadline_s` seconds from now. is_disconnected: returns True once the client is gone."""
        self._until = time.monotonic() + deadline_s
        self._is_disconnected = is_disconnected

    def check(self) -> None:
        """Raise ChildDied if the deadline has passed (cause DEADLINE) or the client has closed the connection (DISCONNECTED).

        Otherwise do nothing. The child still runs then; the caller kills it.
        """
        if time.monotonic() >= self._until:
            raise ChildDied(Cause.DEADLINE)
        if self._is_disconnected():
            raise ChildDied(Cause.DISCONNECTED)


class ChildProcess:
    """A running child process; leaving the `with` block, or `close`, kills it."""

    def __init__(
        self,
        module: str,
        *arguments: str,
        stdin: int = subprocess.DEVNULL,
        folder: Path | None = None,
        memory_bytes: int | None = None,
        deadline_s: float | None = None,
        inherits_stderr: bool = False,
    ):
        """Start `python -m module arguments` as a new process, with the namespaces in use here.

        stdin: the descriptor that becomes its standard input. folder: its working directory; None for the current one.
        memory_bytes: limit of its data segment (RLIMIT_DATA); None for no limit.
        deadline_s: the kernel kills it one second after this many seconds, so that the parent can kill it before; None for
        no such limit.
        inherits_stderr: whether it writes to the parent's standard error; otherwise its standard error is kept for
        ChildDied.stderr. Its standard output is kept in a temporary file.
        Raises OSError when the process cannot be started.
        """
        with ExitStack() as undo:
            self._stdout = undo.enter_context(TemporaryFile())
            self._stderr = undo.enter_context(TemporaryFile())
            theirs, ours = (os.fdopen(end, mode, 0) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
            self._lifeline = undo.enter_context(ours)
            with theirs:
                limits = [str(theirs.fileno()), str(memory_bytes or 0), str(deadline_s or 0)]
                names = json.dumps([own().base, own().more_prefixes])
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "sjkg.workers.child_main", *limits, names, module, *arguments],
                    cwd=folder,
                    stdin=stdin,
                    stdout=self._stdout.fileno(),
                    stderr=None if inherits_stderr else self._stderr.fileno(),
                    pass_fds=[theirs.fileno()],
                    env={**os.environ, "RUST_BACKTRACE": "0"},
                    process_group=0,
                )
            undo.pop_all()
        unpin(self._process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def wait(
        self,
        deadline_s: float = math.inf,
        is_disconnected: DisconnectCheck = never_disconnected,
        max_bytes: int = sys.maxsize,
    ) -> bytes:
        """Wait for the child to end and return its whole standard output.

        deadline_s: seconds from now after which to stop waiting. is_disconnected: called every POLL_S seconds; True stops
        the wait. Neither kills the child; `close` does. max_bytes: the limit of the output.
        Raises ChildDied at the deadline, at a disconnection, when the exit status is not 0, or when the output is longer.
        """
        stop = StopCheck(deadline_s, is_disconnected)
        ended = select.poll()  # Popen.wait with a timeout would notice the end up to 50 ms later
        ended.register(self._lifeline, 0)  # reports POLLERR when the child's end of the pipe is closed
        while not ended.poll(1000 * POLL_S) and self.is_alive:
            stop.check()
        status = self._process.wait(EXIT_WAIT_S)
        if status:
            raise self.cause_of_death()
        if (size := os.fstat(self._stdout.fileno()).st_size) > max_bytes:
            raise ChildDied(
                Cause.FAILED, f"the standard output of the child has {size:,} bytes, more than {max_bytes:,}"
            )
        return _read_tail(self._stdout, max_bytes)

    def cause_of_death(self) -> ChildDied:
        """Return (not raise) a ChildDied with the reason why the child ended: by its exit status, signal and stderr.

        Wait up to EXIT_WAIT_S seconds for its exit; raises subprocess.TimeoutExpired after that.
        """
        status = self._process.wait(EXIT_WAIT_S)
        stderr = _read_tail(self._stderr, MAX_STDERR_BYTES).decode(errors="replace")
        if status == -signal.SIGALRM:
            return ChildDied(Cause.DEADLINE, stderr)
        if status in (-signal.SIGSEGV, -signal.SIGBUS):
            return ChildDied(Cause.STACK, stderr)
        if status == OUT_OF_MEMORY_STATUS or any(text in stderr for text in OUT_OF_MEMORY_TEXTS):
            return ChildDied(Cause.MEMORY, stderr)
        if status == SHORTAGE_STATUS:
            return ChildDied(Cause.SHORTAGE, stderr)
        if status < 0 and status != -signal.SIGABRT:
            return ChildDied(Cause.KILLED, stderr)
        return ChildDied(Cause.FAILED, stderr)

    def kill(self) -> None:
        """Kill the child (SIGKILL) and wait until it has ended; another thread may be in `wait` meanwhile."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Kill the child if it still runs, and close the pipe and temporary files; may be called more than once."""
        self.kill()
        self._lifeline.close()
        self._stdout.close()
        self._stderr.close()


def _read_tail(file: IO[bytes], max_bytes: int) -> bytes:
    """Return at most the last `max_bytes` bytes of an open file, without moving its position."""
    size = os.fstat(file.fileno()).st_size
    length = min(size, max_bytes)
    return os.pread(file.fileno(), length, size - length)


def pin(process_index: int, process_count: int) -> None:
    """Restrict this thread, and the threads that it starts later, to one processor (sched_setaffinity).

    A server process has many threads, but the interpreter lock lets one run at a time. On one processor they take turns;
    spread over several, they wake each other across processors, which costs up to a fifth of the time of a short query.
    Do nothing unless there are as many usable processors as server processes, and on systems other than Linux.
    process_index: index of this server process, from 0. process_count: number of server processes.
    """
    if process_count == len(USABLE):
        with suppress(OSError):  # a processor may have been taken away since
            os.sched_setaffinity(0, {sorted(USABLE)[process_index]})


def unpin(pid: int) -> None:
    """Let the process with this id use all processors that were usable when the program started; ignore failure."""
    if USABLE:
        with suppress(OSError):
            os.sched_setaffinity(pid, USABLE)
