"""The manifest of a snapshot (an immutable build folder): contents, hash of the inputs, hash of each file."""

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
    """The contents of a snapshot, stored as manifest.json.

    inputs_sha256: the hash of knowledge base, code and libraries. triples: quads in all named graphs. graphs: the
    number of triples by IRI of each named graph that is not empty. groups: the IRIs of the named graphs that each of
    asserted, derived and inferred stands for. versions: by distribution name. findings: number of validation findings
    by severity. timings_s: seconds by stage of the build. statistics: VoID counts of the union. sources: for each graph
    read from a Turtle file, the path of its copy below the folder “sources”. built: xsd:dateTime in UTC. files: size in
    bytes and SHA-256 of every other file of the snapshot, by its path.
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

    def select_graphs(self, name: str) -> set[str] | None:
        """Return the IRIs of the named graphs that a name stands for, None for all graphs.

        name: union, asserted, derived, inferred, or the IRI or prefixed name of one graph. Raises UnknownName for
        another.
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
    """Write manifest.json into a folder, with the sizes and hashes of the files that are in it now."""
    files = {
        path.relative_to(folder).as_posix(): (path.stat().st_size, _sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    fields = asdict(replace(manifest, files=files))
    (folder / MANIFEST).write_text(json.dumps(fields, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder, after comparing size and SHA-256 of every file with it.

    Raises UnusableSnapshot when the manifest cannot be read, or when a file is missing or differs.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: (size, digest) for name, (size, digest) in fields["files"].items()}
        manifest = Manifest(**{**fields, "statistics": Statistics(**fields["statistics"]), "files": files})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnusableSnapshot(
            f"the manifest {folder / MANIFEST} cannot be read ({error}); build again with “sjkg build”"
        ) from None
    for name, (size_bytes, digest) in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise UnusableSnapshot(f"the snapshot file {path} is missing; build again with “sjkg build”")
        if path.stat().st_size != size_bytes or _sha256(path) != digest:
            raise UnusableSnapshot(
                f"the snapshot file {path} was changed after the build; build again with “sjkg build”"
            )
    return manifest


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
