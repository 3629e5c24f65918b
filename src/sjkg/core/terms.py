"""RDF terms as plain dataclasses, so that only the store depends on pyoxigraph's classes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox


@dataclass(frozen=True)
class Iri:
    """An IRI, absolute and without angle brackets."""

    value: str


@dataclass(frozen=True)
class Literal:
    """An RDF literal: lexical form, and the datatype's IRI or the language tag; with neither it is an xsd:string."""

    value: str
    datatype: str | None = None
    language: str | None = None


Term = Iri | Literal


def read_json_term(term: Mapping[str, str]) -> Term:
    """Return the term that an object of SPARQL 1.1 Query Results JSON, with the keys type and value, stands for.

    A blank node becomes an `Iri` with its label as value. Source: https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
    """
    if term["type"] == "literal":
        return Literal(term["value"], term.get("datatype"), term.get("xml:lang"))
    return Iri(term["value"])


def to_oxigraph(term: Term) -> ox.NamedNode | ox.Literal:
    """Return the term as a pyoxigraph object. Raises ValueError for an invalid IRI or language tag."""
    if isinstance(term, Iri):
        return ox.NamedNode(term.value)
    datatype = ox.NamedNode(term.datatype) if term.datatype else None
    return ox.Literal(term.value, datatype=datatype, language=term.language)


def to_ntriples(term: Term) -> str:
    """Return the term in N-Triples syntax. Raises ValueError for an invalid IRI or language tag."""
    return str(to_oxigraph(term))


def is_valid_term(term: Term) -> bool:
    """Return whether pyoxigraph accepts the term; it rejects invalid IRIs and language tags."""
    try:
        to_oxigraph(term)
    except ValueError:
        return False
    return True
