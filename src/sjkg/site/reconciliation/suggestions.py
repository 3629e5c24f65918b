"""Suggestions for names that are being typed: of entities, of types and of properties.

Source: Reconciliation Service API 0.2, “Suggest Services”
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TypedDict, TypeVar

from sjkg.core.vocabulary import own
from sjkg.site.context import SnapshotLabels
from sjkg.site.reconciliation.entities import Entities, describe_name
from sjkg.site.reconciliation.entity_types import MAIN_CLASSES, DescribedType, EntityType
from sjkg.site.reconciliation.extension import ProposedProperty, describe_property
from sjkg.site.reconciliation.properties import EntityProperty
from sjkg.site.search_page import MAX_QUERY_CHARACTERS

MAX_SUGGESTIONS = 100
MIN_SCORE = 60  # of 100; below are things that are related to the name, such as the events of a person
T = TypeVar("T", DescribedType, ProposedProperty)


class EntitySuggestion(TypedDict):
    """An entity for a name that is being typed.

    id: end of its IRI, such as “event/…”. description: the matching name if it is not the preferred one, else "".
    notable: its classes.
    """

    id: str
    name: str
    description: str
    notable: list[EntityType]


def suggest_entities(
    labels: SnapshotLabels, entities: Entities, prefix: str, type_name: str, addresses: Collection[str]
) -> list[EntitySuggestion]:
    """Return at most MAX_SUGGESTIONS entities for a text that is being typed, the best match first.

    prefix: the text, of which the first MAX_QUERY_CHARACTERS are used; if it identifies entities, only they are suggested.
    type_name: as for `EntityTypes.find`; its entities come first; "" and unknown ones are ignored. addresses: URLs of our site
    without final slash.
    """
    described: dict[str, str] = {each.thing: each.reason for each in entities.find(prefix, addresses)}
    found: dict[str, str] = {}
    if not described:
        hits = labels.search.find(prefix[:MAX_QUERY_CHARACTERS])
        hits = [hit for hit in hits if hit.score >= MIN_SCORE and hit.kind in MAIN_CLASSES][:MAX_SUGGESTIONS]
        described, found = (
            {hit.thing: describe_name(hit.name, entities.source_of_name(hit.thing, hit.name)) for hit in hits},
            {hit.thing: hit.name for hit in hits},
        )
    names = labels.names(described)
    iri = entities.types.find(type_name)
    ordered = sorted(described, key=lambda thing: iri is not None and not entities.has_any_type(thing, (iri,)))
    return [
        {
            "id": thing.removeprefix(own().ids),
            "name": names[thing],
            "description": "" if found.get(thing) == names[thing] else described[thing],
            "notable": entities.types_of(thing),
        }
        for thing in ordered
    ]


def suggest_types(entities: Entities, text: str) -> list[DescribedType]:
    """Return the class that a text identifies, as `EntityTypes.find` does, and then those that `_matching` finds for it."""
    iri = entities.types.find(text)
    described = [entities.types.described_type(each) for each in sorted(entities.types.names)]
    first = [entities.types.described_type(iri)] if iri else []
    return first + [each for each in _matching(described, text) if each not in first]


def suggest_properties(properties: Iterable[EntityProperty], text: str) -> list[ProposedProperty]:
    """Return the properties that `_matching` finds for a text."""
    return _matching([describe_property(each) for each in properties], text)


def _matching(terms: Sequence[T], text: str) -> list[T]:
    """Return the types or properties that have a text anywhere in id, name or description; all of them for "".

    Capital and small letters are the same. Those whose id or name is the text are first, then those whose id or name begins with it, then those with it at the
    beginning of another word; others that have it come last.
    """
    wanted = text.strip().casefold()

    def rank(term: DescribedType | ProposedProperty) -> int | None:
        names: tuple[str, ...] = (term["id"].casefold(), term["name"].casefold())
        if wanted in names:
            return 0
        if any(name.startswith(wanted) for name in names):
            return 1
        if any(f" {wanted}" in name.replace("-", " ") for name in names):
            return 2
        return 3 if any(wanted in each for each in (*names, term["description"].casefold())) else None

    ranked = [(place, term) for term in terms if (place := rank(term)) is not None]
    return [term for _, term in sorted(ranked, key=lambda each: each[0])]
