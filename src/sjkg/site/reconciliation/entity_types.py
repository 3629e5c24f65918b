"""Types of entities in the reconciliation service: the classes of the ontology for events, actors, places, treaties, works."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NotRequired, TypedDict

from sjkg.core.vocabulary import ONTOLOGY, expand
from sjkg.site.context import SnapshotLabels

# The first path segment of the IRI of an entity, after the namespace, and the class of all entities with it
MAIN_CLASSES = {
    kind: ONTOLOGY + name
    for kind, name in (
        ("event", "Event"),
        ("actor", "Actor"),
        ("place", "Place"),
        ("treaty", "Treaty"),
        ("work", "Work"),
    )
}


class EntityType(TypedDict):
    """A class of entities. id: local name in our ontology, such as “BorderIncident”. name: label, such as “border incident”."""

    id: str
    name: str


class DescribedType(EntityType):
    """A class with its definition, and the classes of which it is a direct subclass."""

    description: str
    broader: NotRequired[list[EntityType]]


@dataclass(frozen=True)
class EntityTypes:
    """The classes of one snapshot to which an entity can belong: MAIN_CLASSES and the classes below them.

    names: label of each class by IRI. broader: by IRI of a class, the IRIs of those of these classes of which it is a direct
    subclass. definitions: by IRI.
    """

    names: Mapping[str, str]
    broader: Mapping[str, tuple[str, ...]]
    definitions: Mapping[str, str]

    def find(self, text: str) -> str | None:
        """Return the IRI of the class that a text names, None if it names none.

        text: the local name, the label (both in any case), the CURIE or the IRI of the class.
        """
        iri = expand(text.strip())
        if iri in self.names:
            return iri
        return self._by_name.get(text.strip().casefold())

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """The classes by local name and by label, in small letters."""
        by_label = {name.casefold(): iri for iri, name in self.names.items()}
        return by_label | {iri.removeprefix(ONTOLOGY).casefold(): iri for iri in self.names}

    def superclasses(self, iri: str) -> set[str]:
        """Return the IRIs of a class and of all its superclasses."""
        found, waiting = {iri}, [iri]
        while waiting:
            new = [each for each in self.broader[waiting.pop()] if each not in found]
            found.update(new)
            waiting += new
        return found

    def entity_type(self, iri: str) -> EntityType:
        """Return id and name of the class with this IRI."""
        return {"id": iri.removeprefix(ONTOLOGY), "name": self.names[iri]}

    def described_type(self, iri: str) -> DescribedType:
        """Return the class with this IRI with its definition and direct superclasses."""
        name, definition = self.names[iri], self.definitions.get(iri, "")
        described: DescribedType = {"id": iri.removeprefix(ONTOLOGY), "name": name, "description": definition}
        if self.broader[iri]:
            described["broader"] = [self.entity_type(each) for each in self.broader[iri]]
        return described


def read_entity_types(labels: SnapshotLabels) -> EntityTypes:
    """Return the classes to which entities of a snapshot can belong."""
    names = {row["kind"].value: row["label"].value for row in labels.kinds}
    broader: dict[str, list[str]] = {iri: [] for iri in names}
    for row in labels.kinds:
        if "super" in row and row["super"].value in names:
            broader[row["kind"].value].append(row["super"].value)
    below = set(_with_subclasses(MAIN_CLASSES.values(), broader))
    return EntityTypes(
        {iri: name for iri, name in names.items() if iri in below},
        {iri: tuple(each for each in broader[iri] if each in below) for iri in below},
        labels.definitions,
    )


def _with_subclasses(classes: Iterable[str], broader: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield the IRIs of classes and of all their subclasses. broader: the direct superclasses of each class."""
    found = set(classes)
    while new := {iri for iri, supers in broader.items() if iri not in found and found.intersection(supers)}:
        found |= new
    yield from (iri for iri in broader if iri in found)
