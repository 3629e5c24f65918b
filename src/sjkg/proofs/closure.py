"""The closure that proofs are found in, as an interface (`Closure`) and an implementation in memory.

A closure is a graph with everything that follows from it: asserted triples (in a file), derived triples (computed from
dates and by queries before reasoning) and inferred triples (by OWL 2 RL). Asserted and derived triples are explicit.
The depth of a triple is the least number of inference steps on the longest path of a proof; explicit triples have 0.
Terms are numbers (`Node`). The text of a term is its canonical N-Triples, so that equal terms have equal texts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from sjkg.derive.rules import Derivation
from sjkg.reason.literals import parse_literal
from sjkg.reason.values import DataValue

TermT = TypeVar("TermT")
Node = int
Triple = tuple[Node, Node, Node]
UNKNOWN: Node = -1  # stands for a literal that occurs nowhere in the closure
Nodes = Collection[Node] | None  # any of these nodes; None: any node at all


@dataclass(frozen=True)
class SourceLocation:
    """A place where a triple is asserted: IRI of the named graph, path relative to the knowledge base, line from 1.

    line: None where it is not recorded.
    """

    graph: str
    file: str
    line: int | None


class Closure(Protocol):
    """A graph and everything that follows from it by OWL 2 RL, as proofs read it.

    has_depths: whether the depth of every triple (see `depth`) is recorded. literals_equal_to: a dict from "0" and "1"
    to the nodes of all literals of that numeric value, in any datatype. A node is the number of a term.
    """

    has_depths: bool
    literals_equal_to: Mapping[str, tuple[Node, ...]]

    def node_of(self, text: str) -> Node | None:
        """Return the number of the term with this canonical N-Triples text, None where the closure has no such term."""

    def text_of(self, node: Node) -> str:
        """Return the canonical N-Triples of the term with the number `node`. Raises KeyError or IndexError if there is none."""

    def iris(self) -> list[str]:
        """Return the IRIs that occur in the closure, each in angle brackets, in no particular order."""

    def match(self, s: Nodes, p: Nodes, o: Nodes) -> Iterable[Triple]:
        """Return the triples whose subject is in `s`, predicate in `p` and object in `o`; None stands for any node."""

    def contains(self, triple: Triple) -> bool:
        """Return whether the closure has a triple, whether explicit (see `is_explicit`) or inferred by OWL 2 RL."""

    def is_explicit(self, triple: Triple) -> bool:
        """Return whether a triple of the closure was there before reasoning; False for one that the closure lacks.

        Such triples are asserted in a file, or derived, that is, computed by the project's own rules.
        """

    def depth(self, triple: Triple) -> int | None:
        """Return the number of inference steps on the longest path of a triple's shallowest proof, None if unknown.

        It is 0 for triples that were there before reasoning, and for conclusions of rules without premises.
        """

    def locations(self, triple: Triple) -> tuple[SourceLocation, ...]:
        """Return the places where a triple is asserted; empty where it is not, or where places are not recorded."""

    def derivation(self, triple: Triple) -> Derivation[Triple] | None:
        """Return the project's rule and the premises that gave a triple before reasoning, None for other triples."""


class MemoryClosure:
    """A closure in dictionaries, for graphs that fit in memory."""

    def __init__(
        self,
        texts: list[str],
        asserted: Mapping[Triple, tuple[SourceLocation, ...]],
        derived: Mapping[Triple, Derivation[Triple]],
        inferred: Mapping[Triple, int | None],
    ):
        """Index all triples by subject, predicate and object.

        texts: the text of each node, by its number. asserted: the places of each asserted triple. derived: rule and
        premises of each derived triple. inferred: the depth of each inferred triple, None where unknown.
        """
        self._texts = texts
        self._nodes = {text: node for node, text in enumerate(texts)}
        self._asserted, self._derived, self._inferred = asserted, derived, inferred
        self.has_depths = None not in inferred.values()
        self.literals_equal_to: Mapping[str, tuple[Node, ...]] = {
            digit: tuple(_with_value(digit, texts)) for digit in "01"
        }
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
        """Return the number of the term with this text, None where there is none.

        A literal also matches if only the case of its language tag differs (RDF 1.1 Concepts §3.3; the store
        lower-cases tags).
        """
        node = self._nodes.get(text)
        return self._by_folded_tag.get(_fold_language_tag(text)) if node is None and text[:1] == '"' else node

    @cached_property
    def _by_folded_tag(self) -> dict[str, Node]:
        """Return the node of each language-tagged literal, by its text with the tag in lower case."""
        return {
            _fold_language_tag(text): node for text, node in self._nodes.items() if text[:1] == '"' and '"@' in text
        }

    def text_of(self, node: Node) -> str:
        """Return the canonical N-Triples of the term with the number `node`. Raises IndexError beyond the last number."""
        return self._texts[node]

    def iris(self) -> list[str]:
        """Return the IRIs of the closure in angle brackets, in the order of their nodes."""
        return [text for text in self._texts if text[0] == "<"]

    def match(self, s: Nodes, p: Nodes, o: Nodes) -> Iterable[Triple]:
        """Return the triples with subject in `s`, predicate in `p` and object in `o`; None stands for any node."""
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
        """Return whether the closure has a triple, whether explicit (see `is_explicit`) or inferred by OWL 2 RL."""
        return self.is_explicit(triple) or triple in self._inferred

    def is_explicit(self, triple: Triple) -> bool:
        """Return whether a triple was there before reasoning: asserted in a file, or derived by a project rule."""
        return triple in self._asserted or triple in self._derived

    def depth(self, triple: Triple) -> int | None:
        """Return the number of inference steps on the longest path of a triple's shallowest proof, None where unknown.

        Raises KeyError for a triple that is not in the closure.
        """
        return 0 if self.is_explicit(triple) else self._inferred[triple]

    def locations(self, triple: Triple) -> tuple[SourceLocation, ...]:
        """Return the places where a triple is asserted; empty for one that is not."""
        return self._asserted.get(triple, ())

    def derivation(self, triple: Triple) -> Derivation[Triple] | None:
        """Return the project's rule and the premises that gave a triple before reasoning, None for other triples."""
        return self._derived.get(triple)


def triple_of(terms: Iterable[TermT]) -> tuple[TermT, TermT, TermT]:
    """Return three terms (nodes or texts) as a tuple. Raises ValueError for any other number of terms."""
    s, p, o = terms
    return s, p, o


def _fold_language_tag(text: str) -> str:
    """Return a literal in N-Triples syntax with its language tag, if it has one, in lower case."""
    lexical, mark, tag = text.rpartition('"@')
    return text if '"' in tag else lexical + mark + tag.lower()


def _with_value(digit: str, texts: list[str]) -> Iterable[Node]:
    """Yield the position in `texts` of each literal whose numeric value is `digit` ("0" or "1"), in any datatype."""
    for node, text in enumerate(texts):
        if text[:1] == '"' and digit in text and parse_literal(text) == DataValue("decimal", digit):
            yield node
