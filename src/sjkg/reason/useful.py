"""Which inferred triples are worth telling."""

from rdflib import BNode, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from sjkg.vocab import PREFIXES

STANDARDS = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))
SCHEMA = {RDFS.subClassOf, RDFS.subPropertyOf}


def is_useful(triple: tuple) -> bool:
    """Tell whether an inferred triple says something about our things or terms.

    A thing related to itself by a property of ours stays: it shows a circle that the shapes report.
    """
    s, p, o = triple
    if not isinstance(s, URIRef) or not isinstance(p, URIRef) or isinstance(o, BNode) or is_standard(s):
        return False
    if p == RDF.type or p in SCHEMA:
        return s != o and not is_standard(o)
    return s != o if p == OWL.sameAs else not is_standard(p)


def is_standard(node) -> bool:
    """Tell whether a node belongs to RDF, RDFS, OWL or XSD."""
    return isinstance(node, URIRef) and str(node).startswith(STANDARDS)
