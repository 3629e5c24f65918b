"""Loading the graph of a snapshot into a SPARQL store elsewhere, graph by graph, or as one file for its bulk loader.

While graphs are replaced, the mark has no state, so that `sjkg serve --store` answers no query from a half loaded store. It has
the SHA-256 of each graph that is complete: a load that was interrupted goes on where it stopped, and a second one does nothing.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, NamedTuple

from sjkg.core.locks import temporary_folder
from sjkg.core.terms import Iri, Literal, to_ntriples
from sjkg.snapshot.folder import Snapshot
from sjkg.snapshot.remote import graph_state, read_merged
from sjkg.store.graph_store import GraphStore
from sjkg.store.remote_source import IDENTIFIER, mark

BUFFER_BYTES = 256 * 1024  # of each graph, before it is written to its file
INCOMPLETE = ""  # in the mark, instead of the SHA-256 of a graph that is being replaced or deleted
MARK_S = 5  # at least, between two writings of the mark during a load


class Loaded(NamedTuple):
    """The numbers of graphs that a load replaced, found equal, and deleted."""

    replaced: int
    equal: int
    deleted: int


class GraphFile:
    """A file of N-Triples that is written line by line; it is open only while it is written to."""

    def __init__(self, path: Path):
        self.path, self._hash, self._buffer = path, hashlib.sha256(), bytearray()
        path.touch()

    def add(self, line: bytes) -> None:
        """Append a line."""
        self._buffer += line
        if len(self._buffer) > BUFFER_BYTES:
            self.flush()

    def flush(self) -> str:
        """Write what is in memory to the file; return the SHA-256 of the whole content in hexadecimal."""
        self._hash.update(self._buffer)
        with self.path.open("ab") as stream:
            stream.write(self._buffer)
        self._buffer.clear()
        return self._hash.hexdigest()


def load(snapshot: Snapshot, store: GraphStore, progress: Callable[[str], None], is_forced: bool = False) -> Loaded:
    """Make a graph store hold the graph of a snapshot; return what was done.

    Graphs whose SHA-256 is in the mark already are left as they are, unless `is_forced`. Graphs that were loaded from an
    earlier snapshot and are not in this one are deleted; all others of the store are left alone.
    progress: called with the name of each stage.
    Raises ServiceFailed, Overloaded or DeadlineExceeded for what the store does.
    """
    state = graph_state(snapshot)
    with temporary_folder("load") as folder:
        progress("split")
        files = _split(snapshot, folder)
        hashes = {graph: file.flush() for graph, file in files.items()}
        before = {subject: value for subject, _, value in store.read(mark())}
        if before == {**hashes, mark(): state} and not is_forced:
            return Loaded(0, len(hashes), 0)
        equal = {} if is_forced else {graph: digest for graph, digest in hashes.items() if before.get(graph) == digest}
        replaced, deleted = sorted(hashes.keys() - equal), sorted(before.keys() - hashes - {mark()})
        marks = {**equal, **dict.fromkeys([*replaced, *deleted], INCOMPLETE)}
        store.replace(mark(), mark_triples(marks))
        marked_at = time.monotonic()
        for graph in deleted:
            store.delete(graph)
        for graph in replaced:
            progress(graph)
            with files[graph].path.open("rb") as body:
                store.replace(graph, body)
            marks[graph] = hashes[graph]
            if time.monotonic() - marked_at > MARK_S:
                store.replace(mark(), mark_triples(marks))
                marked_at = time.monotonic()
        store.replace(mark(), mark_triples(hashes, state))
    return Loaded(len(replaced), len(equal), len(deleted))


def _split(snapshot: Snapshot, folder: Path) -> dict[str, GraphFile]:
    """Write each graph that is to be loaded into a file of its own; return the files by the IRI of the graph."""
    files: dict[str, GraphFile] = {}
    for triple, graphs in read_merged(snapshot):
        for graph in graphs:
            if graph not in files:
                files[graph] = GraphFile(folder / f"{len(files)}.nt")
            files[graph].add(triple + b" .\n")
    return files


def mark_triples(hashes: Mapping[str, str], state: str = "") -> bytes:
    """Return the content of the mark in N-Triples.

    hashes: the SHA-256 of each graph, or INCOMPLETE. state: of the snapshot, once all graphs are complete; "" before.
    """
    identified = {**hashes, mark(): state} if state else hashes
    lines = (
        f"{to_ntriples(Iri(graph))} <{IDENTIFIER}> {to_ntriples(Literal(digest))} .\n"
        for graph, digest in identified.items()
    )
    return "".join(lines).encode()


def write_merged(snapshot: Snapshot, output: IO[bytes]) -> None:
    """Write all that `load` would load, with the mark, to a stream as N-Quads, for the bulk loader of a store."""
    hashes: dict[str, hashlib._Hash] = {}
    for triple, graphs in read_merged(snapshot):
        for graph in graphs:
            hashes.setdefault(graph, hashlib.sha256()).update(triple + b" .\n")
            output.write(triple + b" " + to_ntriples(Iri(graph)).encode() + b" .\n")
    digests = {graph: digest.hexdigest() for graph, digest in hashes.items()}
    for line in mark_triples(digests, graph_state(snapshot)).splitlines():
        output.write(line.removesuffix(b" .") + f" <{mark()}> .\n".encode())
