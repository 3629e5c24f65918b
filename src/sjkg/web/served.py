"""The snapshot that a server process serves, and the switch to another one while requests are being answered."""

import gc
import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sjkg.core.errors import LimitExceeded, Overloaded, SjkgError
from sjkg.core.settings import Settings
from sjkg.kb.queries import SavedQuery, read_queries
from sjkg.proofs.explainer import Explainer
from sjkg.proofs.storage import read_explainer
from sjkg.site.context import SnapshotLabels
from sjkg.snapshot.folder import Snapshot, read_snapshot
from sjkg.snapshot.index.read import Index
from sjkg.store.sorted_quads import SortedQuads
from sjkg.web.assets import assets_version
from sjkg.workers.query_queue import Observer, QueryPool, QueryQueue

POLL_S = 0.5  # between looks at the current snapshot file


class CurrentSnapshotFile:
    """The file that names the current snapshot: the main process writes it, the server processes poll it.

    Its content is a number that grows with each change, a space, and the folder of the snapshot.
    """

    def __init__(self, path: Path):
        self._path = path

    def set(self, snapshot: Snapshot) -> None:
        """Make a snapshot the current one, by an atomic replacement of the file."""
        number = int(self.read().partition(" ")[0]) + 1 if self._path.exists() else 1
        draft = self._path.with_suffix(".new")
        draft.write_text(f"{number} {snapshot.folder}", encoding="utf-8")
        draft.replace(self._path)

    def read(self) -> str:
        """Return the content of the file."""
        return self._path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class ServedSnapshot:
    """A snapshot and everything opened from it; its query workers end when the last request that uses it is done.

    version: the content of the current snapshot file, different for each switch.
    public_queue: for the queries of users. internal_queue: for the queries of the site's pages.
    """

    version: str
    snapshot: Snapshot
    public_queue: QueryQueue
    internal_queue: QueryQueue
    labels: SnapshotLabels
    queries: dict[str, SavedQuery]
    sorted_quads: SortedQuads

    @cached_property
    def explainer(self) -> Explainer:
        """Return the explainer of triples; its facts are read from disk at the first use."""
        return read_explainer(self.snapshot.proofs)


def open_served(settings: Settings, version: str, observe: Observer) -> ServedSnapshot:
    """Open the snapshot that the content of the current snapshot file names.

    observe: receives the events of workers and queries, as in QueryPool.
    Raises UnusableSnapshot when the snapshot is damaged, and BrokenInput when a saved query cannot be read.
    """
    snapshot = read_snapshot(Path(version.partition(" ")[2]))
    pool = QueryPool(snapshot.store, snapshot.manifest.groups, settings, observe)
    return ServedSnapshot(
        version,
        snapshot,
        pool.public,
        pool.internal,
        SnapshotLabels(pool.internal, Index(snapshot.index)),
        read_queries(settings.kb),
        SortedQuads(snapshot.folder),
    )


class SnapshotSwitcher:
    """The served snapshot as the attribute `now`, which is replaced when the current snapshot file changes."""

    def __init__(self, settings: Settings, current_file: CurrentSnapshotFile, observe: Observer):
        """Open the current snapshot. Raises UnusableSnapshot or BrokenInput."""
        self._settings, self._current_file, self._observe = settings, current_file, observe
        self._seen_version = current_file.read()
        self.now = open_served(settings, self._seen_version, observe)
        self._assets = assets_version()

    @property
    def version(self) -> str:
        """Return a text that changes with the snapshot, the style sheet or the scripts, for the keys of the cache."""
        return f"{self.now.version} {self._assets}"

    def follow(self) -> None:
        """Start two threads: one polls for changes, the other reads ahead what the pages need."""
        threading.Thread(target=self._poll, daemon=True).start()
        threading.Thread(target=self._warm_up, args=[self.now.labels], daemon=True).start()

    @staticmethod
    def _warm_up(labels: SnapshotLabels) -> None:
        """Read what the pages need, before the first page is requested."""
        with suppress(SjkgError):  # the requests for pages will report it
            labels.warm_up()
        _freeze_objects()

    def _poll(self) -> None:
        """Look for changes every POLL_S seconds."""
        while True:
            time.sleep(POLL_S)
            self._assets = assets_version()  # not for each request, of which it would take up to a fifth
            self.catch_up()

    def catch_up(self) -> None:
        """Switch if the current snapshot file has changed, once the new snapshot answers.

        On an error, log it and keep the snapshot before. The next call tries again after a deadline or an overload only.
        """
        if (version := self._current_file.read()) == self._seen_version:
            return
        try:
            new = open_served(self._settings, version, self._observe)
            new.public_queue.query("ASK {}")
            new.labels.warm_up()
        except SjkgError as error:
            logging.getLogger("sjkg").error("still serving the snapshot of before: %s", error)
            if not isinstance(error, LimitExceeded | Overloaded):
                self._seen_version = version
        else:
            self.now, self._seen_version = new, version
            _freeze_objects()


def _freeze_objects() -> None:
    """Exempt all present objects from garbage collection (gc.freeze): they live as long as the snapshot is served.

    Measured: a full collection of them takes 40 ms, during which no request is answered. Objects of a snapshot that is no
    longer served are unfrozen and collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
