"""Child processes that can be killed at any time: start, wait, kill, cause of death.

Queries, checks of posted Turtle, dumps and rebuilds run in such children, because neither the query engine nor rdflib nor
the reasoner can be interrupted or bounded from within; and when a child ends, all its memory comes back.

A child is a new program and no fork: forking a process with threads is unsafe, and a fork would keep the server's sockets
open. It leads its own process group, so that Ctrl+C reaches the parent only, and it inherits the read end of a pipe, the
lifeline, whose write end only the parent has: when the parent ends, for whatever reason, the kernel ends the child.
`child_main` is the child's side.
"""

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

from sjkg.workers import affinity
from sjkg.workers.child_main import OUT_OF_MEMORY_STATUS

POLL_S = 0.1  # between checks of the deadline and of the client's connection
EXIT_WAIT_S = 5  # from the end of a child's output to its exit
MAX_STDERR_BYTES = 4000  # of the end of what a child wrote to standard error
OUT_OF_MEMORY_TEXTS = (
    "MemoryError",
    "alloc",
)  # Python's; std::bad_alloc, “memory allocation of … bytes failed”, DuckDB's

DisconnectCheck = Callable[[], bool]


def never_disconnected() -> bool:
    """Return False: there is no client whose connection could close."""
    return False


class Cause(Enum):
    """The reason why a child ended before it had done its work."""

    DEADLINE = auto()
    DISCONNECTED = auto()  # killed, because the client closed its connection
    MEMORY = auto()
    STACK = auto()  # overflow of the stack, by recursion
    KILLED = auto()  # by a signal from another process
    FAILED = auto()  # any other error of its own


class ChildDied(Exception):
    """The end of a child before it had done its work.

    stderr: the end of what it wrote to standard error, at most MAX_STDERR_BYTES; empty when this process stopped it.
    """

    def __init__(self, cause: Cause, stderr: str = ""):
        super().__init__(f"{cause.name}: {stderr}")
        self.cause, self.stderr = cause, stderr


class StopCheck:
    """The conditions under which this process stops waiting for a child: a deadline, and the client's disconnection."""

    def __init__(self, deadline_s: float, is_disconnected: DisconnectCheck):
        self._until = time.monotonic() + deadline_s
        self._is_disconnected = is_disconnected

    def check(self) -> None:
        """Raise ChildDied when the child is to be killed now; call this every POLL_S seconds."""
        if time.monotonic() >= self._until:
            raise ChildDied(Cause.DEADLINE)
        if self._is_disconnected():
            raise ChildDied(Cause.DISCONNECTED)


class ChildProcess:
    """A running child, which is killed when the `with` block ends or `close` is called."""

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
        """Start `python -m module arguments`.

        stdin: the descriptor that becomes its standard input. folder: its working directory.
        memory_bytes: limit of its data segment (RLIMIT_DATA). deadline_s: time after which the kernel kills it, with a grace
        period in which the parent comes first.
        inherits_stderr: let it write to the parent's standard error, instead of keeping that for ChildDied.
        """
        self._stdout, self._stderr = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - closed by close()
        theirs, ours = os.pipe()
        self._lifeline = os.fdopen(ours, "wb", 0)
        limits = [str(theirs), str(memory_bytes or 0), str(deadline_s or 0)]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "sjkg.workers.child_main", *limits, module, *arguments],
                cwd=folder,
                stdin=stdin,
                stdout=self._stdout.fileno(),
                stderr=None if inherits_stderr else self._stderr.fileno(),
                pass_fds=[theirs],
                env={**os.environ, "RUST_BACKTRACE": "0"},
                process_group=0,
            )
        except OSError:
            self._lifeline.close()
            raise
        finally:
            os.close(theirs)
        affinity.unpin(self._process.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_alive(self) -> bool:
        """Tell whether the child still runs."""
        return self._process.poll() is None

    def wait(self, deadline_s: float = math.inf, is_disconnected: DisconnectCheck = never_disconnected) -> bytes:
        """Wait for the child's end and return what it wrote to standard output. Raises ChildDied."""
        stop = StopCheck(deadline_s, is_disconnected)
        while True:
            try:
                status = self._process.wait(POLL_S)
                break
            except subprocess.TimeoutExpired:
                stop.check()
        if status:
            raise self.cause_of_death()
        return _read_end(self._stdout, sys.maxsize)

    def cause_of_death(self) -> ChildDied:
        """Return the reason why a child ended by itself, by its exit status or signal and by its standard error."""
        status = self._process.wait(EXIT_WAIT_S)
        stderr = _read_end(self._stderr, MAX_STDERR_BYTES).decode(errors="replace")
        if status == -signal.SIGALRM:
            return ChildDied(Cause.DEADLINE, stderr)
        if status in (-signal.SIGSEGV, -signal.SIGBUS):
            return ChildDied(Cause.STACK, stderr)
        if status == OUT_OF_MEMORY_STATUS or any(text in stderr for text in OUT_OF_MEMORY_TEXTS):
            return ChildDied(Cause.MEMORY, stderr)
        if status < 0 and status != -signal.SIGABRT:
            return ChildDied(Cause.KILLED, stderr)
        return ChildDied(Cause.FAILED, stderr)

    def kill(self) -> None:
        """Kill the child, whatever it does, and wait until it is gone; another thread may be waiting for it."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Kill the child, unless it has ended, and close the files that belong to it; further calls do nothing."""
        self.kill()
        self._lifeline.close()
        self._stdout.close()
        self._stderr.close()


def _read_end(file: IO[bytes], max_bytes: int) -> bytes:
    """Return the last `max_bytes` of a file that another process wrote."""
    size = os.fstat(file.fileno()).st_size
    length = min(size, max_bytes)
    return os.pread(file.fileno(), length, size - length)
