"""The closed facts that proofs are made of, in memory: who says a triple, or how deep its shallowest proof is.

Terms are numbers; their texts are those of canonical N-Triples, equal for equal terms.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sjkg.reason.literals import parse_literal
from sjkg.reason.values import Value

Node = int
Triple = tuple[Node, Node, Node]
Nodes = Collection[Node] | None  # any of these, or None for anything


@dataclass(frozen=True)
class Place:
    """Where a triple is asserted: its named graph, and file and line in it; the cells of lists have no line."""

    graph: str
    file: str
    line: int | None


@dataclass(frozen=True)
class Derivation:
    """How a triple was computed before reasoning: the rule's name and the triples it was computed from."""

    rule: str
    premises: tuple[Triple, ...]


class Facts(Protocol):
    """What a prover asks of closed facts."""

    has_depths: bool

    def node(self, text: str) -> Node | None:
        """Return the number of a term, if the facts have it."""

    def text(self, node: Node) -> str: ...

    def digit(self, digit: str) -> tuple[Node, ...]:
        """Return the literals whose value is 0 or 1."""

    def match(self, s: Nodes, p: Nodes, o: Nodes) -> Iterable[Triple]:
        """Return the triples that have one of these subjects, of these properties and of these values."""

    def is_there(self, triple: Triple) -> bool: ...

    def is_given(self, triple: Triple) -> bool:
        """Tell whether a triple is asserted or derived, so that no rule has to give it."""

    def depth(self, triple: Triple) -> int:
        """Return how deep the shallowest proof of a triple is, 0 for what is given or needs no premise."""

    def places(self, triple: Triple) -> tuple[Place, ...]: ...

    def derivation(self, triple: Triple) -> Derivation | None: ...


class MemoryFacts:
    """Facts in dictionaries, for graphs that fit."""

    def __init__(
        self,
        texts: list[str],
        asserted: Mapping[Triple, tuple[Place, ...]],
        derived: Mapping[Triple, Derivation],
        inferred: Mapping[Triple, int | None],
    ):
        self._texts = texts
        self._nodes = {text: node for node, text in enumerate(texts)}
        self._asserted, self._derived, self._inferred = asserted, derived, inferred
        self.has_depths = None not in inferred.values()
        self._digits = {digit: tuple(_written_as(digit, texts)) for digit in "01"}
        self._by_subject, self._by_property, self._by_value = defaultdict(list), defaultdict(list), defaultdict(list)
        self._by_sp, self._by_po = defaultdict(list), defaultdict(list)
        for triple in {**inferred, **derived, **asserted}:
            s, p, o = triple
            for index, key in (
                (self._by_subject, s),
                (self._by_property, p),
                (self._by_value, o),
                (self._by_sp, (s, p)),
                (self._by_po, (p, o)),
            ):
                index[key].append(triple)

    def node(self, text: str) -> Node | None:
        return self._nodes.get(text)

    def text(self, node: Node) -> str:
        return self._texts[node]

    def texts(self) -> list[str]:
        return self._texts

    def digit(self, digit: str) -> tuple[Node, ...]:
        return self._digits[digit]

    def match(self, s: Nodes, p: Nodes, o: Nodes) -> Iterable[Triple]:
        if s is not None and p is not None:
            found = (t for a in s for b in p for t in self._by_sp.get((a, b), ()))
            return (t for t in found if o is None or t[2] in o)
        if p is not None and o is not None:
            return (t for b in p for c in o for t in self._by_po.get((b, c), ()))
        if s is not None:
            return (t for a in s for t in self._by_subject.get(a, ()) if o is None or t[2] in o)
        if o is not None:
            return (t for c in o for t in self._by_value.get(c, ()))
        if p is not None:
            return (t for b in p for t in self._by_property.get(b, ()))
        return (t for triples in self._by_property.values() for t in triples)

    def is_there(self, triple: Triple) -> bool:
        return self.is_given(triple) or triple in self._inferred

    def is_given(self, triple: Triple) -> bool:
        return triple in self._asserted or triple in self._derived

    def depth(self, triple: Triple) -> int:
        return 0 if self.is_given(triple) else self._inferred[triple]

    def places(self, triple: Triple) -> tuple[Place, ...]:
        return self._asserted.get(triple, ())

    def derivation(self, triple: Triple) -> Derivation | None:
        return self._derived.get(triple)


def _written_as(digit: str, texts: list[str]) -> Iterable[Node]:
    """Yield the numbers of the literals that have a digit's value."""
    for node, text in enumerate(texts):
        if text[:1] == '"' and digit in text and parse_literal(text) == Value("decimal", digit):
            yield node
