"""Snapshot folders: immutable, each named by the SHA-256 of its inputs.

The inputs are the knowledge base, the code, the name of the reasoner, and the versions of libraries. A build writes
into an unfinished folder beside those of the snapshots, which is renamed when it is complete. So readers see a whole
snapshot or none, and builds may run at the same time and die at any time.

Whoever uses a snapshot has a shared lock on its manifest (`Snapshot`). All snapshots but the last few are deleted, except
those so locked; a deleted one is renamed first, so that it disappears as a whole.
"""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sjkg.core.errors import UnusableSnapshot
from sjkg.core.locks import SharedLock, exclusive_lock, is_own_folder
from sjkg.core.messages import disk_error
from sjkg.snapshot.manifest import MANIFEST, Manifest, read_manifest, read_name, write_manifest
from sjkg.store.external import ExternalGraphs, ExternalStore
from sjkg.store.sorted_quads import BY_SUBJECT
from sjkg.store.store_writer import WrittenStores

QUADS, STORE, SOURCES, INDEX, PROOFS = BY_SUBJECT, "store", "sources", "index.sqlite", "proofs.json"
UNFINISHED = ".unfinished-"
NAME = re.compile(r"[0-9a-f]{64}")  # of a snapshot's folder


@dataclass(frozen=True)
class Snapshot:
    """A complete snapshot on disk, which no process deletes as long as this object exists and is not released.

    folder: its path. manifest: the content of its manifest.json. lock: the lock that protects it.
    """

    folder: Path
    manifest: Manifest
    lock: SharedLock = field(compare=False, repr=False)

    def release(self) -> None:
        """Let other processes delete the snapshot from now on; its files must not be used any more through this object."""
        self.lock.release()

    @property
    def quads(self) -> Path:
        """Return the path of the file of all quads, as N-Quads sorted by subject."""
        return self.folder / QUADS

    @property
    def proofs(self) -> Path:
        """Return the path of proofs.json, from which proofs are made and later builds start.

        It holds all triples: those read from files, those derived by the project's rules, those inferred by OWL 2 RL.
        """
        return self.folder / PROOFS

    @property
    def store(self) -> Path:
        """Return the folder of the Oxigraph stores."""
        return self.folder / STORE

    @property
    def stores(self) -> WrittenStores:
        """Return the Oxigraph stores, with the file of quads and the groups of graphs that they were made from."""
        return WrittenStores(self.quads, self.store, self.manifest.groups)

    def read_external(self, *, with_private: bool = False) -> ExternalGraphs:
        """Return the graphs of external datasets. with_private: whether to return those of private datasets, too."""
        found = ExternalStore.find(self.store, with_private=with_private)
        return found.graphs if found else ExternalGraphs()

    @property
    def index(self) -> Path:
        """Return the path of the SQLite index, from which pages read lists, facets, names and the points of the map."""
        return self.folder / INDEX


def find_snapshot(snapshots: Path, inputs_sha256: str, parts: tuple[str, ...] = ("",)) -> Snapshot | None:
    """Return the snapshot in the folder `snapshots` built from inputs with this hash; None if missing or damaged.

    The inputs are the knowledge base, the code, the name of the reasoner, and the versions of libraries. parts: the
    beginnings of the paths of the files that are compared with their SHA-256; by default all files.
    """
    folder = snapshots / inputs_sha256
    try:
        return read_snapshot(folder, parts) if folder.is_dir() else None
    except UnusableSnapshot:
        return None


def read_snapshot(folder: Path, parts: tuple[str, ...] = ("",)) -> Snapshot:
    """Return the snapshot in a folder. Raises UnusableSnapshot if a file is missing or differs from the manifest.

    Reads the files to compare their SHA-256, `parts` as in `find_snapshot`, and counts as a use of the snapshot: `prune` keeps those used last.
    """
    snapshot = _open(folder, parts)
    with suppress(OSError):  # the folder is read-only
        os.utime(folder)
    return snapshot


def _open(folder: Path, parts: tuple[str, ...] = ("",)) -> Snapshot:
    """Return the snapshot in a folder, locked. Raises UnusableSnapshot if one of its files is missing or changed.

    parts: the beginnings of the paths of the files that are compared with their SHA-256; by default all files.
    """
    try:
        lock = SharedLock(folder / MANIFEST)
    except OSError as error:
        raise UnusableSnapshot(
            f"the manifest {folder / MANIFEST} cannot be read ({error.strerror or error}); build again with “sjkg build”"
        ) from None
    return Snapshot(folder, read_manifest(folder, parts), lock)


def find_prepared(snapshots: Path, rules_sha256: str) -> Path | None:
    """Return the path of proofs.json of the newest snapshot built with the same rules, in which this file is undamaged.

    rules_sha256: the hash of the rules: all inputs of a build but the data (the files below triples/), such as ontology
    and code. None if there is no such snapshot.
    """
    found = find_similar(snapshots, rules_sha256, (PROOFS,))
    return found.proofs if found else None


def find_similar(snapshots: Path, rules_sha256: str, parts: tuple[str, ...]) -> Snapshot | None:
    """Return the newest snapshot that was built with the same rules; None if there is none.

    rules_sha256: the hash of the rules: all inputs of a build but the data (the files below triples/), such as ontology
    and code. parts: the beginnings of the paths of the files that must be undamaged.
    """
    folders = [folder for folder in snapshots.glob("[!.]*") if (folder / MANIFEST).is_file()]
    for folder in sorted(folders, key=lambda folder: _changed_ns(folder / MANIFEST), reverse=True):
        with suppress(UnusableSnapshot):
            snapshot = _open(folder, parts)
            if snapshot.manifest.rules_sha256 == rules_sha256:
                return snapshot
    return None


def _changed_ns(path: Path) -> int:
    """Return the time of the last change of a file or folder in nanoseconds; 0 if it was deleted meanwhile."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@contextmanager
def unfinished_folder(snapshots: Path) -> Iterator[Path]:
    """Yield a new folder below `snapshots` to build a snapshot in; delete it at the end unless `publish` moved it.

    A file lock beside the new folder is held while the build runs. Unfinished folders whose lock is free were left by
    builds that died; they are deleted first. Raises UnusableSnapshot when `snapshots` cannot be written, also when the disk
    becomes full while the caller writes.
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
    except Exception as error:
        if message := disk_error(error, snapshots, "--snapshots"):
            raise UnusableSnapshot(message) from None
        raise
    finally:
        _delete_unfinished(folder)
        os.close(lock)


def prune(snapshots: Path, kept: int) -> None:
    """Delete the snapshots below `snapshots` but the `kept` used last and those that a process uses; nothing is raised.

    What killed builds left is deleted, too. What cannot be deleted stays. Folders of other users, and folders that are no
    snapshots by name and manifest, are not touched.
    """
    with suppress(OSError), _locked(snapshots / ".lock"):
        _delete_abandoned(snapshots)
        folders = [path for path in snapshots.glob("[!.]*") if NAME.fullmatch(path.name) and is_own_folder(path)]
        for folder in sorted(folders, key=_changed_ns, reverse=True)[kept:]:
            if read_name(folder) == folder.name:
                _delete_unused(folder)


def publish(folder: Path, manifest: Manifest, snapshots: Path) -> Snapshot:
    """Make an unfinished folder a snapshot, and return it.

    The manifest is written into the folder, all files are synced to disk (except hard links to files of other snapshots,
    which are), and the folder is renamed to the hash of the inputs in the manifest. If the folder `snapshots` already has an undamaged snapshot of the same inputs, that one is
    returned instead, and nothing is renamed; a damaged one is replaced.
    """
    from concurrent.futures import ThreadPoolExecutor  # here: only builds need it

    complete = write_manifest(folder, manifest)
    with ThreadPoolExecutor() as threads:  # because a thread only waits for the disk
        new = (path for path in (folder, *folder.rglob("*")) if path.is_dir() or path.stat().st_nlink == 1)
        list(threads.map(_sync, new))
    target = snapshots / manifest.inputs_sha256
    with _locked(snapshots / ".lock"):
        if (found := find_snapshot(snapshots, manifest.inputs_sha256)) is not None:
            return found
        if target.exists():
            target.rename(_sibling(folder, "damaged"))
        folder.rename(target)
        _sync(snapshots)
        return Snapshot(target, complete, SharedLock(target / MANIFEST))  # locked before another build may delete it


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
            _delete_unused(folder)


def _delete_unfinished(folder: Path) -> None:
    """Delete an unfinished folder, its lock file, and the damaged snapshot that it replaced, if there and not in use."""
    for path in (folder, _sibling(folder, "damaged")):
        _delete_unused(path)
    _sibling(folder, "lock").unlink(missing_ok=True)


def _delete_unused(folder: Path) -> None:
    """Delete a folder, unless a process uses the snapshot in it.

    It is first renamed like the folder of an unfinished build, so that it is not a snapshot if the deletion is interrupted.
    Raises OSError when it cannot be renamed.
    """
    if not (folder / MANIFEST).exists():
        shutil.rmtree(folder, ignore_errors=True)
        return
    with exclusive_lock(folder / MANIFEST) as is_held:
        if is_held:
            is_hidden = folder.name.startswith(UNFINISHED)
            hidden = folder if is_hidden else folder.rename(folder.with_name(f"{UNFINISHED}{folder.name}"))
            shutil.rmtree(hidden, ignore_errors=True)


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
