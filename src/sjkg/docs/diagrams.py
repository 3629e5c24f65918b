"""Diagrams of the ontology, as text that code hosts draw (Mermaid, https://mermaid.js.org/syntax/classDiagram.html)."""

from collections import defaultdict
from collections.abc import Iterable

from rdflib import OWL, RDFS, Graph, URIRef

from sjkg.docs.markdown import block
from sjkg.docs.terms import terms_of
from sjkg.vocab import ONTOLOGY


def relations_diagram(ontology: Graph) -> str:
    """Return how the classes hang together: an arrow from domain to range with the broadest properties between them.

    Of two inverse properties only the one that the ontology writes first is shown.
    """
    between = defaultdict(list)
    for term in terms_of(ontology, OWL.ObjectProperty):
        domain, range_ = ontology.value(term, RDFS.domain), ontology.value(term, RDFS.range)
        told_otherwise = (term, RDFS.subPropertyOf, None) in ontology or (None, OWL.inverseOf, term) in ontology
        if domain and range_ and not told_otherwise:
            between[domain, range_].append(local(term))
    return _diagram(
        f"{local(domain)} --> {local(range_)} : {', '.join(properties)}"
        for (domain, range_), properties in sorted(between.items())
    )


def hierarchy_diagram(ontology: Graph, top: URIRef) -> str:
    """Return the classes below one class."""
    below = sorted(set(ontology.transitive_subjects(RDFS.subClassOf, top)) - {top})
    return _diagram(
        f"{local(parent)} <|-- {local(child)}"
        for child in below
        for parent in sorted(ontology.objects(child, RDFS.subClassOf))
    )


def local(term: URIRef) -> str:
    return str(term).removeprefix(ONTOLOGY)


def _diagram(lines: Iterable[str]) -> str:
    return block("mermaid", "\n".join(["classDiagram", "  direction LR", *(f"  {line}" for line in lines)]))
