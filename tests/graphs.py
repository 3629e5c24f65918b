"""Graphs of rdflib for tests of functions that read triples as texts."""

from rdflib import Graph

from sjkg.core.settings import packaged_kb
from sjkg.derive.rules import Derivations, derive_triples, read_rules
from sjkg.store.fact_store import FactStore
from sjkg.turtle.triples import facts_of, graph_of, parse_triple


def derive(graph: Graph) -> Derivations:
    """Return the derivation of each triple that the rules of the packaged knowledge base derive from a graph."""
    facts = facts_of(graph)
    return derive_triples(facts, FactStore(facts), read_rules(packaged_kb()))


def derived_graph(graph: Graph) -> Graph:
    """Return the triples that the rules of the packaged knowledge base derive from a graph."""
    return graph_of(map(parse_triple, derive(graph)))
