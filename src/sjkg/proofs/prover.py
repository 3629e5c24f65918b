"""Proofs of least depth: for a triple, the rule and the premises that conclude it, and so on down to explicit triples.

Explicit triples are asserted in a file, or derived from dates and by queries before reasoning. The depth of a triple is
the least number of rule applications on the longest path of a proof. A step only uses premises of lower depth than its
conclusion, so proofs have no cycles; of the possible last steps the prover takes the one with the shallowest premises, and
among equals one from a subclass relation.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf

from sjkg.core.errors import LimitExceeded
from sjkg.core.ntriples import TextTriple
from sjkg.proofs.backward import ALLOW_ANY, BackwardChainer, Premise, RuleApplication
from sjkg.proofs.closure import Closure, SourceLocation, Triple, triple_of
from sjkg.reason.axiomatic import rule_without_premises
from sjkg.reason.rules import EQUALITY, TABLE

ASSERTED, DERIVED, INFERRED, UNCONDITIONAL = "asserted", "derived", "inferred", "unconditional"
TRANSLATED = "translated"
SUBCLASS_RULE = "cax-sco"  # its premises are a subclass relation and a type
MAX_TRIPLES = 20_000
MAX_ALTERNATIVES = 100
RULE_ORDER = [line.split()[0] for line in (TABLE + EQUALITY).splitlines() if line]


@dataclass(frozen=True)
class Proof:
    """A proof of a triple: its last step, with the proofs of the premises of that step.

    kind: asserted (in a file, see locations), derived (by a rule of the project), inferred (by a rule of OWL 2 RL),
    unconditional (concluded by a rule without premises), or translated (by a rule of a profile; no triple of the graph). depth: inference steps on the longest path to a leaf. triple:
    three terms in canonical N-Triples. rule: name of the rule, None for an asserted triple. premises: in the order of the
    rule. items, cells: if the triple's object is an RDF list that the rule using this premise reads, the items of the list
    and the proofs of its rdf:first and rdf:rest triples; else empty.
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
    """Finds proofs of triples of one closure (a graph with everything that follows from it), and memoises them."""

    def __init__(self, closure: Closure):
        self._closure = closure
        self.backward = BackwardChainer(closure)
        self._depths: dict[Triple, int] = {}
        self._proofs: dict[Triple, Proof] = {}

    def prove(self, goal: Triple) -> Proof:
        """Return a proof of least depth (inference steps on its longest path) of a triple that the closure contains.

        Raises LimitExceeded where depths are not recorded and the search for them needs more than MAX_TRIPLES triples.
        """
        if goal not in self._proofs:
            self._proofs[goal] = self._prove_leaf(goal) or self._prove_by(goal, self._best_step(goal))
        return self._proofs[goal]

    def alternatives(self, goal: Triple) -> Iterator[Proof]:
        """Yield a proof for each rule application that concludes the triple `goal` from triples of lower depth.

        The depth of a triple is the number of inference steps on the longest path of its shallowest proof. At most
        MAX_ALTERNATIVES proofs, the shallowest first. A triple that is asserted in a file, derived by the project's
        rules or concluded by a rule without premises has one proof. Raises LimitExceeded where the closure does not
        record depths and their search needs more than MAX_TRIPLES triples.
        """
        if proof := self._prove_leaf(goal):
            yield proof
            return
        self.prove(goal)
        for step in sorted(self._steps(goal), key=self._rank)[:MAX_ALTERNATIVES]:
            yield self._prove_by(goal, step)

    def prove_by_class(self, goal: Triple) -> Proof | None:
        """Return a proof of a type from a type that a file states and a subclass relation; None if there is none.

        The relation must be proved without the goal.
        """
        if self._closure.locations(goal):
            return None
        for step in self.backward.applications(goal, ALLOW_ANY):
            if step.rule != SUBCLASS_RULE or not any(self._closure.locations(triple) for triple in step.triples[1:]):
                continue
            proof = self._prove_by(goal, step)
            if proof.triple not in _triples_of(proof.premises):
                return proof
        return None

    def _prove_leaf(self, goal: Triple) -> Proof | None:
        """Return the proof of a triple that needs no inference step with premises; None for any other triple.

        Such a triple is asserted in a file, derived by the project's rules, or true by a rule without premises.
        """
        texts = triple_of(map(self._closure.text_of, goal))
        if locations := self._closure.locations(goal):
            return Proof(texts, ASSERTED, locations=locations)
        if derivation := self._closure.derivation(goal):
            return Proof(texts, DERIVED, 0, derivation.rule, tuple(map(self.prove, derivation.premises)))
        if self._closure.is_explicit(goal):
            return Proof(texts, ASSERTED)
        rule = rule_without_premises(*texts)
        return Proof(texts, UNCONDITIONAL, rule=rule) if rule else None

    def _prove_by(self, goal: Triple, step: RuleApplication) -> Proof:
        """Return the proof of `goal` whose last step is the rule application `step`."""
        premises = tuple(map(self._prove_premise, step.premises))
        depth = 1 + max(proof.depth for premise in premises for proof in (premise, *premise.cells))
        return Proof(triple_of(map(self._closure.text_of, goal)), INFERRED, depth, step.rule, premises)

    def _prove_premise(self, premise: Premise) -> Proof:
        """Return the proof of a premise; for a list, with its items and proofs of its rdf:first, rdf:rest triples."""
        proof = self.prove(premise.triple)
        if not premise.cells:
            return proof
        items, cells = tuple(map(self._closure.text_of, premise.items)), tuple(map(self.prove, premise.cells))
        return replace(proof, items=items, cells=cells)

    def _best_step(self, goal: Triple) -> RuleApplication:
        """Return the first rule application in the order of `_rank` that concludes the inferred triple `goal`.

        That is the one whose deepest premise has the shallowest proof; all premises have shallower proofs than `goal`. Where the closure does not record depths, they
        are found and memoised first. Raises LimitExceeded where that needs more than MAX_TRIPLES triples.
        """
        if not self._closure.has_depths and goal not in self._depths:
            self._depths |= find_depths(goal, self.backward, self._is_leaf)
        return min(self._steps(goal), key=self._rank)

    def _steps(self, goal: Triple) -> Iterator[RuleApplication]:
        """Yield the rule applications that conclude a triple from triples with shallower proofs than its own."""
        depth = self._depth(goal)
        return self.backward.applications(goal, lambda triple: self._depth(triple) < depth)

    def _depth(self, triple: Triple) -> float:
        """Return the number of inference steps on the longest path of a triple's shallowest proof; infinity if unknown.

        It is known where the closure records it, or where `find_depths` has found it before.
        """
        if self._closure.has_depths:
            depth = self._closure.depth(triple)
            return inf if depth is None else depth
        return 0 if self._is_leaf(triple) else self._depths.get(triple, inf)

    def _is_leaf(self, triple: Triple) -> bool:
        """Return whether a triple is asserted, derived by the project's rules, or true by a rule without premises."""
        return (
            self._closure.is_explicit(triple)
            or rule_without_premises(*triple_of(map(self._closure.text_of, triple))) is not None
        )

    def _rank(self, step: RuleApplication) -> tuple[float, bool, float, int, tuple[Triple, ...]]:
        """Return a sort key, least first: greatest depth of a premise, whether the rule is another one than SUBCLASS_RULE, sum of
        depths, place of the rule in its table, premises.

        A type from a subclass relation is simpler to read than one of the same depth from the domain of a property.
        """
        depths = [self._depth(triple) for triple in step.triples]
        return max(depths), step.rule != SUBCLASS_RULE, sum(depths), RULE_ORDER.index(step.rule), step.triples


def _triples_of(proofs: Iterable[Proof]) -> Iterator[TextTriple]:
    """Yield the triples of proofs and of all their premises."""
    for proof in proofs:
        yield proof.triple
        yield from _triples_of(proof.premises)


def find_depths(goal: Triple, backward: BackwardChainer, is_leaf: Callable[[Triple], bool]) -> dict[Triple, int]:
    """Return a dict with the depths of `goal`, of all triples that its shallowest proofs use, and perhaps of others.

    The depth of a triple is the number of rule applications on the longest path of its shallowest proof.
    For closures without recorded depths (under owl:sameAs). A proof of depth n only uses triples at most n rule
    applications away from the goal, so the search widens the neighbourhood of the goal by one application at a time
    until the goal has a proof no deeper than the neighbourhood is wide. is_leaf: returns whether a triple needs no
    proof and so has depth 0. Raises LimitExceeded when the neighbourhood grows beyond MAX_TRIPLES triples.
    """
    steps: dict[Triple, list[RuleApplication]] = {}
    depths: dict[Triple, int] = {}
    frontier, width = {goal}, 0
    while frontier:
        width += 1
        for triple in frontier:
            steps[triple] = [] if is_leaf(triple) else list(backward.applications(triple, ALLOW_ANY))
        if len(steps) > MAX_TRIPLES:
            raise LimitExceeded(
                f"the search for a shallowest proof stopped: more than {MAX_TRIPLES} triples could be part of it; "
                "ask instead for the proof of a triple from which this one may follow"
            )
        depths = _depths_within(steps, is_leaf)
        if depths.get(goal, width + 1) <= width:
            break
        frontier = {premise for triple in frontier for step in steps[triple] for premise in step.triples} - set(steps)
    return depths


def _depths_within(steps: dict[Triple, list[RuleApplication]], is_leaf: Callable[[Triple], bool]) -> dict[Triple, int]:
    """Return a dict from triples to their depths, for the triples that the given rule applications prove.

    The depth is the number of rule applications on the longest path of the shallowest proof; 0 for a leaf, a triple
    that needs no proof. steps: a dict from a triple to the rule applications that conclude it.
    """
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
