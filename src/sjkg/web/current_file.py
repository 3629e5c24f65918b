"""The file by which the main process tells the server processes which snapshot (immutable build folder) to serve."""

import os
from collections.abc import Iterable
from pathlib import Path

from sjkg.core.locks import SharedLock
from sjkg.snapshot.folder import Snapshot


class CurrentSnapshotFile:
    """The file that names the snapshot to serve: the main process writes it, the server processes poll it.

    Its content, called the version, is a number that grows with each change, a space, and the folder of the snapshot. Beside
    it each server process writes a file with the version that it serves.
    """

    def __init__(self, path: Path):
        """Refer to the file at this path, which need not exist until `read` is called."""
        self._path = path
        self._number, self._version = 0, ""  # of the last `set` in this process
        self._snapshot: Snapshot | None = None
        self._folder_lock: SharedLock | None = None

    def set(self, snapshot: Snapshot) -> None:
        """Name this snapshot in the file and increase its number, by an atomic replacement of the file.

        Protect it from deletion until the next `set`. Raises OSError when the file cannot be written; `restore` then writes
        it later.
        """
        self._number += 1
        self._version = f"{self._number} {snapshot.folder}"
        previous, self._snapshot = self._snapshot, snapshot
        _replace_text(self._path, self._version)
        if previous:
            previous.release()

    def restore(self) -> None:
        """Write the file and its folder again if they were deleted or differ from the last `set` in this process.

        Lock the folder, also a new one, as `temporary_folder` does. Raises OSError when that fails.
        """
        if _read_text(self._path) != self._version:
            _replace_text(self._path, self._version)
        if self._folder_lock is None or not self._folder_lock.is_on(self._path.parent):
            self._folder_lock = SharedLock(self._path.parent)

    def is_lost(self) -> bool:
        """Return whether the snapshot of the last `set` in this process was deleted."""
        return self._snapshot is not None and not self._snapshot.folder.is_dir()

    def read(self) -> str:
        """Return the content of the file: a number that grows with each change, a space, and the snapshot's folder.

        Raises OSError when the file cannot be read.
        """
        return self._path.read_text(encoding="utf-8")

    def first(self) -> str:
        """Return what `read` returns; while the file cannot be read, the version of the last `set` before this process began.

        Raises OSError when there was none.
        """
        try:
            return self.read()
        except OSError:
            if not self._version:
                raise
            return self._version

    def confirm(self, version: str) -> None:
        """Note that this server process serves `version`, for `is_served_by`. Raises OSError when that cannot be written."""
        path = self._confirmation(os.getpid())
        if _read_text(path) != version:
            _replace_text(path, version)

    def is_served_by(self, processes: Iterable[int]) -> bool:
        """Return whether each of these server processes (ids) serves the snapshot of the last `set` in this process."""
        return all(_read_text(self._confirmation(process)) == self._version for process in processes)

    def forget_others(self, processes: Iterable[int]) -> None:
        """Delete the files that server processes wrote by `confirm` and that have ended. processes: the ids of those that run."""
        names = {self._confirmation(process).name for process in processes}
        for path in self._path.parent.glob(f"{self._path.name}.*[0-9]"):
            if path.name not in names:
                path.unlink(missing_ok=True)

    def _confirmation(self, process: int) -> Path:
        """Return the path of the file in which a server process notes the version that it serves."""
        return self._path.with_suffix(f".{process}")


def _read_text(path: Path) -> str:
    """Return the content of a text file, or "" if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _replace_text(path: Path, text: str) -> None:
    """Write a text file by an atomic replacement, and its folder if that is missing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
