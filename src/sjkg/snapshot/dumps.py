"""Dumps of a snapshot (an immutable build folder): RDF files for download.

There is one dump of the whole graph (the union of all named graphs) in every RDF format, plain and gzipped, and one of each
group of named graphs in every RDF format, plain. A group of graphs has an IRI (such as that of graph:article) that stands
for its named graphs.
"""

import gzip
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from sjkg.core.vocabulary import own
from sjkg.store.convert import read_quads, read_triples
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.store.serialization import StatementLines

FOLDER = "dumps"
LEVEL = 5  # of compression; 6 takes a third more time, for files that are 5 % smaller


@dataclass(frozen=True)
class Dump:
    """A file for download. graph: IRI of the union of all graphs or of a group. is_compressed: whether it is gzipped."""

    graph: str
    format: GraphFormat
    is_compressed: bool

    @property
    def title(self) -> str:
        """Return the last part of the IRI in the field `graph`, such as union or inferred."""
        return self.graph.removeprefix(own().graphs)

    @property
    def name(self) -> str:
        """Return the file name, such as sjkg.nq, sjkg.nq.gz or sjkg-inferred.ttl."""
        part = "" if self.graph == own().union else f"-{self.title}"
        return f"sjkg{part}.{self.format.ending}{'.gz' if self.is_compressed else ''}"


def all_dumps(groups: Iterable[str]) -> list[Dump]:
    """Return all dumps that a snapshot has, those of the union of all graphs first. groups: the IRIs of its groups."""
    return [
        Dump(graph, chosen, is_compressed)
        for graph in (own().union, *groups)
        for chosen in GRAPH_FORMATS.values()
        for is_compressed in ((False, True) if graph == own().union else (False,))
    ]


def write_dumps(quads: Path, groups: Mapping[str, Collection[str]], folder: Path, earlier: Path | None = None) -> None:
    """Create `folder` and write every dump into it.

    quads: a file of sorted N-Quads. groups: a dict from the IRI of each group of graphs to the IRIs of its named graphs.
    earlier: a folder of dumps written by the same code, or None. The dumps of the union or of a group whose quads are the
    same in both become hard links to files in that folder.
    """
    folder.mkdir()
    plain_dumps = {graph: folder / Dump(graph, GRAPH_FORMATS["nq"], False).name for graph in (own().union, *groups)}
    shutil.copyfile(quads, plain_dumps[own().union])
    _write_groups(quads, groups, plain_dumps)
    for graph, plain in plain_dumps.items():
        is_same = earlier is not None and _have_same_bytes(plain, earlier / plain.name)
        sources = {
            True: StatementLines(partial(read_quads, plain)),
            False: StatementLines(partial(read_triples, plain)),
        }
        for dump in all_dumps(groups):
            if dump.graph != graph:
                continue
            if earlier and is_same and dump.name != plain.name:
                (folder / dump.name).hardlink_to(earlier / dump.name)
            elif dump.is_compressed:
                _gzip(folder / dump.name.removesuffix(".gz"), folder / dump.name)
            elif dump.name != plain.name:
                with (folder / dump.name).open("wb") as output:
                    sources[dump.format.has_named_graphs].write(output, dump.format)


def _write_groups(quads: Path, groups: Mapping[str, Collection[str]], paths: Mapping[str, Path]) -> None:
    """Write the quads of each group of graphs to a file of N-Quads, all in one pass. paths: that of each group's file."""
    with ExitStack() as files, quads.open("rb") as lines:
        outputs: dict[bytes, list[IO[bytes]]] = defaultdict(list)
        for group, members in groups.items():
            output = files.enter_context(paths[group].open("wb"))
            for graph in members:
                outputs[f"<{graph}>".encode()].append(output)
        for line in lines:
            for opened in outputs.get(line.rsplit(b" ", 2)[1], ()):
                opened.write(line)


def _have_same_bytes(one: Path, other: Path) -> bool:
    """Return whether two files exist and have the same content."""
    return other.is_file() and one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def _gzip(plain: Path, target: Path) -> None:
    """Write the file `plain` gzipped (RFC 1952) to `target`; without name and time, so that equal files give equal bytes."""
    with (
        plain.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=LEVEL) as output,
    ):
        shutil.copyfileobj(source, output)
