"""Suggestions for names that are being typed: of entities, of types and of properties.

Source: Reconciliation Service API 0.2, “Suggest Services”
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sjkg.site.context import SnapshotLabels
from sjkg.site.reconciliation.candidates import Candidate, find_candidates
from sjkg.site.reconciliation.entities import Entities
from sjkg.site.reconciliation.entity_types import DescribedType, EntityType
from sjkg.site.reconciliation.extension import ProposedProperty, describe_property
from sjkg.site.reconciliation.properties import EntityProperty
from sjkg.site.reconciliation.queries import MAX_LIMIT, ReconciliationQuery

T = TypeVar("T", DescribedType, ProposedProperty)


class EntitySuggestion(Candidate):
    """A candidate for a name that is being typed. notable: its classes again, under the key that the API prescribes."""

    notable: list[EntityType]


def suggest_entities(
    labels: SnapshotLabels, entities: Entities, prefix: str, type_name: str, addresses: Iterable[str]
) -> list[EntitySuggestion]:
    """Return at most MAX_LIMIT entities for a text that is being typed, the best match first.

    prefix: the text; if it identifies an entity, only that one is suggested. type_name: as for `EntityTypes.find`; its
    entities come first; "" and unknown ones are ignored. addresses: URLs of our site without final slash.
    """
    iri = entities.types.find(type_name)
    query = ReconciliationQuery(prefix, (iri,) if iri else (), "should", MAX_LIMIT, ())
    found = find_candidates(labels, entities, query, addresses)
    return [{**each, "notable": each["type"]} for each in found]


def suggest_types(entities: Entities, prefix: str) -> list[DescribedType]:
    """Return the classes that match a text that is being typed, the best match first; all of them for ""."""
    iri = entities.types.find(prefix)
    described = [entities.types.described_type(each) for each in sorted(entities.types.names)]
    first = [entities.types.described_type(iri)] if iri else []
    return first + [each for each in _matching(described, prefix) if each not in first]


def suggest_properties(properties: Iterable[EntityProperty], prefix: str) -> list[ProposedProperty]:
    """Return the properties that match a text that is being typed, the best match first; all of them for ""."""
    return _matching([describe_property(each) for each in properties], prefix)


def _matching(terms: Sequence[T], prefix: str) -> list[T]:
    """Return the types or properties that have a text in id, name or description.

    Those whose id or name is the text are first, then those whose id or name begins with it, then those with it at the
    beginning of another word; others that have it come last.
    """
    text = prefix.strip().casefold()

    def rank(term: DescribedType | ProposedProperty) -> int | None:
        names: tuple[str, ...] = (term["id"].casefold(), term["name"].casefold())
        if text in names:
            return 0
        if any(name.startswith(text) for name in names):
            return 1
        if any(f" {text}" in name.replace("-", " ") for name in names):
            return 2
        return 3 if any(text in each for each in (*names, term["description"].casefold())) else None

    ranked = [(place, term) for term in terms if (place := rank(term)) is not None]
    return [term for _, term in sorted(ranked, key=lambda each: each[0])]
