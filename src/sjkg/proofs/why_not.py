"""Reasons why a triple is not in a closure: for each rule that could conclude it, the premises that are missing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from sjkg.proofs.backward import BackwardChainer, Bindings, Match, is_variable
from sjkg.proofs.closure import Closure, Node, TextTriple, Triple
from sjkg.reason.axiomatic import THING, rule_without_premises
from sjkg.reason.compile import TYPE, is_axiom
from sjkg.reason.rules import ListPattern, Rule

MAX_MISSES, MAX_SIMILAR = 10, 3
MAX_COST = 19  # a present premise must share a term with the triple: all members of a class would be too many


@dataclass(frozen=True)
class PresentPremise:
    """A premise that is in the closure; `items` are those of its object, if that is a list."""

    triple: TextTriple
    items: tuple[str, ...]


@dataclass(frozen=True)
class NearMiss:
    """A rule that lacks one or more premises. In lacking triples a term that begins with “?” stands for any term."""

    rule: str
    present: tuple[PresentPremise, ...]
    lacking: tuple[TextTriple, ...]


class ClosureWithTerm:
    """A `Closure` with one more term, which occurs in no triple and has the number -1."""

    def __init__(self, closure: Closure, text: str):
        self._closure, self._text = closure, text
        self.has_depths = closure.has_depths
        self.literals_equal_to, self.match, self.contains = closure.literals_equal_to, closure.match, closure.contains
        self.is_explicit, self.depth = closure.is_explicit, closure.depth
        self.locations, self.derivation = closure.locations, closure.derivation

    def node_of(self, text: str) -> Node | None:
        """See `Closure.node_of`."""
        return -1 if text == self._text else self._closure.node_of(text)

    def text_of(self, node: Node) -> str:
        """See `Closure.text_of`."""
        return self._text if node == -1 else self._closure.text_of(node)


def nearest_misses(backward: BackwardChainer, goal: Triple) -> list[NearMiss]:
    """Return the near misses of rules that could conclude a missing triple, the nearest first, at most MAX_MISSES.

    Nearest is the miss that lacks the fewest premises, then the one with the fewest free variables in them, then the
    one with the most present premises. Of the misses that lack the same predicates by the same axioms only MAX_SIMILAR
    are returned.
    """
    misses: dict[tuple[str, tuple[TextTriple, ...]], NearMiss] = {}
    goal_text = tuple(map(backward.closure.text_of, goal))
    for rule, bindings in backward.rules_for(goal):
        for match, lacking in _partial_matches(backward, rule, bindings):
            miss = _near_miss(backward, rule, match, lacking)
            if goal_text not in miss.lacking and _can_be_asserted(miss):
                misses.setdefault((miss.rule, miss.lacking), miss)
    similar: Counter[tuple[object, ...]] = Counter()
    nearest: list[NearMiss] = []
    for miss in sorted(misses.values(), key=_rank):
        kind = (miss.rule, tuple(p for _, p, _ in miss.lacking), tuple(p for p in miss.present if p.items))
        similar[kind] += 1
        if similar[kind] <= MAX_SIMILAR:
            nearest.append(miss)
    return nearest[:MAX_MISSES]


def is_trivial(s: str, p: str, o: str) -> bool:
    """Return whether a triple is true of any term, so that the closure leaves it out unless an axiom makes use of it."""
    return p == f"<{TYPE}>" and o == f"<{THING}>" or rule_without_premises(s, p, o) is not None


def _partial_matches(
    backward: BackwardChainer, rule: Rule, bindings: Bindings
) -> Iterator[tuple[Match, tuple[int, ...]]]:
    """Yield the matches of a rule that lack the fewest premises, each with the indexes of the atoms that lack one.

    Only atoms that are no axioms may lack their premise; in a rule of nothing but axioms, any atom but a list pattern.
    """
    axioms = [index for index, atom in enumerate(rule.body) if is_axiom(atom)]
    others = [index for index in range(len(rule.body)) if index not in axioms]
    others = others or [index for index in axioms if not isinstance(rule.body[index], ListPattern)]
    by_axioms = backward.join([Match(bindings, {})], rule.body, set(axioms) - set(others), _allow_any)
    for count in range(1, len(others) + 1):
        has_found = False
        for lacking in combinations(others, count) if by_axioms else ():
            for match in backward.join(by_axioms, rule.body, set(others) - set(lacking), _allow_any, MAX_COST):
                has_found = True
                yield match, lacking
        if has_found:
            return


def _allow_any(triple: Triple) -> bool:
    """Return True: any triple of the closure may be a present premise."""
    return True


def _near_miss(backward: BackwardChainer, rule: Rule, match: Match, lacking: tuple[int, ...]) -> NearMiss:
    """Return a partial match with its terms as texts."""
    text_of = backward.closure.text_of

    def text_of_term(term: str) -> str:
        if term in match.bindings:
            return text_of(match.bindings[term])
        return term if is_variable(term) else f"<{term}>"

    premises = [match.premises[index] for index in range(len(rule.body)) if index in match.premises]
    present = [PresentPremise(_triple_of(map(text_of, p.triple)), tuple(map(text_of, p.items))) for p in premises]
    return NearMiss(
        rule.name,
        tuple(present),
        tuple(_triple_of(map(text_of_term, rule.body[index].terms)) for index in lacking),
    )


def _triple_of(terms: Iterable[str]) -> TextTriple:
    """Return three terms as a triple."""
    s, p, o = terms
    return s, p, o


def _can_be_asserted(miss: NearMiss) -> bool:
    """Return whether the lacking triples can be asserted (no literal is a subject) and none of them is trivial."""
    return not any(s.startswith('"') or is_trivial(s, p, o) for s, p, o in miss.lacking)


def _rank(miss: NearMiss) -> tuple[int, int, int, str, tuple[TextTriple, ...]]:
    """Return the sort key of near misses, see `nearest_misses`."""
    free = sum(is_variable(term) for triple in miss.lacking for term in triple)
    return len(miss.lacking), free, -len(miss.present), miss.rule, miss.lacking
