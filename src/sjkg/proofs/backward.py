"""The lists that axioms point to, with the triples that make them up.

Rules read backwards: which premises, all of them there, would give a triple.

The premises of a rule are joined one after the other, the most constrained first, beginning with what the triple that is
to be concluded binds. Each join asks for the triples of one pattern at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sjkg.proofs.facts import Facts, Node, Triple
from sjkg.reason import rules as table
from sjkg.reason.compile import FIRST, NIL, REST, SAME_AS, TYPE, is_axiom
from sjkg.reason.rules import EQUALITY, TABLE, ListPattern, Rule


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


Pattern = table.TriplePattern | ListPattern
Row = dict  # what variables stand for, by name, and the premise for each atom of the rule, by its index
Allow = Callable[[Triple], bool]


@dataclass(frozen=True)
class Premise:
    """A triple that a rule starts from; where its value is a list, with the list's items and triples."""

    triple: Triple
    items: tuple[Node, ...] = ()
    cells: tuple[Triple, ...] = ()

    @property
    def triples(self) -> tuple[Triple, ...]:
        return self.triple, *self.cells


@dataclass(frozen=True)
class Instance:
    """An application of a rule."""

    rule: str
    premises: tuple[Premise, ...]

    @property
    def triples(self) -> tuple[Triple, ...]:
        return tuple(triple for premise in self.premises for triple in premise.triples)


class Backward:
    """The rules of OWL 2 RL over some closed facts, as far as their axioms bear on any."""

    def __init__(self, facts: Facts):
        self.facts = facts
        self._lists = Lists(facts)
        equality = table.rules(EQUALITY) if self._has_equality() else ()
        whole = (rule for length in self._lengths() for rule in table.rules(TABLE, length))
        self._heads: dict[str, list[tuple[Rule, table.TriplePattern]]] = defaultdict(list)
        for rule in (*table.rules(TABLE), *whole, *equality):
            if all(self._is_in_use(atom) for atom in rule.body if is_axiom(atom)):
                for head in rule.head:
                    self._heads["?" if is_variable(head.p) else head.p].append((rule, head))

    def instances(self, goal: Triple, allow: Allow) -> Iterator[Instance]:
        """Yield the ways to conclude a triple in one step from triples that `allow` lets pass."""
        for rule, head in self.rules_for(goal):
            for row in self.join([self.unify(head, goal)], rule.body, range(len(rule.body)), allow):
                premises = tuple(row[index] for index in range(len(rule.body)))
                if not any(goal in premise.triples for premise in premises):
                    yield Instance(rule.name, premises)

    def rules_for(self, goal: Triple) -> list[tuple[Rule, table.TriplePattern]]:
        """Return the rules that could conclude a triple, each with the conclusion that could be it."""
        by_property = self._heads.get(self.facts.text(goal[1])[1:-1], ())
        return [pair for pair in (*self._heads["?"], *by_property) if self.unify(pair[1], goal) is not None]

    def unify(self, atom: table.TriplePattern, triple: Triple) -> Row | None:
        """Return what the variables of a pattern stand for in a triple, None where it does not fit."""
        row: Row = {}
        for term, node in zip(atom.terms, triple, strict=True):
            if node not in self._encode(term) if not is_variable(term) else row.setdefault(term, node) != node:
                return None
        return row

    def join(
        self, rows: list[Row], body: Sequence[Pattern], chosen: Iterable[int], allow: Allow, max_cost: int = 100
    ) -> list[Row]:
        """Return the rows, each with all its ways to satisfy the chosen atoms of a body.

        max_cost: give up, with no rows, where an atom would have more ways than that stands for (see _cost).
        """
        left = set(chosen)
        while left and rows:
            cost, index = min((_cost(body[i], rows[0]), i) for i in left)
            if cost > max_cost:
                return []
            left.remove(index)
            step = self._join_list if isinstance(body[index], ListPattern) else self._join_triple
            rows = step(rows, body[index], index, allow)
        return rows

    def _join_triple(self, rows: list[Row], atom: table.TriplePattern, index: int, allow: Allow) -> list[Row]:
        bound = [term for term in dict.fromkeys(atom.terms) if term in rows[0]]
        by_key = defaultdict(list)
        for row in rows:
            by_key[tuple(row[term] for term in bound)].append(row)
        found = []
        for triple in self.facts.match(*(self._candidates(term, rows) for term in atom.terms)):
            here = self.unify(atom, triple)
            if here is not None and allow(triple):
                matching = by_key.get(tuple(here[term] for term in bound), ())
                found += [{**row, **here, index: Premise(triple)} for row in matching]
        return found

    def _join_list(self, rows: list[Row], atom: ListPattern, index: int, allow: Allow) -> list[Row]:
        found = []
        for triple in self.facts.match(self._candidates(atom.s, rows), self._encode(atom.p), None):
            for way in self._lists.ways(triple[2]) if allow(triple) else ():
                premise = Premise(triple, way.items, way.cells)
                if all(map(allow, way.cells)):
                    found += [
                        {**row, **here, index: premise}
                        for row in rows
                        for here in _members(atom, triple[0], way.items, row)
                    ]
        return found

    def _candidates(self, term: str, rows: list[Row]):
        """Return the nodes that a term can stand for, None for any."""
        if not is_variable(term):
            return self._encode(term)
        return {row[term] for row in rows} if term in rows[0] else None

    def _encode(self, term: str) -> tuple[Node, ...]:
        if term in ("0", "1"):
            return self.facts.digit(term)
        node = self.facts.node(f"<{term}>")
        return () if node is None else (node,)

    def _is_in_use(self, atom: Pattern) -> bool:
        """Tell whether any triple fits an axiom of a rule."""
        values = None if isinstance(atom, ListPattern) or is_variable(atom.o) else self._encode(atom.o)
        return any(True for _ in self.facts.match(None, self._encode(atom.p), values))

    def _has_equality(self) -> bool:
        return any(s != o for s, _, o in self.facts.match(None, self._encode(SAME_AS), None))

    def _lengths(self) -> list[int]:
        """Return the lengths of the lists that whole-list rules are about."""
        properties = {atom.p for rule in table.rules(TABLE, 1) for atom in rule.body if isinstance(atom, ListPattern)}
        lists = [o for p in properties for _, _, o in self.facts.match(None, self._encode(p), None)]
        return sorted({len(way.items) for head in lists for way in self._lists.ways(head)} - {0})


def is_variable(term: str) -> bool:
    return term.startswith("?")


def _members(atom: ListPattern, subject: Node, items: tuple[Node, ...], row: Row) -> Iterator[Row]:
    """Yield what the variables of a list pattern stand for, in agreement with a row."""
    if atom.whole and len(items) != len(atom.members):
        return
    choices = [items] if atom.whole else [(item,) for item in dict.fromkeys(items)]
    for chosen in choices:
        here: Row = {}
        pairs = zip((atom.s, *atom.members), (subject, *chosen), strict=True)
        if all(row.get(term, node) == node and here.setdefault(term, node) == node for term, node in pairs):
            yield here


def _cost(atom: Pattern, row: Row) -> int:
    """Estimate how many triples fit an atom: few for axioms, the fewer for facts the more of them is bound."""
    free = [term for term in atom.terms if is_variable(term) and term not in row]
    if isinstance(atom, ListPattern) or is_axiom(atom):
        return len(free)
    s, p, o = (term not in free for term in atom.terms)
    if s and p and o:
        return 0
    of_class = atom.p == TYPE and not s
    return 10 + 20 * (not p) + 10 * (not s and not o) + 10 * of_class + (not s)
