"""The manifest of a snapshot (an immutable build folder): contents, hash of the inputs, hash of each file."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

from sjkg.core.description import Description
from sjkg.core.errors import UnknownName, UnusableSnapshot
from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import expand, own
from sjkg.snapshot.statistics import Statistics
from sjkg.store.external import EVERYONE_STORE, PRIVATE_STORE

MANIFEST = "manifest.json"
STORE_FILES, STORES = "store-files.json", "store/"  # the file with the hashes of the files in this folder
# stores with external graphs: gigabytes, of which only sizes are compared, because every command opens a snapshot
UNHASHED = tuple(f"{STORES}{name}/" for name in (EVERYONE_STORE, PRIVATE_STORE))


@dataclass(frozen=True)
class Manifest:
    """The contents of a snapshot, stored as manifest.json.

    inputs_sha256: the SHA-256, in hexadecimal, of knowledge base, code, name of the reasoner and versions of libraries.
    rules_sha256: that of the same without the data (the files below triples/). triples: the number of quads, so that a
    triple in two named graphs counts twice. graphs: a dict from the IRI of each named graph that is not empty to its
    number of triples.
    groups: a dict from the IRI of each group of graphs (GROUPS of `sjkg.core.vocabulary`) to the IRIs of its members.
    group_triples: a dict from the IRI of each group, and of the union of all graphs, to its number of distinct triples.
    versions: a dict from the distribution names of this package and of libraries to versions. findings: a dict from severity
    to the number of validation findings. statistics: the VoID counts of the union. sources: a dict from the IRI of each named graph that was read from a Turtle file to the path of the
    copy of that file below the folder “sources”. modified: the day on which the data were last changed, an xsd:date as the
    data state it, or None. description: the content of kb.ttl. files: a dict from the path of every file of the snapshot but the manifest's own two to its size in
    bytes and its SHA-256 ("" in stores with external graphs); those of the stores are in store-files.json, because the engine writes other bytes in each build.
    """

    inputs_sha256: str
    rules_sha256: str
    triples: int
    graphs: dict[str, int]
    groups: dict[str, list[str]]
    group_triples: dict[str, int]
    versions: dict[str, str]
    findings: dict[str, int]
    statistics: Statistics
    sources: dict[str, str]
    modified: str | None
    description: Description
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def size(self) -> str:
        """Return the numbers of triples and named graphs as text, such as “10,400 triples in 36 graphs”; a triple in two graphs counts once."""
        return f"{count_noun(self.statistics.triples, 'triple')} in {count_noun(len(self.graphs), 'graph')}"

    def select_graphs(self, name: str, others: Iterable[str] = ()) -> set[str] | None:
        """Return the IRIs of the named graphs that a name stands for; None stands for all graphs, for the name “union”.

        name: “union”, the name of a group such as “article”, or the IRI or prefixed name of a group or a named graph. others: IRIs
        of further graphs, for the message. Raises UnknownName if this snapshot has no such graph.
        """
        iri = expand(name) if ":" in name else own().graphs + name
        if iri == own().union:
            return None
        if iri in self.groups:
            return set(self.groups[iri])
        if iri not in self.graphs:
            raise UnknownName(
                f"there is no graph “{name}”; choose union, {', '.join(each.removeprefix(own().graphs) for each in (*self.groups, *others))}, "
                "or one that “sjkg stats” lists"
            )
        return {iri}


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Write a manifest into `folder`, with sizes and hashes of the files there, and return it with these.

    Those of the stores are written to store-files.json, the rest to manifest.json.
    """
    from concurrent.futures import ThreadPoolExecutor  # here: only builds need it

    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    hashed = [name for name in paths if not name.startswith(UNHASHED)]
    with ThreadPoolExecutor() as threads:  # hashing does not hold the interpreter's lock
        hashes = dict(zip(hashed, threads.map(_sha256, [paths[name] for name in hashed]), strict=True))
    files = {name: (path.stat().st_size, hashes.get(name, "")) for name, path in paths.items()}
    stores = {name: about for name, about in files.items() if name.startswith(STORES)}
    fixed = {name: about for name, about in files.items() if name not in stores}
    _write_json(folder / STORE_FILES, stores)
    _write_json(folder / MANIFEST, asdict(replace(manifest, files=fixed)))
    return replace(manifest, files=files)


def read_manifest(folder: Path, parts: tuple[str, ...] = ("",)) -> Manifest:
    """Return the manifest of a snapshot's folder, after comparing sizes and SHA-256 of the files with it.

    parts: beginnings of paths; only files whose path begins with one of them are compared; by default all files.
    Raises UnusableSnapshot when the manifest cannot be read, or when a file is missing or differs.
    """
    try:
        fields = _read_json(folder / MANIFEST)
        listed = {**fields["files"], **_read_json(folder / STORE_FILES)}
        files = {name: (size, digest) for name, (size, digest) in listed.items()}
        degrees = {name: tuple(numbers) for name, numbers in fields["statistics"]["degrees"].items()}
        statistics = Statistics(**{**fields["statistics"], "degrees": degrees})
        description = Description.from_json(fields["description"])
        manifest = Manifest(**{**fields, "statistics": statistics, "files": files, "description": description})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnusableSnapshot(
            f"the manifest {folder / MANIFEST} cannot be read ({error}); build again with “sjkg build”"
        ) from None
    for name, (size_bytes, digest) in manifest.files.items():
        path = folder / name
        if not name.startswith(parts):
            continue
        if not path.is_file():
            raise UnusableSnapshot(f"the snapshot file {path} is missing; build again with “sjkg build”")
        if path.stat().st_size != size_bytes or (digest and _sha256(path) != digest):
            raise UnusableSnapshot(
                f"the snapshot file {path} was changed after the build; build again with “sjkg build”"
            )
    return manifest


def read_name(folder: Path) -> str | None:
    """Return the hash of the inputs that the manifest in a folder has, also one of another version; None without manifest."""
    try:
        name = _read_json(folder / MANIFEST)["inputs_sha256"]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return str(name)


def _read_json(path: Path) -> Any:
    """Return the content of a JSON file. Raises OSError and ValueError."""
    return json.loads(path.read_text(encoding="utf-8"))


def _write_json(path: Path, content: object) -> None:
    """Write a JSON file with sorted keys, so that equal contents give equal bytes."""
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
