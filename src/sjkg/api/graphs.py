"""Parsing of RDF to rdflib graphs that keep the lexical form of every literal.

The parsers of Oxigraph keep lexical forms, unlike its store and unlike the N-Triples parser of rdflib.
"""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from sjkg.core.vocabulary import PREFIXES


def read_graph(path: Path, names: set[str] | None) -> Graph:
    """Return the triples of some named graphs of an N-Quads file as one rdflib graph.

    names: the IRIs of the graphs; None for all graphs of the file, the default graph included.
    """
    quads = ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)
    if names is None:
        return _to_graph(quads)
    return _to_graph(q for q in quads if isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value in names)


def parse_graph(text: bytes, media_type: str) -> Graph:
    """Return the triples of an RDF document as an rdflib graph. media_type: of its format, such as text/turtle.

    Raises SyntaxError for an invalid text, and ValueError for one with triple terms (RDF 1.2), which rdflib lacks.
    """
    return _to_graph(ox.parse(text, format=ox.RdfFormat.from_media_type(media_type)))


def _to_graph(quads: Iterable[ox.Quad]) -> Graph:
    """Return the triples of `quads`, without graph names, as an rdflib graph with the prefixes of PREFIXES.

    Raises ValueError for a triple term (RDF 1.2), which rdflib lacks.
    """
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for quad in quads:
        graph.add((_to_rdflib(quad.subject), _to_rdflib(quad.predicate), _to_rdflib(quad.object)))
    return graph


def _to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Return the rdflib term for a pyoxigraph term; an xsd:string has no datatype.

    Raises ValueError for a triple term and for a text with a base direction (RDF 1.2).
    """
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise ValueError(
            "the graph has a triple as subject or object (a triple term), which rdflib cannot hold; leave that triple out of the query result"
        )
    if term.direction:
        raise ValueError(
            "the graph has a text with a base direction, which rdflib cannot hold; leave that triple out of the query result"
        )
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value == f"{PREFIXES['xsd']}string" else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype, normalize=False)
