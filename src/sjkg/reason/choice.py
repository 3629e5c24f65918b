"""The closure by the reasoner of one's choice, and the depths of proofs in it."""

from collections.abc import Callable
from importlib import import_module

from rdflib import Graph

from sjkg.reason.columnar import closure_in_depth


def close(asserted: Graph, reasoner: str, progress: Callable[[str], None]) -> tuple[Graph, dict[tuple, int | None]]:
    """Return what OWL 2 RL adds to `asserted`, as a new graph: only additions, and of those only the useful ones.

    Beside it the depths of everything that is inferred, which only the columnar reasoner finds.
    reasoner: one of settings.REASONERS. progress: gets a line for each round.
    Raises Inconsistent when the graph contradicts itself.
    """
    inferred, depths = closure_in_depth(asserted, progress)
    if reasoner == "columnar":
        return inferred, depths
    return import_module("sjkg.reason.owl").closure(asserted, progress), depths
