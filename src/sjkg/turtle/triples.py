"""Triples of rdflib terms, and graphs made of them."""

from collections.abc import Iterable

from rdflib import Graph
from rdflib.term import Node

Triple = tuple[Node, Node, Node]


def graph_of(triples: Iterable[Triple]) -> Graph:
    """Return a new rdflib graph with `triples` and no namespace bindings."""
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph
