"""The graphs of a snapshot as rdflib graphs, with every literal as it was written."""

from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from sjkg.core.vocabulary import PREFIXES


def read_graph(quads: Path, names: set[str] | None) -> Graph:
    """Return the merge of some named graphs of an N-Quads file, of all of them when `names` is None.

    The parser of Oxigraph keeps lexical forms, unlike its store and unlike the N-Triples parser of rdflib.
    """
    graph = new_graph()
    for quad in ox.parse(path=str(quads), format=ox.RdfFormat.N_QUADS):
        if names is None or (isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in names):
            graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def new_graph() -> Graph:
    """Return an empty graph with the project's prefixes."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """Return a term as rdflib's; a plain text has no datatype. Quoted triples do not occur in Turtle 1.1 files."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value == f"{PREFIXES['xsd']}string" else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype, normalize=False)
