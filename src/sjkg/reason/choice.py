"""The closure by the reasoner of one's choice; only that one is loaded."""

from collections.abc import Callable
from importlib import import_module

from rdflib import Graph

MODULES = {"columnar": "sjkg.reason.columnar", "owlrl": "sjkg.reason.owl"}


def closure(asserted: Graph, reasoner: str, progress: Callable[[str], None]) -> Graph:
    """Return what OWL 2 RL adds to `asserted`, as a new graph: only additions, and of those only the useful ones.

    reasoner: one of settings.REASONERS. progress: gets a line for each round.
    Raises Inconsistent when the graph contradicts itself.
    """
    return import_module(MODULES[reasoner]).closure(asserted, progress)
