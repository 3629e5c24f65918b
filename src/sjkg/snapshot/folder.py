"""Snapshot folders: immutable, each named by the SHA-256 of its inputs.

A build writes into an unfinished folder beside them, which is renamed when it is complete. So readers see a whole
snapshot or none, and builds may run at the same time and die at any time.
"""

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
    """A finished snapshot on disk: its folder and the content of its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def quads(self) -> Path:
        """Return the path of the file of all quads, as N-Quads sorted by subject."""
        return self.folder / QUADS

    @property
    def proofs(self) -> Path:
        """Return the path of the JSON file of the closure (asserted, derived and inferred triples) for proofs."""
        return self.folder / PROOFS

    @property
    def store(self) -> Path:
        """Return the folder of the Oxigraph stores."""
        return self.folder / STORE

    @property
    def index(self) -> Path:
        """Return the path of the SQLite index, from which pages read lists, facets, names and map spots."""
        return self.folder / INDEX


def find_snapshot(snapshots: Path, inputs_sha256: str) -> Snapshot | None:
    """Return the snapshot with this input hash below `snapshots`, None if it is missing or damaged."""
    folder = snapshots / inputs_sha256
    try:
        return read_snapshot(folder) if folder.is_dir() else None
    except UnusableSnapshot:
        return None


def read_snapshot(folder: Path) -> Snapshot:
    """Return the snapshot in a folder. Raises UnusableSnapshot if a file is missing or differs from the manifest.

    Reads every file to compare its SHA-256.
    """
    return Snapshot(folder, read_manifest(folder))


@contextmanager
def unfinished_folder(snapshots: Path) -> Iterator[Path]:
    """Yield a new folder below `snapshots` to build a snapshot in; delete it at the end unless `publish` moved it.

    A file lock beside the folder is held while the build runs. Folders whose lock is free were left by builds that
    died; they are deleted first. Raises UnusableSnapshot when `snapshots` cannot be written.
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
        _delete_unfinished(folder)
        os.close(lock)


def publish(folder: Path, manifest: Manifest, snapshots: Path) -> Snapshot:
    """Write the manifest of an unfinished folder, sync it to disk, rename it to the input hash; return the snapshot.

    If `snapshots` has a snapshot of the same inputs already, that one is kept; a damaged one is replaced.
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
    """Hold an exclusive lock on a file, for short critical sections of builds; wait while another holds it."""
    with path.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _delete_abandoned(snapshots: Path) -> None:
    """Delete the unfinished folders below `snapshots` that no living process has locked."""
    for lock in snapshots.glob(f"{UNFINISHED}*.lock"):
        with lock.open("a") as stream, suppress(BlockingIOError):
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _delete_unfinished(lock.with_suffix(""))
    for folder in snapshots.glob(f"{UNFINISHED}*"):
        if not _sibling(folder.with_suffix(""), "lock").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _delete_unfinished(folder: Path) -> None:
    """Delete an unfinished folder, its lock file, and the damaged snapshot that it replaced, if there."""
    for path in (folder, _sibling(folder, "damaged")):
        shutil.rmtree(path, ignore_errors=True)
    _sibling(folder, "lock").unlink(missing_ok=True)


def _sibling(folder: Path, suffix: str) -> Path:
    """Return the path beside `folder` whose name is that of the folder, a dot, and `suffix`."""
    return folder.with_name(f"{folder.name}.{suffix}")


def _sync(path: Path) -> None:
    """Flush a file or folder to disk (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
