"""The dumps of a snapshot: everything, and each of its groups of graphs, in every RDF format, plain and compressed."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.errors import UnusableSnapshot
from sjkg.core.vocabulary import GRAPHS, UNION
from sjkg.store.convert import convert_file
from sjkg.store.formats import GRAPH_FORMATS, Format

FOLDER = "dumps"


@dataclass(frozen=True)
class Dump:
    """One file: the graph (or group of graphs) it holds, by IRI, and its format."""

    graph: str
    format: Format
    is_compressed: bool

    @property
    def title(self) -> str:
        """Return what it holds, in one word: union, asserted, derived, inferred."""
        return self.graph.removeprefix(GRAPHS)

    @property
    def name(self) -> str:
        part = "" if self.graph == UNION else f"-{self.title}"
        return f"sjkg{part}.{self.format.ending}{'.gz' if self.is_compressed else ''}"


def all_dumps(groups: Iterable[str]) -> list[Dump]:
    """Return the dumps there are: of the union, also compressed, and of each group of graphs, given by IRI."""
    return [
        Dump(graph, chosen, is_compressed)
        for graph in (UNION, *groups)
        for chosen in GRAPH_FORMATS.values()
        for is_compressed in ((False, True) if graph == UNION else (False,))
    ]


def write_dumps(quads: Path, groups: Mapping[str, Iterable[str]], folder: Path) -> None:
    """Write every dump from the sorted N-Quads file. groups: the graphs that each stands for."""
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
                    convert_file(selected, dump.format, output=output)


@contextmanager
def dumps_in_background(quads: Path, groups: Mapping[str, Iterable[str]], folder: Path) -> Iterator[None]:
    """Write every dump as `write_dumps` does, in a process of its own: it takes long, and little else waits for it.

    Raises UnusableSnapshot at the end when they could not be written.
    """
    order = json.dumps([str(quads), {name: list(members) for name, members in groups.items()}, str(folder)])
    command = [sys.executable, "-P", "-m", "sjkg.snapshot.dumps"]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, process_group=0) as process:
        try:
            process.stdin.write(f"{order}\n")
            process.stdin.flush()
            yield
            said = process.stderr.read()
            process.wait()
        finally:
            process.kill()
    if process.returncode:
        raise UnusableSnapshot(f"the dumps in {folder} could not be written: {said.strip().rpartition(chr(10))[2]}")


def main() -> None:
    """Write the dumps that another process orders in a line on standard input, which it keeps open while it lives."""
    quads, groups, folder = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    write_dumps(Path(quads), groups, Path(folder))


def _end_with_the_other() -> None:
    sys.stdin.read()
    os._exit(1)


def _select(quads: Path, graphs: Iterable[str] | None, target: Path) -> None:
    """Copy the quads of these graphs, or of all."""
    if graphs is None:
        shutil.copyfile(quads, target)
        return
    names = {f"<{graph}>".encode() for graph in graphs}
    with quads.open("rb") as source, target.open("wb") as output:
        output.writelines(line for line in source if line.rsplit(b" ", 2)[1] in names)


def _compress(plain: Path, target: Path) -> None:
    """Compress a file; no name and no time in it, so that the same graph gives the same bytes."""
    with (
        plain.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as output,
    ):
        shutil.copyfileobj(source, output)


if __name__ == "__main__":
    main()
