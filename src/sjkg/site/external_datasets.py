"""Page models of external datasets: the list, one dataset with its things, and one thing of a dataset."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sjkg.core.errors import BadParameter, BrokenInput, UnknownName
from sjkg.core.terms import Iri, is_absolute, is_valid_term, to_ntriples
from sjkg.core.vocabulary import ONTOLOGY, curie, expand, own
from sjkg.datasets.read import ExternalDataset
from sjkg.matching.link_tables import LinkTable, read_links
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.model import Property, Thing, Value
from sjkg.site.source_datasets import find_place
from sjkg.site.source_model import Relation, SourceDataset, web_address
from sjkg.snapshot.index.precomputed import Row

THINGS_PER_PAGE = 50
MAX_LINKS = 100  # that a page shows
MAX_STATEMENTS = 500  # of a thing, as in record-statements.rq
FAMILIES = {
    "published": "as published",
    "translated": "in the terms of this site",
    "linked": "accepted links from things of this graph to its own",
    "origins": "its description, and the lines of its files that state each thing",
}
PROVENANCE = "provenance-of-record"  # saved query
TOP_CLASSES = {
    "events": "Event",
    "actors": "Actor",
    "places": "Place",
}  # of the lists that datasets can have things for


@dataclass(frozen=True)
class DatasetSummary:
    """A dataset in the list. statements: their number, as published. things: number of those with a name. links: number of accepted ones."""

    dataset: SourceDataset
    path: str
    statements: int
    things: int
    links: int


@dataclass(frozen=True)
class DatasetsPage:
    """Content of the list of external datasets."""

    datasets: tuple[DatasetSummary, ...]


@dataclass(frozen=True)
class KindOfThings:
    """A class of things of a dataset. kind: IRI and label; IRI "" for things without a class. total, named: their number, and of those with a name. query: URL query string that lists these."""

    kind: Thing
    total: int
    named: int
    query: str


@dataclass(frozen=True)
class DatasetGraph:
    """A graph of a dataset. content: in words. triples: their number. clause: a FROM clause. path: of the graph as a document."""

    iri: str
    content: str
    triples: int
    clause: str
    path: str


@dataclass(frozen=True)
class DatasetFile:
    """A data file of a dataset. sha256: in hexadecimal. path: for its download."""

    name: str
    sha256: str
    path: str


@dataclass(frozen=True)
class DatasetThing:
    """A thing of a dataset. name: "" if only its IRI is known. path: of its page. same: the same thing of this graph, None without a link."""

    iri: str
    name: str
    kind: str
    path: str
    same: Thing | None


@dataclass(frozen=True)
class DatasetLink:
    """An accepted link. relation: of the thing of the dataset to that of this graph."""

    thing: Thing
    relation: Relation
    other: DatasetThing


@dataclass(frozen=True)
class ExternalDatasetPage:
    """Content of the page of an external dataset.

    kinds: classes of its things. kind: the one whose things are listed, "" for all. things: those with a name, on this page;
    total: their number on all pages. links: at most MAX_LINKS accepted ones; accepted, refused, undecided: number of links, the
    last two None if the table of links cannot be read. links_path: of the table of links, "" without one. question: path of the saved query for provenance.
    query: a query of the dataset, to copy.
    """

    summary: DatasetSummary
    kinds: tuple[KindOfThings, ...]
    graphs: tuple[DatasetGraph, ...]
    files: tuple[DatasetFile, ...]
    links: tuple[DatasetLink, ...]
    accepted: int
    refused: int | None
    undecided: int | None
    links_path: str
    kind: str
    things: tuple[DatasetThing, ...]
    total: int
    page: int
    pages: int
    question: str
    query: str


@dataclass(frozen=True)
class RecordPage:
    """Content of the page of a thing of an external dataset.

    links: related things of this graph. published, translated: its statements, as published and in the terms of this site; translated
    is empty if they are the same. places: files and lines that state it. url: of the thing on the web, "" if it has no web address. question: path of
    the saved query for provenance.
    """

    dataset: SourceDataset
    thing: DatasetThing
    url: str
    links: tuple[DatasetLink, ...]
    published: tuple[Property, ...]
    translated: tuple[Property, ...]
    places: tuple[str, ...]
    question: str


@dataclass(frozen=True)
class ThingsElsewhere:
    """The number of things of a kind that a dataset has, and the path of their list."""

    title: str
    path: str
    total: int


def datasets_page(context: PageContext, graphs: Mapping[str, int]) -> DatasetsPage:
    """Return the page (dataclass for HTML and JSON) of all external datasets that are not private. graphs: numbers of triples by IRI."""
    datasets = context.labels.linked.datasets.values()
    return DatasetsPage(tuple(_summary(context.labels, dataset, graphs) for dataset in datasets))


def dataset_page(
    context: PageContext, name: str, graphs: Mapping[str, int], folder: ExternalDataset | None, kind: str, page: int
) -> ExternalDatasetPage:
    """Return the page (dataclass for HTML and JSON) of an external dataset.

    graphs: numbers of triples by IRI. folder: the dataset in the knowledge base; None if it is not there any more. kind: class of the listed things, as prefixed name or IRI, "" for
    all. page: number of the page of the list, from 1. Raises UnknownName for an unknown dataset, and BadParameter for a class that it has not.
    """
    labels, dataset = context.labels, find_source(context.labels, name)
    kinds = labels.external.kinds.get(name, [])
    iri = expand(kind)
    if kind and iri not in {each for each, *_ in kinds}:
        raise BadParameter(f"{dataset.title} has no things of the class “{kind}”; choose one at /datasets/{name}")
    total = sum(named for each, _, named in kinds if not kind or each == iri)
    rows = labels.external.things(name, iri, THINGS_PER_PAGE, (page - 1) * THINGS_PER_PAGE)
    class_names = labels.names({each for each, *_ in kinds} | {each for _, each, _ in rows} - {""})
    own_names = labels.names(labels.external.own_things.get(each, "") for each, *_ in rows)
    table = _read_table(folder)
    accepted = list(_links(labels, name, MAX_LINKS))
    return ExternalDatasetPage(
        summary=_summary(labels, dataset, graphs),
        kinds=tuple(
            KindOfThings(
                Thing(each, class_names[each] if each else "without a class"), count, named, _query(kind=curie(each))
            )
            for each, count, named in kinds
        ),
        graphs=tuple(_graphs(name, graphs)),
        files=tuple(
            DatasetFile(file, sha256, f"{dataset_path(name)}/{quote(file)}")
            for file, sha256 in file_hashes(context, name).items()
        ),
        links=tuple(accepted),
        accepted=_count_links(labels, name),
        refused=sum(row.is_refused for row in table.rows) if table else None,
        undecided=sum(not row.is_decided for row in table.rows) if table else None,
        links_path=f"{dataset_path(name)}/{folder.links.name}" if folder and folder.links.is_file() else "",
        kind=curie(iri),
        things=tuple(
            dataset_thing(name, each, label, class_names.get(of, ""), own_names, labels.external.own_things)
            for each, of, label in rows
        ),
        total=total,
        page=page,
        pages=max(1, -(-total // THINGS_PER_PAGE)),
        question=_question(rows[0][0]) if rows else "",
        query=_example_query(name),
    )


def record_page(context: PageContext, name: str, iri: str) -> RecordPage:
    """Return the page (dataclass for HTML and JSON) of a thing of an external dataset.

    name: of the dataset. iri: of the thing. Raises UnknownName if there is no such dataset, or nothing is stated about the thing.
    """
    labels, dataset = context.labels, find_source(context.labels, name)
    if not (is_absolute(iri) and is_valid_term(Iri(iri))):
        raise BadParameter(f"“{iri}” is not an IRI of a thing; its things are listed at /datasets/{name}")
    rows = {
        family: context.query_graphs("record-statements", (f"{graph}/{name}",), (iri,))
        for family, graph in (("published", own().published), ("translated", own().translated))
    }
    if not any(rows.values()):
        raise UnknownName(f"{dataset.title} states nothing about <{iri}>; its things are listed at /datasets/{name}")
    places = context.query_graphs("record-places", (f"{own().origins}/{name}",), (iri,))
    names = labels.external.names(name, iri)
    same = labels.external.own_things.get(iri)
    thing = dataset_thing(
        name, iri, names[0][0] if names else "", "", labels.names([same] if same else []), {iri: same or ""}
    )
    is_same = {_pair(row) for row in rows["published"]} == {_pair(row) for row in rows["translated"]}
    return RecordPage(
        dataset=dataset,
        thing=thing,
        url="" if iri.startswith(own().all_own) else web_address(iri),
        links=tuple(each for each in _links(labels, name) if each.other.iri == iri),
        published=_properties(labels, rows["published"]),
        translated=() if is_same else _properties(labels, rows["translated"]),
        places=tuple(dict.fromkeys(find_place(dataset, row["place"].value) for row in places)),
        question=_question(iri),
    )


def find_source(labels: SnapshotLabels, name: str) -> SourceDataset:
    """Return the description of an external dataset. Raises UnknownName, with the list, for an unknown or private one."""
    datasets = labels.linked.datasets
    if name not in datasets:
        known = f"the datasets are {', '.join(datasets)}" if datasets else "this graph has none"
        raise UnknownName(f"there is no dataset “{name}”; {known}")
    return datasets[name]


def dataset_path(name: str) -> str:
    """Return the URL path of the page of a dataset."""
    return f"/datasets/{name}"


def record_path(dataset: str, iri: str) -> str:
    """Return the URL path and query string of the page of a thing of a dataset."""
    return f"{dataset_path(dataset)}/record?iri={quote(iri, safe=':/')}"


def things_elsewhere(labels: SnapshotLabels, name: str) -> tuple[ThingsElsewhere, ...]:
    """Return for each external dataset and class the named things of the kind of a list of ours. name: of the list, such as events."""
    if name not in TOP_CLASSES:
        return ()
    classes = _subclasses(labels, ONTOLOGY + TOP_CLASSES[name])
    return tuple(
        ThingsElsewhere(dataset.title, f"{dataset_path(dataset.name)}{_query(kind=curie(kind))}", named)
        for dataset in labels.linked.datasets.values()
        for kind, _, named in labels.external.kinds.get(dataset.name, [])
        if kind in classes and named
    )


def _subclasses(labels: SnapshotLabels, top: str) -> set[str]:
    """Return a class of our ontology and those below it."""
    found, new = {top}, {top}
    while new:
        new = {row["kind"].value for row in labels.kinds if "super" in row and row["super"].value in new} - found
        found |= new
    return found


def _summary(labels: SnapshotLabels, dataset: SourceDataset, graphs: Mapping[str, int]) -> DatasetSummary:
    """Return a dataset as it is listed."""
    return DatasetSummary(
        dataset,
        dataset_path(dataset.name),
        graphs.get(f"{own().published}/{dataset.name}", 0),
        sum(named for _, _, named in labels.external.kinds.get(dataset.name, [])),
        _count_links(labels, dataset.name),
    )


def _count_links(labels: SnapshotLabels, name: str) -> int:
    """Return the number of accepted links with a dataset."""
    return Counter(each.dataset for of in labels.linked.records.values() for each in of)[name]


def _links(labels: SnapshotLabels, name: str, limit: int | None = None) -> Iterable[DatasetLink]:
    """Return the accepted links with a dataset in the order of the IRIs of our things. limit: their largest number."""
    found = [
        (thing, each)
        for thing, linked in sorted(labels.linked.records.items())
        for each in linked
        if each.dataset == name
    ][:limit]
    names = labels.names(thing for thing, _ in found)
    for thing, each in found:
        known = labels.external.names(name, each.iri)
        label = known[0][0] if known else ""
        other = dataset_thing(name, each.iri, label, "", names, labels.external.own_things)
        yield DatasetLink(Thing(thing, names[thing]), each.relation, other)


def dataset_thing(
    dataset: str, iri: str, name: str, kind: str, own_names: Mapping[str, str], own_things: Mapping[str, str]
) -> DatasetThing:
    """Return a thing of a dataset. own_names: labels of things of ours by IRI. own_things: these by the IRI of the same thing."""
    same = own_things.get(iri, "")
    ours = Thing(same, own_names[same]) if same in own_names and same else None
    return DatasetThing(iri, name, kind, record_path(dataset, iri), ours)


def _graphs(name: str, graphs: Mapping[str, int]) -> Iterable[DatasetGraph]:
    """Yield the graphs of a dataset that have triples."""
    for family, content in FAMILIES.items():
        iri = f"{own().graphs}{'datasets' if family == 'published' else family}/{name}"
        if graphs.get(iri):
            yield DatasetGraph(iri, content, graphs[iri], f"FROM <{iri}>", f"/graph/{iri.removeprefix(own().graphs)}")


def file_hashes(context: PageContext, name: str) -> dict[str, str]:
    """Return a dict from the name of each data file of a dataset to its SHA-256 when it was read, in hexadecimal."""
    rows = context.query_graphs("dataset-files", (f"{own().origins}/{name}",))
    return {row["name"].value: row["sha256"].value for row in rows}


def _read_table(folder: ExternalDataset | None) -> LinkTable | None:
    """Return the table of links of a dataset, empty if it has none; None if it cannot be read."""
    if folder is None or not folder.links.is_file():
        return LinkTable()
    try:
        return read_links(folder.links)
    except BrokenInput:
        return None


def _properties(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Property, ...]:
    """Return statements by property. rows: with ?property and ?value."""
    found: dict[str, list[Value]] = {}
    iris = [row["value"].value for row in rows if isinstance(row["value"], Iri)]
    names = labels.names([*iris, *(row["property"].value for row in rows)])
    for row in rows:
        term = row["value"]
        is_iri = isinstance(term, Iri)
        text = names[term.value] if is_iri else term.value
        language, datatype = getattr(term, "language", None), getattr(term, "datatype", None)
        value = Value(text, term.value if is_iri else None, language, datatype, ())
        found.setdefault(row["property"].value, []).append(value)
    return tuple(Property(iri, names[iri], tuple(values)) for iri, values in found.items())


def _pair(row: Row) -> tuple[object, object]:
    """Return property and value of a statement."""
    return row["property"], row["value"]


def _question(iri: str) -> str:
    """Return the path of the saved query for the provenance of a thing's statements."""
    return f"/questions/{PROVENANCE}?{urlencode({'record': iri}, safe=':/')}"


def _query(**parameters: str) -> str:
    """Return a URL query string."""
    return f"?{urlencode(parameters, safe=':')}"


def _example_query(name: str) -> str:
    """Return a query for the names of the things of a dataset beside the same things of ours."""
    lines = (
        "SELECT ?ours ?theirs ?name",
        *(f"FROM {to_ntriples(Iri(f'{graph}/{name}'))}" for graph in (own().translated, own().linked)),
        "WHERE {",
        "  ?theirs skos:prefLabel ?name",
        "  OPTIONAL { ?ours sjkg:sameThing ?theirs }",
        "}",
    )
    return "\n".join(lines)
