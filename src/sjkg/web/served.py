"""The snapshot (immutable build folder) that a server process serves, and the switch to another one between requests.

The current snapshot file names the snapshot to serve. A server process opens it, polls the file, and opens the next snapshot
when the file has changed. A request that has begun goes on using the snapshot that it began with. The style sheet and the
script bundle of the site are static files; they may be rebuilt while the server runs, too.
"""

import gc
import json
import logging
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from sjkg.core.errors import BrokenInput, DeadlineExceeded, UnusableSnapshot
from sjkg.core.settings import Settings
from sjkg.core.vocabulary import own, set_own
from sjkg.datasets.read import ExternalDataset, read_datasets
from sjkg.describe.jsonld import JsonLdContext, build_context
from sjkg.kb.queries import SavedQuery, read_queries
from sjkg.profiles.cache import Translations
from sjkg.profiles.read import profile_views, read_profiles
from sjkg.profiles.translate import construct_over
from sjkg.proofs.explainer import Explainer, read_explainer
from sjkg.site.context import SnapshotLabels
from sjkg.site.reconciliation.service import ReconciliationService
from sjkg.snapshot.external_names import ExternalNames
from sjkg.snapshot.folder import Snapshot, read_snapshot
from sjkg.snapshot.index.read import Index
from sjkg.snapshot.known_terms import KnownTerms
from sjkg.snapshot.remote import remote_source
from sjkg.store.external import ExternalGraphs
from sjkg.store.sorted_quads import SortedQuads
from sjkg.web.attempts import Attempts, describe_failure
from sjkg.web.current_file import CurrentSnapshotFile
from sjkg.workers.query_processes import WorkerPool
from sjkg.workers.query_queue import Observer, QueryPool, QueryQueue

LOGGER = logging.getLogger("sjkg")
POLL_S = 0.2  # between reads of the current snapshot file
COLLECT_S = 5  # to the next look for a replaced snapshot that was still in use; a collection takes tenths of a second
RETRY_S = 2  # to the next attempt to open a snapshot that could not be opened; each attempt reads all its files
STATIC = Path(__file__).parent / "static"
PRELOADS = STATIC / "bundle" / "preload.json"
REBUILD = "build it again with “pip install .” in the project's folder"
PRELOADING_PARTS = ("site", "timeline", "map")  # as the templates call preloaded_scripts with them


@dataclass(frozen=True)
class ServedSnapshot:
    """A snapshot and everything that is opened to serve it.

    version: the content, at the time of opening, of the file that names the current snapshot; different after each switch.
    public_queue: evaluates queries of users. internal_queue: evaluates queries of the site's pages.
    workers: the query workers of both queues.
    labels: labels and lists for the site's pages. queries: the saved queries by name. sorted_quads: look-up of
    quads by subject, object or graph. known_terms: the IRIs of the snapshot. translations: the graph in the terms of profiles.
    kb: the folder of the knowledge base.
    The query workers end when the last request that uses this object is done (garbage collection).
    """

    version: str
    snapshot: Snapshot
    public_queue: QueryQueue
    internal_queue: QueryQueue
    workers: WorkerPool
    labels: SnapshotLabels
    queries: dict[str, SavedQuery]
    sorted_quads: SortedQuads
    known_terms: KnownTerms
    translations: Translations
    kb: Path

    @cached_property
    def external(self) -> ExternalGraphs:
        """Return the graphs of external datasets that may be passed on."""
        return self.snapshot.read_external()

    @cached_property
    def datasets(self) -> dict[str, ExternalDataset]:
        """Return the external datasets in the folder of the knowledge base that may be passed on, by name."""
        found = read_datasets(self.kb).items()
        return {name: each for name, each in found if f"{own().published}/{name}" in self.external.graphs}

    @cached_property
    def reconciliation(self) -> ReconciliationService:
        """Return the reconciliation service of this snapshot."""
        return ReconciliationService(self.labels, self.snapshot.manifest)

    @cached_property
    def jsonld_context(self) -> JsonLdContext:
        """Return the JSON-LD context of documents; the graph is read from disk at the first use."""
        with self.snapshot.quads.open(encoding="utf-8") as lines:
            return build_context(line.rstrip("\n") for line in lines)

    @cached_property
    def explainer(self) -> Explainer:
        """Return the object that finds proofs of inferred triples; its data are read from disk at the first use."""
        return read_explainer(self.snapshot.proofs, self.known_terms.find_similar)


def open_served(settings: Settings, version: str, observe: Observer) -> ServedSnapshot:
    """Open the snapshot that `version` names, start its query workers and read the saved queries and profiles of the knowledge base.

    version: the content of the current snapshot file (a number, a space and the snapshot's folder).
    observe: called with “worker” and started, ended, busy or idle, and after each query with “query” and its outcome.
    Raises UnusableSnapshot when the snapshot cannot be read, and BrokenInput when a saved query or profile cannot be read.
    """
    snapshot = read_snapshot(Path(version.partition(" ")[2]))
    set_own(snapshot.manifest.description.namespaces)
    queries, sorted_quads = read_queries(settings.kb), SortedQuads(snapshot.folder)
    profiles = read_profiles(settings.kb)
    index = Index(snapshot.index)
    manifest = snapshot.manifest
    known_terms = KnownTerms(sorted_quads, manifest, snapshot.read_external().graphs)
    external_names = ExternalNames.open(snapshot)
    pool = QueryPool(  # last, for it starts processes
        snapshot.store,
        manifest.groups,
        settings,
        observe,
        manifest.statistics.degrees,
        known_terms.find_unknown,
        profile_views(profiles),
        remote_source(snapshot, settings) if settings.store else None,
    )
    labels = SnapshotLabels(pool.internal, index, external_names)
    translations = Translations(profiles, construct_over(pool.internal))
    return ServedSnapshot(
        version,
        snapshot,
        pool.public,
        pool.internal,
        pool.workers,
        labels,
        queries,
        sorted_quads,
        known_terms,
        translations,
        settings.kb,
    )


def _open_named(settings: Settings, read: Callable[[], str], observe: Observer) -> ServedSnapshot:
    """Open the snapshot that the current snapshot file names, with `open_served`, and return it.

    read: returns the file's content. If the snapshot cannot be opened, and the file names another one by then, open that
    one: the first may have been deleted, because nobody used it any more.
    Raises UnusableSnapshot when the snapshot cannot be read, and BrokenInput when a saved query or profile cannot be read.
    """
    while True:
        version = read()
        try:
            return open_served(settings, version, observe)
        except UnusableSnapshot:
            if read() == version:
                raise


class SnapshotSwitcher:
    """Holds the served snapshot, and replaces it when the current snapshot file has changed.

    now: the snapshot for requests that begin now, a ServedSnapshot.
    """

    def __init__(
        self,
        settings: Settings,
        current_file: CurrentSnapshotFile,
        observe: Observer,
        restore_metrics: Callable[[], object] = lambda: None,
    ):
        """Open the snapshot that `current_file` names.

        observe: called with “worker” and started, ended, busy or idle, and after each query with “query” and its outcome.
        restore_metrics: called at each look, to restore deleted files of metrics.
        Raises UnusableSnapshot when the snapshot cannot be read, and BrokenInput when a saved query or profile cannot be read.
        """
        self._settings, self._current_file, self._observe = settings, current_file, observe
        self._restore_metrics = restore_metrics
        self.now = _open_named(settings, current_file.first, observe)
        self._opening: ServedSnapshot | None = None  # the next one, whose query workers are still starting
        self._failed_version, self._failure = "", ""  # the last version that could not be opened, and why
        self._retry_at = 0.0  # on the monotonic clock
        self._replaced: list[weakref.ref[WorkerPool]] = []  # of earlier snapshots, which unfinished requests may use
        self._collect_at = 0.0  # on the monotonic clock
        self._assets = assets_version()
        self._attempts = Attempts()

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
        with suppress(Exception):  # the requests for pages will report it
            labels.warm_up()
        _freeze_objects()

    def _poll(self) -> None:
        """Every POLL_S seconds, switch to a new snapshot, style sheet or scripts, if there are any; never return."""
        while True:
            time.sleep(POLL_S)
            self.look()

    def look(self) -> None:
        """Switch to a new snapshot, style sheet or scripts, if there are any, and start missing query workers.

        Nothing is raised: errors are logged, and `problems` has them until a later look succeeds.
        """
        self._attempts.make(
            (self._look_at_assets, "pages are served without scripts loaded in advance"),
            (self.catch_up, "still serving the snapshot built before"),
            (self._confirm, "the main process cannot be told which snapshot is served"),
            (self._restore_metrics, "metrics are missing"),
        )
        self.now.workers.start_missing()  # it logs its errors itself
        self._free_replaced()

    @property
    def problems(self) -> list[str]:
        """Return sentences about what was wrong at the last look at files, snapshot and query workers; none if all was well."""
        return [*self._attempts.problems, *filter(None, [self.now.workers.problem])]

    def _look_at_assets(self) -> None:
        """Note the version of style sheet and scripts, for `version`; raise OSError or ValueError when they cannot be read.

        It is noted at each look and not for each request, of which it would take up to a fifth.
        """
        try:
            assets = assets_version()
            _read_preloads(PRELOADS.stat().st_mtime_ns)
        except (OSError, ValueError):
            self._assets = ""  # so that pages made without the bundle are not taken from the cache later
            raise
        self._assets = assets

    def _confirm(self) -> None:
        """Tell the main process which snapshot this process serves; raise OSError when that fails."""
        self._current_file.confirm(self.now.version)

    def catch_up(self) -> None:
        """Switch to another snapshot if the current snapshot file names one, after the new one has answered a query.

        On an error, keep the old snapshot and raise the error; a later call tries the same snapshot again, after RETRY_S
        seconds at the earliest. At a deadline, which means that the query workers of the new one are still starting on a busy
        machine, keep them; a later call asks them again.
        """
        if (version := self._current_file.read()) == self.now.version:
            self._failed_version = ""
            return
        if version == self._failed_version and time.monotonic() < self._retry_at:
            raise UnusableSnapshot(self._failure)
        new, self._opening = self._opening, None
        try:
            if new is not None and new.version != version:
                new.public_queue.close()
                new = None
            if new is None:
                new = _open_named(self._settings, self._current_file.read, self._observe)
            new.public_queue.query("ASK {}")
            new.labels.warm_up()
        except DeadlineExceeded:
            self._opening = new
            raise
        except Exception as error:
            if new:
                new.public_queue.close()
            self._failed_version, self._retry_at = version, time.monotonic() + RETRY_S
            self._failure = describe_failure(error)
            raise
        self._replaced.append(weakref.ref(self.now.workers))
        self.now = new
        self._collect()

    def _free_replaced(self) -> None:
        """Collect garbage again if query workers of replaced snapshots are left, as a request used them during the switch.

        Their objects were exempted from garbage collection then; without this their files would stay open until a later switch.
        """
        self._replaced = [pool for pool in self._replaced if pool() is not None]
        if self._replaced and time.monotonic() > self._collect_at:
            self._collect()

    def _collect(self) -> None:
        """Collect all garbage, exempt the rest, and note when to do so again if a replaced snapshot is still in memory."""
        _freeze_objects()
        self._collect_at = time.monotonic() + COLLECT_S


def _freeze_objects() -> None:
    """Exempt all objects that exist now from garbage collection (gc.freeze), because most live as long as the snapshot.

    Measured: a full collection of them takes 40 ms, during which no request is answered. Before, collect garbage, also
    among objects that were exempt, such as those of the snapshot served before.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def check_bundle(preloads: Path = PRELOADS) -> None:
    """Raise BrokenInput unless the script bundle has a preload list for each of PRELOADING_PARTS, as the templates need.

    preloads: the file preload.json of the bundle.
    """
    try:
        missing = set(PRELOADING_PARTS) - json.loads(preloads.read_text(encoding="utf-8")).keys()
    except (OSError, ValueError, AttributeError) as error:
        raise BrokenInput(
            f"the list of the website's scripts, {preloads}, cannot be used ({error}); {REBUILD}"
        ) from None
    if missing:
        names = ", ".join(f"“{name}”" for name in sorted(missing))
        raise BrokenInput(
            f"the website's scripts are older than its templates (the list {preloads} has no entry {names}); {REBUILD}"
        )


def assets_version(static: Path = STATIC) -> str:
    """Return the times of modification of style.css and of the folder bundle (in ns), separated by a space.

    The text changes when the style sheet changes, or when files of the bundle are added or removed.
    static: the folder of both.
    """
    return " ".join(str((static / name).stat().st_mtime_ns) for name in ("style.css", "bundle"))


def preloaded_scripts(name: str) -> list[str]:
    """Return the file names of scripts that a page should preload (<link rel="modulepreload">), from bundle/preload.json.

    name: “site” for the scripts of every page, “timeline” or “map” for those of such a drawing. Raises KeyError otherwise.
    While the file cannot be read, as when the bundle is being replaced, the list is empty: pages work without it.
    """
    try:
        return _read_preloads(PRELOADS.stat().st_mtime_ns)[name]
    except (OSError, ValueError):
        return []


@lru_cache(maxsize=1)
def _read_preloads(changed_ns: int) -> dict[str, list[str]]:
    """Return the content of bundle/preload.json: for each of site, timeline and map, the file names of scripts to preload.

    changed_ns: the file's time of modification, the key of the cache, so that a changed file is read again.
    """
    preloads: dict[str, list[str]] = json.loads(PRELOADS.read_text(encoding="utf-8"))
    return preloads
