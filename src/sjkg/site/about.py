"""The pages about the project, the dataset, its downloads and the SPARQL endpoint."""

from dataclasses import dataclass

from sjkg.core.settings import Limit, Settings
from sjkg.describe.dataset import DESCRIPTION, TITLE, download_path
from sjkg.describe.statements import LICENCE
from sjkg.site.citation import LICENCE_NAME, PUBLISHED_AS
from sjkg.site.paths import ARTICLE_URL
from sjkg.snapshot.dumps import Dump, all_dumps
from sjkg.snapshot.manifest import Manifest
from sjkg.store.formats import FORMATS_OF_KINDS

DUMP_GROUPS = {
    "union": "Everything",
    "asserted": "Asserted",
    "derived": "Derived by rules",
    "inferred": "Inferred (OWL)",
}
RESULT_KINDS = {"bindings": "Tables", "graph": "Graphs"}


@dataclass(frozen=True)
class AboutPage:
    """The project.

    snapshot: the SHA-256 of its inputs. libraries: name and version of the Python packages it was built with. scripts:
    name, version and licence of the packages in the site's scripts.
    """

    name: str
    version: str
    snapshot: str
    triples: int
    licence: str
    article: str
    libraries: tuple[tuple[str, str], ...]
    scripts: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class DatasetPage:
    """The dataset. built: ISO 8601 date-time of the build; things: the number of entities."""

    title: str
    description: str
    licence: str
    version: str
    built: str
    triples: int
    things: int


@dataclass(frozen=True)
class DumpFile:
    """A dump file."""

    name: str
    path: str
    media_type: str
    is_compressed: bool
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class DownloadsPage:
    """All dump files by content. built: ISO 8601 date-time of the build."""

    licence: str
    built: str
    groups: tuple[tuple[str, tuple[DumpFile, ...]], ...]


@dataclass(frozen=True)
class ServicePage:
    """The SPARQL endpoint. formats: the media types of tables and of graphs."""

    address: str
    formats: tuple[tuple[str, tuple[str, ...]], ...]
    limits: tuple[Limit, ...]


def about_page(manifest: Manifest, scripts: tuple[tuple[str, str, str], ...]) -> AboutPage:
    """Return the page about the project. scripts: name, version and licence of each package in the site's scripts."""
    return AboutPage(
        name=PUBLISHED_AS,
        version=manifest.versions["sjkg"],
        snapshot=manifest.inputs_sha256,
        triples=manifest.triples,
        licence=LICENCE_NAME,
        article=ARTICLE_URL,
        libraries=tuple((name, version) for name, version in manifest.versions.items() if name != "sjkg"),
        scripts=scripts,
    )


def dataset_page(manifest: Manifest) -> DatasetPage:
    """Return the page about the dataset."""
    return DatasetPage(
        title=TITLE,
        description=DESCRIPTION,
        licence=LICENCE.value,
        version=manifest.versions["sjkg"],
        built=manifest.built,
        triples=manifest.statistics.triples,
        things=manifest.statistics.entities,
    )


def downloads_page(manifest: Manifest) -> DownloadsPage:
    """Return the page of all dump files."""
    groups: dict[str, list[DumpFile]] = {}
    for dump in all_dumps(manifest.groups):
        groups.setdefault(DUMP_GROUPS.get(dump.title, dump.title), []).append(_file(dump, manifest))
    return DownloadsPage(LICENCE.value, manifest.built, tuple((title, tuple(files)) for title, files in groups.items()))


def _file(dump: Dump, manifest: Manifest) -> DumpFile:
    """Return the file of a dump, with size and digest from the manifest."""
    path = download_path(dump)
    size_bytes, digest = manifest.files[path]
    return DumpFile(dump.name, f"/{path}", dump.format.media_type, dump.is_compressed, size_bytes, digest)


def service_page(settings: Settings) -> ServicePage:
    """Return the page about the SPARQL endpoint."""
    formats = (
        (title, tuple(f.media_type for f in FORMATS_OF_KINDS[kind].values())) for kind, title in RESULT_KINDS.items()
    )
    return ServicePage(f"{settings.address}/sparql", tuple(formats), tuple(settings.limits))
