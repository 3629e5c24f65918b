"""Why a triple is not there: for the rules that could have given it, the premises that are lacking."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from sjkg.proofs.backward import Backward, Row, is_variable
from sjkg.proofs.facts import Facts, Triple
from sjkg.reason.axiomatic import THING, rule_without_premises
from sjkg.reason.compile import TYPE, is_axiom
from sjkg.reason.rules import ListPattern, Rule

MAX_MISSES, MAX_ALIKE = 10, 3
MAX_COST = 19  # what is present has to be tied to the triple; all members of a class are not


@dataclass(frozen=True)
class Present:
    """A premise that is there; with the items of its value, if that is a list."""

    triple: tuple[str, str, str]
    items: tuple[str, ...]


@dataclass(frozen=True)
class Miss:
    """A rule that lacks a premise or more; terms are texts of N-Triples, and variables, for anything, begin with “?”."""

    rule: str
    present: tuple[Present, ...]
    lacking: tuple[tuple[str, str, str], ...]


class WithTerm:
    """Facts with one more term, about which they say nothing."""

    def __init__(self, facts: Facts, text: str):
        self._facts, self._text = facts, text

    def __getattr__(self, name: str):
        return getattr(self._facts, name)

    def node(self, text: str):
        return -1 if text == self._text else self._facts.node(text)

    def text(self, node: int) -> str:
        return self._text if node == -1 else self._facts.text(node)


def nearest_misses(backward: Backward, goal: Triple) -> list[Miss]:
    """Return what comes nearest to giving a triple that is not there, at most MAX_MISSES.

    Nearest is what lacks the fewest premises, then what leaves the least open in them, then what has the most. Of those
    that lack the same property by the same axioms only MAX_ALIKE are returned.
    """
    misses: dict[tuple, Miss] = {}
    for rule, head in backward.rules_for(goal):
        for row, lacking in _almost(backward, rule, backward.unify(head, goal)):
            miss = _miss(backward, rule, row, lacking)
            if tuple(map(backward.facts.text, goal)) not in miss.lacking and _can_be(miss):
                misses.setdefault((miss.rule, miss.lacking), miss)
    alike: Counter = Counter()
    nearest = []
    for miss in sorted(misses.values(), key=_key):
        sort = (miss.rule, tuple(p for _, p, _ in miss.lacking), tuple(p for p in miss.present if p.items))
        alike[sort] += 1
        nearest += [miss] if alike[sort] <= MAX_ALIKE else []
    return nearest[:MAX_MISSES]


def _almost(backward: Backward, rule: Rule, row: Row) -> Iterator[tuple[Row, tuple[int, ...]]]:
    """Yield the ways to satisfy a rule but for the fewest premises, with the indices of those.

    Axioms have to be there; where a rule is about nothing else, they too can be lacking, but no list.
    """
    axioms = [index for index, atom in enumerate(rule.body) if is_axiom(atom)]
    facts = [index for index in range(len(rule.body)) if index not in axioms]
    facts = facts or [index for index in axioms if not isinstance(rule.body[index], ListPattern)]
    begun = backward.join([row], rule.body, set(axioms) - set(facts), _anything)
    for number in range(1, len(facts) + 1):
        found = False
        for lacking in combinations(facts, number) if begun else ():
            for full in backward.join(begun, rule.body, set(facts) - set(lacking), _anything, MAX_COST):
                found = True
                yield full, lacking
        if found:
            return


def _anything(triple: Triple) -> bool:
    return True


def _miss(backward: Backward, rule: Rule, row: Row, lacking: tuple[int, ...]) -> Miss:
    text = backward.facts.text
    shown = lambda term: text(row[term]) if term in row else term if is_variable(term) else f"<{term}>"
    texts = lambda nodes: tuple(map(text, nodes))
    premises = (row[index] for index in range(len(rule.body)) if index in row)
    present = (Present(texts(premise.triple), texts(premise.items)) for premise in premises)
    return Miss(rule.name, tuple(present), tuple(tuple(map(shown, rule.body[index].terms)) for index in lacking))


def is_untold(s: str, p: str, o: str) -> bool:
    """Tell whether a triple holds of everything, so that it is not written out unless an axiom makes something of it."""
    return p == f"<{TYPE}>" and o == f"<{THING}>" or rule_without_premises(s, p, o) is not None


def _can_be(miss: Miss) -> bool:
    """Tell whether what is lacking could be written and is worth it: no literal is a subject, no thing an owl:Thing."""
    return not any(s.startswith('"') or is_untold(s, p, o) for s, p, o in miss.lacking)


def _key(miss: Miss) -> tuple:
    free = sum(is_variable(term) for triple in miss.lacking for term in triple)
    return len(miss.lacking), free, -len(miss.present), miss.rule, miss.lacking
