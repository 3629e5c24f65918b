"""A query worker: a process that answers one query after another, and that anyone may kill at any time.

The engine can be neither stopped nor bounded from within, so the process is. Its memory is capped; while it evaluates, the
kernel ends it, in the midst of native code, when its deadline has passed (SIGALRM) or when the server process that asked
it closes the connection or dies (SIGIO). When idle it ends by itself as soon as the connection does.
"""

import fcntl
import json
import os
import pickle
import resource
import signal
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.errors import SjkgError
from sjkg.sparql.sorting import sort_by_kind
from sjkg.store.quad_store import QuadStore
from sjkg.store.query_result import IN_MEMORY_BYTES, Spool
from sjkg.workers.channel import Channel, describe_error

GRACE_S = 1  # what the kernel adds to the deadline, so that the server process comes first
MAX_GROWTH_BYTES = 64 * 1024 * 1024  # a worker that has grown by more is replaced, so that memory comes back
STATISTICS = Path("/proc/self/statm")
PAGE_BYTES = resource.getpagesize()


@dataclass(frozen=True)
class Assignment:
    """What a worker is told when it starts: the stores it answers from, the endpoints a query may ask, and what one may cost."""

    folder: Path
    groups: dict[str, list[str]]
    services: tuple[str, ...]
    deadline_s: float
    memory_bytes: int
    answer_bytes: int


def main() -> None:
    """Answer queries from the connection on standard input until it ends."""
    connection = socket.socket(fileno=os.dup(0))
    wire = Channel(connection)
    with suppress(EOFError):
        assignment: Assignment = pickle.loads(wire.receive().head)
        cap_process(assignment.memory_bytes)
        fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
        store = _open(assignment)
        statistics = os.open(STATISTICS, os.O_RDONLY) if STATISTICS.exists() else None
        usual_bytes = _resident_bytes(statistics)
        while True:
            request = wire.receive().head
            with _killable(connection, assignment.deadline_s):
                spool = Spool(assignment.answer_bytes)
                head = _answer(store, request, spool)
            should_recycle = _resident_bytes(statistics) - usual_bytes > MAX_GROWTH_BYTES
            _reply(wire, {**head, "should_recycle": should_recycle}, spool)


def cap_process(memory_bytes: int) -> None:
    """Cap the process's memory, and make it the one to go when the machine has no more."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    memory_bytes = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    with suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _open(assignment: Assignment) -> QuadStore | SjkgError:
    """Open the stores, or return the error that answers every query."""
    try:
        return QuadStore(assignment.folder, assignment.groups, assignment.services)
    except SjkgError as error:
        return error


@contextmanager
def _killable(connection: socket.socket, deadline_s: float) -> Iterator[None]:
    """Let the kernel end the process at the deadline, or when the other side of the connection is gone."""
    flags = fcntl.fcntl(connection, fcntl.F_GETFL)
    signal.setitimer(signal.ITIMER_REAL, deadline_s + GRACE_S)
    fcntl.fcntl(connection, fcntl.F_SETFL, flags | os.O_ASYNC)
    yield
    fcntl.fcntl(connection, fcntl.F_SETFL, flags)
    signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(store: QuadStore | SjkgError, request: bytes, spool: Spool) -> dict:
    """Evaluate a request into the spool; return the head of its reply."""
    try:
        if isinstance(store, SjkgError):
            raise store
        text, formats, scope, bindings, is_sorted_by_kind = pickle.loads(request)
        text = sort_by_kind(text) if is_sorted_by_kind else text
        kind, chosen, is_deterministic = store.write_answer(spool, text, formats, scope=scope, bindings=bindings)
    except SjkgError as error:
        return describe_error(error)
    except MemoryError:
        return {"lacks": "memory"}
    except Exception:
        return {"fault": traceback.format_exc()}
    return {"kind": kind, "format": chosen.name, "is_deterministic": is_deterministic}


def _reply(wire: Channel, head: dict, spool: Spool) -> None:
    """Send a reply: the body of a small answer in it, a large one as the open file."""
    encoded = json.dumps(head).encode()
    with spool:
        if "kind" not in head:
            wire.send(encoded)
        elif spool.tell() > IN_MEMORY_BYTES:
            wire.send(encoded, file=spool)
        else:
            spool.seek(0)
            wire.send(encoded, spool.read())


def _resident_bytes(statistics: int | None) -> int:
    """Return the memory that the process holds, from the open descriptor of where the system says it (Linux)."""
    return 0 if statistics is None else int(os.pread(statistics, 100, 0).split()[1]) * PAGE_BYTES


if __name__ == "__main__":
    main()
