"""The snapshot (immutable build folder) that a server process serves, and the switch to another one between requests.

The current snapshot file names the snapshot to serve. A server process opens it, polls the file, and opens the next snapshot
when the file has changed. A request that has begun goes on using the snapshot that it began with.
"""

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

POLL_S = 0.5  # between reads of the current snapshot file


class CurrentSnapshotFile:
    """The file that names the snapshot to serve: the main process writes it, the server processes poll it.

    Its content, called the version, is a number that grows with each change, a space, and the folder of the snapshot.
    """

    def __init__(self, path: Path):
        """Refer to the file at this path, which need not exist until `read` is called."""
        self._path = path

    def set(self, snapshot: Snapshot) -> None:
        """Name this snapshot in the file and increase its number, by an atomic replacement of the file."""
        number = int(self.read().partition(" ")[0]) + 1 if self._path.exists() else 1
        draft = self._path.with_suffix(".new")
        draft.write_text(f"{number} {snapshot.folder}", encoding="utf-8")
        draft.replace(self._path)

    def read(self) -> str:
        """Return the content of the file: the number of the switch, counted from 1, a space, and the snapshot's folder.

        Raises OSError when the file cannot be read.
        """
        return self._path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class ServedSnapshot:
    """A snapshot and everything that is opened to serve it.

    version: the content of the current snapshot file that named it, different for each switch.
    public_queue: evaluates queries of users. internal_queue: evaluates queries of the site's pages.
    labels: labels and lists for the site's pages. queries: the saved queries by name. sorted_quads: look-up of quads.
    The query workers end when the last request that uses this object is done (garbage collection).
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
        """Return the object that finds proofs of inferred triples; its data are read from disk at the first use."""
        return read_explainer(self.snapshot.proofs)


def open_served(settings: Settings, version: str, observe: Observer) -> ServedSnapshot:
    """Open the snapshot that `version` names, start its query workers and read the saved queries of the knowledge base.

    version: the content of the current snapshot file (a number, a space and the snapshot's folder).
    observe: called with “worker” and started, ended, busy or idle, and after each query with “query” and its outcome.
    Raises UnusableSnapshot when the snapshot cannot be read, and BrokenInput when a saved query cannot be read.
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
    """Holds the served snapshot, and replaces it when the current snapshot file has changed.

    now: the snapshot for requests that begin now, a ServedSnapshot.
    """

    def __init__(self, settings: Settings, current_file: CurrentSnapshotFile, observe: Observer):
        """Open the snapshot that `current_file` names.

        observe: called with “worker” and started, ended, busy or idle, and after each query with “query” and its outcome.
        Raises UnusableSnapshot when the snapshot cannot be read, and BrokenInput when a saved query cannot be read.
        """
        self._settings, self._current_file, self._observe = settings, current_file, observe
        self._seen_version = current_file.read()
        self.now = open_served(settings, self._seen_version, observe)
        self._assets = assets_version()

    @property
    def version(self) -> str:
        """Return a text that changes with the snapshot, the style sheet or the scripts; part of the response cache's keys."""
        return f"{self.now.version} {self._assets}"

    def start_threads(self) -> None:
        """Start two daemon threads: one polls the current snapshot file, the other loads the data of pages in advance."""
        threading.Thread(target=self._poll, daemon=True).start()
        threading.Thread(target=self._warm_up, args=[self.now.labels], daemon=True).start()

    @staticmethod
    def _warm_up(labels: SnapshotLabels) -> None:
        """Load the labels and lists of the site's pages into memory, so that the first request need not wait for it.

        Errors are ignored. Afterwards, exempt all objects from garbage collection.
        """
        with suppress(SjkgError):  # the requests for pages will report it
            labels.warm_up()
        _freeze_objects()

    def _poll(self) -> None:
        """Check for a new snapshot, style sheet or scripts every POLL_S seconds; never return."""
        while True:
            time.sleep(POLL_S)
            self._assets = assets_version()  # not for each request, of which it would take up to a fifth
            self.catch_up()

    def catch_up(self) -> None:
        """Switch to another snapshot if the current snapshot file has changed, after the new one has answered a query.

        On an SjkgError, log it and keep the old snapshot. The next call tries the same file again only if the error was a
        limit, a deadline or an overload.
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
    """Exempt all objects that exist now from garbage collection (gc.freeze), because most live as long as the snapshot.

    Measured: a full collection of them takes 40 ms, during which no request is answered. Before, collect garbage, also
    among objects that were exempt, such as those of the snapshot served before.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
