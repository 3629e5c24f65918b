"""The manifest of a snapshot: its contents, the hash of its inputs, and the hash of each file."""

import json
from dataclasses import asdict, dataclass, field, replace
from hashlib import file_digest
from pathlib import Path

from sjkg.core.errors import UnknownName, UnusableSnapshot
from sjkg.core.vocabulary import GRAPHS, UNION, expand
from sjkg.snapshot.statistics import Statistics

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """The contents of a snapshot.

    inputs_sha256: see `input_hash.hash_inputs`. graphs: the number of triples of each named graph. groups: the named
    graphs behind each graph that stands for several. versions: see `input_hash.versions`. findings: how many of each
    severity. timings_s: seconds for each stage of the build. sources: for each graph read from a Turtle file, the path
    of its copy below the folder “sources”. built: xsd:dateTime in UTC. files: size in bytes and SHA-256 of every other
    file of the snapshot.
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
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def things(self) -> dict[str, int]:
        """Return the number of things of each class, asserted or inferred."""
        return self.statistics.classes

    def select_graphs(self, name: str) -> set[str] | None:
        """Return the IRIs of the named graphs that a name stands for, None for all graphs.

        name: union, asserted, derived, inferred, or the IRI or prefixed name of one graph. Raises UnknownName.
        """
        iri = expand(name) if ":" in name else GRAPHS + name
        if iri == UNION:
            return None
        if iri in self.groups:
            return set(self.groups[iri])
        if iri not in self.graphs:
            raise UnknownName(
                f"there is no graph “{name}”; choose union, asserted, derived, inferred, or one that “sjkg stats” lists"
            )
        return {iri}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a folder, with the sizes and hashes of the files that are in it now."""
    files = {
        path.relative_to(folder).as_posix(): (path.stat().st_size, _sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    fields = asdict(replace(manifest, files=files))
    (folder / MANIFEST).write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder.

    Raises UnusableSnapshot when it cannot be read, or when a file is missing or differs from what it says.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: (size, digest) for name, (size, digest) in fields["files"].items()}
        manifest = Manifest(**{**fields, "statistics": Statistics(**fields["statistics"]), "files": files})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnusableSnapshot(f"{folder} has no readable manifest ({error}); build again") from None
    for name, (size_bytes, digest) in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size_bytes or _sha256(path) != digest:
            raise UnusableSnapshot(f"{path} is not what was built; build again")
    return manifest


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
