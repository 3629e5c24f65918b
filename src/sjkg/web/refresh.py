"""Refresh of the served snapshot (immutable build folder) after the knowledge base's files have changed.

The main process builds the new snapshot in a child process and writes its name to the current snapshot file, which the
server processes poll; they switch to it and meanwhile go on serving the old one.
"""

import logging
import threading
import time

from sjkg.core.errors import SjkgError, UnusableSnapshot
from sjkg.core.settings import Settings
from sjkg.snapshot.folder import Snapshot, find_snapshot
from sjkg.snapshot.input_hash import hash_inputs
from sjkg.web.served import CurrentSnapshotFile
from sjkg.workers.child_process import ChildDied, ChildProcess

WATCH_S = 2  # between checks whether the files have changed


class Refresher:
    """Builds the snapshot of the files as they are now, unless it exists, and makes it the current one.

    A build runs in a child process, so that it uses the code installed by then, and its memory is freed afterwards.
    """

    def __init__(self, settings: Settings, reasoner: str, current_file: CurrentSnapshotFile):
        """Compute the hash of the files as they are, with which later changes are compared.

        settings: the folders of the knowledge base and of the snapshots. reasoner: the name of the reasoner for builds.
        current_file: the file that names the current snapshot.
        """
        self._settings, self._reasoner, self._current_file = settings, reasoner, current_file
        self._lock = threading.Lock()
        self._build: ChildProcess | None = None
        self._seen_hash = self._hash()

    def start(self) -> None:
        """Call `refresh` in a new thread and return at once."""
        threading.Thread(target=self.refresh, daemon=True).start()

    def refresh(self) -> None:
        """Build the snapshot of the files as they are, unless it exists, and make it the current one.

        Wait for a refresh that runs in another thread first. On failure, log an error and keep the current snapshot.
        """
        with self._lock:
            try:
                snapshot = self._find_or_build()
                self._current_file.set(snapshot)
            except SjkgError as error:
                logging.getLogger("sjkg").error("still serving the snapshot of before: %s", error)
            else:
                print(f"sjkg: {snapshot.manifest.triples} triples from now on", flush=True)

    def watch(self) -> None:
        """Start a thread that refreshes the snapshot whenever the files have changed."""
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """Kill the child process of a running build, if any."""
        if self._build:
            self._build.kill()

    def _watch(self) -> None:
        """Compare the hash of the files every WATCH_S seconds, and refresh when it has changed; never return."""
        while True:
            time.sleep(WATCH_S)
            if self._hash() != self._seen_hash:
                self.refresh()

    def _find_or_build(self) -> Snapshot:
        """Return the snapshot of the files as they are, built now unless it exists.

        Raises UnusableSnapshot when the build fails or the files change meanwhile.
        """
        self._seen_hash = self._hash()
        if found := find_snapshot(self._settings.snapshots, self._seen_hash):
            return found
        options = {"--kb": self._settings.kb, "--snapshots": self._settings.snapshots, "--reasoner": self._reasoner}
        arguments = (str(word) for option in options.items() for word in option)
        with ChildProcess("sjkg", "build", *arguments, inherits_stderr=True) as self._build:
            try:
                self._build.wait()
            except ChildDied:
                raise UnusableSnapshot(
                    f"the build of {self._settings.kb} failed; correct the errors that it printed above"
                ) from None
        if built := find_snapshot(self._settings.snapshots, self._seen_hash):
            return built
        raise UnusableSnapshot(f"the files of {self._settings.kb} changed during the build; send SIGHUP to build again")

    def _hash(self) -> str:
        """Return the hash of everything that a snapshot is built from: the knowledge base's files, code and reasoner."""
        return hash_inputs(self._settings.kb, self._reasoner)
