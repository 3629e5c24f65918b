"""The pages about the dataset as a whole: what it is, and the files in which all of it can be taken away."""

from dataclasses import dataclass

from sjkg.documents.dataset import DESCRIPTION, TITLE, download_path
from sjkg.documents.statements import LICENCE
from sjkg.dumps import Dump, all_dumps
from sjkg.snapshot import Manifest

HOLD = {
    "union": "Everything",
    "asserted": "What is written",
    "derived": "What is computed by rule",
    "inferred": "What follows by reasoning",
}


@dataclass(frozen=True)
class DatasetPage:
    """The dataset. built: the moment, in ISO form."""

    title: str
    description: str
    licence: str
    version: str
    built: str
    triples: int
    things: int


@dataclass(frozen=True)
class DumpFile:
    """A dump as a file."""

    name: str
    path: str
    media_type: str
    is_compressed: bool
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class DownloadsPage:
    """The dumps by what they hold."""

    licence: str
    built: str
    groups: tuple[tuple[str, tuple[DumpFile, ...]], ...]


def dataset_page(manifest: Manifest) -> DatasetPage:
    """Return the page."""
    figures = manifest.statistics
    return DatasetPage(
        TITLE,
        DESCRIPTION,
        LICENCE.value,
        manifest.versions["sjkg"],
        manifest.built,
        figures.triples,
        figures.entities,
    )


def downloads_page(manifest: Manifest) -> DownloadsPage:
    """Return the page."""
    groups: dict[str, list[DumpFile]] = {}
    for dump in all_dumps(manifest.groups):
        groups.setdefault(HOLD.get(dump.title, dump.title), []).append(_file(dump, manifest))
    return DownloadsPage(LICENCE.value, manifest.built, tuple((title, tuple(files)) for title, files in groups.items()))


def _file(dump: Dump, manifest: Manifest) -> DumpFile:
    path = download_path(dump)
    size_bytes, digest = manifest.files[path]
    return DumpFile(dump.name, f"/{path}", dump.format.media_type, dump.is_compressed, size_bytes, digest)
