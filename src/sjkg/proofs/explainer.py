"""Explanations of triples that are given as text: proofs of a triple in the graph, missing premises of one that is not.

The graph here is a closure: a graph with everything that follows from it by OWL 2 RL.
"""

from sjkg.core.errors import NotExplainable, UnknownName
from sjkg.core.vocabulary import close_matches, shorten
from sjkg.proofs.closure import UNKNOWN, Closure, Node, triple_of
from sjkg.proofs.prover import Proof, Prover
from sjkg.proofs.terms import check_is_rdf, parse_triple, show_term, show_triple
from sjkg.proofs.why_not import NearMiss, is_trivial, nearest_misses


class Explainer:
    """Explains triples of one closure.

    Subject, predicate and object are text as in Turtle: a prefixed name, an IRI, _:label, “a” for rdf:type as
    predicate, a quoted literal with @language or ^^datatype, or a number or boolean.
    """

    def __init__(self, closure: Closure):
        self._closure = closure
        self._prover = Prover(closure)

    def why(self, s: str, p: str, o: str, *, every: bool = False) -> list[Proof]:
        """Return a proof of least depth of a triple; with `every`, a proof for each possible last rule application.

        At most 100 proofs, the shallowest first.

        Raises BadParameter for text that is not a term or triple, UnknownName for an IRI or blank node that occurs
        nowhere in the graph, NotExplainable for a triple that is not in the graph, LimitExceeded when the search needs
        too many triples.
        """
        texts = parse_triple(s, p, o)
        goal = triple_of(map(self._find_node, texts))
        if not self._closure.contains(goal):
            check_is_rdf(texts)
            raise NotExplainable(
                f"{show_triple(texts)} is not in the graph; "
                "--why-not (on the web: why-not=yes) lists the premises that are missing"
            )
        return list(self._prover.alternatives(goal)) if every else [self._prover.prove(goal)]

    def why_not(self, s: str, p: str, o: str) -> list[NearMiss]:
        """Return the near misses of a triple that is not in the graph: rules that would conclude it but lack premises.

        At most 10, those that lack the fewest premises first. Raises BadParameter for text that is not a term or RDF
        triple, UnknownName for an IRI or blank node that occurs nowhere in the graph, and NotExplainable for a triple
        that is in the graph or is true of any term (?x rdf:type owl:Thing).
        """
        texts = parse_triple(s, p, o)
        goal = triple_of(map(self._find_node, texts))
        if self._closure.contains(goal):
            raise NotExplainable(f"{show_triple(texts)} is in the graph; ask without --why-not (why-not) for its proof")
        check_is_rdf(texts)
        if is_trivial(*texts):
            raise NotExplainable(
                f"{show_triple(texts)} is true of any term, so the graph leaves it out; it needs no proof"
            )
        return nearest_misses(self._prover.backward, goal, texts[2])

    def _find_node(self, text: str) -> Node:
        """Return the node of a term in N-Triples; UNKNOWN for a literal that occurs nowhere.

        Raises UnknownName, with similar IRIs, for an IRI or blank node that occurs nowhere.
        """
        node = self._closure.node_of(text)
        if node is not None:
            return node
        if text.startswith('"'):
            return UNKNOWN
        similar = " or ".join(shorten(name[1:-1]) for name in close_matches(text, self._closure.iris()))
        advice = f"did you mean {similar}?" if similar else "check its spelling, or search with “sjkg query”"
        raise UnknownName(f"{show_term(text)} does not occur in the graph; {advice}")
