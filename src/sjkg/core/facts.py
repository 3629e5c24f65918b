"""Triples in memory, with look-up by predicate and subject or object, and property paths over them.

Terms are texts in canonical N-Triples. A property path is an IRI in angle brackets or a tuple: ("inverse", path),
("sequence", path, …), ("alternative", path, …), or ("repeat", path, has_zero, has_many). The last stands for the operators
? (True, False), * (True, True) and + (False, True).
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sjkg.core.ntriples import TextTerm, TextTriple
from sjkg.core.vocabulary import PREFIXES

RDF_FIRST, RDF_REST = (f"<{PREFIXES['rdf']}{name}>" for name in ("first", "rest"))
Path = Any  # a TextTerm, or a tuple of the name of an operator and its operands
_Index = dict[TextTerm, dict[TextTerm, dict[TextTerm, None]]]
NOTHING: Collection[TextTerm] = ()


class Facts:
    """A set of triples in memory; all look-ups by a predicate use indexes, which are made at their first use.

    Iteration goes predicate by predicate, each in the order of insertion. A look-up without a match returns an empty
    collection.
    """

    def __init__(self, triples: Iterable[TextTriple] = ()):
        self._pairs: dict[TextTerm, dict[tuple[TextTerm, TextTerm], None]] = {}
        self._objects: _Index = {}
        self._subjects: _Index = {}
        pairs = self._pairs
        for s, p, o in triples:
            try:
                pairs[p][s, o] = None
            except KeyError:
                pairs[p] = {(s, o): None}

    def __contains__(self, triple: TextTriple) -> bool:
        s, p, o = triple
        return (s, o) in self._pairs.get(p, NOTHING)

    def __iter__(self) -> Iterator[TextTriple]:
        return ((s, p, o) for p, pairs in self._pairs.items() for s, o in pairs)

    def __len__(self) -> int:
        return sum(map(len, self._pairs.values()))

    def add(self, triple: TextTriple) -> None:
        """Add a triple."""
        s, p, o = triple
        self._pairs.setdefault(p, {})[s, o] = None
        if p in self._objects:
            self._objects[p].setdefault(s, {})[o] = None
        if p in self._subjects:
            self._subjects[p].setdefault(o, {})[s] = None

    def discard(self, triple: TextTriple) -> None:
        """Remove a triple if it is there."""
        if triple in self:
            s, p, o = triple
            del self._pairs[p][s, o]
            if p in self._objects:
                del self._objects[p][s][o]
            if p in self._subjects:
                del self._subjects[p][o][s]

    def predicates(self) -> Collection[TextTerm]:
        """Return the predicates of all triples, perhaps also those of triples that `discard` has removed."""
        return self._pairs.keys()

    def pairs(self, p: TextTerm) -> Collection[tuple[TextTerm, TextTerm]]:
        """Return the pairs (subject, object) of the triples with a predicate."""
        return self._pairs.get(p, {}).keys()

    def objects(self, s: TextTerm, p: TextTerm) -> Collection[TextTerm]:
        """Return the objects of the triples with a subject and a predicate."""
        index = self._objects.get(p)
        if index is None:
            index = self._objects[p] = {}
            for subject, obj in self.pairs(p):
                index.setdefault(subject, {})[obj] = None
        return index.get(s, NOTHING)

    def subjects(self, p: TextTerm, o: TextTerm) -> Collection[TextTerm]:
        """Return the subjects of the triples with a predicate and an object."""
        index = self._subjects.get(p)
        if index is None:
            index = self._subjects[p] = {}
            for subject, obj in self.pairs(p):
                index.setdefault(obj, {})[subject] = None
        return index.get(o, NOTHING)

    def value(self, s: TextTerm, p: TextTerm) -> TextTerm | None:
        """Return the object of the triples with a subject and a predicate: of several the first by text; None if there is none."""
        return min(self.objects(s, p), default=None)

    def items(self, head: TextTerm) -> list[TextTerm]:
        """Return the members of the RDF list whose first cell is `head`, in order; none for rdf:nil or another node.

        Reading stops at a cell without rdf:first, and at one that was read before (in a cyclic list).
        """
        members: dict[TextTerm, TextTerm] = {}
        node: TextTerm | None = head
        while node is not None and node not in members and (first := self.value(node, RDF_FIRST)) is not None:
            members[node] = first
            node = self.value(node, RDF_REST)
        return list(members.values())

    def follow(self, start: TextTerm, path: Path) -> dict[TextTerm, None]:
        """Return the nodes that a property path leads to from the node `start`, each once, as keys of a dict.

        Source: SPARQL 1.1 §9, https://www.w3.org/TR/sparql11-query/#propertypaths
        """
        if isinstance(path, str):
            return dict.fromkeys(self.objects(start, path))
        operator, *operands = path
        if operator == "inverse":
            return self._follow_inverse(start, operands[0])
        if operator == "alternative":
            return {node: None for operand in operands for node in self.follow(start, operand)}
        if operator == "sequence":
            nodes = {start: None}
            for operand in operands:
                nodes = {end: None for node in nodes for end in self.follow(node, operand)}
            return nodes
        inner, has_zero, has_many = operands
        found = {start: None} if has_zero else {}
        found |= self.follow(start, inner)
        queue = deque(found) if has_many else ()
        while queue:
            for node in self.follow(queue.popleft(), inner):
                if node not in found:
                    found[node] = None
                    queue.append(node)
        return found

    def _follow_inverse(self, start: TextTerm, path: Path) -> dict[TextTerm, None]:
        """Return the nodes from which a property path leads to the node `start`, as keys of a dict."""
        if isinstance(path, str):
            return dict.fromkeys(self.subjects(path, start))
        operator, *operands = path
        if operator == "inverse":
            return self.follow(start, operands[0])
        if operator == "sequence":
            return self.follow(start, ("sequence", *(("inverse", operand) for operand in reversed(operands))))
        if operator == "alternative":
            return self.follow(start, ("alternative", *(("inverse", operand) for operand in operands)))
        inner, has_zero, has_many = operands
        return self.follow(start, ("repeat", ("inverse", inner), has_zero, has_many))

    def witness(self, s: TextTerm, path: Path, o: TextTerm) -> list[TextTriple] | None:
        """Return the triples along one match of a property path from `s` to `o`, in order; None when there is no match.

        The list is empty for a match of length zero. Of an alternative, the first operand with a match is taken. Of a path
        with * or +, a shortest match is taken; where several are equally short, the one whose nodes come first in the order
        of their texts.
        """
        if isinstance(path, str):
            return [(s, path, o)] if (s, path, o) in self else None
        operator, *operands = path
        if operator == "inverse":
            return self.witness(o, operands[0], s)
        if operator == "alternative":
            return next((way for operand in operands if (way := self.witness(s, operand, o)) is not None), None)
        if operator == "sequence":
            return self._witness_of_sequence(s, operands, o)
        return self._witness_of_repetition(s, operands, o)

    def _witness_of_sequence(self, s: TextTerm, steps: list[Path], o: TextTerm) -> list[TextTriple] | None:
        """Return the triples along a sequence of property paths from `s` to `o`, in order; None without a match."""
        first, *rest = steps
        if not rest:
            return self.witness(s, first, o)
        for middle in sorted(self.follow(s, first)):
            if (tail := self._witness_of_sequence(middle, rest, o)) is not None:
                return [*(self.witness(s, first, middle) or ()), *tail]
        return None

    def _witness_of_repetition(self, s: TextTerm, operands: list[Any], o: TextTerm) -> list[TextTriple] | None:
        """Return the triples along a shortest match of a path with ?, * or + from `s` to `o`; None without a match."""
        inner, has_zero, has_many = operands
        if has_zero and s == o:
            return []
        ways: dict[TextTerm, list[TextTriple]] = {s: []}
        queue = deque([s])
        while queue:
            node = queue.popleft()
            for other in sorted(self.follow(node, inner)):
                way = [*ways[node], *(self.witness(node, inner, other) or ())]
                if other == o:
                    return way
                if other not in ways and has_many:
                    ways[other] = way
                    queue.append(other)
        return None
