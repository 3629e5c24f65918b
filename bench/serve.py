"""Serves a generated graph with our server: `python -m bench.serve FOLDER PORT --cache-mib 0`."""

import time
from collections import Counter
from pathlib import Path

import click

from sjkg.settings import Settings, packaged_kb
from sjkg.snapshot import QUADS, STORE, Manifest, Snapshot, finish, read_snapshot, unfinished_folder, versions
from sjkg.store.datasets import write_stores
from sjkg.web.server import run_server


def snapshot_of(quads: Path, snapshots: Path) -> Snapshot:
    """Return the snapshot of a generated graph, as a build would make it but without reasoning; made only once."""
    name = f"{quads.stem}-{quads.stat().st_size}"
    if (snapshots / name).is_dir():
        return read_snapshot(snapshots / name)
    begun = time.perf_counter()
    with unfinished_folder(snapshots) as folder:
        (folder / QUADS).hardlink_to(quads)
        with quads.open(encoding="utf-8") as lines:
            graphs = Counter(line[line.rindex("<") + 1 : -4] for line in lines)
        write_stores(folder / QUADS, folder / STORE, {})
        manifest = Manifest(
            inputs_sha256=name,
            triples=graphs.total(),
            graphs=dict(graphs),
            groups={},
            versions=versions(),
            findings={},
            timings_s={"load": round(time.perf_counter() - begun, 3)},
            things={},
        )
        return finish(folder, manifest, snapshots)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.argument("port", type=int)
@click.option("--cache-mib", type=int, default=64)
@click.option("--workers", type=int, default=1)
def main(folder: Path, port: int, cache_mib: int, workers: int) -> None:
    """Serve the snapshot in FOLDER on PORT of the loopback address."""
    settings = Settings(packaged_kb(), folder.parent, port=port, workers=workers, cache_bytes=cache_mib * 1024 * 1024)
    run_server(settings, read_snapshot(folder))


if __name__ == "__main__":
    main()
