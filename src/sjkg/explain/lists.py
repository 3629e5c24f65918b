"""The lists that axioms point to, with the triples that make them up."""

from collections.abc import Iterator
from dataclasses import dataclass

from sjkg.explain.facts import Facts, Node, Triple
from sjkg.reason.compile import FIRST, NIL, REST


@dataclass(frozen=True)
class Way:
    """One way from the head of a list to its end: the items, and the triples that were passed."""

    items: tuple[Node, ...]
    cells: tuple[Triple, ...]


class Lists:
    """The lists of some facts; one that forks is all the ways along its branches, one that never ends none."""

    def __init__(self, facts: Facts):
        self._facts = facts
        self._first, self._rest, self._nil = (facts.node(f"<{name}>") for name in (FIRST, REST, NIL))
        self._ways: dict[Node, tuple[Way, ...]] = {}

    def ways(self, head: Node) -> tuple[Way, ...]:
        if head not in self._ways:
            self._ways[head] = tuple(self._walk(head, frozenset()))
        return self._ways[head]

    def _walk(self, node: Node, passed: frozenset[Node]) -> Iterator[Way]:
        if node == self._nil:
            yield Way((), ())
        if node in passed or None in (self._first, self._rest):
            return
        firsts = list(self._facts.match({node}, {self._first}, None))
        for rest in self._facts.match({node}, {self._rest}, None):
            for way in self._walk(rest[2], passed | {node}):
                for first in firsts:
                    yield Way((first[2], *way.items), (first, rest, *way.cells))
