"""Dumps of a snapshot (an immutable build folder): files for download with the union and each group of graphs.

A group of graphs is one IRI (asserted, derived or inferred) that stands for one or more named graphs. There is a file
for each of them in every RDF format; those of the union are also there gzipped.
"""

import gzip
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from sjkg.core.errors import UnusableSnapshot
from sjkg.core.vocabulary import GRAPHS, UNION
from sjkg.store.convert import write_converted
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.workers.child_process import ChildDied, ChildProcess

FOLDER = "dumps"


@dataclass(frozen=True)
class Dump:
    """A file for download. graph: the IRI of the union or of a group of graphs. is_compressed: gzipped or not."""

    graph: str
    format: GraphFormat
    is_compressed: bool

    @property
    def title(self) -> str:
        """Return the local name of the graph: union, asserted, derived or inferred."""
        return self.graph.removeprefix(GRAPHS)

    @property
    def name(self) -> str:
        """Return the file name, such as sjkg.nq, sjkg.nq.gz or sjkg-inferred.ttl."""
        part = "" if self.graph == UNION else f"-{self.title}"
        return f"sjkg{part}.{self.format.ending}{'.gz' if self.is_compressed else ''}"


def all_dumps(groups: Iterable[str]) -> list[Dump]:
    """Return all dumps of a snapshot, those of the union first. groups: the IRIs of its groups of graphs."""
    return [
        Dump(graph, chosen, is_compressed)
        for graph in (UNION, *groups)
        for chosen in GRAPH_FORMATS.values()
        for is_compressed in ((False, True) if graph == UNION else (False,))
    ]


def write_dumps(quads: Path, groups: Mapping[str, Iterable[str]], folder: Path) -> None:
    """Create `folder` and write every dump into it.

    quads: a file of sorted N-Quads. groups: the IRIs of the named graphs of each group of graphs, by the group's IRI.
    """
    folder.mkdir()
    for graph, members in {UNION: None, **groups}.items():
        selected = folder / Dump(graph, GRAPH_FORMATS["nq"], False).name
        _select_quads(quads, members, selected)
        for dump in all_dumps(groups):
            if dump.graph != graph:
                continue
            if dump.is_compressed:
                _gzip(folder / dump.name.removesuffix(".gz"), folder / dump.name)
            elif dump.format.name != "nq":
                with (folder / dump.name).open("wb") as output:
                    write_converted(selected, dump.format, output)


@contextmanager
def dumps_in_background(quads: Path, groups: Mapping[str, Iterable[str]], folder: Path) -> Iterator[None]:
    """Write every dump into the new `folder` in a child process while the `with` block runs; wait for it at the end.

    quads: a file of sorted N-Quads. groups: the IRIs of the named graphs of each group of graphs, by the group's IRI.
    Raises UnusableSnapshot at the end when the dumps could not be written.
    """
    with TemporaryFile() as request:
        request.write(
            json.dumps([str(quads), {name: list(graphs) for name, graphs in groups.items()}, str(folder)]).encode()
        )
        request.seek(0)
        with ChildProcess("sjkg.snapshot.dumps", stdin=request.fileno()) as child:
            yield
            try:
                child.wait()
            except ChildDied as died:
                reason = died.stderr.strip().rpartition("\n")[2]
                raise UnusableSnapshot(
                    f"the dumps in {folder} could not be written: {reason}; remove the cause and build again with “sjkg build”"
                ) from None


def main() -> None:
    """Write the dumps, as the main function of the child process.

    Standard input is a JSON array: path of the N-Quads file, object of group IRI to named graph IRIs, path of the new
    folder.
    """
    quads, groups, folder = json.load(sys.stdin)
    write_dumps(Path(quads), groups, Path(folder))


def _select_quads(quads: Path, graphs: Iterable[str] | None, target: Path) -> None:
    """Copy the quads of the named graphs with these IRIs (None: all quads) from one N-Quads file to another."""
    if graphs is None:
        shutil.copyfile(quads, target)
        return
    names = {f"<{graph}>".encode() for graph in graphs}
    with quads.open("rb") as source, target.open("wb") as output:
        output.writelines(line for line in source if line.rsplit(b" ", 2)[1] in names)


def _gzip(plain: Path, target: Path) -> None:
    """Gzip a file (RFC 1952), without name and time in the header, so that equal graphs give equal bytes."""
    with (
        plain.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as output,
    ):
        shutil.copyfileobj(source, output)


if __name__ == "__main__":
    main()
