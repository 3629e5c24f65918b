"""Reading of Turtle with terms of rdflib: for the formatter, and for graphs that are handed to rdflib or pySHACL."""

from functools import cached_property

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from sjkg.turtle.content import ParsedTurtle
from sjkg.turtle.reader import TurtleReader
from sjkg.turtle.triples import exact_literal, graph_of


class NodeTerms:
    """The `TermFactory` of terms of rdflib."""

    def iri(self, iri: str, /) -> Node:
        """Return an IRI as a URIRef of rdflib."""
        return URIRef(iri)

    def blank(self, identifier: str, /) -> Node:
        """Return a blank node as a BNode of rdflib."""
        return BNode(identifier)

    def literal(self, lexical: str, datatype: Node | None, language: str | None, /) -> Literal:
        """Return a literal as a Literal of rdflib, with exactly this lexical form."""
        return exact_literal(lexical, URIRef(str(datatype)) if datatype else None, language)


class ParsedGraph(ParsedTurtle[Node]):
    """The content of one Turtle text, with terms of rdflib."""

    @cached_property
    def graph(self) -> Graph:
        """Return the triples as an rdflib graph."""
        return graph_of(self.lines)


def parse_turtle(text: str, file: str, base: str | None = None) -> ParsedGraph:
    """Return the triples, lines, prefixes and comments of a Turtle text, with terms of rdflib.

    Parameters and exceptions are those of `reader.read_turtle`.
    """
    return ParsedGraph(**vars(TurtleReader(text, file, base, NodeTerms()).read()))
