"""Page models about the project, the dataset, its downloads and the SPARQL endpoint.

A snapshot is an immutable build folder; its manifest holds counts, versions and the digests of its files. A dump is a
file of the snapshot for download, in one RDF format, with the whole graph or a part of it.
"""

from dataclasses import dataclass

from sjkg.core.messages import count_noun
from sjkg.core.settings import Limit, Settings
from sjkg.core.vocabulary import own, shorten
from sjkg.describe.dataset import download_path
from sjkg.site.citation import as_text, cite_page
from sjkg.site.entity import EntityPage
from sjkg.snapshot.dumps import all_dumps
from sjkg.snapshot.manifest import Manifest
from sjkg.store.formats import FORMATS_OF_KINDS

DUMP_GROUPS = {
    "union": "Everything",
    "article": "What the article states (article)",
    "editorial": "Our conclusions and remarks (editorial)",
    "links": "Links to other datasets, and coordinates from them (links)",
    "asserted": "All that was not computed (asserted)",
    "derived": "Computed by rules of this site (derived)",
    "inferred": "What follows by general rules (inferred, OWL)",
}
RESULT_KINDS = {"bindings": "Tables", "graph": "Graphs"}


@dataclass(frozen=True)
class AboutPage:
    """Content of the page about the project.

    citation: of the dataset, as text. version: of sjkg. snapshot: SHA-256 (hex) of the inputs that the snapshot was
    built from. triples: number of quads; a triple in two named graphs counts twice. licence: its name. article: URL of
    the article. libraries: name and version of each Python package used in the build. scripts: name, version and
    licence of each npm package in the site's scripts.
    """

    citation: str
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

    licence: IRI. version: of sjkg. modified: day of the last change of the data (ISO 8601), None if unknown. triples:
    number of distinct triples in all named graphs. things: number of entities, such as events, actors and claims.
    """

    title: str
    description: str
    licence: str
    version: str
    modified: str | None
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

    licence: IRI. modified: day of the last change of the data (ISO 8601), None if unknown. groups: dump files by content, each group as a
    title, such as “Everything”, and its files.
    """

    licence: str
    modified: str | None
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

    manifest: of the served snapshot (built graph). scripts: name, version and licence of each npm package in the site's
    scripts.
    """
    return AboutPage(
        citation=as_text(cite_page(own().dataset, own().about.title, manifest)),
        version=manifest.versions["sjkg"],
        snapshot=manifest.inputs_sha256,
        triples=manifest.triples,
        licence=own().about.licence_name,
        article=own().about.article,
        libraries=tuple((name, version) for name, version in manifest.versions.items() if name != "sjkg"),
        scripts=scripts,
    )


def dataset_page(manifest: Manifest) -> DatasetPage:
    """Return the page (dataclass for HTML and JSON) about the dataset. manifest: of the served graph."""
    return DatasetPage(
        title=own().about.title,
        description=own().about.description,
        licence=own().about.licence,
        version=manifest.versions["sjkg"],
        modified=manifest.modified,
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
    return DownloadsPage(
        own().about.licence, manifest.modified, tuple((title, tuple(files)) for title, files in groups.items())
    )


def graph_page(iri: str, manifest: Manifest) -> EntityPage:
    """Return the page (dataclass for HTML and JSON) of a graph about which there are no statements.

    iri: of a named graph, a group of graphs or the union of all. manifest: of the served snapshot.
    """
    name = iri.removeprefix(own().graphs)
    triples = manifest.group_triples.get(iri, manifest.graphs.get(iri, 0))
    content = f"{DUMP_GROUPS[name]}: " if name in DUMP_GROUPS else ""
    description = f"{content}{count_noun(triples, 'statement')} (triples), which the files linked below contain"
    return EntityPage(iri, shorten(iri), f"graph “{name}”", (), description, (), (), (), ())


def service_page(settings: Settings, address: str) -> ServicePage:
    """Return the page (dataclass for HTML and JSON) about the SPARQL endpoint of a server with these settings.

    address: URL of the site, without a slash at the end.
    """
    formats = (
        (title, tuple(f.media_type for f in FORMATS_OF_KINDS[kind].values())) for kind, title in RESULT_KINDS.items()
    )
    return ServicePage(f"{address}/sparql", tuple(formats), tuple(settings.limits))
