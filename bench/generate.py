"""Generator of synthetic knowledge graphs of any size: `python -m bench.generate --times 10 OUT.nq`.

A generated graph follows the ontology and shapes of the project and includes its ontology and vocabularies, so it can
be queried, reasoned over and validated as it stands. It consists of theatres (synthetic wars, each with incidents),
each of which depends only on the seed and its own number: a larger graph begins with the smaller one.
"""

import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from bench.quads import REMARKS, Quads
from bench.theatre import Theatre
from sjkg.core.settings import packaged_kb
from sjkg.kb.files import load_files

THEATRES = 2  # for each unit of `times`: as many statements as the packaged graph has after a build, about 14 000
INCIDENTS = 18  # in each theatre


@click.command()
@click.option("--times", type=click.IntRange(1), default=1, show_default=True, help="Times the size of our graph.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same graph.")
@click.option("--kb", is_flag=True, help="Write OUT as a knowledge base folder for `sjkg build --kb` (small sizes).")
@click.argument("out", type=click.Path(path_type=Path))
def main(times: int, seed: int, kb: bool, out: Path) -> None:
    """Write a synthetic knowledge graph to OUT, as a file of N-Quads or as a folder."""
    count = write_folder(out, times, seed) if kb else write_quads(out, times, seed)
    click.echo(f"{count} statements in {out}")


def write_quads(path: Path, times: int, seed: int) -> int:
    """Write a synthetic graph with the project's ontology and vocabularies as N-Quads; return the number of statements.

    times: the size in multiples of the packaged graph (about 14 000 statements). The same seed gives the same file.
    """
    count = 0
    with path.open("w", encoding="utf-8") as stream:
        for lines in chain([ontology_lines()], theatres(times, seed)):
            stream.writelines(lines)
            count += len(lines)
    return count


def theatres(times: int, seed: int, incidents: int = INCIDENTS) -> Iterator[list[str]]:
    """Yield, for each theatre (a synthetic war), its statements as a list of N-Quads lines with line ends.

    times: the size in multiples of the packaged graph, two theatres each. incidents: their number in a theatre.
    """
    for ordinal in range(times * THEATRES):
        quads = Quads()
        Theatre(seed, ordinal, quads).write(incidents)
        yield quads.lines


def ontology_lines() -> list[str]:
    """Return the packaged ontology and vocabularies as N-Quads lines with line ends."""
    return [
        f"{line.removesuffix('.')}<{file.graph_name}> .\n"
        for file in load_files(packaged_kb()).files
        if file.part in ("ontology", "vocab")
        for line in sorted(file.graph.serialize(format="nt").splitlines())
        if line
    ]


def write_folder(root: Path, times: int, seed: int, incidents: int = INCIDENTS) -> int:
    """Write a knowledge base folder; return the number of generated statements in it.

    It has the packaged ontology, shapes and queries, and one file of triples for each generated named graph. times: the
    size in multiples of the packaged graph. incidents: their number in a theatre (a synthetic war).
    """
    for folder in ("ontology", "shapes", "queries"):
        shutil.copytree(packaged_kb() / folder, root / folder)
    shutil.copy(packaged_kb() / "kb.ttl", root)
    files: dict[Path, list[str]] = {}
    for lines in theatres(times, seed, incidents):
        for line in lines:
            triple, _, graph_name = line.removesuffix(" .\n").rpartition(" ")
            files.setdefault(_path_of_graph(root, graph_name[1:-1]), []).append(f"{triple} .\n")
    for path, triples in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(triples), encoding="utf-8")
    return sum(map(len, files.values()))


def _path_of_graph(root: Path, graph_name: str) -> Path:
    """Return the path of the file for a named graph in a knowledge base folder; passages and remarks have folders of their own."""
    folder = "triples/remarks" if graph_name.startswith(REMARKS) else "triples"
    if "/id/passage/" in graph_name:
        folder = "triples/passages/made-up"
    return root / folder / f"{graph_name.rpartition('/')[2]}.ttl"


if __name__ == "__main__":
    main()
