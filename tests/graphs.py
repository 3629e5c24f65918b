"""The packaged knowledge base, loaded once in each test process, and graphs of rdflib derived from it."""

from functools import cache

from rdflib import Graph

from sjkg.core.settings import packaged_kb
from sjkg.derive.rules import Derivations, derive_triples, read_rules
from sjkg.kb.files import KnowledgeBase, load_files
from sjkg.store.fact_store import FactStore
from sjkg.turtle.triples import facts_of, graph_of, parse_triple


@cache
def packaged() -> KnowledgeBase:
    """Return the packaged knowledge base."""
    return load_files(packaged_kb())


@cache
def rules() -> list:
    """Return the rules of the packaged knowledge base; compiling them takes longer than to derive from a small graph."""
    return read_rules(packaged_kb())


def derive(graph: Graph) -> Derivations:
    """Return the derivation of each triple that the rules of the packaged knowledge base derive from a graph."""
    facts = facts_of(graph)
    return derive_triples(facts, FactStore(facts), rules())


def derived_graph(graph: Graph) -> Graph:
    """Return the triples that the rules of the packaged knowledge base derive from a graph."""
    return graph_of(map(parse_triple, derive(graph)))
