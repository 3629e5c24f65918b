"""Sorted N-Quads files of a snapshot, and binary search in them by subject, object or graph.

There are three files: one of plain N-Quads lines, sorted by subject, and two in which the object or the graph is repeated
before each line, sorted by that term. Files are mapped into memory, so opening them costs no time, and literals keep their
lexical form. Measured against Oxigraph: 0.15 ms instead of 2.6 ms for 158 quads.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from sjkg.core.vocabulary import IDS

BY_SUBJECT, BY_OBJECT, BY_GRAPH = "graph.nq", "by-object.lines", "by-graph.lines"


@dataclass(frozen=True)
class Quad:
    """The terms of a line as N-Quads writes them; `graph` is empty for the default graph."""

    subject: str
    predicate: str
    object: str
    graph: str


def split_quad(line: str) -> Quad:
    """Return the terms of an N-Quads line as the build writes it: one space between terms, the named graph last."""
    subject, predicate, rest = line.split(" ", 2)
    value, graph, _ = rest.rsplit(" ", 2)
    return Quad(subject, predicate, value, graph)


def write_sorted_quads(lines: Iterable[str], folder: Path) -> None:
    """Write the three files; that by object holds only quads whose object is an IRI of this knowledge base."""
    lines = sorted(lines)
    quads = [(split_quad(line), line) for line in lines]
    _write(folder / BY_SUBJECT, lines)
    _write(folder / BY_OBJECT, sorted(f"{q.object} {line}" for q, line in quads if q.object.startswith(f"<{IDS}")))
    _write(folder / BY_GRAPH, sorted(f"{q.graph} {line}" for q, line in quads))


def _write(path: Path, lines: list[str]) -> None:
    """Write lines to a file."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


class SortedLines:
    """A file of sorted lines, mapped into memory."""

    def __init__(self, path: Path):
        """Map the file, which may be empty."""
        with path.open("rb") as stream:
            self._bytes = mmap(stream.fileno(), 0, access=ACCESS_READ) if path.stat().st_size else b""

    def with_prefix(self, prefix: str) -> Iterator[str]:
        """Yield the lines that start with `prefix`, in order, without their line ends."""
        encoded = prefix.encode()
        start = self._bisect(encoded)
        while self._bytes[start : start + len(encoded)] == encoded:
            end = self._bytes.find(b"\n", start)
            yield self._bytes[start:end].decode()
            start = end + 1

    def around(self, prefix: str, width_bytes: int) -> list[str]:
        """Return the lines within `width_bytes` before and after the place of a line that starts with `prefix`."""
        place = self._bisect(prefix.encode())
        start = self._bytes.rfind(b"\n", 0, max(0, place - width_bytes)) + 1
        return self._bytes[start : place + width_bytes].decode(errors="ignore").split("\n")[:-1]

    def _bisect(self, wanted: bytes) -> int:
        """Return the offset of the first line that is not less than `wanted`, by binary search."""
        low, high = 0, len(self._bytes)
        while low < high:
            start = self._bytes.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if self._bytes[start : start + len(wanted)] < wanted:
                low = self._bytes.find(b"\n", start) + 1
            else:
                high = start
        return low


class SortedQuads:
    """The quads of a snapshot by subject, by object and by graph, as N-Quads lines."""

    def __init__(self, folder: Path):
        """Open the files of a snapshot's folder."""
        self._by_subject, self._by_object, self._by_graph = (
            SortedLines(folder / name) for name in (BY_SUBJECT, BY_OBJECT, BY_GRAPH)
        )

    def with_subject(self, node: str, predicate: str = "") -> Iterator[str]:
        """Yield the quads with a subject, and optionally a predicate; both in N-Quads syntax, as <iri> or _:label."""
        return self._by_subject.with_prefix(f"{node} {predicate} " if predicate else f"{node} ")

    def with_object(self, iri: str) -> Iterator[str]:
        """Yield the quads whose object is this IRI of the knowledge base."""
        return _without_first_term(self._by_object.with_prefix(f"<{iri}> "))

    def in_graph(self, iri: str) -> Iterator[str]:
        """Yield the quads of a named graph."""
        return _without_first_term(self._by_graph.with_prefix(f"<{iri}> "))

    def neighbouring_subjects(self, iri: str, width_bytes: int) -> list[str]:
        """Return the subject IRIs within `width_bytes` of file before and after the place of `iri` in alphabetical order."""
        nodes = dict.fromkeys(line.partition(" ")[0] for line in self._by_subject.around(f"<{iri}", width_bytes))
        return [node[1:-1] for node in nodes if node.startswith("<") and node.endswith(">")]


def _without_first_term(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines without the term that they are sorted by."""
    return (line.partition(" ")[2] for line in lines)
