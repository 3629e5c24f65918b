"""The closure by the reasoner of one's choice; owlrl is only loaded when it is chosen."""

from collections.abc import Callable
from importlib import import_module

from rdflib import Graph

from sjkg.reason.columnar import closure_in_depth

Depths = dict[tuple, int | None]


def closure_by(asserted: Graph, reasoner: str, progress: Callable[[str], None]) -> Graph:
    """Return what OWL 2 RL adds to `asserted`, as a new graph: only additions, and of those only the useful ones.

    reasoner: one of settings.REASONERS. progress: gets a line for each round.
    Raises Inconsistent when the graph contradicts itself.
    """
    if reasoner == "owlrl":
        return import_module("sjkg.reason.owl").closure(asserted, progress)
    return closure_in_depth(asserted, progress)[0]


def close(asserted: Graph, reasoner: str, progress: Callable[[str], None]) -> tuple[Graph, Depths]:
    """Return the closure, and the depths of everything that is inferred, which only the columnar reasoner finds."""
    inferred, depths = closure_in_depth(asserted, progress)
    return inferred if reasoner == "columnar" else closure_by(asserted, reasoner, progress), depths
