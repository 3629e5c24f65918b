"""A query worker: a child process that evaluates one query after another and may be killed at any time.

The engine can be neither interrupted nor bounded from within, so the process is: see `child_process`. While a query runs,
the kernel also keeps its deadline (SIGALRM).
"""

import json
import os
import pickle
import resource
import socket
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sjkg.core.errors import SjkgError
from sjkg.core.terms import Term
from sjkg.sparql.sorting import sort_by_kind
from sjkg.store.datasets import Scope
from sjkg.store.quad_store import QuadStore
from sjkg.store.query_result import IN_MEMORY_BYTES, Spool
from sjkg.workers.channel import Channel, describe_error
from sjkg.workers.child_main import kernel_deadline

MAX_GROWTH_BYTES = 64 * 1024 * 1024  # a worker whose memory has grown by more is replaced, so that it comes back
MEMORY_STATISTICS = Path("/proc/self/statm")  # only Linux has it
PAGE_BYTES = resource.getpagesize()


@dataclass(frozen=True)
class Assignment:
    """The first message to a worker: the stores it reads, the endpoints that queries may ask, the limits of one query."""

    folder: Path
    groups: Mapping[str, list[str]]
    services: tuple[str, ...]
    deadline_s: float
    max_result_bytes: int


class WorkerRequest(NamedTuple):
    """Any later message to a worker: the arguments of `QuadStore.query`.

    sorts_by_kind: rewrite the text by `sort_by_kind`, after an evaluation of the text itself ended with Unsortable.
    """

    text: str
    formats: Mapping[str, str]
    scope: Scope
    bindings: Mapping[str, Term]
    sorts_by_kind: bool


def main() -> None:
    """Answer the queries that come through the socket on standard input, until it is closed."""
    channel = Channel(socket.socket(fileno=os.dup(0)))
    with suppress(EOFError):
        assignment: Assignment = pickle.loads(channel.receive().head)
        store = _open(assignment)
        statistics = os.open(MEMORY_STATISTICS, os.O_RDONLY) if MEMORY_STATISTICS.exists() else None
        initial_bytes = _resident_bytes(statistics)
        while True:
            request = channel.receive().head
            with kernel_deadline(assignment.deadline_s):
                spool = Spool(assignment.max_result_bytes)
                head = _evaluate(store, request, spool)
            should_recycle = _resident_bytes(statistics) - initial_bytes > MAX_GROWTH_BYTES
            _reply(channel, {**head, "should_recycle": should_recycle}, spool)


def _open(assignment: Assignment) -> QuadStore | SjkgError:
    """Open the stores, or return the error that every query is then answered with."""
    try:
        return QuadStore(assignment.folder, assignment.groups, assignment.services)
    except SjkgError as error:
        return error


def _evaluate(store: QuadStore | SjkgError, request: bytes, spool: Spool) -> dict[str, Any]:
    """Write the result of a pickled QueryRequest to the spool; return the head of the reply."""
    try:
        if isinstance(store, SjkgError):
            raise store
        text, formats, scope, bindings, sorts_by_kind = pickle.loads(request)
        text = sort_by_kind(text) if sorts_by_kind else text
        kind, chosen, is_deterministic = store.write_result(spool, text, formats, scope=scope, bindings=bindings)
    except SjkgError as error:
        return describe_error(error)
    except MemoryError:
        return {"is_out_of_memory": True}
    except Exception:
        return {"traceback": traceback.format_exc()}
    return {"kind": kind, "format": chosen.name, "is_deterministic": is_deterministic}


def _reply(channel: Channel, head: dict[str, Any], spool: Spool) -> None:
    """Send a reply, with a small result as its body and a large one as an open file."""
    encoded = json.dumps(head).encode()
    with spool:
        if "kind" not in head:
            channel.send(encoded)
        elif spool.tell() > IN_MEMORY_BYTES:
            channel.send(encoded, file=spool)
        else:
            spool.seek(0)
            channel.send(encoded, spool.read())


def _resident_bytes(statistics: int | None) -> int:
    """Return the memory that this process holds, from the open descriptor of MEMORY_STATISTICS, or 0 without one."""
    return 0 if statistics is None else int(os.pread(statistics, 100, 0).split()[1]) * PAGE_BYTES


if __name__ == "__main__":
    main()
