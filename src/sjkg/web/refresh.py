"""Refresh of the served snapshot (immutable build folder) after the knowledge base's files have changed.

The main process builds the new snapshot in a child process and writes its name to the current snapshot file, which the
server processes poll; they switch to it and meanwhile go on serving the old one.
"""

import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from sjkg.core.errors import SjkgError, UnusableSnapshot
from sjkg.core.messages import count_noun
from sjkg.core.settings import Settings
from sjkg.pipeline.inputs import read_inputs
from sjkg.snapshot.folder import Snapshot, find_snapshot
from sjkg.snapshot.watch import WATCH_S, Stamps, read_stamps, settle
from sjkg.web.attempts import Attempts
from sjkg.web.current_file import CurrentSnapshotFile
from sjkg.workers.child_process import ChildDied, ChildProcess

STILL = "still serving the snapshot built before"
MAX_BUILDS = 3  # of the same files, when other processes delete the snapshot at once
RETRY_S = 2  # to the next look after a file or folder could not be written, and to the second attempt of a failed build
MAX_RETRY_S = 300  # between attempts of a build, which double from RETRY_S


class Refresher:
    """Builds the snapshot of the knowledge base's files as they are, unless it exists, and makes it the current one.

    A build runs in a child process, so that it uses the code installed by then, and its memory is freed afterwards.
    """

    def __init__(self, settings: Settings, reasoner: str, current_file: CurrentSnapshotFile):
        """Compute the hash of the knowledge base's files; later changes are found by comparison with it.

        settings: the folders of the knowledge base and of the snapshots. reasoner: the name of the reasoner for builds.
        current_file: the file that names the current snapshot.
        """
        self._settings, self._reasoner, self._current_file = settings, reasoner, current_file
        self._is_requested = False
        self._build: ChildProcess | None = None
        self._retry_at, self._retry_s = math.inf, float(RETRY_S)  # on the monotonic clock; the interval before that
        self._unannounced: Snapshot | None = None  # the current snapshot, until all server processes serve it
        self._attempts = Attempts()
        self._seen_hash = self._hash()
        self._seen_stamps = self._stamps()

    def request(self) -> None:
        """Make the thread that `start` started call `refresh` soon; a signal handler may call this."""
        self._is_requested = True

    def start(self, processes: Callable[[], list[int]], watches: bool) -> None:
        """Start a thread that refreshes the snapshot at a `request` and, if `watches`, when files have changed.

        It does so by calling `look`, with these arguments, every WATCH_S seconds.
        """
        threading.Thread(target=self._look_for_ever, args=[processes, watches], daemon=True).start()

    def _look_for_ever(self, processes: Callable[[], list[int]], watches: bool) -> None:
        """Call `look` every WATCH_S seconds, or RETRY_S after a failed refresh; never return."""
        while True:
            time.sleep(WATCH_S if self._seen_hash else RETRY_S)
            self.look(processes, watches)

    def look(self, processes: Callable[[], list[int]], watches: bool) -> None:
        """Do what is to be done: refresh the snapshot, restore a deleted current snapshot file, announce a new snapshot.

        To refresh means to build the snapshot of the files, unless it exists, and to make it the current one. That is done again
        when the current snapshot was deleted, and some time after a failed build, unless the files have changed since.
        watches: whether to refresh also when files have changed, not only at a `request`. processes: returns the ids of the
        server processes; a new snapshot is announced on standard output when all of them serve it.
        Nothing is raised: errors are logged, each once while it lasts, and what failed is tried again at later looks.
        """
        steps: list[tuple[Callable[[], object], str]] = [
            (self._current_file.restore, "new server processes may not find the snapshot"),
            (lambda: self._announce(processes()), "the server processes cannot be asked which snapshot they serve"),
        ]
        if self._is_requested:
            self._is_requested = False
            self._attempts = Attempts()  # so that each request is told its error
            steps.append((self.refresh, STILL))
        elif watches:
            steps.append((self.refresh_if_changed, STILL))
        if self._retry_at == math.inf and self._current_file.is_lost():
            self._retry_at = 0
        if time.monotonic() >= self._retry_at:
            steps.append((self._retry, STILL))
        self._attempts.make(*steps)

    def _announce(self, processes: list[int]) -> None:
        """Print the number of triples of a new snapshot once all server processes, given by their ids, serve it."""
        self._current_file.forget_others(processes)
        if (new := self._unannounced) and processes and self._current_file.is_served_by(processes):
            self._unannounced = None
            print(f"sjkg: now serving {count_noun(new.manifest.statistics.triples, 'triple')}", flush=True)

    def refresh(self, is_retry: bool = False) -> None:
        """Build the snapshot of the files as they are, unless it exists, and make it the current one.

        On failure, keep the current snapshot and raise the error, an SjkgError or OSError. is_retry: whether a build of the
        same files has failed before; it does not print its errors then.
        """
        try:
            self._unannounced = snapshot = self._find_or_build(is_retry)
            self._current_file.set(snapshot)
        except OSError:
            self._seen_hash = ""  # so that --watch tries again at its next look
            raise
        except UnusableSnapshot:
            if not is_retry:
                self._retry_at, self._retry_s = time.monotonic() + RETRY_S, RETRY_S
            raise
        self._retry_at, self._retry_s = math.inf, RETRY_S

    def _retry(self) -> None:
        """Refresh again, unless the files differ from those of the last build; schedule the next attempt.

        The reason of a failed build may be gone: a full disk, a killed process. Its errors were printed before, so none is
        raised.
        """
        self._retry_s = min(2 * self._retry_s, MAX_RETRY_S)
        self._retry_at = time.monotonic() + self._retry_s
        with suppress(SjkgError, OSError):
            if self._hash() == self._seen_hash:
                self.refresh(is_retry=True)

    def close(self) -> None:
        """Kill the child process of a running build, if any."""
        if self._build:
            self._build.kill()

    def refresh_if_changed(self) -> None:
        """Call `refresh` when the hash of the knowledge base's files has changed since the last build.

        The hash is computed only after the time or size of a file has changed, as soon as they no longer change.
        Raises SjkgError or OSError when the files cannot be read, or when the refresh fails.
        """
        stamps = self._stamps()
        if stamps == self._seen_stamps and self._seen_hash:
            return
        stamps = settle(self._stamps)
        has_changed = self._hash() != self._seen_hash
        self._seen_stamps = stamps
        if has_changed:
            self.refresh()

    def _find_or_build(self, is_retry: bool) -> Snapshot:
        """Return the snapshot of the files as they are, built now unless it exists.

        is_retry: as for `refresh`.
        It is looked for again after a build, because another process may delete it as soon as the build does not use it any
        more; then it is built again, MAX_BUILDS times at most. Raises UnusableSnapshot when a build fails or the files change
        meanwhile.
        """
        self._seen_hash = self._hash()
        parts: tuple[str, ...] = ("",)  # all files are compared with their hashes
        for _ in range(MAX_BUILDS):
            if found := find_snapshot(self._settings.snapshots, self._seen_hash, parts):
                return found
            self._run_build(prints_errors=not is_retry)
            parts = ()  # none again: they were just written, and each server process compares them
            if self._hash() != self._seen_hash:
                break
        if built := find_snapshot(self._settings.snapshots, self._seen_hash, parts):
            return built
        raise UnusableSnapshot(
            f"the files of {self._settings.kb} changed during the build; without --watch, send SIGHUP to build again"
        )

    def _run_build(self, prints_errors: bool) -> None:
        """Run `sjkg build` in a child process until it ends. Raises UnusableSnapshot when it fails.

        prints_errors: whether the standard error of the build is that of this process.
        """
        options = {
            "--kb": self._settings.kb,
            "--snapshots": self._settings.snapshots,
            "--keep-snapshots": self._settings.kept_snapshots,
            "--reasoner": self._reasoner,
        }
        arguments = (str(word) for option in options.items() for word in option)
        with ChildProcess("sjkg", "build", *arguments, inherits_stderr=prints_errors) as self._build:
            try:
                self._build.wait()
            except ChildDied:
                raise UnusableSnapshot(
                    f"the build of {self._settings.kb} failed; correct the errors above in this log, if there are any; the "
                    "server builds again by itself, at growing intervals"
                ) from None

    def _stamps(self) -> Stamps:
        """Return the stamps of the files, as `read_stamps` does."""
        return read_stamps(self._settings.kb)

    def _hash(self) -> str:
        """Return the hash of everything that a snapshot is built from: the knowledge base's files, code and reasoner."""
        return read_inputs(self._settings.kb, self._reasoner).sha256
