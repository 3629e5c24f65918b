"""Triples of rdflib terms, graphs made of them, and their canonical N-Triples."""

from collections.abc import Iterable
from typing import Any

from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from sjkg.core.datatypes import is_well_typed
from sjkg.core.facts import Facts
from sjkg.core.ntriples import TextTerm, TextTriple, literal_parts, literal_text

Triple = tuple[Node, Node, Node]
Properties = dict[Node, dict[Node, list[Node]]]  # the distinct objects by subject and predicate


def graph_of(triples: Iterable[Triple]) -> Graph:
    """Return a new rdflib graph with `triples` and no namespace bindings."""
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


def exact_literal(lexical: str, datatype: URIRef | None, language: str | None) -> Literal:
    """Return an rdflib literal with exactly this lexical form, and a datatype, a language tag or neither (None for both).

    rdflib's own constructor removes white space from values of xsd:token and xsd:normalizedString, even with
    normalize=False.
    """
    is_ill_typed_boolean = datatype == XSD.boolean and not is_well_typed(lexical, str(datatype))
    # given an ill-typed xsd:boolean, rdflib writes a warning to standard error
    literal = Literal("0" if is_ill_typed_boolean else lexical, datatype=datatype, lang=language, normalize=False)
    if str(literal) == lexical:
        return literal
    exact = str.__new__(Literal, lexical)
    exact._datatype, exact._language = literal._datatype, literal._language
    exact._value, exact._ill_typed = literal._value, literal._ill_typed
    if is_ill_typed_boolean:
        exact._value, exact._ill_typed = None, True
    return exact


def term_key(node: Node) -> tuple[Node, str | None]:
    """Return a hashable key of an RDF term that is equal for the same term only.

    For rdflib, two literals that differ only in the case of the language tag (“en”, “EN”) are equal; their keys are not.
    """
    return node, node.language if isinstance(node, Literal) else None


def properties_of(triples: Iterable[Triple]) -> Properties:
    """Return the distinct triples as a dict from subject to a dict from predicate to the list of objects.

    Subjects, predicates and objects have the order in which they first occur. Literals that differ only in the case of the
    language tag are distinct.
    """
    distinct = {(subject, predicate, term_key(obj)): obj for subject, predicate, obj in triples}
    properties: Properties = {}
    for (subject, predicate, _), obj in distinct.items():
        properties.setdefault(subject, {}).setdefault(predicate, []).append(obj)
    return properties


def term_text(term: Node) -> TextTerm:
    """Return an rdflib term (IRI, blank node or literal) in canonical N-Triples."""
    if isinstance(term, Literal):
        return literal_text(str(term), str(term.datatype or ""), term.language)
    return f"_:{term}" if isinstance(term, BNode) else f"<{term}>"


def triple_text(triple: Triple) -> TextTriple:
    """Return the three terms of a triple in canonical N-Triples."""
    s, p, o = triple
    return term_text(s), term_text(p), term_text(o)


def parse_term(text: TextTerm) -> Node:
    """Return the rdflib term of a canonical N-Triples text; a literal keeps its lexical form."""
    if text.startswith("<"):
        return URIRef(text[1:-1])
    if text.startswith("_:"):
        return BNode(text[2:])
    lexical, language, datatype = literal_parts(text)
    kind = URIRef(datatype) if datatype and not language else None
    return exact_literal(lexical, kind, language)


def parse_value(text: TextTerm) -> Any:
    """Return the Python object to which rdflib converts a literal in canonical N-Triples; None for an ill-typed literal.

    None is also returned for an IRI, a blank node, and a literal of a datatype that rdflib does not know.
    """
    term = parse_term(text)
    return term.value if isinstance(term, Literal) else None


def parse_triple(triple: TextTriple) -> Triple:
    """Return the rdflib terms of a triple in canonical N-Triples."""
    s, p, o = triple
    return parse_term(s), parse_term(p), parse_term(o)


def facts_of(graph: Iterable[Triple]) -> Facts:
    """Return rdflib triples as `Facts`, whose terms are texts in canonical N-Triples."""
    return Facts(map(triple_text, graph))
