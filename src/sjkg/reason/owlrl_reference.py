"""The triples inferred by owlrl, a separate implementation of OWL 2 RL, to compare the project's reasoner with."""

from collections.abc import Iterator

from owlrl.OWLRL import OWLRL_Semantics
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from sjkg.core.errors import Inconsistent
from sjkg.reason.closure import useful_graph
from sjkg.reason.engine import Progress
from sjkg.reason.output_filter import STANDARDS
from sjkg.turtle.triples import Triple

PLAIN = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionInfo}
EQUATING = {
    *(OWL.sameAs, OWL.FunctionalProperty, OWL.InverseFunctionalProperty),
    *(OWL.hasKey, OWL.maxCardinality, OWL.maxQualifiedCardinality),
}


class _Semantics(OWLRL_Semantics):  # type: ignore[misc]  # owlrl has no type hints
    """The rules of owlrl. Conclusions are looked up in a set, which takes half the time of looking in the graph."""

    def __init__(self, graph: Graph):
        super().__init__(graph, axioms=False, daxioms=False, rdfs=False)
        self._known = set(graph)

    def store_triple(self, triple: Triple) -> None:
        """Add a conclusion to those of this round of rule applications, unless it is known."""
        if triple not in self._known:
            self._known.add(triple)
            super().store_triple(triple)


def closure(asserted: Graph, progress: Progress = lambda text: None) -> Graph:
    """Return the triples that owlrl infers from the graph `asserted`, as a new graph.

    Inferred triples of no use to readers, such as every class being its own subclass, are left out. progress: never
    called; a parameter so that both reasoners have the same signature. Raises Inconsistent, with owlrl's messages, for
    a contradiction.
    """
    closed = Graph(store="SimpleMemory", bind_namespaces="none")
    terms: dict[Node, Node] = {}  # one object for equal terms, which are then compared by identity
    for triple in relevant_triples(asserted):
        s, p, o = (terms.setdefault(term, term) for term in triple)
        closed.add((s, p, o))
    semantics = _Semantics(closed)
    semantics.closure()
    if semantics.error_messages:
        raise Inconsistent(tuple(sorted(semantics.error_messages)))
    return useful_graph(triple for triple in closed if triple not in asserted)


def relevant_triples(asserted: Graph) -> Iterator[Triple]:
    """Yield the triples from which a rule can conclude something: those whose property has an axiom.

    The many others (labels, hashes, quotations) would only slow owlrl down. All triples are yielded if any axiom can
    make things equal, because equality rewrites each of them.
    """
    if any(p in EQUATING or o in EQUATING for p, o in asserted.predicate_objects()):
        yield from asserted
        return
    described = {s for s, p in asserted.subject_predicates() if _is_standard(p)}
    described |= {o for p, o in asserted.predicate_objects() if _is_standard(p)}
    without_axioms = {s for s in described if _has_no_axiom(asserted, s)}
    for s, p, o in asserted:
        if p in described - without_axioms or _is_standard(p) and p not in ANNOTATIONS:
            yield s, p, o


def _is_standard(node: Node) -> bool:
    """Return whether a node is an IRI in the namespace of RDF, RDFS, OWL or XSD."""
    return isinstance(node, URIRef) and str(node).startswith(STANDARDS)


def _has_no_axiom(asserted: Graph, term: Node) -> bool:
    """Return whether a term is only declared to be a property: it is neither subject nor object of an axiom."""
    axioms = [
        (p, o) for p, o in asserted.predicate_objects(term) if not isinstance(o, Literal) and p != RDFS.isDefinedBy
    ]
    return all(p == RDF.type and o in PLAIN for p, o in axioms) and not any(
        _is_standard(p) for p in asserted.predicates(object=term)
    )
