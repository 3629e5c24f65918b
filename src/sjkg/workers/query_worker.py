"""The program of a query worker: a child process that evaluates one SPARQL query after another.

The query engine can be neither interrupted nor bounded from within, so the parent process kills the worker at the deadline
of a query, and the kernel limits its memory. If the parent does not kill it in time, the kernel does (SIGALRM).
Messages come through a socket that is its standard input: first an Assignment, then a WorkerRequest for each query, pickled.
"""

import gc
import json
import os
import pickle
import resource
import socket
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sjkg.core.errors import Overloaded, SjkgError, UnusableSnapshot
from sjkg.core.terms import Term
from sjkg.core.vocabulary import Namespaces, own, set_own
from sjkg.sparql.rewriting import sort_by_kind
from sjkg.store.datasets import GraphGroups, GraphNames, GraphViews, Scope
from sjkg.store.quad_store import QuadStore
from sjkg.store.query_result import Spool
from sjkg.store.remote_source import RemoteSource
from sjkg.workers.channel import Channel, describe_error
from sjkg.workers.child_main import kernel_deadline

if TYPE_CHECKING:
    from sjkg.store.remote_store import RemoteStore

MAX_GROWTH_BYTES = 64 * 1024 * 1024  # a worker whose memory has grown by more is replaced, which frees the memory
DAMAGED_STORE = "Corruption"  # begins the engine's message when a file of a store is not the one that was there
MEMORY_STATISTICS = Path("/proc/self/statm")  # only Linux has it; proc(5)
PAGE_BYTES = resource.getpagesize()


@dataclass(frozen=True)
class Assignment:
    """The first message to a query worker: the stores to open and the limits of one query.

    folder: the folder of a snapshot's Oxigraph stores. groups: a dict from the IRI of each group of named graphs (asserted,
    inferred, …) to the IRIs of its members. services: IRIs of the endpoints allowed after SERVICE. deadline_s: the longest
    time in seconds for one query. max_result_bytes: the largest size of one serialized result. base_iri: base of relative
    IRIs in a query without BASE; None makes such a query an error. views: a dict from the IRI of each computed graph to the
    CONSTRUCT queries that make it. with_private: whether queries may see private datasets. remote: the endpoint that evaluates
    queries instead of the stores; None for the stores.
    namespaces: those of the knowledge base, by default those in use where the assignment is made.
    """

    folder: Path
    groups: GraphGroups
    services: tuple[str, ...]
    deadline_s: float
    max_result_bytes: int
    base_iri: str | None = None
    views: GraphViews = field(default_factory=dict)
    namespaces: Namespaces = field(default_factory=own)
    with_private: bool = False
    remote: RemoteSource | None = None


class WorkerRequest(NamedTuple):
    """Each later message to a query worker: a query.

    text: the SPARQL text. formats: a dict from each acceptable kind of result (bindings, boolean, graph) to the short name
    of a format, such as {"bindings": "csv"}. scope: the graphs to query. bindings: a dict from the name of a variable,
    without “?”, to the term to substitute for it.
    sorts_by_kind: whether to sort by the kind of value (IRI, number, …) first, because evaluating the text as it is raised
    Unsortable.
    """

    text: str
    formats: Mapping[str, str]
    scope: Scope
    bindings: Mapping[str, Term]
    sorts_by_kind: bool


def main() -> None:
    """Evaluate the queries that arrive through the socket on standard input, until the other side closes it."""
    channel = Channel(socket.socket(fileno=os.dup(0)))
    with suppress(EOFError):
        assignment: Assignment = pickle.loads(channel.receive().head)
        set_own(assignment.namespaces)
        store = _open_store(assignment)
        statistics = os.open(MEMORY_STATISTICS, os.O_RDONLY) if MEMORY_STATISTICS.exists() else None
        initial_bytes = _resident_bytes(statistics)
        gc.freeze()  # what was imported is never garbage; to look through it takes longer than many a query
        while True:
            request = channel.receive().head
            with kernel_deadline(assignment.deadline_s):
                if isinstance(store, SjkgError):  # such as a shortage of descriptors, which may be over
                    store = _open_store(assignment)
                spool = Spool(assignment.max_result_bytes)
                head = _evaluate(store, request, spool)
            should_recycle = _resident_bytes(statistics) - initial_bytes > MAX_GROWTH_BYTES
            _send_reply(channel, {**head, "should_recycle": should_recycle}, spool)


def _open_store(assignment: Assignment) -> "QuadStore | RemoteStore | SjkgError":
    """Open the stores that an assignment (the first message to this worker) names, or its endpoint, and return them.

    If that fails, return the error, which is then the reply to the query; the next one tries again.
    """
    try:
        if assignment.remote:
            from sjkg.store.remote_store import RemoteStore  # not above: other workers need no HTTP client

            return RemoteStore(
                assignment.remote,
                GraphNames(assignment.groups, assignment.views),
                assignment.folder,
                assignment.deadline_s,
                assignment.max_result_bytes,
                assignment.base_iri,
                with_private=assignment.with_private,
            )
        return QuadStore.open(
            assignment.folder,
            assignment.groups,
            assignment.services,
            assignment.base_iri,
            assignment.views,
            with_private=assignment.with_private,
        )
    except SjkgError as error:
        return error


def _evaluate(store: "QuadStore | RemoteStore | SjkgError", request: bytes, spool: Spool) -> dict[str, Any]:
    """Evaluate a pickled WorkerRequest, write the serialized result to the spool and return the head of the reply.

    The head is a JSON-able dict: kind, format (short name) and is_deterministic of the result; or error, message and
    attributes of an SjkgError, also for a failure of the operating system; or is_out_of_memory; or traceback, the text for any other exception. Nothing is raised.
    """
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
    except OSError as error:
        reason = error.strerror or "input/output error"
        return describe_error(
            Overloaded(f"a query process lacks what it needs ({reason}); send the query again in a moment")
        )
    except Exception as error:
        if str(error).startswith(DAMAGED_STORE):
            return describe_error(
                UnusableSnapshot(
                    "a file of the store was replaced while it was in use; send the query again in a moment"
                )
            )
        return {"traceback": traceback.format_exc()}
    return {"kind": kind, "format": chosen.name, "is_deterministic": is_deterministic}


def _send_reply(channel: Channel, head: dict[str, Any], spool: Spool) -> None:
    """Send a reply and close `spool`, which has the serialized result.

    A result in a temporary file is sent as an open file, any other in the body.
    head: a JSON-able dict; it has the key “kind” if there is a result.
    """
    encoded = json.dumps(head).encode()
    with spool:
        if "kind" not in head:
            channel.send(encoded)
        elif spool.file:
            channel.send(encoded, file=spool.file)
        else:
            channel.send(encoded, spool.getvalue())


def _resident_bytes(statistics: int | None) -> int:
    """Return the resident set size of this process; statistics: descriptor of MEMORY_STATISTICS, or None to return 0."""
    return 0 if statistics is None else int(os.pread(statistics, 100, 0).split()[1]) * PAGE_BYTES


if __name__ == "__main__":
    main()
