"""Entities of the reconciliation service: their classes, and the texts that identify them here and in other datasets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from sjkg.core.vocabulary import ONTOLOGY, curie, expand, own
from sjkg.matching.record_table import RecordTable
from sjkg.matching.records import read_identifier
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import REFUSED
from sjkg.site.reconciliation.entity_types import MAIN_CLASSES, EntityType, EntityTypes, read_entity_types

MAX_IRI_CHARACTERS = 1000
PAGE_FOLDERS = ("/id/", "/page/", "/data/")  # of our site, followed by the id of an entity
ID = re.compile(rf"((?:{'|'.join(MAIN_CLASSES)})/[\w-]+)(?:\.[a-z]+)?/?(?:[?#].*)?", re.ASCII)
SAME = f"{ONTOLOGY}sameThing"
# How an entity is related to a thing of another dataset, by the property of the link; by other ones it is “related to” it
RELATIONS = {
    SAME: "the same as",
    f"{ONTOLOGY}near": "nearly the same as",
    f"{ONTOLOGY}partOf": "a part of",
    f"{ONTOLOGY}hasPart": "a whole with the part",
}


ANOTHER_DATASET = "another dataset"


def describe_name(name: str, source: str) -> str:
    """Return a phrase with a name of an entity, such as: also named “Senlac Hill”. source: the dataset that alone has it, "" if this graph has it."""
    return f"named “{name}” in {source}" if source else f"also named “{name}”"


@dataclass(frozen=True)
class Identification:
    """An entity that a text identifies. thing: its IRI. is_same: False for an entity that is only similar to the
    identified thing or replaces it. reason: how it is identified, "" for its own id.
    """

    thing: str
    is_same: bool = True
    reason: str = ""


@dataclass(frozen=True)
class DatasetIdentifier:
    """An identifier, in another dataset, of a thing that is linked to an entity.

    thing: IRI of the entity. dataset: IRI of the dataset. text: the identifier, such as Q188925. iri: that of the thing in
    the other dataset. match: IRI of the property that links the entity to it.
    """

    thing: str
    dataset: str
    text: str
    iri: str
    match: str

    @property
    def is_exact(self) -> bool:
        """Return whether the entity is the same as the thing in the other dataset."""
        return self.match == SAME


class Entities:
    """The entities of one snapshot: things with a name whose IRI is of a kind in MAIN_CLASSES. Everything is read once."""

    def __init__(self, labels: SnapshotLabels) -> None:
        self._labels = labels

    @cached_property
    def types(self) -> EntityTypes:
        """The classes to which entities can belong."""
        return read_entity_types(self._labels)

    @cached_property
    def _classes(self) -> dict[str, dict[str, bool]]:
        """The classes of each thing, by its IRI: a dict from the IRI of the class to whether it is asserted."""
        found: dict[str, dict[str, bool]] = {}
        for row in PageContext(self._labels).query("types-of-entities"):
            if row["type"].value in self.types.names:
                classes = found.setdefault(row["thing"].value, {})
                is_asserted = row["graph"].value != own().inferred
                classes[row["type"].value] = classes.get(row["type"].value, False) or is_asserted
        return found

    @cached_property
    def identifiers(self) -> list[DatasetIdentifier]:
        """All identifiers of entities in other datasets."""
        return [
            DatasetIdentifier(
                row["thing"].value,
                row["dataset"].value,
                row["identifier"].value if "identifier" in row else row["other"].value,
                row["other"].value,
                row["match"].value,
            )
            for row in PageContext(self._labels).query("identity-links")
            if "verdict" not in row or row["verdict"].value != REFUSED
        ]

    @cached_property
    def datasets(self) -> tuple[str, ...]:
        """The last segments of the IRIs of the datasets with identifiers, such as “wikidata”."""
        return tuple(dict.fromkeys(each.dataset.rpartition("/")[2] for each in self.identifiers))

    @cached_property
    def records(self) -> RecordTable:
        """The records of all entities, with which rows are compared."""
        return self._labels.records

    @cached_property
    def _names_elsewhere(self) -> dict[tuple[str, str], str]:
        """The results of `source_of_name` by the IRI of an entity and a name."""
        found = {(each.thing, each.name): "" for each in self._labels.index.all_names() if not each.is_elsewhere}
        for name in self._labels.external.names_of_ours:
            found.setdefault((name.thing, name.name), self._labels.linked.datasets[name.dataset].title)
        for each in self._labels.index.all_names():
            found.setdefault((each.thing, each.name), ANOTHER_DATASET)
        return found

    def source_of_name(self, thing: str, name: str) -> str:
        """Return the title of the dataset, or “another dataset”, that alone has a name for an entity; "" if this graph has it."""
        return self._names_elsewhere.get((thing, name), "")

    @cached_property
    def _things_elsewhere(self) -> dict[tuple[str, str], list[DatasetIdentifier]]:
        """The identifiers in other datasets by scheme and value, as `read_identifier` gives them."""
        found: dict[tuple[str, str], list[DatasetIdentifier]] = {}
        for each in self.identifiers:
            read = read_identifier(each.iri)
            found.setdefault((read.scheme, read.value), []).append(each)
        return found

    @cached_property
    def _replacements(self) -> dict[str, list[str]]:
        """The IRIs of the entities that replace a retired one, by its IRI."""
        found: dict[str, list[str]] = {}
        for row in PageContext(self._labels).query("replaced-entities"):
            found.setdefault(row["thing"].value, []).append(row["value"].value)
        return found

    def has_any_type(self, thing: str, types: Iterable[str]) -> bool:
        """Return whether an entity belongs to at least one of some classes. types: their IRIs."""
        return not self._classes.get(thing, {}).keys().isdisjoint(types)

    def has_all_types(self, thing: str, types: Iterable[str]) -> bool:
        """Return whether an entity belongs to each of some classes. types: their IRIs."""
        return self._classes.get(thing, {}).keys() >= set(types)

    def types_of(self, thing: str) -> list[EntityType]:
        """Return the asserted classes of an entity, then the class of its kind, such as “battle” and “event”."""
        asserted = [iri for iri, is_asserted in self._classes.get(thing, {}).items() if is_asserted]
        main = MAIN_CLASSES[thing.removeprefix(own().ids).partition("/")[0]]
        return [
            self.types.entity_type(iri) for iri in dict.fromkeys([*sorted(asserted), main]) if iri in self.types.names
        ]

    def find(self, text: str, addresses: Iterable[str]) -> list[Identification]:
        """Return the entities that a text identifies, those that are the same first; empty if it identifies none.

        text: an id (event/x), a CURIE (event:x), an IRI with http or https, the URL of a page or document of the entity; or
        an IRI, the URL of a page, a CURIE (wd:Q1) or an identifier such as Q1 of the thing in another dataset.
        addresses: URLs of our site without final slash.
        """
        if len(text) > MAX_IRI_CHARACTERS:
            return []
        if iri := self._own_iri(text, addresses):
            if iri in self.records.records:
                return [Identification(iri)]
            replacing = (each for each in self._replacements.get(iri, ()) if ID.fullmatch(each.removeprefix(own().ids)))
            return [Identification(each, False, f"replaces {curie(iri)}") for each in replacing]
        found: dict[str, Identification] = {}
        given = read_identifier(text)
        for each in self._things_elsewhere.get((given.scheme, given.value), ()):
            dataset = self._labels.names([each.dataset])[each.dataset]
            reason = f"{RELATIONS.get(each.match, 'related to')} {each.text} in {dataset}"
            if each.is_exact or each.thing not in found:
                found[each.thing] = Identification(each.thing, each.is_exact, reason)
        return sorted(found.values(), key=lambda each: not each.is_same)

    @staticmethod
    def _own_iri(text: str, addresses: Iterable[str]) -> str | None:
        """Return the IRI of an entity, which may not exist, from an id, CURIE, IRI or URL of our site; None for other text."""
        name = expand(unquote(text.strip()))
        scheme, _, rest = name.partition("://")
        if scheme.lower() in ("http", "https"):
            pages = (address + folder for address in addresses for folder in PAGE_FOLDERS)
            bases = (url.partition("://")[2] for url in (own().ids, own().data, *pages))
            name = next((rest.removeprefix(base) for base in bases if rest.startswith(base)), "")
        match = ID.fullmatch(name)
        return own().ids + match[1] if match else None
