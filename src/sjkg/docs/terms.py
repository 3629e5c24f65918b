"""What the pages say of a term: its names, texts and how often the data use it."""

from collections import Counter
from collections.abc import Iterable

from rdflib import RDF, RDFS, Graph, URIRef
from rdflib.namespace import SKOS

from sjkg.docs.markdown import code
from sjkg.files import KnowledgeBase
from sjkg.vocab import ONTOLOGY, shorten

DATA = ("triples", "links", "passages")


def terms_of(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    """Return our terms of these kinds, in the order of their names."""
    found = {term for kind in kinds for term in graph.subjects(RDF.type, kind) if str(term).startswith(ONTOLOGY)}
    return sorted(found, key=lambda term: str(term).lower())


def name(node: URIRef) -> str:
    """Return the short name of a node, as code."""
    return code(shorten(str(node)))


def names(nodes: Iterable[URIRef]) -> str:
    """Return the short names of several nodes, in order."""
    return ", ".join(sorted(name(node) for node in nodes if isinstance(node, URIRef)))


def text(graph: Graph, node: URIRef, predicate: URIRef) -> str:
    """Return the text of a node's property; nothing where it has none."""
    return str(min(graph.objects(node, predicate), default=""))


def definition(graph: Graph, node: URIRef) -> str:
    return text(graph, node, SKOS.definition)


def example(graph: Graph, node: URIRef) -> str:
    """Return the example of a term, as code when it is one name or literal and no sentence."""
    found = text(graph, node, SKOS.example)
    return code(found) if found and (" " not in found or found.startswith('"')) else found


def count_things(kb: KnowledgeBase, ontology: Graph, classes: Iterable[URIRef]) -> dict[URIRef, int]:
    """Return how many things the files declare of each class or of a narrower one."""
    data = kb.union(*DATA)
    kinds = {kind: set(ontology.transitive_subjects(RDFS.subClassOf, kind)) for kind in classes}
    return {
        kind: len({thing for narrower in narrowers for thing in data.subjects(RDF.type, narrower)})
        for kind, narrowers in kinds.items()
    }


def count_uses(kb: KnowledgeBase) -> Counter[URIRef]:
    """Return how many triples of the files have a term as property or as value; a triple of several files counts once."""
    data = kb.union(*DATA)
    return Counter(data.predicates()) + Counter(node for node in data.objects() if isinstance(node, URIRef))
