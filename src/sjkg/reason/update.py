"""Update of a closure under OWL 2 RL after a small change of its explicit triples.

The rules whose premises about the schema hold are instantiated once; the remaining premises are facts. A removed triple
takes with it everything that a rule concludes from it (overdeletion); of that, what other facts still imply is put back,
and added triples are followed forward, in the order of depth, so that each inferred triple gets the depth of its
shallowest proof (Knuth's generalisation of Dijkstra's algorithm). The result equals that of the reasoner.
A change that concerns the schema, equality or values of literals, or that contradicts the rules, is refused with
`NotUpdatable`; then the reasoner has to run.
Sources: Gupta, Mumick, Subrahmanian, Maintaining Views Incrementally, https://doi.org/10.1145/170035.170066; Knuth,
A Generalization of Dijkstra's Algorithm, https://doi.org/10.1016/0020-0190(77)90002-3
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import permutations
from typing import NamedTuple

from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, TextTriple, literal_text
from sjkg.reason.axiomatic import HEAD_PROPERTIES, THING
from sjkg.reason.compile import DIFFERENT_FROM, FIRST, NOTHING, REST, SAME_AS, TYPE, is_axiom
from sjkg.reason.literals import parse_literal
from sjkg.reason.rules import TABLE, ListPattern, Pattern, Rule, rules
from sjkg.reason.values import DATATYPES, DataValue, is_in_value_space

Bindings = dict[str, TextTerm]
Depths = dict[TextTriple, int]
RDF_TYPE, OWL_SAME_AS = f"<{TYPE}>", f"<{SAME_AS}>"
ATOMS = [atom for length in (None, 1) for rule in rules(TABLE, length) for atom in rule.body if is_axiom(atom)]
AXIOM_PREDICATES = {f"<{atom.p}>" for atom in ATOMS if atom.p != TYPE}
AXIOM_CLASSES = {f"<{atom.o}>" for atom in ATOMS if not isinstance(atom, ListPattern) and atom.p == TYPE}
UNUSUAL_PREDICATES = AXIOM_PREDICATES | {f"<{name}>" for name in (SAME_AS, DIFFERENT_FROM, FIRST, REST)}
UNUSUAL_CLASSES = AXIOM_CLASSES | {f"<{name}>" for name in (THING, NOTHING)}
SPECIAL = {f"<{name}>" for name in (THING, TYPE, SAME_AS, DIFFERENT_FROM, *DATATYPES)}


class NotUpdatable(Exception):
    """Raised when a closure cannot be updated but has to be computed anew. The message is the reason, a clause."""


class Instance(NamedTuple):
    """A rule whose premises about the schema hold, with the values that these give to its variables.

    body: the other premises; terms are constants or variables, which begin with “?”. head: the conclusion; None for a rule
    whose premises contradict each other. depth: the greatest depth of the premises about the schema.
    """

    body: tuple[TextTriple, ...]
    head: TextTriple | None
    depth: int


def update_closure(
    explicit: Collection[TextTriple],
    depths: Mapping[TextTriple, int | None],
    removed: Collection[TextTriple],
    added: Collection[TextTriple],
) -> dict[TextTriple, int | None]:
    """Return a new dict from each inferred triple of a closure to its depth, after a change of the explicit triples.

    explicit: the asserted and derived triples before the change. depths: a dict from each inferred triple to its depth before
    the change. removed: the triples that are no longer explicit. added: the triples that are newly explicit.
    Raises NotUpdatable, with a reason, when the reasoner has to run instead, and for depths that are None.
    """
    if not removed and not added:
        return dict(depths)
    known = {triple: depth for triple, depth in depths.items() if depth is not None}
    if len(known) < len(depths):
        raise NotUpdatable("the depth of some inferred triples is unknown")
    if not _is_usual(explicit, known):
        raise NotUpdatable(
            "the closure has things stated to be equal or different (owl:sameAs, owl:differentFrom), or axioms from which "
            "something follows for every thing or value"
        )
    update = _ClosureUpdate(explicit, known)
    update.apply(removed, added)
    return dict(update.depths)


def _is_usual(explicit: Iterable[TextTriple], depths: Iterable[TextTriple]) -> bool:
    """Return whether a closure has no owl:sameAs or owl:differentFrom, and no axiom that makes trivial facts matter.

    Trivial facts, such as that a thing is owl:sameAs itself, are left out of closures. They matter where an axiom is
    about owl:sameAs, owl:differentFrom, rdf:type, owl:Thing or a datatype, itself or in a list.
    explicit, depths: the explicit and the inferred triples of the closure.
    """
    return not any(
        p in (OWL_SAME_AS, f"<{DIFFERENT_FROM}>")
        or (p == f"<{FIRST}>" and o in SPECIAL)
        or (p in AXIOM_PREDICATES and s != o and (s in SPECIAL or (o in SPECIAL and p[1:-1] not in HEAD_PROPERTIES)))
        for s, p, o in (*explicit, *depths)
    )


class _ClosureUpdate:
    """A closure (a graph with all that follows from it by OWL 2 RL) that can be changed.

    explicit: the asserted and derived triples. depths: the depth of each inferred triple. facts: all of these triples.
    """

    def __init__(self, explicit: Iterable[TextTriple], depths: Mapping[TextTriple, int]):
        """Copy a closure and instantiate the rules."""
        self.explicit, self.depths = set(explicit), dict(depths)
        self.facts = Facts((*self.explicit, *self.depths))
        self._by_premise: dict[tuple[TextTerm, TextTerm], list[tuple[Instance, int]]] = defaultdict(list)
        self._by_conclusion: dict[tuple[TextTerm, TextTerm], list[Instance]] = defaultdict(list)
        for instance in set(self._instances()):
            for position, atom in enumerate(instance.body):
                self._by_premise[_key(atom)].append((instance, position))
            if instance.head:
                self._by_conclusion[_key(instance.head)].append(instance)

    def apply(self, removed: Collection[TextTriple], added: Collection[TextTriple]) -> None:
        """Remove and add explicit triples (those that were there before reasoning), and update the inferred ones.

        Raises NotUpdatable when only the reasoner can compute the new closure; this object is then of no further use.
        """
        for triple in (*removed, *added):
            _refuse_unusual(triple)
        self._refuse_equal_values({o for _, _, o in added if o.startswith('"')})
        deleted = self._overdelete(removed)
        self.explicit.difference_update(removed)
        for triple in deleted:
            self.facts.discard(triple)
            self.depths.pop(triple, None)
        queue = [(depth, triple) for triple in deleted if (depth := self._depth_by_rules(triple)) is not None]
        for triple in added:
            self.explicit.add(triple)
            self.depths.pop(triple, None)
            queue.append((0, triple))
        self._propagate(queue)

    def _overdelete(self, removed: Collection[TextTriple]) -> set[TextTriple]:
        """Return the triples `removed` and all inferred triples that rules conclude from them, directly or not."""
        deleted = set(removed)
        queue = list(removed)
        while queue:
            for conclusion, _ in self._conclusions(queue.pop()):
                if conclusion not in deleted and self.depths.get(conclusion, 0) > 0:
                    deleted.add(conclusion)
                    queue.append(conclusion)
        return deleted

    def _propagate(self, queue: list[tuple[int, TextTriple]]) -> None:
        """Add triples and all that follows from them; lower the depths of known triples that get a shallower proof.

        queue: pairs (depth, triple) of the triples to add; it is emptied.
        """
        heapq.heapify(queue)
        while queue:
            depth, triple = heapq.heappop(queue)
            is_explicit = triple in self.explicit
            if triple in self.facts and self._depth(triple) <= depth and not (is_explicit and depth == 0):
                continue
            if is_explicit and depth > 0:
                continue
            self.facts.add(triple)
            if not is_explicit:
                self.depths[triple] = depth
            for conclusion, below in self._conclusions(triple):
                if conclusion not in self.facts or self._depth(conclusion) > below + 1:
                    _refuse_unusual(conclusion)
                    heapq.heappush(queue, (below + 1, conclusion))

    def _conclusions(self, triple: TextTriple) -> Iterator[tuple[TextTriple, int]]:
        """Yield the conclusion of each rule application that has `triple` as a premise, and the greatest depth of its premises.

        Raises NotUpdatable for a contradiction, or when two things are concluded to be equal.
        """
        for instance, position in self._by_premise.get(_key(triple), ()):
            bindings = _unify(instance.body[position], triple, {})
            if bindings is None:
                continue
            rest = instance.body[:position] + instance.body[position + 1 :]
            for solution in list(self._solve(rest, bindings)):
                conclusion = _conclude(instance, solution)
                if conclusion is not None:
                    yield conclusion, self._greatest_depth(instance, solution)

    def _depth_by_rules(self, triple: TextTriple) -> int | None:
        """Return the depth of the shallowest proof of a triple by a rule; None where no rule concludes it."""
        found = []
        for instance in self._by_conclusion.get(_key(triple), ()):
            bindings = _unify(instance.head or triple, triple, {})
            if bindings is not None:
                found += [self._greatest_depth(instance, each) + 1 for each in self._solve(instance.body, bindings)]
        return min(found, default=None)

    def _greatest_depth(self, instance: Instance, bindings: Bindings) -> int:
        """Return the greatest depth (see `_depth`) of the premises of a rule application."""
        return max([instance.depth, *(self._depth(_substitute(atom, bindings)) for atom in instance.body)])

    def _depth(self, triple: TextTriple) -> int:
        """Return the number of inference steps on the longest path of a triple's shallowest proof, 0 if explicit."""
        return 0 if triple in self.explicit else self.depths[triple]

    def _solve(self, atoms: tuple[TextTriple, ...], bindings: Bindings) -> Iterator[Bindings]:
        """Yield every extension of `bindings` under which all triple patterns `atoms` are facts."""
        if not atoms:
            yield bindings
            return
        patterns = [_substitute(atom, bindings) for atom in atoms]
        position = min(range(len(atoms)), key=lambda i: (patterns[i][0][0] == "?") + (patterns[i][2][0] == "?"))
        s, p, o = patterns[position]
        rest = atoms[:position] + atoms[position + 1 :]
        for triple in self._match(s, p, o):
            extended = _unify((s, p, o), triple, bindings)
            if extended is not None:
                yield from self._solve(rest, extended)

    def _match(self, s: TextTerm, p: TextTerm, o: TextTerm) -> Iterable[TextTriple]:
        """Return all facts that match a pattern, and where it has one variable twice, perhaps some that do not match.

        s, o: constants or variables, which begin with “?”. p: a constant.
        """
        if s[0] != "?":
            if o[0] != "?":
                return [(s, p, o)] if (s, p, o) in self.facts else []
            return [(s, p, each) for each in self.facts.objects(s, p)]
        if o[0] != "?":
            return [(each, p, o) for each in self.facts.subjects(p, o)]
        return [(subject, p, each) for subject, each in self.facts.pairs(p)]

    def _instances(self) -> Iterator[Instance]:
        """Yield an `Instance` of each rule for each way in which its premises about the schema hold.

        Rules without other premises are left out, unless they conclude that a thing is in a class (cls-oo). Of instances that only differ in depth, that of least depth is
        yielded.
        """
        least: dict[tuple[tuple[TextTriple, ...], TextTriple | None], int] = {}
        lists = [atom for atom in ATOMS if isinstance(atom, ListPattern)]
        lengths = {len(self.facts.items(o)) for atom in lists for _, o in self.facts.pairs(f"<{atom.p}>")} - {0}
        for rule in (*rules(TABLE), *(rule for length in sorted(lengths) for rule in rules(TABLE, length))):
            body = [_terms(atom) for atom in rule.body if not is_axiom(atom)]
            is_relevant = body or any(head.terms[1] == TYPE and head.terms[2][0] == "?" for head in rule.head)
            for bindings, depth in self._schema_solutions(rule) if is_relevant else ():
                atoms = tuple(_substitute(atom, bindings) for atom in body)
                heads: list[TextTriple | None] = [_substitute(_terms(each), bindings) for each in rule.head]
                for head in heads or [None]:
                    if head not in atoms and (head is None or head[1:] != (RDF_TYPE, f"<{THING}>")):
                        least[atoms, head] = min(depth, least.get((atoms, head), depth))
        return (Instance(body, head, depth) for (body, head), depth in least.items())

    def _schema_solutions(self, rule: Rule) -> Iterator[tuple[Bindings, int]]:
        """Yield the bindings under which the premises of a rule about the schema hold, and their greatest depth."""
        solutions: list[tuple[Bindings, int]] = [({}, 0)]
        for atom in filter(is_axiom, rule.body):
            solutions = [
                (extended, max(depth, deeper))
                for bindings, depth in solutions
                for extended, deeper in self._match_axiom(atom, bindings)
            ]
        return iter(solutions)

    def _match_axiom(self, atom: Pattern, bindings: Bindings) -> Iterator[tuple[Bindings, int]]:
        """Yield the extensions of some bindings under which a premise about the schema holds, and its depth."""
        if isinstance(atom, ListPattern):
            for subject, head in self.facts.pairs(f"<{atom.p}>"):
                members = self.facts.items(head)
                count = len(atom.members)
                choices = [tuple(members)] if atom.whole else permutations(members, count)
                for chosen in choices if len(members) == count or not atom.whole else ():
                    extended = _bind(dict(bindings), (atom.s, *atom.members), (subject, *chosen))
                    if extended is not None:
                        yield extended, self._depth((subject, f"<{atom.p}>", head))
            return
        s, p, o = _terms(atom)
        if atom.o in ("0", "1"):
            value = DataValue("decimal", atom.o)
            objects = {o for _, o in self.facts.pairs(p) if o.startswith('"') and parse_literal(o) == value}
        else:
            objects = {bindings.get(o, o)}
        for obj in objects:
            for triple in self._match(bindings.get(s, s), p, obj):
                extended = _unify((s, p, obj), triple, bindings)
                if extended is not None:
                    yield extended, self._depth(triple)

    def _refuse_equal_values(self, literals: set[TextTerm]) -> None:
        """Raise NotUpdatable when a literal has the value of another literal of the closure, written in another way."""
        known = {o for _, _, o in self.facts if o.startswith('"')} if literals else set()
        if literals <= known:
            return
        values = {value: text for text in known if text[-1] != '"' and (value := parse_literal(text))}
        for text in sorted(literals - known):
            value = parse_literal(text)
            if value is None:
                continue
            plain = literal_text(value.form) if value.space == "string" else text
            if values.setdefault(value, text) != text or (plain != text and plain in known | literals):
                raise NotUpdatable(f"{text} has the same value as another literal of the closure")


def _key(triple: TextTriple) -> tuple[TextTerm, TextTerm]:
    """Return the index key of a triple or pattern: its predicate, and its object if the predicate is rdf:type, else ""."""
    return triple[1], triple[2] if triple[1] == RDF_TYPE else ""


def _terms(atom: Pattern) -> TextTriple:
    """Return the terms of a triple pattern of a rule as texts; variables begin with “?”."""
    s, p, o = (term if term[0] == "?" else f"<{term}>" for term in atom.terms)
    return s, p, o


def _substitute(atom: TextTriple, bindings: Bindings) -> TextTriple:
    """Return a pattern with the values of its bound variables."""
    s, p, o = atom
    return bindings.get(s, s), bindings.get(p, p), bindings.get(o, o)


def _unify(atom: TextTriple, triple: TextTriple, bindings: Bindings) -> Bindings | None:
    """Return a copy of `bindings`, extended so that a pattern equals a triple; None if no extension does."""
    return _bind(dict(bindings), atom, triple)


def _bind(bindings: Bindings, terms: Iterable[TextTerm], values: Iterable[TextTerm]) -> Bindings | None:
    """Extend `bindings` in place so that each of `terms` equals the value at its position in `values`; return them.

    Return None, with some values added, if a term is another constant than its value or is bound to another value.
    """
    for term, value in zip(terms, values, strict=True):
        if (bindings.setdefault(term, value) if term[0] == "?" else term) != value:
            return None
    return bindings


def _conclude(instance: Instance, bindings: Bindings) -> TextTriple | None:
    """Return the conclusion of a rule application; None if it is that a thing is owl:sameAs itself.

    Raises NotUpdatable for a contradiction, or when two things are concluded to be equal.
    """
    if instance.head is None:
        raise NotUpdatable("after the change, triples of the closure contradict each other by a rule of OWL 2 RL")
    s, p, o = _substitute(instance.head, bindings)
    if p == OWL_SAME_AS:
        if s != o:
            raise NotUpdatable(f"a rule concludes {s} owl:sameAs {o}")
        return None
    return s, p, o


def _refuse_unusual(triple: TextTriple) -> None:
    """Raise NotUpdatable for a triple about the schema or equality, or one that gives a literal a type it does not have."""
    s, p, o = triple
    if p in UNUSUAL_PREDICATES or (p == RDF_TYPE and o in UNUSUAL_CLASSES):
        raise NotUpdatable(f"the triple {' '.join(triple)} is about the schema or equality")
    if (
        s.startswith('"')
        and p == RDF_TYPE
        and o[1:-1] in DATATYPES
        and not is_in_value_space(o[1:-1], parse_literal(s))
    ):
        raise NotUpdatable(f"{s} is not a value of the datatype {o}, its type")
