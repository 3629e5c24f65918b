"""The cached stores of external datasets: parsed, translated, with the names of their things, and kept for later builds as long as their files are the same.

A store for a set of datasets is made in a child process, whose memory is bounded, from the store of another set if most of it is the same. Stores lie in the
folder of snapshots, because snapshots hard-link their files.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import sjkg
from sjkg.core.errors import BrokenInput, LimitExceeded, SjkgError, UnusableSnapshot
from sjkg.core.findings import Finding
from sjkg.core.locks import temporary_folder
from sjkg.datasets.parse import parse_dataset
from sjkg.datasets.read import ExternalDataset, read_datasets
from sjkg.matching.external_names import write_names
from sjkg.profiles.read import Profile, read_profiles
from sjkg.store.external import EVERYONE_STORE, NAMES, PRIVATE_STORE, ExternalGraphs
from sjkg.store.external_writer import ABOUT, NO_GRAPHS, STORE, ExternalWriter
from sjkg.store.store_writer import copy_store
from sjkg.workers.child_process import Cause, ChildDied, ChildProcess

CACHE = ".datasets"  # folder in that of snapshots
FORMAT = 8  # of the cached stores; another one when the code makes other stores of the same files
MAX_MEMORY_BYTES = 6 << 30
MAX_REMOVED_SHARE = 0.5  # of the triples of a cached store from which another is made
KEPT = 3  # cached stores, those used last

NONE_PARSED: Mapping[str, Path] = MappingProxyType({})

Progress = Callable[[str], None]


@dataclass(frozen=True)
class CachedStore:
    """A cached store of external datasets. folder: its path. datasets: a dict from name to key. content: its graphs."""

    folder: Path
    datasets: Mapping[str, str]
    content: ExternalGraphs

    @property
    def graphs(self) -> Mapping[str, int]:
        """Return a dict from the IRI of each graph to its number of triples."""
        return self.content.graphs


def prepare_stores(
    kb: Path,
    datasets: Mapping[str, ExternalDataset],
    snapshots: Path,
    progress: Progress = lambda stage: None,
    parsed: Mapping[str, Path] = NONE_PARSED,
) -> dict[str, CachedStore]:
    """Return the stores of the external datasets of a knowledge base, which are made unless they are cached.

    The result has EVERYONE_STORE, without private datasets, and PRIVATE_STORE with them if there are any; it is empty without datasets.
    kb: its folder. datasets: all of its datasets, by name. snapshots: the folder of all snapshots. progress: called with the name of the stage, if it takes time.
    parsed: a dict from the names of datasets that were just added to the folders with their parsed files. Raises BrokenInput, with findings, when a dataset cannot be read.
    """
    if not datasets:
        return {}
    public = {name: each for name, each in datasets.items() if not each.is_private}
    wanted = {EVERYONE_STORE: public} | ({PRIVATE_STORE: datasets} if len(public) < len(datasets) else {})
    keys = dataset_keys(kb, datasets)
    return {
        store: _prepare(kb, snapshots / CACHE, {name: keys[name] for name in members}, progress, parsed)
        for store, members in wanted.items()
        if members
    }


def dataset_keys(kb: Path, datasets: Mapping[str, ExternalDataset]) -> dict[str, str]:
    """Return a dict from the name of each dataset to a hash of all that its graphs depend on."""
    profiles = (
        {profile.iri: profile for profile in read_profiles(kb, with_imports=True).values()}
        if _use_profiles(datasets)
        else {}
    )
    return {name: _key(each, profiles.get(each.profile)) for name, each in datasets.items()}


def _use_profiles(datasets: Mapping[str, ExternalDataset]) -> bool:
    """Return whether a dataset is in the terms of a profile."""
    return any(each.profile for each in datasets.values())


def _key(dataset: ExternalDataset, profile: Profile | None) -> str:
    """Return a hash of everything that the graphs of a dataset depend on, its links apart."""
    metadata = [(path.name, path.read_text("utf-8", "replace")) for path in sorted(dataset.folder.glob("*.json"))]
    rules = [rule.construct for rule in profile.back] if profile else []
    parts = [FORMAT, sjkg.__version__, dataset.name, sorted(dataset.description), dict(dataset.sha256), metadata, rules]
    return sha256(json.dumps(parts).encode()).hexdigest()


def _prepare(
    kb: Path, cache: Path, keys: Mapping[str, str], progress: Progress, parsed: Mapping[str, Path]
) -> CachedStore:
    """Return the cached store of the datasets with these keys, by name; make it in a child process if there is none."""
    folder = cache / sha256(json.dumps(keys, sort_keys=True).encode()).hexdigest()
    if (found := _read_cached(folder)) is not None:
        with suppress(OSError):
            os.utime(folder)
        return found
    progress("datasets")
    cache.mkdir(parents=True, exist_ok=True)
    with ChildProcess(
        "sjkg.datasets.prepare",
        str(kb.resolve()),
        str(folder.resolve()),
        json.dumps(keys),
        json.dumps({name: str(folder.resolve()) for name, folder in parsed.items()}),
        memory_bytes=MAX_MEMORY_BYTES,
    ) as child:
        try:
            answer = json.loads(child.wait())
        except ChildDied as died:
            if died.cause is Cause.MEMORY:
                raise LimitExceeded(
                    f"the external datasets need more than {MAX_MEMORY_BYTES:,} bytes of memory; split their files"
                ) from None
            reason = died.stderr.strip().rpartition("\n")[2] or died.cause.name.lower()
            raise UnusableSnapshot(f"the external datasets could not be loaded ({reason}); build again") from None
    if "error" in answer:
        raise BrokenInput(answer["error"], tuple(Finding(**each) for each in answer["findings"]))
    made = _read_cached(folder)
    if made is None:
        raise UnusableSnapshot(f"the store {folder} of the external datasets is not complete; build again")
    _prune(cache, folder)
    return made


def _read_cached(folder: Path) -> CachedStore | None:
    """Return the cached store in a folder; None if there is none, or one of another version."""
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return CachedStore(folder, about["datasets"], ExternalGraphs.read(folder / ABOUT))
    except (OSError, ValueError, KeyError, UnusableSnapshot):
        return None


def _prune(cache: Path, used: Path) -> None:
    """Delete all cached stores but the KEPT last used; snapshots keep their own links to the files."""
    folders = sorted((path.parent for path in cache.glob(f"*/{ABOUT}")), key=lambda path: path.stat().st_mtime_ns)
    for folder in folders[:-KEPT]:
        if folder != used:
            shutil.rmtree(folder, ignore_errors=True)


def _make(kb: Path, folder: Path, keys: Mapping[str, str], parsed: Mapping[str, Path] = NONE_PARSED) -> None:
    """Make the cached store `folder` of datasets. keys: of the datasets, by name. parsed: as for `prepare_stores`. Raises BrokenInput."""
    datasets = {name: each for name, each in read_datasets(kb).items() if name in keys}
    profiles = (
        {profile.iri: profile for profile in read_profiles(kb, with_imports=True).values()}
        if _use_profiles(datasets)
        else {}
    )
    with temporary_folder("datasets", folder.parent) as working:
        base = _find_base(folder.parent, keys)
        store = working / "made" / STORE
        if base:
            copy_store(base.folder / STORE, store)
            shutil.copyfile(base.folder / NAMES, working / "made" / NAMES)
        else:
            store.mkdir(parents=True)
        writer = ExternalWriter(store, base.content if base else NO_GRAPHS)
        same = {name for name, key in keys.items() if base and base.datasets.get(name) == key}
        removed, added = (base.datasets.keys() - same) if base else set(), sorted(keys.keys() - same)
        for name in removed:
            writer.remove_dataset(name)
        for name in added:
            parse_dataset(datasets[name], profiles, writer, working, parsed.get(name))
        made = writer.close(is_cached=True)
        things = ((name, writer.things(datasets[name].translated, datasets[name].published)) for name in added)
        write_names(working / "made" / NAMES, removed, things)
        about = {"datasets": dict(keys), **asdict(made)}
        (working / "made" / ABOUT).write_text(json.dumps(about, indent=2, sort_keys=True), encoding="utf-8")
        with suppress(OSError):  # another process has made it meanwhile
            (working / "made").rename(folder)


def _find_base(cache: Path, keys: Mapping[str, str]) -> CachedStore | None:
    """Return the cached store that has most triples of the datasets with these keys; None if none has more of them than others."""
    best, most = None, 0
    for path in cache.glob(f"*/{ABOUT}"):
        if (found := _read_cached(path.parent)) is None:
            continue
        kept = other = 0
        for graph, count in found.graphs.items():
            name = graph.rpartition("/")[2]
            if keys.get(name) == found.datasets.get(name):
                kept += count
            else:
                other += count
        if kept > most and other <= MAX_REMOVED_SHARE * kept:
            best, most = found, kept
    return best


def main(kb: str, folder: str, keys: str, parsed: str) -> None:
    """Make a cached store, as the main function of the child process; write {} or an error to standard output as JSON."""
    try:
        _make(Path(kb), Path(folder), json.loads(keys), {name: Path(path) for name, path in json.loads(parsed).items()})
        answer: dict[str, object] = {}
    except SjkgError as error:
        findings = getattr(error, "findings", ())
        answer = {"error": str(error), "findings": [asdict(each) for each in findings]}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
