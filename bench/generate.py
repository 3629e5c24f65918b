"""Makes a knowledge graph of any size that follows our ontology and shapes: `python -m bench.generate --times 10 OUT.nq`.

Every theatre of war in it is made up, and depends on the seed and its own number alone: a larger graph begins with the
smaller one. Ontology and vocabularies are ours, so the file can be queried, reasoned over and validated as it stands.
"""

import shutil
from pathlib import Path

import click

from bench.quads import Quads
from bench.theatre import Theatre
from sjkg.core.settings import packaged_kb
from sjkg.kb.files import load_files

THEATRES = 2  # for each time: as many statements as our graph has with what is derived and inferred, about 14 000
INCIDENTS = 18  # of each theatre


@click.command()
@click.option("--times", type=click.IntRange(1), default=1, show_default=True, help="Times the size of our graph.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same graph.")
@click.option("--kb", is_flag=True, help="Write OUT as a knowledge base folder for `sjkg build --kb` (small sizes).")
@click.argument("out", type=click.Path(path_type=Path))
def main(times: int, seed: int, kb: bool, out: Path) -> None:
    """Write a made-up knowledge graph to OUT, as N-Quads."""
    count = write_folder(out, times, seed) if kb else write_quads(out, times, seed)
    click.echo(f"{count} statements in {out}")


def write_quads(path: Path, times: int, seed: int) -> int:
    """Write the graph with our ontology and vocabularies as N-Quads; return the number of statements."""
    lines = ontology_lines()
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(lines)
        return len(lines) + sum(_write_lines(stream, theatre) for theatre in theatres(times, seed))


def _write_lines(stream, lines: list[str]) -> int:
    stream.writelines(lines)
    return len(lines)


def theatres(times: int, seed: int, incidents: int = INCIDENTS):
    """Yield the lines of each theatre."""
    for ordinal in range(times * THEATRES):
        quads = Quads()
        Theatre(seed, ordinal, quads).write(incidents)
        yield quads.lines


def ontology_lines() -> list[str]:
    """Return our ontology and vocabularies as N-Quads."""
    return [
        f"{line.removesuffix('.')}<{file.graph_name}> .\n"
        for file in load_files(packaged_kb()).files
        if file.part in ("ontology", "vocab")
        for line in sorted(file.graph.serialize(format="nt").splitlines())
        if line
    ]


def write_folder(root: Path, times: int, seed: int, incidents: int = INCIDENTS) -> int:
    """Write a knowledge base folder: our ontology, shapes and queries, a file for each generated graph."""
    for folder in ("ontology", "shapes", "queries"):
        shutil.copytree(packaged_kb() / folder, root / folder)
    files: dict[Path, list[str]] = {}
    for lines in theatres(times, seed, incidents):
        for line in lines:
            triple, _, graph_name = line.removesuffix(" .\n").rpartition(" ")
            files.setdefault(_file_of(root, graph_name[1:-1]), []).append(f"{triple} .\n")
    for path, triples in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(triples), encoding="utf-8")
    return sum(map(len, files.values()))


def _file_of(root: Path, graph_name: str) -> Path:
    folder = "triples/passages/made-up" if "/id/passage/" in graph_name else "triples"
    return root / folder / f"{graph_name.rpartition('/')[2]}.ttl"


if __name__ == "__main__":
    main()
