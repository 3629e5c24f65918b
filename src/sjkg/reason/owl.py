"""The closure by owlrl, the reference reasoner."""

from owlrl.OWLRL import OWLRL_Semantics
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from sjkg.errors import Inconsistent
from sjkg.vocab import PREFIXES

STANDARDS = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
SCHEMA = {RDFS.subClassOf, RDFS.subPropertyOf}
PLAIN = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
ANNOTATIONS = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionInfo}


def closure(asserted: Graph) -> Graph:
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
        if triple not in asserted and is_useful(triple):
            added.add(triple)
    return added


def relevant(asserted: Graph):
    """Yield the triples that a rule can start from: those whose property the ontology says something about.

    The many others (wordings, hashes, roles, labels) would only slow the rules down. Where owl:sameAs occurs every
    triple counts, for equality rewrites them all.
    """
    if (None, OWL.sameAs, None) in asserted:
        yield from asserted
        return
    spoken_of = {s for s, p in asserted.subject_predicates() if _is_standard(p)}
    spoken_of |= {o for p, o in asserted.predicate_objects() if _is_standard(p)}
    silent = {s for s in spoken_of if _says_nothing(asserted, s)}
    for s, p, o in asserted:
        if p in spoken_of - silent or _is_standard(p) and p not in ANNOTATIONS:
            yield s, p, o


def _says_nothing(asserted: Graph, term) -> bool:
    """Tell whether the ontology merely names a property: no axiom has it as subject or object."""
    axioms = [
        (p, o) for p, o in asserted.predicate_objects(term) if not isinstance(o, Literal) and p != RDFS.isDefinedBy
    ]
    return all(p == RDF.type and o in PLAIN for p, o in axioms) and not any(
        _is_standard(p) for p in asserted.predicates(object=term)
    )


def _is_standard(node) -> bool:
    """Tell whether a node belongs to RDF, RDFS, OWL or XSD."""
    return isinstance(node, URIRef) and str(node).startswith(STANDARDS)


def is_useful(triple: tuple) -> bool:
    """Tell whether an inferred triple says something about our things or terms.

    A thing related to itself by a property of ours stays: it shows a circle that the shapes report.
    """
    s, p, o = triple
    if not isinstance(s, URIRef) or isinstance(o, BNode) or _is_standard(s):
        return False
    if p == RDF.type or p in SCHEMA:
        return s != o and not _is_standard(o)
    return s != o if p == OWL.sameAs else not _is_standard(p)
