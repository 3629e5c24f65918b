"""The closure by owlrl, a separate implementation of OWL 2 RL that the columnar reasoner is compared with."""

from collections.abc import Iterator

from owlrl.OWLRL import OWLRL_Semantics
from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from sjkg.core.errors import Inconsistent
from sjkg.reason.closure import RdfTriple, is_standard, output_filter
from sjkg.reason.engine import Progress

PLAIN = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionInfo}
EQUATING = {
    *(OWL.sameAs, OWL.FunctionalProperty, OWL.InverseFunctionalProperty),
    *(OWL.hasKey, OWL.maxCardinality, OWL.maxQualifiedCardinality),
}


def closure(asserted: Graph, progress: Progress = lambda text: None) -> Graph:
    """Return the triples that owlrl adds to `asserted`, as a new graph, without those that the output filter drops.

    progress: not called, since owlrl reports none. Raises Inconsistent with owlrl's messages.
    """
    closed = Graph(bind_namespaces="none")
    for triple in relevant(asserted):
        closed.add(triple)
    semantics = OWLRL_Semantics(closed, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    if semantics.error_messages:
        raise Inconsistent(tuple(sorted(semantics.error_messages)))
    return output_filter(triple for triple in closed if triple not in asserted)


def relevant(asserted: Graph) -> Iterator[RdfTriple]:
    """Yield the triples that a rule can use: those whose property has an axiom.

    The many others (wordings, hashes, roles, labels) would only slow owlrl down. If any axiom can make things equal, all
    triples are relevant, because equality rewrites each of them.
    """
    if any(p in EQUATING or o in EQUATING for p, o in asserted.predicate_objects()):
        yield from asserted
        return
    described = {s for s, p in asserted.subject_predicates() if is_standard(p)}
    described |= {o for p, o in asserted.predicate_objects() if is_standard(p)}
    without_axioms = {s for s in described if _has_no_axiom(asserted, s)}
    for s, p, o in asserted:
        if p in described - without_axioms or is_standard(p) and p not in ANNOTATIONS:
            yield s, p, o


def _has_no_axiom(asserted: Graph, term: Node) -> bool:
    """Return whether the ontology merely declares a property: no axiom has it as subject or object."""
    axioms = [
        (p, o) for p, o in asserted.predicate_objects(term) if not isinstance(o, Literal) and p != RDFS.isDefinedBy
    ]
    return all(p == RDF.type and o in PLAIN for p, o in axioms) and not any(
        is_standard(p) for p in asserted.predicates(object=term)
    )
