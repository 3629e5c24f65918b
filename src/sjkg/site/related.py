"""What is around a thing, in groups under titles of their own: by properties of the thing, and of others that lead to it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.entity import EntityPage, Property

Groups = tuple[tuple[str, tuple[Property, ...]], ...]
Steps = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


def around(page: EntityPage, steps: Steps) -> Groups:
    """Return what is around a thing, each once in a group, what is stated before what is inferred.

    steps: for each title the properties of the thing, and those of others that lead to it; ours without their namespace.
    """
    groups = []
    for title, (names, inverse) in steps.items():
        seen: set[str] = set()
        found = []
        for prop in (*_named(page.mentions, inverse, asserted_only=True), *_named(page.statements, names)):
            values = tuple(value for value in prop.values if (value.iri or value.text) not in seen)
            seen |= {value.iri or value.text for value in values}
            found += [replace(prop, values=values)] if values else []
        if found:
            groups.append((title, tuple(found)))
    return tuple(groups)


def _named(properties: Iterable[Property], names: Iterable[str], *, asserted_only: bool = False) -> Iterable[Property]:
    """Give the properties of these names in their order; stated: without a name and without what is only inferred."""
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop for prop in properties}
    for prop in (by_name[name] for name in names if name in by_name):
        if asserted_only:
            kept = tuple(v for v in prop.values if any(source.sort != "inferred" for source in v.sources))
            yield replace(prop, name="", values=kept)
        else:
            yield prop
