"""The closed graph that proofs are made of (asserted, derived and inferred triples), and its representation in memory.

Terms are numbers (`Node`). The text of a term is canonical N-Triples, so equal terms have equal texts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sjkg.derive.rules import Derivation
from sjkg.reason.literals import parse_literal
from sjkg.reason.values import DataValue

Node = int
Triple = tuple[Node, Node, Node]
TextTriple = tuple[str, str, str]  # the terms in canonical N-Triples
Nodes = Collection[Node] | None  # any of these nodes; None: any node at all


@dataclass(frozen=True)
class SourceLocation:
    """The place in the knowledge base that asserts a triple; `line` is None for the triples of an RDF list."""

    graph: str
    file: str
    line: int | None


class Closure(Protocol):
    """A graph and everything that follows from it by OWL 2 RL, as a prover reads it.

    has_depths: whether `depth` knows the depth of every triple.
    """

    has_depths: bool

    def node_of(self, text: str) -> Node | None:
        """Return the number of a term, None for a term that occurs nowhere in the closure."""

    def text_of(self, node: Node) -> str:
        """Return the text of a term."""

    def literals_equal_to(self, digit: str) -> tuple[Node, ...]:
        """Return the literals whose value is the number 0 or 1, given as "0" or "1"."""

    def match(self, s: Nodes, p: Nodes, o: Nodes) -> Iterable[Triple]:
        """Return the triples with one of these subjects, one of these predicates and one of these objects."""

    def contains(self, triple: Triple) -> bool:
        """Return whether a triple is asserted, derived or inferred."""

    def is_explicit(self, triple: Triple) -> bool:
        """Return whether a triple is asserted or derived, so that its proof needs no inference rule."""

    def depth(self, triple: Triple) -> int | None:
        """Return the depth of the shallowest proof of a contained triple, None where unknown.

        Explicit triples and conclusions of rules without premises have depth 0.
        """

    def locations(self, triple: Triple) -> tuple[SourceLocation, ...]:
        """Return where a triple is asserted; empty where it is not, or where locations are not recorded."""

    def derivation(self, triple: Triple) -> Derivation[Triple] | None:
        """Return how a triple was derived before reasoning, None where it was not."""


class MemoryClosure:
    """A `Closure` held in dictionaries, for graphs that fit in memory."""

    def __init__(
        self,
        texts: list[str],
        asserted: Mapping[Triple, tuple[SourceLocation, ...]],
        derived: Mapping[Triple, Derivation[Triple]],
        inferred: Mapping[Triple, int | None],
    ):
        """Index the triples; `texts[n]` is the text of node n, `inferred` gives the depth of each inferred triple."""
        self.texts = texts
        self._nodes = {text: node for node, text in enumerate(texts)}
        self._asserted, self._derived, self._inferred = asserted, derived, inferred
        self.has_depths = None not in inferred.values()
        self._literals_equal_to = {digit: tuple(_with_value(digit, texts)) for digit in "01"}
        self._by_s: dict[Node, list[Triple]] = defaultdict(list)
        self._by_p: dict[Node, list[Triple]] = defaultdict(list)
        self._by_o: dict[Node, list[Triple]] = defaultdict(list)
        self._by_sp: dict[tuple[Node, Node], list[Triple]] = defaultdict(list)
        self._by_po: dict[tuple[Node, Node], list[Triple]] = defaultdict(list)
        for triple in {**inferred, **derived, **asserted}:
            s, p, o = triple
            self._by_s[s].append(triple)
            self._by_p[p].append(triple)
            self._by_o[o].append(triple)
            self._by_sp[s, p].append(triple)
            self._by_po[p, o].append(triple)

    def node_of(self, text: str) -> Node | None:
        """See `Closure.node_of`. Language tags match in any case (RDF 1.1 §3.3), as the store lower-cases them."""
        node = self._nodes.get(text)
        return self._by_folded_tag.get(fold_language_tag(text)) if node is None and text[:1] == '"' else node

    @cached_property
    def _by_folded_tag(self) -> dict[str, Node]:
        """The numbers of the texts with a language, by their text with the tag in lower case."""
        return {fold_language_tag(text): node for text, node in self._nodes.items() if text[:1] == '"' and '"@' in text}

    def text_of(self, node: Node) -> str:
        """See `Closure.text_of`."""
        return self.texts[node]

    def literals_equal_to(self, digit: str) -> tuple[Node, ...]:
        """See `Closure.literals_equal_to`."""
        return self._literals_equal_to[digit]

    def match(self, s: Nodes, p: Nodes, o: Nodes) -> Iterable[Triple]:
        """See `Closure.match`; uses the narrowest index that fits."""
        if s is not None and p is not None:
            found = (t for a in s for b in p for t in self._by_sp.get((a, b), ()))
            return (t for t in found if o is None or t[2] in o)
        if p is not None and o is not None:
            return (t for b in p for c in o for t in self._by_po.get((b, c), ()))
        if s is not None:
            return (t for a in s for t in self._by_s.get(a, ()) if o is None or t[2] in o)
        if o is not None:
            return (t for c in o for t in self._by_o.get(c, ()))
        if p is not None:
            return (t for b in p for t in self._by_p.get(b, ()))
        return (t for triples in self._by_p.values() for t in triples)

    def contains(self, triple: Triple) -> bool:
        """See `Closure.contains`."""
        return self.is_explicit(triple) or triple in self._inferred

    def is_explicit(self, triple: Triple) -> bool:
        """See `Closure.is_explicit`."""
        return triple in self._asserted or triple in self._derived

    def depth(self, triple: Triple) -> int | None:
        """See `Closure.depth`."""
        return 0 if self.is_explicit(triple) else self._inferred[triple]

    def locations(self, triple: Triple) -> tuple[SourceLocation, ...]:
        """See `Closure.locations`."""
        return self._asserted.get(triple, ())

    def derivation(self, triple: Triple) -> Derivation[Triple] | None:
        """See `Closure.derivation`."""
        return self._derived.get(triple)


def fold_language_tag(text: str) -> str:
    """Return a literal in N-Triples syntax with its language tag, if it has one, in lower case."""
    lexical, mark, tag = text.rpartition('"@')
    return text if '"' in tag else lexical + mark + tag.lower()


def _with_value(digit: str, texts: list[str]) -> Iterable[Node]:
    """Yield the nodes that are literals of the numeric value 0 or 1."""
    for node, text in enumerate(texts):
        if text[:1] == '"' and digit in text and parse_literal(text) == DataValue("decimal", digit):
            yield node
