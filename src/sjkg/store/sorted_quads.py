"""The quads of a graph in three orders, on disk, and the search for those that begin with a term.

An order is a file of N-Quads lines, sorted: by subject as they are, by object and by graph with that term written once
more before the line. A search halves the mapped file, so it needs no memory and no load time, and literals stay as written.
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
    """Return the terms of one N-Quads line that we wrote: one space between terms, a named graph last."""
    subject, predicate, rest = line.split(" ", 2)
    value, graph, _ = rest.rsplit(" ", 2)
    return Quad(subject, predicate, value, graph)


def write_sorted_quads(lines: Iterable[str], folder: Path) -> None:
    """Write N-Quads lines in the three orders; by object only those that point to a thing of ours."""
    lines = sorted(lines)
    quads = [(split_quad(line), line) for line in lines]
    _write(folder / BY_SUBJECT, lines)
    _write(folder / BY_OBJECT, sorted(f"{q.object} {line}" for q, line in quads if q.object.startswith(f"<{IDS}")))
    _write(folder / BY_GRAPH, sorted(f"{q.graph} {line}" for q, line in quads))


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


class SortedLines:
    """A file of sorted lines."""

    def __init__(self, path: Path):
        with path.open("rb") as stream:
            self._bytes = mmap(stream.fileno(), 0, access=ACCESS_READ) if path.stat().st_size else b""

    def starting(self, beginning: str) -> Iterator[str]:
        """Yield the lines that begin so, in order, each without its end."""
        wanted = beginning.encode()
        at = self._first(wanted)
        while self._bytes[at : at + len(wanted)] == wanted:
            end = self._bytes.find(b"\n", at)
            yield self._bytes[at:end].decode()
            at = end + 1

    def around(self, beginning: str, width: int) -> list[str]:
        """Return the lines within `width` bytes before and after the place where such a line would stand."""
        at = self._first(beginning.encode())
        start = self._bytes.rfind(b"\n", 0, max(0, at - width)) + 1
        return self._bytes[start : at + width].decode(errors="ignore").split("\n")[:-1]

    def _first(self, wanted: bytes) -> int:
        """Return where the first line stands that is not less than `wanted`."""
        low, high = 0, len(self._bytes)
        while low < high:
            start = self._bytes.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if self._bytes[start : start + len(wanted)] < wanted:
                low = self._bytes.find(b"\n", start) + 1
            else:
                high = start
        return low


class SortedQuads:
    """The quads of a snapshot by subject, by object and by graph; terms are IRIs, lines are N-Quads."""

    def __init__(self, folder: Path):
        self._by_subject, self._by_object, self._by_graph = (
            SortedLines(folder / name) for name in (BY_SUBJECT, BY_OBJECT, BY_GRAPH)
        )

    def with_subject(self, node: str, predicate: str = "") -> Iterator[str]:
        """Yield the quads of a subject, or of one property of it, given as N-Quads writes them: <iri> or _:label."""
        return self._by_subject.starting(f"{node} {predicate} " if predicate else f"{node} ")

    def with_object(self, iri: str) -> Iterator[str]:
        """Yield the quads whose object is this thing of ours."""
        return (line.partition(" ")[2] for line in self._by_object.starting(f"<{iri}> "))

    def in_graph(self, iri: str) -> Iterator[str]:
        return (line.partition(" ")[2] for line in self._by_graph.starting(f"<{iri}> "))

    def neighbouring_subjects(self, iri: str, width: int) -> list[str]:
        """Return the subjects that stand within `width` bytes of this one in the alphabet, as IRIs."""
        nodes = dict.fromkeys(line.partition(" ")[0] for line in self._by_subject.around(f"<{iri}", width))
        return [node[1:-1] for node in nodes if node.startswith("<") and node.endswith(">")]
