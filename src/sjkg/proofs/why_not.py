"""Reasons why a triple is not in a closure: rules that would conclude it, with the premises that are missing.

A closure is a graph with everything that follows from it by OWL 2 RL. A rule that has some of its premises in the
closure, but not all, is a near miss.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from sjkg.proofs.backward import ALLOW_ANY, BackwardChainer, Bindings, Match, is_variable
from sjkg.proofs.closure import UNKNOWN, Node, TextTriple, Triple, triple_of
from sjkg.reason.axiomatic import THING, rule_without_premises
from sjkg.reason.compile import TYPE, is_axiom
from sjkg.reason.rules import ListPattern, Rule

MAX_MISSES, MAX_SIMILAR = 10, 3
MAX_COST = 19  # a present premise must share a term with the triple: all members of a class would be too many


@dataclass(frozen=True)
class PresentPremise:
    """A premise of a near miss that is in the closure.

    triple: three terms in canonical N-Triples. items: the items of the RDF list that is its object, if the rule reads
    one.
    """

    triple: TextTriple
    items: tuple[str, ...]


@dataclass(frozen=True)
class NearMiss:
    """A rule that would conclude a triple, but lacks one or more premises.

    rule: name as in OWL 2 Profiles. present: the premises that are in the closure. lacking: the other premises, as
    triples of N-Triples terms, in which a term that begins with “?” is a variable and stands for any term.
    """

    rule: str
    present: tuple[PresentPremise, ...]
    lacking: tuple[TextTriple, ...]


def nearest_misses(backward: BackwardChainer, goal: Triple, unknown_text: str = "") -> list[NearMiss]:
    """Return the near misses of a triple that is not in the closure, the nearest first, at most MAX_MISSES.

    Nearest is the miss that lacks the fewest premises, then the one with the fewest free variables in them, then the
    one with the most present premises. Of the misses that lack the same predicates by the same axioms only MAX_SIMILAR
    are returned. unknown_text: the N-Triples text of the goal's object, if its node is UNKNOWN (a literal that occurs
    nowhere in the closure).
    """
    misses: dict[tuple[str, tuple[TextTriple, ...]], NearMiss] = {}
    text_of = lambda node: unknown_text if node == UNKNOWN else backward.closure.text_of(node)
    goal_text = tuple(map(text_of, goal))
    for rule, bindings in backward.rules_for(goal):
        for match, lacking in _partial_matches(backward, rule, bindings):
            miss = _near_miss(rule, match, lacking, text_of)
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
    """Return whether a triple (three N-Triples terms) is true of any term, as ?x rdf:type owl:Thing is.

    The closure leaves such triples out unless an axiom makes use of them.
    """
    return p == f"<{TYPE}>" and o == f"<{THING}>" or rule_without_premises(s, p, o) is not None


def _partial_matches(
    backward: BackwardChainer, rule: Rule, bindings: Bindings
) -> Iterator[tuple[Match, tuple[int, ...]]]:
    """Yield the matches of a rule that lack the fewest premises, each with the positions of the atoms that lack one.

    bindings: the nodes of the variables in the rule's head. Only atoms that are not axioms (schema triples) may lack
    their premise; in a rule of nothing but axioms, any atom but a list pattern.
    """
    axioms = [index for index, atom in enumerate(rule.body) if is_axiom(atom)]
    others = [index for index in range(len(rule.body)) if index not in axioms]
    others = others or [index for index in axioms if not isinstance(rule.body[index], ListPattern)]
    by_axioms = backward.join([Match(bindings, {})], rule.body, set(axioms) - set(others), ALLOW_ANY)
    for count in range(1, len(others) + 1):
        has_found = False
        for lacking in combinations(others, count) if by_axioms else ():
            for match in backward.join(by_axioms, rule.body, set(others) - set(lacking), ALLOW_ANY, MAX_COST):
                has_found = True
                yield match, lacking
        if has_found:
            return


def _near_miss(rule: Rule, match: Match, lacking: tuple[int, ...], text_of: Callable[[Node], str]) -> NearMiss:
    """Return a partial match of a rule as a `NearMiss`.

    lacking: the positions of the atoms without premise. text_of: returns the N-Triples text of a node.
    """

    def text_of_term(term: str) -> str:
        if term in match.bindings:
            return text_of(match.bindings[term])
        return term if is_variable(term) else f"<{term}>"

    present = (premise for _, premise in sorted(match.premises.items()))
    return NearMiss(
        rule.name,
        tuple(PresentPremise(triple_of(map(text_of, p.triple)), tuple(map(text_of, p.items))) for p in present),
        tuple(triple_of(map(text_of_term, rule.body[index].terms)) for index in lacking),
    )


def _can_be_asserted(miss: NearMiss) -> bool:
    """Return whether no lacking triple of a near miss has a literal as subject or is trivially true."""
    return not any(s.startswith('"') or is_trivial(s, p, o) for s, p, o in miss.lacking)


def _rank(miss: NearMiss) -> tuple[int, int, int, str, tuple[TextTriple, ...]]:
    """Return a sort key: number of lacking triples, of variables in them, of present premises (most first), rule."""
    free = sum(is_variable(term) for triple in miss.lacking for term in triple)
    return len(miss.lacking), free, -len(miss.present), miss.rule, miss.lacking
