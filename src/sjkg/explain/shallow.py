"""The depth of proofs where no round tells it, as under equality: found from the triple outwards.

A proof of depth n only uses triples at most n steps of reading rules backwards away. So that neighbourhood is widened
step by step until the triple has a proof no deeper than it is wide.
"""

from collections.abc import Callable

from sjkg.errors import LimitExceeded
from sjkg.explain.facts import Triple
from sjkg.explain.instances import Backward, Instance

MAX_TRIPLES = 20_000


def depths_around(goal: Triple, backward: Backward, is_leaf: Callable[[Triple], bool]) -> dict[Triple, int]:
    """Return the depth of a triple and of all that its shallowest proofs use, 0 for leaves.

    Raises LimitExceeded where that takes more than MAX_TRIPLES triples.
    """
    steps: dict[Triple, list[Instance]] = {}
    frontier, width = {goal}, 0
    while frontier:
        width += 1
        for triple in frontier:
            steps[triple] = [] if is_leaf(triple) else list(backward.instances(triple, lambda premise: True))
        if len(steps) > MAX_TRIPLES:
            raise LimitExceeded(
                f"more than {MAX_TRIPLES} triples bear on this one, too many to find its proof; "
                "explain one of the triples that it may follow from"
            )
        depths = _settle(steps, is_leaf)
        if depths.get(goal, width + 1) <= width:
            return depths
        frontier = {premise for triple in frontier for step in steps[triple] for premise in step.triples} - set(steps)
    return depths


def _settle(steps: dict[Triple, list[Instance]], is_leaf: Callable[[Triple], bool]) -> dict[Triple, int]:
    """Return the depth of every triple that the steps lead to from leaves."""
    depths = {triple: 0 for triple in steps if is_leaf(triple)}
    left = {
        triple: [
            [premise for premise in step.triples if premise not in depths and not is_leaf(premise)] for step in found
        ]
        for triple, found in steps.items()
        if triple not in depths
    }
    depth = 0
    while True:
        depth += 1
        reached = [triple for triple, ways in left.items() if any(all(p in depths for p in way) for way in ways)]
        if not reached:
            return depths
        for triple in reached:
            depths[triple] = depth
            del left[triple]
