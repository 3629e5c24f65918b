"""Answers to why a triple is in a closure, or why it is not, for triples as people write them."""

from collections.abc import Callable, Iterable

from sjkg.core.errors import NotExplainable, UnknownName
from sjkg.core.vocabulary import close_matches, shorten
from sjkg.proofs.backward import BackwardChainer
from sjkg.proofs.closure import Closure, TextTriple, Triple
from sjkg.proofs.prover import Proof, Prover
from sjkg.proofs.terms import check_is_rdf, parse_triple, show_triple
from sjkg.proofs.why_not import ClosureWithTerm, NearMiss, is_trivial, nearest_misses


class Explainer:
    """Explains the triples of a closure; subject, predicate and object are given as `terms.parse_term` reads them."""

    def __init__(self, closure: Closure, iris: Callable[[], Iterable[str]]):
        """Explain a closure. iris: returns its IRIs, in angle brackets, for suggestions where one is unknown."""
        self._closure = closure
        self._iris = iris
        self._prover = Prover(closure)

    def why(self, s: str, p: str, o: str, *, every: bool = False) -> list[Proof]:
        """Return one shallowest proof; with `every`, one proof for each last step from triples of lower depth.

        Raises BadParameter for text that is no term or triple, UnknownName for an IRI that the closure does not have,
        NotExplainable for a triple that it does not have, LimitExceeded where the search takes too many triples.
        """
        texts = parse_triple(s, p, o)
        goal = self._find(texts)
        if goal is None or not self._closure.contains(goal):
            check_is_rdf(texts)
            raise NotExplainable(
                f"{show_triple(texts)} is not in the graph; "
                "--why-not (on the web: why-not=yes) lists the premises that are missing"
            )
        return list(self._prover.alternatives(goal)) if every else [self._prover.prove(goal)]

    def why_not(self, s: str, p: str, o: str) -> list[NearMiss]:
        """Return the rules that nearly conclude a missing triple, the nearest first, see `nearest_misses`.

        Raises as `why` does; NotExplainable for a triple that is in the closure, or is left out because it is trivial.
        """
        texts = parse_triple(s, p, o)
        goal = self._find(texts)
        if goal and self._closure.contains(goal):
            raise NotExplainable(f"{show_triple(texts)} is in the graph; ask without --why-not (why-not) for its proof")
        check_is_rdf(texts)
        if is_trivial(*texts):
            raise NotExplainable(f"{show_triple(texts)} is true of any term, so the graph leaves it out")
        if goal:
            return nearest_misses(BackwardChainer(self._closure), goal)
        closure = ClosureWithTerm(self._closure, texts[2])
        s_node, p_node, o_node = map(closure.node_of, texts)
        assert s_node is not None and p_node is not None and o_node is not None  # only the object can be unknown
        return nearest_misses(BackwardChainer(closure), (s_node, p_node, o_node))

    def _find(self, texts: TextTriple) -> Triple | None:
        """Return the nodes of the terms, None where a literal is unknown. Raises UnknownName for an unknown IRI."""
        s, p, o = map(self._closure.node_of, texts)
        for text, node in zip(texts, (s, p, o), strict=True):
            if node is None and not text.startswith('"'):
                raise UnknownName(f"{shorten(text[1:-1])} does not occur in the graph; {self._suggest(text)}")
        return None if s is None or p is None or o is None else (s, p, o)

    def _suggest(self, text: str) -> str:
        """Return a hint for an unknown IRI: IRIs that look like it, or how to search."""
        found = " or ".join(shorten(name[1:-1]) for name in close_matches(text, self._iris()))
        return f"did you mean {found}?" if found else "check its spelling, or search with “sjkg query”"
