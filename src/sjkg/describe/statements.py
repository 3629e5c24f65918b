"""RDF statements as lines of N-Quads, built from IRIs and Python values."""

from collections.abc import Iterable, Iterator, Mapping

from sjkg.core.terms import Iri, Literal, Term, to_ntriples
from sjkg.core.vocabulary import BASE, PREFIXES, expand

LICENCE = Iri("https://creativecommons.org/licenses/by-sa/4.0/")
DATASET = f"{BASE}dataset"

Value = Term | str | int


def iri(name: str) -> Iri:
    """Return the IRI that a prefixed name stands for."""
    return Iri(expand(name))


def english(text: str) -> Literal:
    """Return a literal in English."""
    return Literal(text, language="en")


def typed(value: str, datatype: str) -> Literal:
    """Return a literal with one of the XSD datatypes, by its local name."""
    return Literal(value, datatype=PREFIXES["xsd"] + datatype)


def statements(subject: str, properties: Mapping[str, Value | Iterable[Value]]) -> Iterator[str]:
    """Yield the triples of a subject, one line each, in the default graph.

    properties: one value or several for each prefixed name; a str becomes an xsd:string, an int an xsd:integer.
    """
    for name, values in properties.items():
        for value in [values] if isinstance(values, Value) else values:
            yield f"<{subject}> <{expand(name)}> {to_ntriples(_term(value))} ."


def _term(value: Value) -> Term:
    """Return a Python value as an RDF term."""
    if isinstance(value, int):
        return typed(str(value), "integer")
    return Literal(value) if isinstance(value, str) else value
