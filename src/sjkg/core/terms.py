"""RDF terms as plain values, so that no other room needs the engine's classes."""

from dataclasses import dataclass

import pyoxigraph as ox


@dataclass(frozen=True)
class Iri:
    """An IRI."""

    value: str


@dataclass(frozen=True)
class Text:
    """A literal with its datatype's IRI or its language tag."""

    value: str
    datatype: str | None = None
    language: str | None = None


Term = Iri | Text


def read_term(term: dict) -> Term:
    """Return a term that SPARQL JSON writes; a blank node as if its name were an IRI."""
    if term["type"] == "literal":
        return Text(term["value"], term.get("datatype"), term.get("xml:lang"))
    return Iri(term["value"])


def to_engine(term: Term) -> ox.NamedNode | ox.Literal:
    """Return the engine's term. Raises ValueError for an IRI that is none."""
    if isinstance(term, Iri):
        return ox.NamedNode(term.value)
    datatype = ox.NamedNode(term.datatype) if term.datatype else None
    return ox.Literal(term.value, datatype=datatype, language=term.language)


def to_text(term: Term) -> str:
    """Return the term as N-Triples writes it. Raises ValueError for an IRI that is none."""
    return str(to_engine(term))


def is_term(term: Term) -> bool:
    """Tell whether the engine takes the term; it refuses IRIs that are none."""
    try:
        to_engine(term)
    except ValueError:
        return False
    return True
