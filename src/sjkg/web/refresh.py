"""Builds the graph anew while it is served, in a process of its own, and has the server processes swap to it."""

import logging
import subprocess
import sys
import threading
import time

from sjkg.core.errors import SjkgError, UnusableSnapshot
from sjkg.core.settings import Settings
from sjkg.snapshot.folder import Snapshot, find_snapshot, hash_inputs
from sjkg.web.served import CurrentSnapshotFile

WATCH_S = 2


class Refresher:
    """Points to the snapshot of the files as they are, building it first where there is none.

    The build is a process of its own: it runs the code that is installed now, and its memory comes back.
    """

    def __init__(self, settings: Settings, reasoner: str, pointer: CurrentSnapshotFile):
        self._settings, self._reasoner, self._pointer = settings, reasoner, pointer
        self._lock = threading.Lock()
        self._build: subprocess.Popen | None = None
        self._seen = self._hash()

    def start(self) -> None:
        """Refresh in the background."""
        threading.Thread(target=self.refresh, daemon=True).start()

    def refresh(self) -> None:
        """Refresh now; whatever is wrong with the files is written to standard error, and nothing changes."""
        with self._lock:
            try:
                snapshot = self._snapshot()
                self._pointer.set(snapshot)
            except SjkgError as error:
                logging.getLogger("sjkg").error("still serving the snapshot of before: %s", error)
            else:
                print(f"sjkg: {snapshot.manifest.triples} triples from now on", flush=True)

    def watch(self) -> None:
        """Refresh whenever the files change, in the background."""
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """End a build that is going on."""
        if self._build:
            self._build.kill()

    def _watch(self) -> None:
        while True:
            time.sleep(WATCH_S)
            if self._hash() != self._seen:
                self.refresh()

    def _snapshot(self) -> Snapshot:
        """Return the snapshot of the files as they are. Raises UnusableSnapshot where none could be built."""
        self._seen = self._hash()
        if found := find_snapshot(self._settings.snapshots, self._seen):
            return found
        options = {"--kb": self._settings.kb, "--snapshots": self._settings.snapshots, "--reasoner": self._reasoner}
        command = [
            sys.executable,
            "-P",
            "-m",
            "sjkg",
            "build",
            *(str(word) for pair in options.items() for word in pair),
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as self._build:
            status = self._build.wait()
        if status:
            raise UnusableSnapshot("the files could not be built")
        if built := find_snapshot(self._settings.snapshots, self._seen):
            return built
        raise UnusableSnapshot("the files changed while they were built; ask for it again")

    def _hash(self) -> str:
        return hash_inputs(self._settings.kb, self._reasoner)
