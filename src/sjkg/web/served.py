"""Whether the styles and scripts of the site have changed: they may be built anew while the server runs.

What a server process serves: a snapshot with all that answers from it, and the swap to another while requests go on."""

import gc
import json
import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from sjkg.core.errors import SjkgError
from sjkg.core.settings import Settings
from sjkg.kb.queries import StoredQuery, read_queries
from sjkg.proofs.explainer import Explainer
from sjkg.proofs.storage import read_explainer
from sjkg.site.context import SnapshotLabels
from sjkg.snapshot.folder import Snapshot, read_snapshot
from sjkg.snapshot.index.read import Index
from sjkg.store.sorted_quads import SortedQuads
from sjkg.workers.query_queue import Observer, QueryPool, QueryQueue

STATIC = Path(__file__).parent / "static"
AHEAD = STATIC / "bundle" / "ahead.json"


def assets_version(static: Path = STATIC) -> str:
    """Return a text that changes when the style sheet does, or when files of the bundle come or go."""
    return " ".join(str((static / name).stat().st_mtime_ns) for name in ("style.css", "bundle"))


def scripts_ahead(name: str) -> list[str]:
    """Return the files of the bundle that a drawing needs, or “site” on every page, as build.mjs found them."""
    return _read_ahead(AHEAD.stat().st_mtime_ns)[name]


@lru_cache(maxsize=1)
def _read_ahead(changed: int) -> dict[str, list[str]]:
    """Read the file once, and again when it has changed: every page asks for it."""
    return json.loads(AHEAD.read_text(encoding="utf-8"))


CHECK_S = 0.5  # from the pointer's move to the swap


class CurrentSnapshotFile:
    """A file that says which snapshot is to be served; the main process writes it, the server processes follow it.

    It holds a number, higher each time, and the snapshot's folder.
    """

    def __init__(self, path: Path):
        self._path = path

    def set(self, snapshot: Snapshot) -> None:
        number = int(self.read().partition(" ")[0]) + 1 if self._path.exists() else 1
        draft = self._path.with_suffix(".new")
        draft.write_text(f"{number} {snapshot.folder}", encoding="utf-8")
        draft.replace(self._path)

    def read(self) -> str:
        return self._path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class ServedSnapshot:
    """A snapshot and all that answers from it; `version` is the pointer's text, so no two are alike.

    public_queue: for the queries of users; internal_queue: for the queries of the pages. When the last request that took this one is done, its
    workers end.
    """

    version: str
    snapshot: Snapshot
    public_queue: QueryQueue
    internal_queue: QueryQueue
    labels: SnapshotLabels
    queries: dict[str, StoredQuery]
    sorted_quads: SortedQuads

    @cached_property
    def explainer(self) -> Explainer:
        return read_explainer(self.snapshot.proofs)


def open_served(settings: Settings, version: str, observe: Observer) -> ServedSnapshot:
    """Open the snapshot that the pointer's text names. Raises UnusableSnapshot when it is damaged, or BrokenInput."""
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
    """What is served now; `now` is replaced as a whole when the pointer has moved."""

    def __init__(self, settings: Settings, pointer: CurrentSnapshotFile, observe: Observer):
        self._settings, self._pointer, self._observe = settings, pointer, observe
        self._seen = pointer.read()
        self.now = open_served(settings, self._seen, observe)
        self._assets = assets_version()

    @property
    def version(self) -> str:
        """A text that is another when answers may be: of another snapshot, or with other styles and scripts."""
        return f"{self.now.version} {self._assets}"

    def follow(self) -> None:
        """Swap whenever the pointer moves, in a thread of its own; in another, read what the pages of now need."""
        threading.Thread(target=self._follow, daemon=True).start()
        threading.Thread(target=self._warm_up, args=[self.now.labels], daemon=True).start()

    @staticmethod
    def _warm_up(labels: SnapshotLabels) -> None:
        with suppress(SjkgError):  # who asks for a page of a snapshot that does not answer is told so
            labels.warm_up()
        _settle()

    def _follow(self) -> None:
        while True:
            time.sleep(CHECK_S)
            self._assets = (
                assets_version()
            )  # here, because asking the disk at each request takes as long as a fifth of one
            self.catch_up()

    def catch_up(self) -> None:
        """Swap if the pointer has moved; a snapshot that does not answer is logged and left, the one of before stays."""
        if (version := self._pointer.read()) == self._seen:
            return
        self._seen = version
        try:
            new = open_served(self._settings, version, self._observe)
            new.public_queue.query("ASK {}")
            new.labels.warm_up()
        except SjkgError as error:
            logging.getLogger("sjkg").error("still serving the snapshot of before: %s", error)
        else:
            self.now = new
            _settle()


def _settle() -> None:
    """Leave all that there is now out of the rounds of the garbage collector, which else take 40 ms in the midst of answers."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
