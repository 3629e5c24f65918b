"""Writing of the stores and dumps of a snapshot (an immutable build folder) in a child process, while its parent goes on."""

import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from sjkg.core.errors import UnusableSnapshot
from sjkg.snapshot.dumps import FOLDER as DUMPS
from sjkg.snapshot.dumps import write_dumps
from sjkg.snapshot.folder import QUADS, STORE, find_similar
from sjkg.store.external_writer import write_external
from sjkg.store.store_writer import write_stores
from sjkg.workers.child_process import ChildDied, ChildProcess

LINKS = "-links.nq"  # ending of the file with the accepted links of a store with external graphs


class BackgroundWriter:
    """A child process that writes the stores and dumps of one snapshot while its parent goes on; leaving `with` kills it.

    It is started before there is anything to write, so that its imports (0.15 s) run beside the parent's work.
    """

    def __init__(self) -> None:
        """Start the child, which waits for its request."""
        read_end, write_end = os.pipe()
        self._request = os.fdopen(write_end, "wb")
        with os.fdopen(read_end, "rb") as stdin:
            self._child = ChildProcess("sjkg.snapshot.background", stdin=stdin.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close()
        with suppress(BrokenPipeError):
            self._request.close()

    @contextmanager
    def writing(
        self,
        folder: Path,
        groups: Mapping[str, Collection[str]],
        snapshots: Path,
        rules_sha256: str,
        external: Mapping[str, str],
    ) -> Iterator[None]:
        """Write the Oxigraph stores and the dumps of a snapshot while the `with` block runs; possible once.

        folder: that of the snapshot, which already holds the sorted quads. groups: a dict from the IRI of each group of graphs
        to the IRIs of its named graphs. snapshots, rules_sha256: the folder of all snapshots and the hash of the ontology, rules
        and code; where little differs, the stores and dumps of the newest snapshot with the same hash are reused. external: a dict from the name of
        each store with external graphs to the folder of the cached store of these graphs alone; `folder` has its links.
        Waits for the child at the end of the block, and raises UnusableSnapshot then if it failed.
        """
        names = {name: list(graphs) for name, graphs in groups.items()}
        with suppress(BrokenPipeError):  # the child has died, which is reported below
            self._request.write(json.dumps([str(folder), names, str(snapshots), rules_sha256, dict(external)]).encode())
            self._request.close()
        yield
        try:
            self._child.wait()
        except ChildDied as died:
            reason = died.stderr.strip().rpartition("\n")[2]
            raise UnusableSnapshot(
                f"the stores or dumps in {folder} could not be written ({reason}); remove the cause and build again "
                "with “sjkg build”"
            ) from None


def main() -> None:
    """Write stores and dumps, as the main function of the child process.

    Standard input is a JSON array: path of the folder, object of group IRI to named graph IRIs, path of the folder of all
    snapshots, hash of the rules, object of names of stores with external graphs to the folders of cached stores.
    """
    name, groups, snapshots, rules_sha256, external = json.load(sys.stdin)
    folder = Path(name)
    earlier = find_similar(Path(snapshots), rules_sha256, (QUADS, f"{STORE}/", f"{DUMPS}/"))
    write_dumps(folder / QUADS, groups, folder / DUMPS, earlier.folder / DUMPS if earlier else None)
    write_stores(folder / QUADS, folder / STORE, groups, earlier.stores if earlier else None)
    for store, cached in external.items():
        links = folder / f"{store}{LINKS}"
        write_external(Path(cached), folder / STORE / store, folder / QUADS, links)


if __name__ == "__main__":
    main()
