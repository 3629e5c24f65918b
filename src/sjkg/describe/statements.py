"""Statements written as N-Quads lines, from IRIs and plain values."""

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
    return Literal(text, language="en")


def typed(value: str, datatype: str) -> Literal:
    """Return a literal with one of the XSD datatypes, by its local name."""
    return Literal(value, datatype=PREFIXES["xsd"] + datatype)


def statements(subject: str, properties: Mapping[str, Value | Iterable[Value]]) -> Iterator[str]:
    """Yield the lines of what is said of a subject, in the default graph.

    properties: by prefixed name, one value or several; a str is a plain literal, an int an xsd:integer.
    """
    for name, values in properties.items():
        for value in [values] if isinstance(values, Value) else values:
            yield f"<{subject}> <{expand(name)}> {to_ntriples(_term(value))} ."


def _term(value: Value) -> Term:
    if isinstance(value, int):
        return typed(str(value), "integer")
    return Literal(value) if isinstance(value, str) else value
