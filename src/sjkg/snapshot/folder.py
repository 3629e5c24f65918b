"""Snapshot folders: each is immutable and named by the hash of its inputs; builds run beside them and are moved into place."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sjkg.core.errors import UnusableSnapshot
from sjkg.snapshot.manifest import Manifest, read_manifest, write_manifest
from sjkg.store.sorted_quads import BY_SUBJECT

QUADS, STORE, SOURCES, INDEX, PROOFS = BY_SUBJECT, "store", "sources", "index.sqlite", "proofs.json"
UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Snapshot:
    """A finished snapshot on disk."""

    folder: Path
    manifest: Manifest

    @property
    def quads(self) -> Path:
        """Return the path of all quads, as sorted N-Quads."""
        return self.folder / QUADS

    @property
    def proofs(self) -> Path:
        """Return the path of the closure that proofs are made of."""
        return self.folder / PROOFS

    @property
    def store(self) -> Path:
        """Return the folder of the Oxigraph stores."""
        return self.folder / STORE

    @property
    def index(self) -> Path:
        """Return the path of the SQLite index."""
        return self.folder / INDEX


def find_snapshot(snapshots: Path, inputs_sha256: str) -> Snapshot | None:
    """Return the snapshot of these inputs, None where there is none that is complete and undamaged."""
    folder = snapshots / inputs_sha256
    try:
        return read_snapshot(folder) if folder.is_dir() else None
    except UnusableSnapshot:
        return None


def read_snapshot(folder: Path) -> Snapshot:
    """Open a snapshot. Raises UnusableSnapshot when a file is missing or differs from what the manifest says."""
    return Snapshot(folder, read_manifest(folder))


@contextmanager
def unfinished_folder(snapshots: Path) -> Iterator[Path]:
    """Yield a new folder to build a snapshot in; delete it at the end unless `publish` moved it.

    A file lock beside the folder is held while the build runs. Folders whose lock is free were left by builds that died;
    they are deleted first. Raises UnusableSnapshot when `snapshots` cannot be written.
    """
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
        with _locked(snapshots / ".lock"):
            _delete_abandoned(snapshots)
            folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=snapshots))
            lock = os.open(_sibling(folder, "lock"), os.O_CREAT | os.O_RDWR)
            fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        raise UnusableSnapshot(
            f"{snapshots} cannot be written ({error.strerror}); choose another folder with --snapshots"
        ) from None
    try:
        yield folder
    finally:
        _delete(folder)
        os.close(lock)


def publish(folder: Path, manifest: Manifest, snapshots: Path) -> Snapshot:
    """Write the manifest of an unfinished folder, sync it to disk, and move it into place by one rename.

    Where a snapshot of the same inputs is there already, that one is kept; a damaged one is replaced.
    """
    write_manifest(folder, manifest)
    for path in (folder, *folder.rglob("*")):
        _sync(path)
    target = snapshots / manifest.inputs_sha256
    with _locked(snapshots / ".lock"):
        if find_snapshot(snapshots, manifest.inputs_sha256) is None:
            if target.exists():
                target.rename(_sibling(folder, "damaged"))
            folder.rename(target)
            _sync(snapshots)
    return read_snapshot(target)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock that every build in a folder takes for short critical sections."""
    with path.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _delete_abandoned(snapshots: Path) -> None:
    """Delete unfinished folders that no living process has locked."""
    for lock in snapshots.glob(f"{UNFINISHED}*.lock"):
        with lock.open("a") as stream, suppress(BlockingIOError):
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _delete(lock.with_suffix(""))
    for folder in snapshots.glob(f"{UNFINISHED}*"):
        if not _sibling(folder.with_suffix(""), "lock").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _delete(folder: Path) -> None:
    """Delete an unfinished folder, the damaged snapshot it replaced, and its lock."""
    for path in (folder, _sibling(folder, "damaged")):
        shutil.rmtree(path, ignore_errors=True)
    _sibling(folder, "lock").unlink(missing_ok=True)


def _sibling(folder: Path, suffix: str) -> Path:
    """Return the path beside an unfinished folder with a suffix to its name."""
    return folder.with_name(f"{folder.name}.{suffix}")


def _sync(path: Path) -> None:
    """Flush a file or folder to disk (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
