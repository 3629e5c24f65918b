"""The names of a thing, in all languages."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.pages.entity import Property
from sjkg.pages.frame import Source
from sjkg.vocab import ONTOLOGY, PREFIXES

SORTS = {
    PREFIXES["skos"] + "prefLabel": "",
    f"{ONTOLOGY}transliteration": "transliteration",
    f"{ONTOLOGY}spellingVariant": "spelling variant",
    f"{ONTOLOGY}garbledName": "garbled in the article",
    PREFIXES["skos"] + "altLabel": "",
}


@dataclass(frozen=True)
class Name:
    """A name: its language tag, what sort of form it is, and the passages that use it."""

    text: str
    language: str | None
    sort: str
    sources: tuple[Source, ...]


def read_names(statements: Iterable[Property]) -> tuple[Name, ...]:
    """Return every name once; that a spelling is another name too is inferred and adds nothing."""
    by_property = {prop.iri: prop for prop in statements}
    names: dict[tuple, Name] = {}
    for iri, sort in SORTS.items():
        for value in by_property[iri].values if iri in by_property else ():
            sources = tuple(source for source in value.sources if source.sort != "inferred")
            names.setdefault((value.text, value.language), Name(value.text, value.language, sort, sources))
    return tuple(names.values())
