"""The content of a Turtle text as it is read: triples with their lines, prefixes and comments; and the makers of its terms."""

from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

from sjkg.core.ntriples import TextTerm, literal_text

TermT = TypeVar("TermT")


class TermFactory(Protocol[TermT]):
    """Maker of the RDF terms of the triples that are read; equal arguments give equal terms."""

    def iri(self, iri: str, /) -> TermT:
        """Return an IRI; `iri` is absolute and valid."""

    def blank(self, identifier: str, /) -> TermT:
        """Return a blank node; `identifier` has no “_:”."""

    def literal(self, lexical: str, datatype: TermT | None, language: str | None, /) -> TermT:
        """Return a literal with exactly this lexical form, and a datatype, a valid language tag, or None for both."""


class TextTerms:
    """The `TermFactory` of terms as texts in canonical N-Triples."""

    def iri(self, iri: str, /) -> TextTerm:
        """Return an IRI in angle brackets."""
        return f"<{iri}>"

    def blank(self, identifier: str, /) -> TextTerm:
        """Return a blank node as text: “_:” and the identifier."""
        return f"_:{identifier}"

    def literal(self, lexical: str, datatype: TextTerm | None, language: str | None, /) -> TextTerm:
        """Return a literal, such as "5"^^<http://…#integer>."""
        return literal_text(lexical, datatype and datatype[1:-1], language)


class Comment(NamedTuple):
    """A comment of a Turtle text. start: offset of its “#”. text: the comment with “#”, without the line end."""

    start: int
    text: str


@dataclass
class ParsedTurtle(Generic[TermT]):
    """The content of one Turtle text.

    lines: a dict from each triple, in the order of the text, to the line on which its object ends, counted from 1; of a
    repeated triple, the last such line. The rdf:first and rdf:rest triples of collections are included.
    prefixes: a dict from each declared prefix, without colon, to its namespace IRI; the last one where it is declared
    several times. prefix_lines: a dict from each declared prefix to the line of that declaration. base: the base IRI at
    the end of the text, None without one. comments: all comments in the order of the text. labels: a dict from each
    blank node that has a label in the text to that label, without “_:”.
    """

    lines: dict[tuple[TermT, TermT, TermT], int] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    prefix_lines: dict[str, int] = field(default_factory=dict)
    base: str | None = None
    comments: list[Comment] = field(default_factory=list)
    labels: dict[TermT, str] = field(default_factory=dict)
