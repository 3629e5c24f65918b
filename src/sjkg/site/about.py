"""Page models about the project, the dataset, its downloads and the SPARQL endpoint.

A snapshot is an immutable build folder; its manifest holds counts, versions and the digests of its files. A dump is a
file of the snapshot for download, in one RDF format, with the whole graph or a part of it.
"""

from dataclasses import dataclass

from sjkg.core.settings import Limit, Settings
from sjkg.describe.dataset import DESCRIPTION, TITLE, download_path
from sjkg.describe.statements import LICENCE
from sjkg.site.citation import LICENCE_NAME, PUBLISHED_AS
from sjkg.site.paths import ARTICLE_URL
from sjkg.snapshot.dumps import all_dumps
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
    """Content of the page about the project.

    version: of sjkg. snapshot: SHA-256 (hex) of the inputs that the snapshot was built from. triples: their number in
    all named graphs. article: its URL. libraries: name and version of each Python package used in the build. scripts:
    name, version and licence of each npm package in the site's scripts.
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
    """Content of the page about the dataset.

    licence: IRI. version: of sjkg. built: date and time of the build (ISO 8601, UTC). triples: number of distinct
    triples. things: number of entities, such as events, actors and claims.
    """

    title: str
    description: str
    licence: str
    version: str
    built: str
    triples: int
    things: int


@dataclass(frozen=True)
class DumpFile:
    """A dump file.

    path: URL path. media_type: of the RDF format. is_compressed: with gzip. sha256: digest in hex.
    """

    name: str
    path: str
    media_type: str
    is_compressed: bool
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class DownloadsPage:
    """Content of the page of all dump files.

    licence: IRI. built: date and time of the build (ISO 8601, UTC). groups: dump files by content, each group as a
    title, such as “Asserted”, and its files.
    """

    licence: str
    built: str
    groups: tuple[tuple[str, tuple[DumpFile, ...]], ...]


@dataclass(frozen=True)
class ServicePage:
    """Content of the page about the SPARQL endpoint.

    address: URL of the endpoint. formats: “Tables” and “Graphs”, each with the media types of its results. limits: the
    settings that limit a query, each with its value.
    """

    address: str
    formats: tuple[tuple[str, tuple[str, ...]], ...]
    limits: tuple[Limit, ...]


def about_page(manifest: Manifest, scripts: tuple[tuple[str, str, str], ...]) -> AboutPage:
    """Return the page (dataclass for HTML and JSON) about the project, with versions and counts.

    manifest: of the served snapshot. scripts: name, version and licence of each npm package in the site's scripts.
    """
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
    """Return the page (dataclass for HTML and JSON) about the dataset. manifest: of the served snapshot."""
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
    """Return the page (dataclass for HTML and JSON) of all dump files. manifest: has their sizes and digests."""
    groups: dict[str, list[DumpFile]] = {}
    for dump in all_dumps(manifest.groups):
        path = download_path(dump)
        size_bytes, digest = manifest.files[path]
        file = DumpFile(dump.name, f"/{path}", dump.format.media_type, dump.is_compressed, size_bytes, digest)
        groups.setdefault(DUMP_GROUPS.get(dump.title, dump.title), []).append(file)
    return DownloadsPage(LICENCE.value, manifest.built, tuple((title, tuple(files)) for title, files in groups.items()))


def service_page(settings: Settings) -> ServicePage:
    """Return the page (dataclass for HTML and JSON) about the SPARQL endpoint of a server with these settings."""
    formats = (
        (title, tuple(f.media_type for f in FORMATS_OF_KINDS[kind].values())) for kind, title in RESULT_KINDS.items()
    )
    return ServicePage(f"{settings.address}/sparql", tuple(formats), tuple(settings.limits))
