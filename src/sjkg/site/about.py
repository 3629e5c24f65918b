"""The page about the project: what it is, its source, its licences, how to cite it.

The pages about the dataset as a whole: what it is, and the files in which all of it can be taken away.

The page of the SPARQL service where nothing is asked of it yet: its address, formats and limits."""

from dataclasses import dataclass

from sjkg.core.settings import Limit, Settings
from sjkg.describe.dataset import DESCRIPTION, TITLE, download_path
from sjkg.describe.statements import LICENCE
from sjkg.site.citation import LICENCE_NAME, PUBLISHED_AS
from sjkg.site.paths import ARTICLE_URL
from sjkg.snapshot.dumps import Dump, all_dumps
from sjkg.snapshot.folder import Manifest
from sjkg.store.formats import FORMATS_OF_KINDS


@dataclass(frozen=True)
class AboutPage:
    """What is said about the project itself."""

    name: str
    version: str
    snapshot: str
    triples: int
    licence: str
    article: str
    libraries: tuple[tuple[str, str], ...]
    scripts: tuple[tuple[str, str, str], ...]


def about_page(manifest: Manifest, scripts: tuple[tuple[str, str, str], ...]) -> AboutPage:
    """Return the page. scripts: name, version and licence of each package that the scripts of the site are made of."""
    libraries = tuple((name, version) for name, version in manifest.versions.items() if name != "sjkg")
    return AboutPage(
        PUBLISHED_AS,
        manifest.versions["sjkg"],
        manifest.inputs_sha256,
        manifest.triples,
        LICENCE_NAME,
        ARTICLE_URL,
        libraries,
        scripts,
    )


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


KINDS = {"bindings": "Tables", "graph": "Graphs"}


@dataclass(frozen=True)
class ServicePage:
    """The service. formats: the media types in which tables and graphs come."""

    address: str
    formats: tuple[tuple[str, tuple[str, ...]], ...]
    limits: tuple[Limit, ...]


def service_page(settings: Settings) -> ServicePage:
    """Return the page."""
    formats = ((title, tuple(f.media_type for f in FORMATS_OF_KINDS[kind].values())) for kind, title in KINDS.items())
    return ServicePage(f"{settings.address}/sparql", tuple(formats), tuple(settings.limits))
