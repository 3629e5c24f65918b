"""Things in a graph of a store: those with an IRI that have a class or a name, for lists and the search."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, cast

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
    counts = Counter(quad.object for quad in store.quads_for_pattern(None, TYPE, None, node))
    kinds: dict[ox.NamedNode, ox.NamedNode] = {}
    for quad in store.quads_for_pattern(None, TYPE, None, node):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            kinds[quad.subject] = min(
                (kinds.get(quad.subject, quad.object), quad.object), key=lambda kind: (counts[kind], kind.value)
            )
    names: dict[ox.NamedNode, dict[tuple[str, str], None]] = {}
    for naming in NAMING:
        found = store.quads_for_pattern(None, ox.NamedNode(naming), None, node)
        named = (quad for quad in found if isinstance(quad.object, ox.Literal))
        for quad in sorted(named, key=lambda quad: cast(ox.Literal, quad.object).language != "en"):
            if isinstance(quad.subject, ox.NamedNode):
                literal = cast(ox.Literal, quad.object)
                names.setdefault(quad.subject, {})[literal.value, literal.language or ""] = None
    for subject in dict.fromkeys((*names, *kinds)):
        kind = kinds.get(subject)
        yield StoredThing(subject.value, kind.value if kind else "", tuple(names.get(subject, ())))
