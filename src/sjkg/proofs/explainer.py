"""Explanations of triples that are given as text: proofs of a triple in the graph, missing premises of one that is not.

The graph here is a closure: a graph with everything that follows from it by OWL 2 RL. A rule that would conclude a
missing triple and has some of its premises in the closure, but not all, is a near miss.
"""

import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from sjkg.core.errors import DeadlineExceeded, NotExplainable, NotInGraph, UnknownName
from sjkg.core.ntriples import TextTriple, plain_text
from sjkg.core.vocabulary import PREFIXES, close_matches, shorten
from sjkg.proofs.backward import ALLOW_ANY, BackwardChainer, Bindings, Match, is_variable
from sjkg.proofs.closure import UNKNOWN, Closure, Node, Triple, triple_of
from sjkg.proofs.prover import Proof, Prover
from sjkg.proofs.storage import read_closure
from sjkg.proofs.terms import check_is_rdf, parse_triple, show_term, show_triple
from sjkg.reason.axiomatic import THING, rule_without_premises
from sjkg.reason.compile import TYPE, is_axiom
from sjkg.reason.rules import ListPattern, Rule

NOTHING = f"<{PREFIXES['owl']}Nothing>"  # the class without members
MAX_MISSES, MAX_SIMILAR = 10, 3
MAX_COST = 19  # a present premise must share a term with the triple: all members of a class would be too many

FindSimilar = Callable[[str], tuple[str, ...]]  # returns the IRIs similar to an IRI


@dataclass(frozen=True)
class PresentPremise:
    """A premise of a near miss that is in the closure.

    triple: three terms in canonical N-Triples. items: if the rule reads an RDF list that is the object of the triple, the
    items of that list in canonical N-Triples; else empty.
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


class Explainer:
    """Explains triples of one closure.

    Subject, predicate and object are text as in Turtle: a prefixed name, an IRI, _:label, “a” for rdf:type as
    predicate, a quoted literal with @language or ^^datatype, or a number or boolean.
    """

    def __init__(self, closure: Closure, find_similar: FindSimilar | None = None):
        """Prepare to explain the triples of `closure`.

        find_similar: called with an IRI that the closure does not have, returns similar ones for the error message; None to
        look for IRIs with similar local names in the closure.
        """
        self._closure = closure
        self._find_similar = find_similar or (lambda iri: close_matches(iri, (each[1:-1] for each in closure.iris())))
        self._prover = Prover(closure)

    def why(self, s: str, p: str, o: str, *, every: bool = False) -> list[Proof]:
        """Return a list with one proof of least depth of the triple s p o.

        every: return instead a proof for each rule application that can be the last step, at most 100, the shallowest
        first.
        Raises BadParameter for text that is not a term or triple, UnknownName for an IRI or blank node that occurs
        nowhere in the graph, NotInGraph for a triple that is not in the graph, NotExplainable for one that is true of any term
        (?x rdf:type owl:Thing), LimitExceeded when the search needs
        too many triples.
        """
        texts = parse_triple(s, p, o)
        goal = triple_of(map(self._find_node, texts))
        if not self._closure.contains(goal):
            check_is_rdf(texts)
            _refuse_trivial(texts)
            raise NotInGraph(f"{show_triple(texts)} is not in the graph")
        return list(self._prover.alternatives(goal)) if every else [self._prover.prove(goal)]

    def why_by_class(self, s: str, p: str, o: str) -> Proof | None:
        """Return a proof of a type from another type that a file states, and their subclass relation; None if there is none.

        Readers find it simpler than one of less depth from the domain of a property. Raises as `why` for unknown terms.
        """
        return self._prover.prove_by_class(triple_of(map(self._find_node, parse_triple(s, p, o))))

    def why_not(self, s: str, p: str, o: str, deadline_s: float = math.inf) -> list[NearMiss]:
        """Return the near misses of the triple s p o, which is not in the graph: rules that lack premises to conclude it.

        At most 10, those that lack the fewest premises first; empty if no rule has a premise in the graph. deadline_s: the
        longest time in seconds that the search may take.
        Raises BadParameter for text that is not a term or RDF triple, UnknownName for an IRI or blank node that occurs nowhere
        in the graph, NotExplainable for a triple that is in the graph or true of any term, and
        DeadlineExceeded.
        """
        texts = parse_triple(s, p, o)
        goal = triple_of(map(self._find_node, texts))
        if self._closure.contains(goal):
            raise NotExplainable(f"{show_triple(texts)} is in the graph; ask for its proof instead")
        check_is_rdf(texts)
        _refuse_trivial(texts)
        return nearest_misses(self._prover.backward, goal, texts[2], deadline_s)

    def _find_node(self, text: str) -> Node:
        """Return the node (number) of a term in N-Triples; UNKNOWN for a literal that the closure does not have.

        Raises UnknownName, with similar IRIs, for an IRI or blank node that the closure does not have.
        """
        node = self._closure.node_of(text)
        if node is not None:
            return node
        if text.startswith('"'):
            return UNKNOWN
        similar = " or ".join(map(shorten, self._find_similar(plain_text(text))))
        advice = f"did you mean {similar}?" if similar else "check its spelling, or search for its name"
        raise UnknownName(f"{show_term(text)} does not occur in the graph; {advice}")


def _refuse_trivial(texts: TextTriple) -> None:
    """Raise NotExplainable for a triple (three N-Triples terms) that is true of any term."""
    if is_trivial(*texts):
        raise NotExplainable(f"{show_triple(texts)} is true of any term, so the graph leaves it out; it needs no proof")


def nearest_misses(
    backward: BackwardChainer, goal: Triple, unknown_text: str = "", deadline_s: float = math.inf
) -> list[NearMiss]:
    """Return the near misses of the triple `goal`, which is not in the closure; at most MAX_MISSES.

    A near miss is a rule that would conclude the triple, but lacks some of its premises. Sorted by the number of lacking
    premises, then by the number of variables in these, both ascending, then by the number of present premises, descending.
    Near misses are similar if they have the same rule, the same predicates in their lacking premises, and the same present
    premises with RDF lists; of similar ones, only the first MAX_SIMILAR are returned. unknown_text: the N-Triples text of
    the goal's object if its node is UNKNOWN (a literal that occurs nowhere in the closure).
    Raises DeadlineExceeded when the search takes more than `deadline_s` seconds.
    """
    until = time.monotonic() + deadline_s
    misses: dict[tuple[str, tuple[TextTriple, ...]], NearMiss] = {}
    text_of = lambda node: unknown_text if node == UNKNOWN else backward.closure.text_of(node)
    goal_text = tuple(map(text_of, goal))
    for rule, bindings in backward.rules_for(goal):
        for match, lacking in _partial_matches(backward, rule, bindings):
            if time.monotonic() >= until:
                raise DeadlineExceeded(
                    f"the search for missing premises was not complete after {deadline_s:g} s, the limit of this server; the "
                    "command-line program sjkg has no such limit"
                )
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
    """Yield the matches of a rule that lack the fewest premises, each with the positions in the body of the lacking ones.

    bindings: the nodes of the variables in the rule's head. Axioms (premises about the schema) must be present; in a rule
    without other premises, only its list patterns must be present.
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
    """Return whether no lacking triple of a near miss has a literal as subject, is trivially true or a member of owl:Nothing."""
    return not any(s.startswith('"') or is_trivial(s, p, o) or o == NOTHING for s, p, o in miss.lacking)


def _rank(miss: NearMiss) -> tuple[int, int, int, str, tuple[TextTriple, ...]]:
    """Return a sort key: numbers of lacking triples, of variables in them, of present premises (most first); rule; triples."""
    free = sum(is_variable(term) for triple in miss.lacking for term in triple)
    return len(miss.lacking), free, -len(miss.present), miss.rule, miss.lacking


def read_explainer(path: Path, find_similar: FindSimilar | None = None) -> Explainer:
    """Return an `Explainer` of the closure in the file `path` (proofs.json). Raises UnusableSnapshot if it cannot be read.

    find_similar: as for the constructor.
    """
    return Explainer(read_closure(path), find_similar)
