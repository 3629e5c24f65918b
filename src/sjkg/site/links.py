"""Page model of the links to other datasets, with filters by dataset, match and verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sjkg.core.vocabulary import expand
from sjkg.describe.links import PREDICATES, Link, select_value, short_name
from sjkg.site.context import PageContext
from sjkg.site.model import Thing

FILTERS = {"dataset": "Dataset", "match": "Kind of match", "verdict": "Verdict"}


@dataclass(frozen=True)
class ListedLink:
    """A link in the table. link: IRI of the link itself. thing: of the graph. other: IRI of the thing of the dataset."""

    link: str
    thing: Thing
    match: Thing
    is_refused: bool
    dataset: Thing
    other: str
    identifier: str
    evidence: tuple[str, ...]
    status: Thing
    notes: tuple[str, ...]


@dataclass(frozen=True)
class LinkFilter:
    """A filter. name: of the URL parameter. choices: value, label and number of links of each; chosen: a value or ""."""

    name: str
    title: str
    choices: tuple[tuple[str, str, int], ...]
    chosen: str


@dataclass(frozen=True)
class LinksPage:
    """Content of the page of all links.

    total: number of links without filters. sssom: path of the links of the chosen dataset as an SSSOM table. predicates:
    names of the predicates with which the links are offered, each with the path of the triples as N-Triples.
    """

    total: int
    rows: tuple[ListedLink, ...]
    filters: tuple[LinkFilter, ...]
    sssom: str
    predicates: tuple[tuple[str, str], ...]


def links_page(context: PageContext, links: Sequence[Link], chosen: Mapping[str, str]) -> LinksPage:
    """Return the page (dataclass for HTML and JSON) of links.

    links: all. chosen: a dict from the names of FILTERS to values, "" for any value. Raises BadParameter, with the known
    values, for a value that no link has.
    """
    found = list(links)
    for name in FILTERS:
        if value := chosen.get(name, ""):
            known = {short_name(getattr(link, name)): getattr(link, name) for link in links}
            select_value(links, name, known.get(value, expand(value)), value)
            found = [link for link in found if getattr(link, name) == known.get(value, expand(value))]
    iris = {iri for link in links for iri in (link.thing, link.match, link.dataset, link.verdict, link.status)}
    things = {iri: Thing(iri, name) for iri, name in context.labels.names(iris).items()}
    dataset = {"dataset": chosen["dataset"]} if chosen.get("dataset") else {}
    return LinksPage(
        total=len(links),
        rows=tuple(_row(link, things) for link in found),
        filters=tuple(_filter(name, links, things, chosen.get(name, "")) for name in FILTERS),
        sssom=_path("/links.sssom.tsv", dataset),
        predicates=tuple((name, _path("/links.nt", {"predicate": name} | dataset)) for name in PREDICATES),
    )


def _path(path: str, parameters: Mapping[str, str]) -> str:
    """Return a path with URL parameters, if there are any."""
    return f"{path}?{urlencode(parameters, safe=':')}" if parameters else path


def _row(link: Link, things: Mapping[str, Thing]) -> ListedLink:
    """Return the row of a link. things: by IRI."""
    return ListedLink(
        link.iri,
        things[link.thing],
        things[link.match],
        not link.is_accepted,
        things[link.dataset],
        link.other,
        link.identifier or link.other,
        link.evidence,
        things[link.status],
        link.notes,
    )


def _filter(name: str, links: Sequence[Link], things: Mapping[str, Thing], chosen: str) -> LinkFilter:
    """Return a filter with the numbers of links for each of its values. things: by IRI."""
    counts = Counter(getattr(link, name) for link in links)
    choices = sorted((things[iri].name, short_name(iri), count) for iri, count in counts.items())
    return LinkFilter(name, FILTERS[name], tuple((value, label, count) for label, value, count in choices), chosen)
