"""Previews of entities, for a small frame beside a table, and of entities, types and properties for flyouts.

Source: Reconciliation Service API 0.2, “Preview Service” and “Flyout Services”
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, own
from sjkg.site.context import SnapshotLabels
from sjkg.site.paths import local_page_path
from sjkg.site.reconciliation.entities import Entities
from sjkg.site.reconciliation.properties import EntityProperty
from sjkg.site.wording import edtf_in_words, event_date_in_words

WIDTH, HEIGHT = 420, 300  # of the frame, in pixels
MAX_FACT_VALUES = 4
FACTS = ("date", "issued", "place", "whole", "participant", "state", "rank", "party", "author", "event", "other-name")
IN_EDTF = ("issued",)


@dataclass(frozen=True)
class Fact:
    """A property of the entity of a preview. values: labels or texts, at most MAX_FACT_VALUES. more: the number of others."""

    name: str
    values: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Preview:
    """A short description of an entity, a type or a property.

    name: its label. kind: such as “battle”, or “type”. path: URL path of its page, "" if it has none. description: a sentence, or
    "". facts: of an entity, its most important properties.
    """

    name: str
    kind: str
    path: str
    description: str
    facts: tuple[Fact, ...] = ()


def preview_entity(
    labels: SnapshotLabels, entities: Entities, properties: Mapping[str, EntityProperty], text: str
) -> Preview:
    """Return the preview of an entity. text: as for `Entities.find`. Raises UnknownName if it identifies no entity."""
    found = entities.find(text, ())
    if not found:
        raise UnknownName(f"there is no entity “{text[:100]}”; search for it at /search")
    thing = found[0].thing
    description = properties["description"].read([thing]).get(thing, ())
    return Preview(
        labels.names([thing])[thing],
        ", ".join(dict.fromkeys(each["name"] for each in entities.types_of(thing)[:1])),
        local_page_path(thing),
        next((term.value for term in description), ""),
        tuple(fact for name in FACTS if (fact := _read_fact(labels, properties[name], thing))),
    )


def preview_type(entities: Entities, text: str) -> Preview:
    """Return the preview of a class. text: as for `EntityTypes.find`. Raises UnknownName for any other text."""
    iri = entities.types.find(text)
    if not iri:
        raise UnknownName(f"there is no type “{text[:100]}”; all are at /reconcile/suggest/type")
    described = entities.types.described_type(iri)
    return Preview(described["name"], "type", local_page_path(iri), described["description"])


def preview_property(properties: Mapping[str, EntityProperty], text: str) -> Preview:
    """Return the preview of a property. text: its id. Raises UnknownName for any other text."""
    if text not in properties:
        raise UnknownName(f"there is no property “{text[:100]}”; all are at /reconcile/suggest/property")
    prop = properties[text]
    types = ", ".join(each.removeprefix(ONTOLOGY) for each in prop.types)
    return Preview(prop.name, f"property of {types}" if types else "property of all types", "", prop.description)


def _read_fact(labels: SnapshotLabels, prop: EntityProperty, thing: str) -> Fact | None:
    """Return a property of a thing as a fact, None if it has no values. The date of an event is given in words."""
    if prop.id == "date" and (row := labels.index.events_of([thing]).get(thing)):
        words = event_date_in_words(row)
        return Fact("date", (words,), 0) if words else None
    terms = prop.read([thing]).get(thing, [])
    names = labels.names(term.value for term in terms if isinstance(term, Iri) and term.value.startswith(own().ids))
    texts = [names.get(term.value, term.value) for term in terms[:MAX_FACT_VALUES]]
    texts = [edtf_in_words(text) for text in texts] if prop.id in IN_EDTF else texts
    return Fact(prop.name, tuple(texts), max(0, len(terms) - MAX_FACT_VALUES)) if terms else None
