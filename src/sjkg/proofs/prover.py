"""Proofs of triples: the rule and the premises that conclude each, down to asserted triples, without cycles.

A step starts only from triples that have a shallower proof than its conclusion. Of the possible last steps the prover
takes the one whose premises lie least deep, so a proof has the least possible depth.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import inf

from sjkg.core.errors import LimitExceeded
from sjkg.proofs.backward import BackwardChainer, Premise, RuleApplication
from sjkg.proofs.closure import Closure, SourceLocation, TextTriple, Triple
from sjkg.reason.axiomatic import rule_without_premises
from sjkg.reason.rules import EQUALITY, TABLE

ASSERTED, DERIVED, INFERRED, UNCONDITIONAL = "asserted", "derived", "inferred", "unconditional"
MAX_TRIPLES = 20_000
MAX_ALTERNATIVES = 100
RULE_ORDER = [line.split()[0] for line in (TABLE + EQUALITY).splitlines() if line]


@dataclass(frozen=True)
class Proof:
    """The last step of a proof of a triple, with the proofs of its premises.

    kind: asserted (in a file, see locations), derived (computed before reasoning), inferred, or unconditional (concluded
    by a rule without premises). depth: the number of inference steps on the longest path to the leaves.
    items, cells: the items of the list and the proofs of its triples, where the object is a list that the next rule reads.
    """

    triple: TextTriple
    kind: str
    depth: int = 0
    rule: str | None = None
    premises: tuple["Proof", ...] = ()
    locations: tuple[SourceLocation, ...] = ()
    items: tuple[str, ...] = ()
    cells: tuple["Proof", ...] = ()


class Prover:
    """Finds proofs of the triples of a closure, on demand."""

    def __init__(self, closure: Closure):
        self._closure = closure
        self._backward = BackwardChainer(closure)
        self._depths: dict[Triple, int] = {}
        self._proofs: dict[Triple, Proof] = {}

    def prove(self, goal: Triple) -> Proof:
        """Return a proof of least depth of a triple that the closure contains. Raises LimitExceeded, see `find_depths`."""
        if goal not in self._proofs:
            self._proofs[goal] = self._prove_leaf(goal) or self._prove_by(goal, self._best_step(goal))
        return self._proofs[goal]

    def alternatives(self, goal: Triple) -> Iterator[Proof]:
        """Yield a proof for each last step from triples of lower depth, the shallowest first, at most MAX_ALTERNATIVES."""
        if proof := self._prove_leaf(goal):
            yield proof
            return
        self.prove(goal)
        for step in sorted(self._steps(goal), key=self._rank)[:MAX_ALTERNATIVES]:
            yield self._prove_by(goal, step)

    def _prove_leaf(self, goal: Triple) -> Proof | None:
        """Return the proof of a triple that needs no rule with premises, None for another triple."""
        texts = self._texts(goal)
        if locations := self._closure.locations(goal):
            return Proof(texts, ASSERTED, locations=locations)
        if derivation := self._closure.derivation(goal):
            return Proof(texts, DERIVED, 0, derivation.rule, tuple(map(self.prove, derivation.premises)))
        if self._closure.is_explicit(goal):
            return Proof(texts, ASSERTED)
        rule = rule_without_premises(*texts)
        return Proof(texts, UNCONDITIONAL, rule=rule) if rule else None

    def _prove_by(self, goal: Triple, step: RuleApplication) -> Proof:
        """Return the proof whose last step is a rule application."""
        premises = tuple(map(self._prove_premise, step.premises))
        depth = 1 + max(proof.depth for premise in premises for proof in (premise, *premise.cells))
        return Proof(self._texts(goal), INFERRED, depth, step.rule, premises)

    def _prove_premise(self, premise: Premise) -> Proof:
        """Return the proof of a premise, with the items and cells of its list."""
        proof = self.prove(premise.triple)
        if not premise.cells:
            return proof
        items, cells = tuple(map(self._closure.text_of, premise.items)), tuple(map(self.prove, premise.cells))
        return replace(proof, items=items, cells=cells)

    def _best_step(self, goal: Triple) -> RuleApplication:
        """Return the shallowest last step of a proof."""
        if not self._closure.has_depths and goal not in self._depths:
            self._depths |= find_depths(goal, self._backward, self._is_leaf)
        return min(self._steps(goal), key=self._rank)

    def _steps(self, goal: Triple) -> Iterator[RuleApplication]:
        """Yield the rule applications that conclude a triple from triples of lower depth."""
        depth = self._depth(goal)
        return self._backward.applications(goal, lambda triple: self._depth(triple) < depth)

    def _depth(self, triple: Triple) -> float:
        """Return the depth of a triple; infinity where it is unknown whether it has a proof."""
        if self._closure.has_depths:
            depth = self._closure.depth(triple)
            return inf if depth is None else depth
        return 0 if self._is_leaf(triple) else self._depths.get(triple, inf)

    def _is_leaf(self, triple: Triple) -> bool:
        """Return whether the proof of a triple needs no rule with premises."""
        return self._closure.is_explicit(triple) or rule_without_premises(*self._texts(triple)) is not None

    def _rank(self, step: RuleApplication) -> tuple[float, float, int, tuple[Triple, ...]]:
        """Return the sort key of steps: greatest depth of a premise, sum of depths, order of the rules, then the triples."""
        depths = [self._depth(triple) for triple in step.triples]
        return max(depths), sum(depths), RULE_ORDER.index(step.rule), step.triples

    def _texts(self, triple: Triple) -> TextTriple:
        """Return the texts of the terms of a triple."""
        s, p, o = triple
        text_of = self._closure.text_of
        return text_of(s), text_of(p), text_of(o)


def find_depths(goal: Triple, backward: BackwardChainer, is_leaf: Callable[[Triple], bool]) -> dict[Triple, int]:
    """Return the depth of a triple and of every triple that its shallowest proofs use; leaves have depth 0.

    For closures without recorded depths (under owl:sameAs). A proof of depth n only uses triples at most n rule
    applications away from the goal, so the search widens the neighbourhood of the goal by one application at a time
    until the goal has a proof no deeper than the neighbourhood is wide.
    Raises LimitExceeded where that takes more than MAX_TRIPLES triples.
    """
    steps: dict[Triple, list[RuleApplication]] = {}
    depths: dict[Triple, int] = {}
    frontier, width = {goal}, 0
    while frontier:
        width += 1
        for triple in frontier:
            steps[triple] = [] if is_leaf(triple) else list(backward.applications(triple, lambda premise: True))
        if len(steps) > MAX_TRIPLES:
            raise LimitExceeded(
                f"the search for a shallowest proof stopped: more than {MAX_TRIPLES} triples could be part of it; "
                "ask for the proof of a triple that this one may follow from"
            )
        depths = _depths_within(steps, is_leaf)
        if depths.get(goal, width + 1) <= width:
            break
        frontier = {premise for triple in frontier for step in steps[triple] for premise in step.triples} - set(steps)
    return depths


def _depths_within(steps: dict[Triple, list[RuleApplication]], is_leaf: Callable[[Triple], bool]) -> dict[Triple, int]:
    """Return the depth of every triple that some steps prove from leaves. steps: the rule applications that conclude each."""
    depths = {triple: 0 for triple in steps if is_leaf(triple)}
    unproved = {
        triple: [
            [premise for premise in step.triples if premise not in depths and not is_leaf(premise)] for step in found
        ]
        for triple, found in steps.items()
        if triple not in depths
    }
    depth = 0
    while True:
        depth += 1
        reached = [
            triple for triple, ways in unproved.items() if any(all(p in depths for p in premises) for premises in ways)
        ]
        if not reached:
            return depths
        for triple in reached:
            depths[triple] = depth
            del unproved[triple]
