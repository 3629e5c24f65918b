"""Rebuilds the snapshot while it is served, in a child process, and has the server processes switch to it."""

import logging
import threading
import time

from sjkg.core.errors import SjkgError, UnusableSnapshot
from sjkg.core.settings import Settings
from sjkg.snapshot.folder import Snapshot, find_snapshot
from sjkg.snapshot.input_hash import hash_inputs
from sjkg.web.served import CurrentSnapshotFile
from sjkg.workers.child_process import ChildDied, ChildProcess

WATCH_S = 2  # between looks at the files


class Refresher:
    """Makes the snapshot of the files as they are the current one, and builds it first if it does not exist.

    A build in a child process runs the code that is installed by then, and its memory comes back.
    """

    def __init__(self, settings: Settings, reasoner: str, current_file: CurrentSnapshotFile):
        self._settings, self._reasoner, self._current_file = settings, reasoner, current_file
        self._lock = threading.Lock()
        self._build: ChildProcess | None = None
        self._seen_hash = self._hash()

    def start(self) -> None:
        """Refresh in the background."""
        threading.Thread(target=self.refresh, daemon=True).start()

    def refresh(self) -> None:
        """Refresh now. If the files cannot be built, report that on standard error and keep the current snapshot."""
        with self._lock:
            try:
                snapshot = self._find_or_build()
                self._current_file.set(snapshot)
            except SjkgError as error:
                logging.getLogger("sjkg").error("still serving the snapshot of before: %s", error)
            else:
                print(f"sjkg: {snapshot.manifest.triples} triples from now on", flush=True)

    def watch(self) -> None:
        """Refresh whenever the files change, in the background."""
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """Kill a running build."""
        if self._build:
            self._build.kill()

    def _watch(self) -> None:
        """Compare the hash of the files every WATCH_S seconds, and refresh when it has changed."""
        while True:
            time.sleep(WATCH_S)
            if self._hash() != self._seen_hash:
                self.refresh()

    def _find_or_build(self) -> Snapshot:
        """Return the snapshot of the files as they are. Raises UnusableSnapshot when it cannot be built."""
        self._seen_hash = self._hash()
        if found := find_snapshot(self._settings.snapshots, self._seen_hash):
            return found
        options = {"--kb": self._settings.kb, "--snapshots": self._settings.snapshots, "--reasoner": self._reasoner}
        arguments = (str(word) for option in options.items() for word in option)
        with ChildProcess("sjkg", "build", *arguments, inherits_stderr=True) as self._build:
            try:
                self._build.wait()
            except ChildDied:
                raise UnusableSnapshot("the files could not be built") from None
        if built := find_snapshot(self._settings.snapshots, self._seen_hash):
            return built
        raise UnusableSnapshot("the files changed while they were built; ask for it again")

    def _hash(self) -> str:
        """Return the hash of the files that a snapshot is built from."""
        return hash_inputs(self._settings.kb, self._reasoner)
