"""The questions that people ask about a triple, as they write it."""

from collections.abc import Callable, Iterable

from sjkg.core.errors import NotExplainable, UnknownName
from sjkg.core.vocabulary import close_matches, shorten
from sjkg.proofs.backward import Backward
from sjkg.proofs.facts import Facts, Triple
from sjkg.proofs.prover import Proof, Prover
from sjkg.proofs.terms import check_is_rdf, parse_triple, show_triple
from sjkg.proofs.why_not import Miss, WithTerm, is_untold, nearest_misses


class Explainer:
    """Answers why a triple is in some facts or is not.

    names: gives the IRIs among which a wrong one is looked for, in angle brackets.
    """

    def __init__(self, facts: Facts, names: Callable[[], Iterable[str]]):
        self._facts = facts
        self._names = names
        self._prover = Prover(facts)

    def why(self, s: str, p: str, o: str, *, every: bool = False) -> list[Proof]:
        """Return a shallowest proof; with `every`, one for each last step from triples of lower depth.

        Raises BadParameter for what is no triple, UnknownName for a name that nothing here has, NotExplainable.
        """
        texts = parse_triple(s, p, o)
        goal = self._goal(texts)
        if goal is None or not self._facts.is_there(goal):
            check_is_rdf(texts)
            raise NotExplainable(
                f"{show_triple(texts)} is not in the graph; --why-not (why-not=yes) says what is lacking"
            )
        return list(self._prover.alternatives(goal)) if every else [self._prover.prove(goal)]

    def why_not(self, s: str, p: str, o: str) -> list[Miss]:
        """Return what is lacking for a triple, the nearest misses first. Raises as `why` does, NotExplainable if it is there."""
        texts = parse_triple(s, p, o)
        goal = self._goal(texts)
        facts = self._facts if goal else WithTerm(self._facts, texts[2])
        if goal and facts.is_there(goal):
            raise NotExplainable(f"{show_triple(texts)} is in the graph; without --why-not (why-not) you learn why")
        check_is_rdf(texts)
        if is_untold(*texts):
            raise NotExplainable(
                f"{show_triple(texts)} holds as it would of anything; such triples are not written out"
            )
        return nearest_misses(Backward(facts), goal or tuple(map(facts.node, texts)))

    def _goal(self, texts: tuple[str, str, str]) -> Triple | None:
        """Return the numbers of the terms, None where a literal is none of those here."""
        nodes = tuple(map(self._facts.node, texts))
        for text, node in zip(texts, nodes, strict=True):
            if node is None and not text.startswith('"'):
                raise UnknownName(f"nothing here is called {shorten(text[1:-1])}; {self._hint(text)}")
        return None if None in nodes else nodes

    def _hint(self, text: str) -> str:
        found = " or ".join(shorten(name[1:-1]) for name in close_matches(text, self._names()))
        return f"did you mean {found}?" if found else "mend its spelling, or look for it with “sjkg query”"
