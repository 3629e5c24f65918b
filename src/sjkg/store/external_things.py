"""Things in a graph of a store: those with an IRI that have a class or a name, for lists and the search."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox

from sjkg.core.vocabulary import ONTOLOGY, PREFIXES

# properties of names, that of the preferred one first
NAMING = (
    *(f"{PREFIXES['skos']}prefLabel", f"{PREFIXES['rdfs']}label", f"{PREFIXES['schema']}name"),
    *("http://schema.org/name", f"{PREFIXES['foaf']}name", f"{PREFIXES['dcterms']}title"),
    *("http://purl.org/dc/elements/1.1/title", f"{PREFIXES['skos']}altLabel", f"{PREFIXES['schema']}alternateName"),
    *(f"{ONTOLOGY}{name}" for name in ("transliteration", "spellingVariant", "nameElsewhere")),
)
TYPE = ox.NamedNode(f"{PREFIXES['rdf']}type")


class StoredThing(NamedTuple):
    """A thing. kind: the IRI of its rarest class, "" without one. names: pairs of name and language tag or "", the preferred one first."""

    iri: str
    kind: str
    names: tuple[tuple[str, str], ...]


def read_things(store: ox.Store, graph: str) -> Iterator[StoredThing]:
    """Yield the things of a graph that have an IRI and a class or a name."""
    node = ox.NamedNode(graph)
    typed = [(quad.subject, quad.object) for quad in store.quads_for_pattern(None, TYPE, None, node)]
    counts = Counter(kind for _, kind in typed)
    kinds: dict[ox.NamedNode, ox.NamedNode] = {}
    for subject, kind in typed:
        if isinstance(subject, ox.NamedNode) and isinstance(kind, ox.NamedNode):
            other = kinds.setdefault(subject, kind)
            if other is not kind and (counts[kind], kind.value) < (counts[other], other.value):
                kinds[subject] = kind
    names: dict[ox.NamedNode, dict[tuple[str, str], None]] = {}
    for naming in NAMING:
        others: list[tuple[ox.NamedNode, tuple[str, str]]] = []  # not in English
        for quad in store.quads_for_pattern(None, ox.NamedNode(naming), None, node):
            subject, literal = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(literal, ox.Literal):
                name = (literal.value, literal.language or "")
                if name[1] == "en":
                    names.setdefault(subject, {})[name] = None
                else:
                    others.append((subject, name))
        for subject, name in others:
            names.setdefault(subject, {})[name] = None
    for subject in dict.fromkeys((*names, *kinds)):
        found = kinds.get(subject)
        yield StoredThing(subject.value, found.value if found else "", tuple(names.get(subject, ())))
