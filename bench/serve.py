"""Server of a generated graph for benchmarks: `python -m bench.serve FOLDER PORT --cache-mib 0`."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from sjkg.core.settings import REASONERS, Settings, packaged_kb
from sjkg.kb.description import read_description
from sjkg.pipeline.inputs import versions
from sjkg.snapshot.folder import INDEX, STORE, Snapshot, publish, read_snapshot, unfinished_folder
from sjkg.snapshot.index.write import write_index
from sjkg.snapshot.manifest import Manifest
from sjkg.snapshot.statistics import count_quads
from sjkg.store.quad_store import QuadStore
from sjkg.store.sorted_quads import write_look_ups, write_quads
from sjkg.store.store_writer import write_stores
from sjkg.web.server import catch_reloads, run_server

MAX_COUNTED = 1_000_000  # quads; of a larger graph, no statistics and look-ups are made, which need it in memory


def make_snapshot(quads: Path, snapshots: Path) -> Snapshot:
    """Return a snapshot (an immutable folder) with the store of an N-Quads file; write it unless it exists.

    quads: the file. snapshots: the folder in which it is written. It has no dumps, and its index is empty.
    """
    name = f"{quads.stem}-{quads.stat().st_size}"
    if (snapshots / name).is_dir():
        return read_snapshot(snapshots / name)
    with quads.open(encoding="utf-8") as lines:
        graphs = Counter(line[line.rindex("<") + 1 : -4] for line in lines)
    counted = sorted(quads.read_text(encoding="utf-8").splitlines()) if graphs.total() < MAX_COUNTED else []
    manifest = Manifest(
        inputs_sha256=name,
        rules_sha256="",
        triples=graphs.total(),
        graphs=dict(graphs),
        groups={},
        group_triples={},
        versions=versions(),
        findings={},
        statistics=count_quads(counted),
        sources={},
        modified=None,
        description=read_description(packaged_kb()),
    )
    with unfinished_folder(snapshots) as folder:
        write_quads(counted, folder)
        write_look_ups(counted, folder)
        _write_empty_index(folder / INDEX)
        write_stores(quads, folder / STORE, {})
        return publish(folder, manifest, snapshots)


def _write_empty_index(path: Path) -> None:
    """Write the SQLite index of an empty graph to a path; without pages to measure, no content is needed."""
    with TemporaryDirectory() as passing:
        nothing, store = Path(passing) / "nothing.nq", Path(passing) / "store"
        nothing.touch()
        write_stores(nothing, store, {})
        write_index(QuadStore.open(store, {}), path)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.argument("port", type=int)
@click.option("--cache-mib", type=int, default=64)
@click.option("--workers", type=int, default=1)
def main(folder: Path, port: int, cache_mib: int, workers: int) -> None:
    """Serve the snapshot in FOLDER on PORT of the loopback address."""
    quiet = "none"  # the others write no line for each request either
    settings = Settings(packaged_kb(), folder.parent, port=port, workers=workers, cache_mib=cache_mib, log=quiet)
    run_server(settings, read_snapshot(folder), REASONERS[0], catch_reloads())


if __name__ == "__main__":
    main()
