"""The datasets of other sources: their descriptions, what they are made from, and the links of their records with our things.

The description of each dataset is in graph:origins, and the accepted links with its records are in graph:linked/NAME.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, own
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.model import Thing
from sjkg.site.source_model import RELATIONS, Dependence, Relation, SourceDataset, web_address
from sjkg.snapshot.index.precomputed import Row

NUMBERS = re.compile(r"\d+")
SAME_THING = f"{ONTOLOGY}sameThing"
PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
# Sites whose contents are made from each other: a dataset made from one of them confirms no article of another one.
COMMON_ORIGINS = ("wikipedia.org", "wikidata.org", "wikimedia.org", "dbpedia.org")


@dataclass(frozen=True)
class LinkedRecord:
    """A record of a dataset that an accepted link relates to an event. dataset: its name."""

    dataset: str
    iri: str
    relation: Relation


class LinkedDatasets:
    """The datasets beside a graph and the links with them, read once for a snapshot; thread-safe."""

    def __init__(self, labels: SnapshotLabels):
        """Take the labels of the snapshot."""
        self._labels = labels

    @cached_property
    def datasets(self) -> Mapping[str, SourceDataset]:
        """The datasets by name, in the order of their titles."""
        rows = PageContext(self._labels).query_graphs("other-datasets", (own().origins,))
        by_iri: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_iri[row["dataset"].value].append(row)
        origins = {
            iri: tuple(dict.fromkeys(row["origin"].value for row in found if "origin" in row))
            for iri, found in by_iri.items()
        }
        read = (_read_dataset(iri, found, origins) for iri, found in by_iri.items())
        return {dataset.name: dataset for dataset in read}

    @cached_property
    def records(self) -> Mapping[str, tuple[LinkedRecord, ...]]:
        """The records that are linked with each thing of the graph, by its IRI: the same things first."""
        found: dict[str, list[LinkedRecord]] = defaultdict(list)
        for name, rows in self._links.items():
            for row in rows:
                relation = RELATIONS[row["match"].value]
                found[row["thing"].value].append(LinkedRecord(name, row["record"].value, relation))
        order = list(RELATIONS.values())
        return {iri: tuple(sorted(of, key=lambda each: order.index(each.relation))) for iri, of in found.items()}

    def events(self) -> list[str]:
        """Return the IRIs of the events with which a record is linked, sorted."""
        return sorted(iri for iri in self.records if iri.startswith(PREFIXES["event"]))

    @cached_property
    def own_things(self) -> Mapping[str, str]:
        """The things of the graph by the IRI that another dataset has for the same thing, for all accepted links."""
        rows = [*PageContext(self._labels).query("linked-records")]
        for links in self._links.values():
            rows += links
        return {row["record"].value: row["thing"].value for row in rows if row["match"].value == SAME_THING}

    @cached_property
    def _links(self) -> Mapping[str, list[Row]]:
        """The rows of the links with each dataset, by its name."""
        context = PageContext(self._labels)
        return {name: context.query_graphs("linked-records", (f"{own().linked}/{name}",)) for name in self.datasets}

    @cached_property
    def loss_kinds(self) -> frozenset[str]:
        """The IRIs of the kinds of quantities that are losses."""
        return frozenset(row["quantity"].value for row in PageContext(self._labels).query("loss-quantities"))


def _read_dataset(iri: str, rows: Sequence[Row], origins: Mapping[str, Sequence[str]]) -> SourceDataset:
    """Return the dataset of query rows. origins: what each dataset is made from, by IRI."""
    row = rows[0]
    names = {each["origin"].value: each["originName"].value for each in rows if "originName" in each}
    rights = {each["rights"].value for each in rows if "rights" in each}

    def text(name: str) -> str:
        return row[name].value if name in row else ""

    return SourceDataset(
        iri=iri,
        name=iri.removeprefix(own().datasets),
        title=text("title"),
        publisher=text("publisher"),
        licence=text("licence"),
        url=web_address(text("url")),
        version=text("version"),
        credit=text("credit"),
        description=text("description"),
        derived_from=tuple(Thing(origin, names.get(origin) or _site_name(origin)) for origin in origins[iri]),
        dependence=find_dependence(iri, origins, own().about.article),
        is_private=bool(rights - {PUBLIC}),
    )


def _site_name(iri: str) -> str:
    """Return the host of the address of a whole site, such as en.wikipedia.org, and any other IRI unchanged."""
    parts = urlsplit(iri)
    return parts.hostname if parts.hostname and parts.path in ("", "/") and not parts.query else iri


def find_dependence(dataset: str, origins: Mapping[str, Sequence[str]], article: str) -> Dependence:
    """Return whether a dataset is made, directly or through others, from the site of an article.

    origins: a dict from the IRI of each dataset to those of what it is made from. A dataset that is not said to be made
    from anything is “not stated”, and so is one made from such a dataset.
    """
    sites = COMMON_ORIGINS if _is_on(article, COMMON_ORIGINS) else (urlsplit(article).hostname or article,)
    reached, todo = {dataset}, [dataset]
    while todo:
        new = set(origins.get(todo.pop(), ())) - reached
        reached |= new
        todo += new
    if any(_is_on(iri, sites) for iri in reached - {dataset}):
        return "derived"
    is_complete = all(origins[iri] for iri in reached if iri in origins) and not reached <= origins.keys()
    return "independent" if is_complete else "not stated"


def _is_on(address: str, sites: Iterable[str]) -> bool:
    """Return whether the host of an address is one of some sites or below it."""
    host = urlsplit(address).hostname or ""
    return any(host == site or host.endswith(f".{site}") for site in sites)


def find_place(dataset: SourceDataset, iri: str) -> str:
    """Return the file and lines that an IRI such as …/battles.csv#L3-L5 names as text; "" for ""."""
    file, _, lines = iri.removeprefix(f"{dataset.iri}/").partition("#")
    numbers = list(dict.fromkeys(NUMBERS.findall(lines)))
    return f"{file}, line{'s' * (len(numbers) > 1)} {'–'.join(numbers)}" if numbers else file
