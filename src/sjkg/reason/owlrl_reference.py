"""The closure by owlrl, the reference reasoner."""

from owlrl.OWLRL import OWLRL_Semantics
from rdflib import Graph, Literal
from rdflib.namespace import OWL, RDF, RDFS

from sjkg.core.errors import Inconsistent
from sjkg.reason.closure import is_standard, passes_output_filter

PLAIN = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionInfo}
EQUATING = {
    *(OWL.sameAs, OWL.FunctionalProperty, OWL.InverseFunctionalProperty),
    *(OWL.hasKey, OWL.maxCardinality, OWL.maxQualifiedCardinality),
}


def closure(asserted: Graph, progress=lambda text: None) -> Graph:
    """Return what OWL 2 RL adds to `asserted`, as a new graph: only additions, and of those only the useful ones.

    Left out: literal and blank subjects, blank objects, anything reflexive in the schema or by owl:sameAs, typing as
    owl:Thing, and statements about the vocabularies of RDF, RDFS, OWL and XSD themselves.
    Raises Inconsistent, with the reasoner's own words, when the graph contradicts itself.
    Source: OWL 2 Profiles §4.3, https://www.w3.org/TR/owl2-profiles/
    """
    closed = Graph(bind_namespaces="none")
    for triple in relevant(asserted):
        closed.add(triple)
    semantics = OWLRL_Semantics(closed, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    if semantics.error_messages:
        raise Inconsistent(tuple(sorted(semantics.error_messages)))
    added = Graph(bind_namespaces="none")
    for triple in closed:
        if triple not in asserted and passes_output_filter(triple):
            added.add(triple)
    return added


def relevant(asserted: Graph):
    """Yield the triples that a rule can start from: those whose property the ontology says something about.

    The many others (wordings, hashes, roles, labels) would only slow the rules down. Where things can turn out to be the
    same every triple counts, for equality rewrites them all.
    """
    if any(p in EQUATING or o in EQUATING for p, o in asserted.predicate_objects()):
        yield from asserted
        return
    spoken_of = {s for s, p in asserted.subject_predicates() if is_standard(p)}
    spoken_of |= {o for p, o in asserted.predicate_objects() if is_standard(p)}
    silent = {s for s in spoken_of if _says_nothing(asserted, s)}
    for s, p, o in asserted:
        if p in spoken_of - silent or is_standard(p) and p not in ANNOTATIONS:
            yield s, p, o


def _says_nothing(asserted: Graph, term) -> bool:
    """Tell whether the ontology merely names a property: no axiom has it as subject or object."""
    axioms = [
        (p, o) for p, o in asserted.predicate_objects(term) if not isinstance(o, Literal) and p != RDFS.isDefinedBy
    ]
    return all(p == RDF.type and o in PLAIN for p, o in axioms) and not any(
        is_standard(p) for p in asserted.predicates(object=term)
    )
