"""Related things of a page, grouped under titles such as “Parts” or “Causes”."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.entity import EntityPage
from sjkg.site.model import Property, PropertyGroups

# Title of each group -> properties of the thing, and properties of other things that point to it.
# Terms of our ontology are written as local names, others as full IRIs.
Relations = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


def related_groups(entity: EntityPage, relations: Relations) -> PropertyGroups:
    """Return the non-empty groups of related things on the page of `entity` as pairs of title and properties.

    relations: titles with the properties of the thing (outgoing) and those that point to it (incoming). A related thing
    occurs once in a group; incoming statements come first, and those that are only inferred are left out.
    """
    groups = []
    for title, (outgoing, incoming) in relations.items():
        seen: set[str] = set()
        found: list[Property] = []
        for prop in (
            *_select_asserted_incoming(entity.mentions, incoming),
            *_select_properties(entity.statements, outgoing),
        ):
            values = tuple(value for value in prop.values if (value.iri or value.text) not in seen)
            seen |= {value.iri or value.text for value in values}
            found += [replace(prop, values=values)] if values else []
        if found:
            groups.append((title, tuple(found)))
    return tuple(groups)


def _select_properties(properties: Iterable[Property], names: Iterable[str]) -> Iterator[Property]:
    """Yield the properties with the given names (local names in our ontology, or full IRIs) in that order."""
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop for prop in properties}
    yield from (by_name[name] for name in names if name in by_name)


def _select_asserted_incoming(properties: Iterable[Property], names: Iterable[str]) -> Iterator[Property]:
    """Yield the properties with the given names without values that are only inferred.

    Their labels are emptied, because they would read in the wrong direction.
    """
    for prop in _select_properties(properties, names):
        asserted = tuple(v for v in prop.values if any(source.sort != "inferred" for source in v.sources))
        yield replace(prop, name="", values=asserted)
