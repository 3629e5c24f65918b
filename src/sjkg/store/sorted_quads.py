"""Sorted N-Quads files of a snapshot (build of the graph), and binary search in them by subject, object or named graph.

There are three files: one of N-Quads lines, sorted by subject, and two in which the object or the named graph is repeated
before each line, sorted by that term. The files are mapped into memory, so opening them costs no time, and literals keep
their lexical form. Measured against Oxigraph: 0.15 ms instead of 2.6 ms for 158 quads.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple

from sjkg.core.vocabulary import own

BY_SUBJECT, BY_OBJECT, BY_GRAPH = "graph.nq", "by-object.lines", "by-graph.lines"


class Quad(NamedTuple):
    """The terms of a quad in N-Quads syntax, such as <iri>, _:label or "text"@en. graph: that of the named graph."""

    subject: str
    predicate: str
    object: str
    graph: str


def split_quad(line: str) -> Quad:
    """Return the terms of an N-Quads line without its line end.

    The line must have one space between terms and before the final dot, and a named graph.
    """
    subject, predicate, rest = line.split(" ", 2)
    value, graph, _ = rest.rsplit(" ", 2)
    return Quad(subject, predicate, value, graph)


def write_quads(lines: Iterable[str], folder: Path) -> None:
    """Write the file of quads, BY_SUBJECT, into a folder. lines: sorted N-Quads lines without line ends."""
    _write_lines(folder / BY_SUBJECT, lines)


def write_look_ups(lines: Sequence[str], folder: Path) -> None:
    """Write the files for look-ups by object and by graph (BY_OBJECT, BY_GRAPH) into a folder.

    lines: sorted N-Quads lines without line ends. The file sorted by object has only the quads whose object is an IRI in the
    namespace of this knowledge base's resources.
    """
    thing = f"<{own().ids}"
    by_object: dict[str, list[str]] = defaultdict(list)
    by_graph: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        rest, graph, _ = line.rsplit(" ", 2)
        by_graph[graph].append(line)
        if (value := rest.split(" ", 2)[2]).startswith(thing):
            by_object[value].append(line)
    for name, found in ((BY_OBJECT, by_object), (BY_GRAPH, by_graph)):
        _write_lines(folder / name, [f"{term} {line}" for term in sorted(found) for line in found[term]])


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines, given without line ends, to a file in UTF-8."""
    path.write_text("\n".join((*lines, "")), encoding="utf-8")


class SortedLines:
    """A sorted UTF-8 file, mapped into memory; the lines that start with a prefix are found by binary search."""

    def __init__(self, path: Path):
        """Map the file, which may be empty. Raises OSError when it cannot be read."""
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
        """Return the complete lines within `width_bytes` before and after the position at which `prefix` sorts, in order.

        The lines have no line ends. No line has to start with `prefix`.
        """
        place = self._bisect(prefix.encode())
        start = self._bytes.rfind(b"\n", 0, max(0, place - width_bytes)) + 1
        return self._bytes[start : place + width_bytes].decode(errors="ignore").split("\n")[:-1]

    def _bisect(self, wanted: bytes) -> int:
        """Return the byte offset of the first line that is not less than `wanted`, or the size of the file if all are."""
        low, high = 0, len(self._bytes)
        while low < high:
            start = self._bytes.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if self._bytes[start : start + len(wanted)] < wanted:
                low = self._bytes.find(b"\n", start) + 1
            else:
                high = start
        return low


class SortedQuads:
    """Look-up of the quads of a snapshot (build of the graph) by subject, object or named graph.

    Results are N-Quads lines. Threads may share it.
    """

    def __init__(self, folder: Path):
        """Open the three sorted files in a snapshot's folder. Raises OSError when one cannot be read."""
        self._by_subject, self._by_object, self._by_graph = (
            SortedLines(folder / name) for name in (BY_SUBJECT, BY_OBJECT, BY_GRAPH)
        )

    def with_subject(self, node: str, predicate: str = "") -> Iterator[str]:
        """Yield, sorted, the N-Quads lines whose subject is `node` and whose predicate is `predicate`.

        node, predicate: in N-Quads syntax, as <iri> or _:label; an empty predicate stands for any. The lines have no line
        ends.
        """
        return self._by_subject.with_prefix(f"{node} {predicate} " if predicate else f"{node} ")

    def below(self, namespace: str) -> Iterator[str]:
        """Yield, sorted and without line ends, the N-Quads lines whose subject is an IRI that begins with `namespace`."""
        return self._by_subject.with_prefix(f"<{namespace}")

    def with_object(self, iri: str) -> Iterator[str]:
        """Yield, sorted and without line ends, the N-Quads lines whose object is this IRI, given without < and >.

        Only IRIs in the namespace of this knowledge base's resources are found.
        """
        return _without_first_term(self._by_object.with_prefix(f"<{iri}> "))

    def in_graph(self, iri: str) -> Iterator[str]:
        """Yield, sorted and without line ends, the N-Quads lines of the named graph with this IRI, without < and >."""
        return _without_first_term(self._by_graph.with_prefix(f"<{iri}> "))

    def neighbouring_subjects(self, iri: str, width_bytes: int) -> list[str]:
        """Return distinct IRIs of subjects that are alphabetically near `iri`, sorted, to suggest for a misspelt IRI.

        The IRIs are without < and >. They are the subjects of the lines within `width_bytes` before and after the position of
        `iri` in the file of quads sorted by subject.
        """
        nodes = dict.fromkeys(line.partition(" ")[0] for line in self._by_subject.around(f"<{iri}", width_bytes))
        return [node[1:-1] for node in nodes if node.startswith("<") and node.endswith(">")]


def _without_first_term(lines: Iterator[str]) -> Iterator[str]:
    """Yield each line of a file sorted by object or graph without its first term, so that an N-Quads line is left."""
    return (line.partition(" ")[2] for line in lines)
