"""The depth of proofs where no round tells it, as under equality: found from the triple outwards.

A proof of depth n only uses triples at most n steps of reading rules backwards away. So that neighbourhood is widened
step by step until the triple has a proof no deeper than it is wide.


Proofs: for each triple the rule and the premises that give it, down to what is written, never in a circle.

A step only starts from triples that have a shallower proof than what it concludes. Of the steps that do, the one whose
premises lie least deep is taken; so the proof is as shallow as any.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sjkg.core.errors import LimitExceeded
from sjkg.proofs.backward import Backward, Instance, Premise
from sjkg.proofs.facts import Facts, Place, Triple
from sjkg.reason.axiomatic import rule_without_premises
from sjkg.reason.rules import EQUALITY, TABLE

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


ASSERTED, DERIVED, INFERRED, UNCONDITIONAL = "asserted", "derived", "inferred", "unconditional"
MAX_ALTERNATIVES = 100
ORDER = [line.split()[0] for line in (TABLE + EQUALITY).splitlines() if line]


@dataclass(frozen=True)
class Proof:
    """Why a triple is there; terms are texts of N-Triples.

    kind: asserted (see places), derived (computed before reasoning), inferred, or unconditional (by a rule without premises).
    depth: how many steps of reasoning lie between the triple and what is given. items, cells: of the value, if it is a
    list that the rule is about.
    """

    triple: tuple[str, str, str]
    kind: str
    depth: int = 0
    rule: str | None = None
    premises: tuple["Proof", ...] = ()
    places: tuple[Place, ...] = ()
    items: tuple[str, ...] = ()
    cells: tuple["Proof", ...] = ()


class Prover:
    """Finds proofs of the triples of some closed facts, on demand."""

    def __init__(self, facts: Facts):
        self._facts = facts
        self._backward = Backward(facts)
        self._depths: dict[Triple, int] = {}
        self._proofs: dict[Triple, Proof] = {}

    def prove(self, goal: Triple) -> Proof:
        """Return a proof of a triple that is there, as shallow as any."""
        if goal not in self._proofs:
            self._proofs[goal] = self._given(goal) or self._of_step(goal, self._best(goal))
        return self._proofs[goal]

    def alternatives(self, goal: Triple) -> Iterator[Proof]:
        """Yield a proof for each last step from triples of lower depth, the shallowest first, at most MAX_ALTERNATIVES."""
        if proof := self._given(goal):
            yield proof
            return
        self.prove(goal)
        for instance in sorted(self._steps(goal), key=self._key)[:MAX_ALTERNATIVES]:
            yield self._of_step(goal, instance)

    def _given(self, goal: Triple) -> Proof | None:
        """Return the proof of a triple that no rule with premises has to give."""
        texts = tuple(map(self._facts.text, goal))
        if places := self._facts.places(goal):
            return Proof(texts, ASSERTED, places=places)
        if derivation := self._facts.derivation(goal):
            return Proof(texts, DERIVED, 0, derivation.rule, tuple(map(self.prove, derivation.premises)))
        if self._facts.is_given(goal):
            return Proof(texts, ASSERTED)
        rule = rule_without_premises(*texts)
        return Proof(texts, UNCONDITIONAL, rule=rule) if rule else None

    def _best(self, goal: Triple) -> Instance:
        if not self._facts.has_depths and goal not in self._depths:
            self._depths |= depths_around(goal, self._backward, self._is_leaf)
        return min(self._steps(goal), key=self._key)

    def _steps(self, goal: Triple) -> Iterator[Instance]:
        return self._backward.instances(goal, self._is_below(self._depth(goal)))

    def _is_below(self, depth: float) -> Callable[[Triple], bool]:
        return lambda triple: self._depth(triple) < depth

    def _depth(self, triple: Triple) -> float:
        """Return the depth of a triple; one that is not known to be provable counts as infinitely deep."""
        if self._facts.has_depths:
            return self._facts.depth(triple)
        return 0 if self._is_leaf(triple) else self._depths.get(triple, float("inf"))

    def _is_leaf(self, triple: Triple) -> bool:
        return self._facts.is_given(triple) or rule_without_premises(*map(self._facts.text, triple)) is not None

    def _key(self, instance: Instance) -> tuple:
        """Return what steps are ordered by: depth, how much lies below, the order of the rules, then anything fixed."""
        depths = [self._depth(triple) for triple in instance.triples]
        return max(depths), sum(depths), ORDER.index(instance.rule), instance.triples

    def _of_step(self, goal: Triple, step: Instance) -> Proof:
        premises = tuple(map(self._of_premise, step.premises))
        depth = 1 + max(proof.depth for premise in premises for proof in (premise, *premise.cells))
        return Proof(tuple(map(self._facts.text, goal)), INFERRED, depth, step.rule, premises)

    def _of_premise(self, premise: Premise) -> Proof:
        proof = self.prove(premise.triple)
        if not premise.cells:
            return proof
        items, cells = tuple(map(self._facts.text, premise.items)), tuple(map(self.prove, premise.cells))
        return Proof(proof.triple, proof.kind, proof.depth, proof.rule, proof.premises, proof.places, items, cells)
