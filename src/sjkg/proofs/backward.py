"""Backward chaining: the applications of OWL 2 RL rules that conclude a given triple of a closure.

A closure is a graph with everything that follows from it. A rule has a body (triple patterns and list patterns, here
called atoms) and a head (the triple patterns that it concludes). A head is unified with the triple, which binds
variables; then the atoms of the body are joined with the closure one after the other, the most constrained first. Each
join reads all triples that match one atom at once. Source of the rules: OWL 2 Profiles §4.3,
https://www.w3.org/TR/owl2-profiles/
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sjkg.proofs.closure import Closure, Node, Nodes, Triple
from sjkg.reason.compile import FIRST, NIL, REST, SAME_AS, TYPE, is_axiom
from sjkg.reason.rules import EQUALITY, TABLE, ListPattern, Rule, TriplePattern, rules

Atom = TriplePattern | ListPattern
Bindings = dict[str, Node]  # the nodes that variables stand for, by name
Allow = Callable[[Triple], bool]  # whether a triple may be a premise
ALLOW_ANY: Allow = lambda triple: True


@dataclass(frozen=True)
class ListPath:
    """A path through an RDF list from head to rdf:nil: its items in order, and the rdf:first and rdf:rest triples of its cells."""

    items: tuple[Node, ...]
    cells: tuple[Triple, ...]


class RdfLists:
    """The RDF lists of a closure, memoised by head.

    A well-formed list has one path from head to rdf:nil; one that branches has several, one that never ends has none.
    """

    def __init__(self, closure: Closure):
        self._closure = closure
        self._first, self._rest, self._nil = (
            () if node is None else (node,) for node in (closure.node_of(f"<{name}>") for name in (FIRST, REST, NIL))
        )
        self._paths: dict[Node, tuple[ListPath, ...]] = {}

    def paths(self, head: Node) -> tuple[ListPath, ...]:
        """Return every path from the node `head` of a list to rdf:nil; an empty tuple where there is none."""
        if head not in self._paths:
            self._paths[head] = tuple(self._walk(head, frozenset()))
        return self._paths[head]

    def _walk(self, node: Node, passed: frozenset[Node]) -> Iterator[ListPath]:
        """Yield the paths from a node to rdf:nil that visit none of the `passed` nodes, since lists may be cyclic."""
        if node in self._nil:
            yield ListPath((), ())
        if node in passed:
            return
        firsts = list(self._closure.match((node,), self._first, None))
        for rest in self._closure.match((node,), self._rest, None):
            for path in self._walk(rest[2], passed | {node}):
                for first in firsts:
                    yield ListPath((first[2], *path.items), (first, rest, *path.cells))


@dataclass(frozen=True)
class Premise:
    """A triple that matches a premise pattern (atom) of a rule.

    items, cells: for a list pattern, the items and the rdf:first and rdf:rest triples of the list; else empty.
    """

    triple: Triple
    items: tuple[Node, ...] = ()
    cells: tuple[Triple, ...] = ()

    @property
    def triples(self) -> tuple[Triple, ...]:
        """Return the matched triple, followed by the rdf:first and rdf:rest triples of its list, if any."""
        return self.triple, *self.cells


class Match(NamedTuple):
    """A rule matched in part.

    bindings: a dict from variable, such as “?x”, to node. premises: a dict from the index of each matched atom in the body,
    from 0, to the premise found for it.
    """

    bindings: Bindings
    premises: dict[int, Premise]


@dataclass(frozen=True)
class RuleApplication:
    """The application of a rule: its name, as in OWL 2 Profiles (“prp-spo1”), and a premise for each body atom."""

    rule: str
    premises: tuple[Premise, ...]

    @property
    def triples(self) -> tuple[Triple, ...]:
        """Return the triples of all premises, with the rdf:first and rdf:rest triples of their lists."""
        return tuple(triple for premise in self.premises for triple in premise.triples)


class BackwardChainer:
    """Applies OWL 2 RL rules to a closure (a graph with everything that follows from it) from conclusion to premises.

    Only rules are considered whose axioms (premises that state the schema) occur in the closure; the equality rules
    (eq-*) only if two different terms are owl:sameAs each other.
    """

    def __init__(self, closure: Closure):
        self.closure = closure
        self._lists = RdfLists(closure)
        has_equality = any(s != o for s, _, o in closure.match(None, self._nodes_of(SAME_AS), None))
        about_lists = (rule for length in self._list_lengths() for rule in rules(TABLE, length))
        self._by_predicate: dict[str, list[tuple[Rule, TriplePattern]]] = defaultdict(list)
        for rule in (*rules(TABLE), *about_lists, *(rules(EQUALITY) if has_equality else ())):
            if all(self._is_in_use(atom) for atom in rule.body if is_axiom(atom)):
                for head in rule.head:
                    self._by_predicate["?" if is_variable(head.p) else head.p].append((rule, head))

    def applications(self, goal: Triple, allow: Allow) -> Iterator[RuleApplication]:
        """Yield the rule applications that conclude the triple `goal` and do not use `goal` itself as a premise.

        allow: called with a triple that may be a premise; False excludes the rule applications that use it.
        """
        for rule, bindings in self.rules_for(goal):
            for match in self.join([Match(bindings, {})], rule.body, range(len(rule.body)), allow):
                premises = tuple(match.premises[index] for index in range(len(rule.body)))
                if not any(goal in premise.triples for premise in premises):
                    yield RuleApplication(rule.name, premises)

    def rules_for(self, goal: Triple) -> Iterator[tuple[Rule, Bindings]]:
        """Yield each rule with a conclusion that unifies with the triple `goal`, and the bindings that make them equal.

        A rule is yielded once for each such conclusion.
        """
        by_predicate = self._by_predicate.get(self.closure.text_of(goal[1])[1:-1], ())
        for rule, head in (*self._by_predicate["?"], *by_predicate):
            bindings = self._unify(head, goal)
            if bindings is not None:
                yield rule, bindings

    def _unify(self, atom: TriplePattern, triple: Triple) -> Bindings | None:
        """Return the bindings of variables under which a triple pattern equals a triple; None if there are none."""
        bindings: Bindings = {}
        for term, node in zip(atom.terms, triple, strict=True):
            if node not in self._nodes_of(term) if not is_variable(term) else bindings.setdefault(term, node) != node:
                return None
        return bindings

    def join(
        self, matches: list[Match], body: Sequence[Atom], indexes: Iterable[int], allow: Allow, max_cost: int = 100
    ) -> list[Match]:
        """Return every extension of `matches` by premises for the atoms of `body` at the positions `indexes`.

        Atoms are matched in the order of their cost (`_cost`) under the bindings so far, lowest first. allow: called with a
        triple; False excludes it as a premise. max_cost: return an empty list as soon as the cheapest atom left costs more.
        """
        left = set(indexes)
        while left and matches:
            cost, index = min((_cost(body[i], matches[0].bindings), i) for i in left)
            if cost > max_cost:
                return []
            left.remove(index)
            atom = body[index]
            if isinstance(atom, ListPattern):
                matches = self._join_list(matches, atom, index, allow)
            else:
                matches = self._join_triple(matches, atom, index, allow)
        return matches

    def _join_triple(self, matches: list[Match], atom: TriplePattern, index: int, allow: Allow) -> list[Match]:
        """Return `matches` extended by each triple that matches a triple pattern (a hash join on bound variables).

        index: the position of the atom in the body. allow: called with a triple; False leaves it out.
        """
        bound = [term for term in dict.fromkeys(atom.terms) if term in matches[0].bindings]
        by_key = defaultdict(list)
        for match in matches:
            by_key[tuple(match.bindings[term] for term in bound)].append(match)
        found: list[Match] = []
        for triple in self.closure.match(*(self._candidates(term, matches) for term in atom.terms)):
            new = self._unify(atom, triple)
            if new is not None and allow(triple):
                premise = Premise(triple)
                found += [
                    Match({**old.bindings, **new}, {**old.premises, index: premise})
                    for old in by_key.get(tuple(new[term] for term in bound), ())
                ]
        return found

    def _join_list(self, matches: list[Match], atom: ListPattern, index: int, allow: Allow) -> list[Match]:
        """Return `matches` extended by each RDF list that matches the list pattern `atom`.

        index: the position of the atom in the body. allow: called with a triple or cell; False leaves the list out.
        """
        found: list[Match] = []
        for triple in self.closure.match(self._candidates(atom.s, matches), self._nodes_of(atom.p), None):
            for path in self._lists.paths(triple[2]) if allow(triple) else ():
                if not all(map(allow, path.cells)):
                    continue
                premise = Premise(triple, path.items, path.cells)
                found += [
                    Match({**old.bindings, **new}, {**old.premises, index: premise})
                    for old in matches
                    for new in _bind_members(atom, triple[0], path.items, old.bindings)
                ]
        return found

    def _candidates(self, term: str, matches: list[Match]) -> Nodes:
        """Return the nodes that a term of a pattern can stand for in the matches; None for a free variable."""
        if not is_variable(term):
            return self._nodes_of(term)
        return {match.bindings[term] for match in matches} if term in matches[0].bindings else None

    def _nodes_of(self, constant: str) -> tuple[Node, ...]:
        """Return the numbers of the terms that a rule's constant stands for: of an IRI, or of all literals of the value 0 or 1."""
        if constant in ("0", "1"):
            return self.closure.literals_equal_to[constant]
        node = self.closure.node_of(f"<{constant}>")
        return () if node is None else (node,)

    def _is_in_use(self, atom: Atom) -> bool:
        """Return whether a triple of the closure has the predicate and, if constant, the object of `atom`."""
        objects = None if isinstance(atom, ListPattern) or is_variable(atom.o) else self._nodes_of(atom.o)
        return any(True for _ in self.closure.match(None, self._nodes_of(atom.p), objects))

    def _list_lengths(self) -> list[int]:
        """Return the distinct lengths, ascending and without 0, of the lists that rules about whole lists read."""
        properties = {atom.p for rule in rules(TABLE, 1) for atom in rule.body if isinstance(atom, ListPattern)}
        heads = [o for p in properties for _, _, o in self.closure.match(None, self._nodes_of(p), None)]
        return sorted({len(path.items) for head in heads for path in self._lists.paths(head)} - {0})


def is_variable(term: str) -> bool:
    """Return whether a term of a rule is a variable: it starts with “?”."""
    return term.startswith("?")


def _bind_members(atom: ListPattern, subject: Node, items: tuple[Node, ...], bound: Bindings) -> Iterator[Bindings]:
    """Yield each binding of a list pattern to `subject` and list `items` that agrees with the bindings `bound`.

    A pattern for a whole list has at most one binding; a pattern for one member has one for each distinct item.
    """
    if atom.whole and len(items) != len(atom.members):
        return
    choices = [items] if atom.whole else [(item,) for item in dict.fromkeys(items)]
    for chosen in choices:
        new: Bindings = {}
        pairs = zip((atom.s, *atom.members), (subject, *chosen), strict=True)
        if all(bound.get(term, node) == node and new.setdefault(term, node) == node for term, node in pairs):
            yield new


def _cost(atom: Atom, bindings: Bindings) -> int:
    """Return a rank (0 to 41) for how many triples may match an atom (premise pattern) under some bindings.

    An axiom (schema triple or list pattern) costs 1 for each free variable. Any other triple pattern costs 0 with all
    terms bound, else 10 or more: most with a free predicate, more with free subject and object or as rdf:type of a free
    subject.
    """
    free = [term for term in atom.terms if is_variable(term) and term not in bindings]
    if isinstance(atom, ListPattern) or is_axiom(atom):
        return len(free)
    s, p, o = (term not in free for term in atom.terms)
    if s and p and o:
        return 0
    is_class_membership = atom.p == TYPE and not s
    return 10 + 20 * (not p) + 10 * (not s and not o) + 10 * is_class_membership + (not s)
