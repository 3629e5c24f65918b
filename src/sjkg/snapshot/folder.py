"""Snapshots: immutable directories, each named by the hash of what it was made from."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path

import sjkg
from sjkg.core.errors import UnusableSnapshot
from sjkg.core.settings import REASONERS
from sjkg.snapshot.statistics import Statistics
from sjkg.store.sorted_quads import BY_SUBJECT

MANIFEST, QUADS, STORE, SOURCES, INDEX = "manifest.json", BY_SUBJECT, "store", "sources", "index.sqlite"
PROOFS = "proofs.json"
UNFINISHED = ".unfinished-"
ENGINES = ("rdflib", "duckdb", "owlrl", "pyshacl", "pyoxigraph", "edtf")
SOURCE_ENDINGS = (".py", ".rq")
INPUT_ENDINGS = (".ttl", ".rq")
INPUT_FOLDERS = ("ontology", "triples", "shapes")


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds.

    graphs: the number of triples of each named graph. groups: the graphs that a group's name stands for.
    sources: the Turtle file behind each graph that is read from one, by its path below SOURCES.
    files: size in bytes and SHA-256 of every other file of the snapshot. timings_s: seconds for each stage.
    built: when, as an xsd:dateTime in UTC.
    """

    inputs_sha256: str
    triples: int
    graphs: dict[str, int]
    groups: dict[str, list[str]]
    versions: dict[str, str]
    findings: dict[str, int]
    timings_s: dict[str, float]
    statistics: Statistics
    sources: dict[str, str]
    built: str
    files: dict[str, list] = field(default_factory=dict)

    @property
    def things(self) -> dict[str, int]:
        """Return how many things each class has, asserted or inferred."""
        return self.statistics.classes


@dataclass(frozen=True)
class Snapshot:
    """A finished snapshot on disk."""

    folder: Path
    manifest: Manifest

    @property
    def quads(self) -> Path:
        return self.folder / QUADS

    @property
    def proofs(self) -> Path:
        return self.folder / PROOFS

    @property
    def store(self) -> Path:
        return self.folder / STORE

    @property
    def index(self) -> Path:
        return self.folder / INDEX


def versions() -> dict[str, str]:
    """Return the versions of the package and of the libraries that shape a snapshot."""
    return {"sjkg": sjkg.__version__, **{name: version(name) for name in ENGINES}}


def hash_inputs(kb: Path, reasoner: str = REASONERS[0]) -> str:
    """Return the hash of everything a snapshot is made from: the files, the package's code, the engines and their versions."""
    digest = sha256(json.dumps([reasoner, versions()], sort_keys=True).encode())
    sources = sorted(path for path in Path(sjkg.__file__).parent.rglob("*") if path.suffix in SOURCE_ENDINGS)
    inputs = sorted(
        path for folder in INPUT_FOLDERS for path in (kb / folder).rglob("*") if path.suffix in INPUT_ENDINGS
    )
    for base, paths in ((Path(sjkg.__file__).parent, sources), (kb, inputs)):
        for path in paths:
            digest.update(path.relative_to(base).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def find_snapshot(snapshots: Path, inputs_sha256: str) -> Snapshot | None:
    """Return the snapshot of these inputs, or None where there is none that is whole."""
    folder = snapshots / inputs_sha256
    try:
        return read_snapshot(folder) if folder.is_dir() else None
    except UnusableSnapshot:
        return None


def read_snapshot(folder: Path) -> Snapshot:
    """Open a snapshot. Raises UnusableSnapshot when a file is missing or not what the manifest says."""
    try:
        fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**{**fields, "statistics": Statistics(**fields["statistics"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnusableSnapshot(f"{folder} has no readable manifest ({error}); build again") from None
    for name, (size, digest) in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size or _sha256(path) != digest:
            raise UnusableSnapshot(f"{path} is not what was built; build again")
    return Snapshot(folder, manifest)


@contextmanager
def unfinished_folder(snapshots: Path) -> Iterator[Path]:
    """Give a new folder to build a snapshot in; what is left of it at the end is deleted.

    A lock beside the folder is held while its builder lives; what builders that died left behind is cleared away first.
    Raises UnusableSnapshot when `snapshots` cannot be written.
    """
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
        with _locked(snapshots / ".lock"):
            _clear_abandoned(snapshots)
            folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=snapshots))
            lock = os.open(_beside(folder, "lock"), os.O_CREAT | os.O_RDWR)
            fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        raise UnusableSnapshot(
            f"{snapshots} cannot be written ({error.strerror}); choose another folder with --snapshots"
        ) from None
    try:
        yield folder
    finally:
        _remove(folder)
        os.close(lock)


def finish(folder: Path, manifest: Manifest, snapshots: Path) -> Snapshot:
    """Write the manifest, then move the folder into place by one rename; a build that comes second keeps the first one's."""
    files = {
        path.relative_to(folder).as_posix(): [path.stat().st_size, _sha256(path)]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    complete = {**asdict(manifest), "files": files}
    (folder / MANIFEST).write_text(json.dumps(complete, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    for path in (folder, *folder.rglob("*")):
        _sync(path)
    target = snapshots / manifest.inputs_sha256
    with _locked(snapshots / ".lock"):
        if find_snapshot(snapshots, manifest.inputs_sha256) is None:
            if target.exists():
                target.rename(_beside(folder, "damaged"))
            folder.rename(target)
            _sync(snapshots)
    return read_snapshot(target)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that every build of this folder takes for a moment."""
    with path.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _clear_abandoned(snapshots: Path) -> None:
    """Delete unfinished folders that no living process has locked."""
    for lock in snapshots.glob(f"{UNFINISHED}*.lock"):
        with lock.open("a") as stream, suppress(BlockingIOError):
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(lock.with_suffix(""))
    for folder in snapshots.glob(f"{UNFINISHED}*"):
        if not _beside(folder.with_suffix(""), "lock").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path) -> None:
    for path in (folder, _beside(folder, "damaged")):
        shutil.rmtree(path, ignore_errors=True)
    _beside(folder, "lock").unlink(missing_ok=True)


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f"{folder.name}.{what}")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
