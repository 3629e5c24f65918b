"""Dumps of a snapshot: the union of all graphs and each group of graphs, in every RDF format; the union also gzipped."""

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
    """A dump file. graph: the IRI of the union or of a group of graphs."""

    graph: str
    format: GraphFormat
    is_compressed: bool

    @property
    def title(self) -> str:
        """Return the local name of the graph: union, asserted, derived or inferred."""
        return self.graph.removeprefix(GRAPHS)

    @property
    def name(self) -> str:
        """Return the file name."""
        part = "" if self.graph == UNION else f"-{self.title}"
        return f"sjkg{part}.{self.format.ending}{'.gz' if self.is_compressed else ''}"


def all_dumps(groups: Iterable[str]) -> list[Dump]:
    """Return all dumps of a snapshot. groups: the IRIs of its groups of graphs."""
    return [
        Dump(graph, chosen, is_compressed)
        for graph in (UNION, *groups)
        for chosen in GRAPH_FORMATS.values()
        for is_compressed in ((False, True) if graph == UNION else (False,))
    ]


def write_dumps(quads: Path, groups: Mapping[str, Iterable[str]], folder: Path) -> None:
    """Write every dump into a new folder. quads: sorted N-Quads. groups: the named graphs of each group of graphs."""
    folder.mkdir()
    for graph, members in {UNION: None, **groups}.items():
        selected = folder / Dump(graph, GRAPH_FORMATS["nq"], False).name
        _select(quads, members, selected)
        for dump in all_dumps(groups):
            if dump.graph != graph:
                continue
            if dump.is_compressed:
                _compress(folder / dump.name.removesuffix(".gz"), folder / dump.name)
            elif dump.format.name != "nq":
                with (folder / dump.name).open("wb") as output:
                    write_converted(selected, dump.format, output)


@contextmanager
def dumps_in_background(quads: Path, groups: Mapping[str, Iterable[str]], folder: Path) -> Iterator[None]:
    """Write every dump as `write_dumps` does, in a child process, while the `with` block runs; then wait for it.

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
                raise UnusableSnapshot(f"the dumps in {folder} could not be written: {reason}") from None


def main() -> None:
    """Write the dumps in the child process, with the arguments of `write_dumps` as JSON on standard input."""
    quads, groups, folder = json.load(sys.stdin)
    write_dumps(Path(quads), groups, Path(folder))


def _select(quads: Path, graphs: Iterable[str] | None, target: Path) -> None:
    """Copy the quads of some named graphs, or with None of all, to a file."""
    if graphs is None:
        shutil.copyfile(quads, target)
        return
    names = {f"<{graph}>".encode() for graph in graphs}
    with quads.open("rb") as source, target.open("wb") as output:
        output.writelines(line for line in source if line.rsplit(b" ", 2)[1] in names)


def _compress(plain: Path, target: Path) -> None:
    """Gzip a file, without file name and time in the header, so that equal graphs give equal bytes."""
    with (
        plain.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as output,
    ):
        shutil.copyfileobj(source, output)


if __name__ == "__main__":
    main()
