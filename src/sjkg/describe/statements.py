"""Serialisation of statements as N-Quads lines, from IRIs and Python values; helpers for RDF terms."""

from collections.abc import Iterable, Iterator, Mapping

from sjkg.core.terms import Iri, Literal, Term, to_ntriples
from sjkg.core.vocabulary import PREFIXES, expand, own

Value = Term | str | int


def licence() -> Iri:
    """Return the IRI of the licence of the knowledge base in use."""
    return Iri(own().about.licence)


def iri_of(name: str) -> Iri:
    """Return the IRI of a prefixed name with one of the project's prefixes."""
    return Iri(expand(name))


def english(text: str) -> Literal:
    """Return a literal with the language tag “en”."""
    return Literal(text, language="en")


def xsd_literal(value: str, datatype: str) -> Literal:
    """Return a literal with an XSD datatype, given by its local name such as “date”."""
    return Literal(value, datatype=PREFIXES["xsd"] + datatype)


def modified_on(day: str | None) -> list[Literal]:
    """Return the day on which the data were last changed as the values of a property: one xsd:date, or none if unknown."""
    return [xsd_literal(day, "date")] if day else []


def to_nquads(subject: str, properties: Mapping[str, Value | Iterable[Value]]) -> Iterator[str]:
    """Yield the statements about a subject as N-Quads lines in the default graph (without graph name and line end).

    subject: an IRI. properties: a dict from each property, as a prefixed name, to its value or values; a str becomes an
    xsd:string, an int an xsd:integer. A property with an empty list gives no line.
    """
    for name, values in properties.items():
        for value in [values] if isinstance(values, Value) else values:
            yield f"<{subject}> <{expand(name)}> {to_ntriples(_term(value))} ."


def _term(value: Value) -> Term:
    """Return a Python value as an RDF term: a str as xsd:string, an int as xsd:integer, a term unchanged."""
    if isinstance(value, int):
        return xsd_literal(str(value), "integer")
    return Literal(value) if isinstance(value, str) else value
