"""Related things of a page, grouped under titles such as “Parts” or “Causes”."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.entity import EntityPage
from sjkg.site.model import Property, PropertyGroups

# Title of each group -> properties of the thing, and properties of other things that point to it.
# Terms of our ontology stand without their namespace.
Relations = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


def related_groups(entity: EntityPage, relations: Relations) -> PropertyGroups:
    """Return the non-empty groups of `relations` for a thing, each related thing once in a group.

    Incoming asserted statements come before outgoing ones; incoming statements that are only inferred are left out.
    """
    groups = []
    for title, (outgoing, incoming) in relations.items():
        seen: set[str] = set()
        found: list[Property] = []
        for prop in (*_incoming(entity.mentions, incoming), *_named(entity.statements, outgoing)):
            values = tuple(value for value in prop.values if (value.iri or value.text) not in seen)
            seen |= {value.iri or value.text for value in values}
            found += [replace(prop, values=values)] if values else []
        if found:
            groups.append((title, tuple(found)))
    return tuple(groups)


def _named(properties: Iterable[Property], names: Iterable[str]) -> Iterator[Property]:
    """Yield the properties of these names, in the order of `names`."""
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop for prop in properties}
    yield from (by_name[name] for name in names if name in by_name)


def _incoming(properties: Iterable[Property], names: Iterable[str]) -> Iterator[Property]:
    """Yield as `_named` does, without what is only inferred, and with an empty name: it would read the wrong way round."""
    for prop in _named(properties, names):
        asserted = tuple(v for v in prop.values if any(source.sort != "inferred" for source in v.sources))
        yield replace(prop, name="", values=asserted)
