"""Hypothesis strategies for small random ontologies with facts; failing examples shrink to few axioms and facts.

An axiom or fact is a tuple (property, subject, object). Subjects and objects are rdflib terms, lists for RDF lists, or
tuples for OWL class expressions.
"""

from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, Namespace
from rdflib.collection import Collection

EX = Namespace("http://example.org/")
CLASSES = [EX[f"C{i}"] for i in range(4)]
PROPERTIES = [EX[f"p{i}"] for i in range(4)]
THINGS = [EX[f"i{i}"] for i in range(5)]

named, prop, thing = st.sampled_from([*CLASSES, OWL.Thing]), st.sampled_from(PROPERTIES), st.sampled_from(THINGS)
number = st.sampled_from([Literal(n, datatype=XSD.nonNegativeInteger) for n in (0, 1)])


def expressions(inner):
    """Return a strategy for OWL class expressions: tuples of a property of the expression and its values.

    inner: the strategy for the classes in them.
    """
    return st.one_of(
        st.tuples(st.just(OWL.someValuesFrom), prop, inner),
        st.tuples(st.just(OWL.allValuesFrom), prop, inner),
        st.tuples(st.just(OWL.hasValue), prop, thing),
        st.tuples(st.just(OWL.maxCardinality), prop, number),
        st.tuples(st.just(OWL.maxQualifiedCardinality), prop, number, inner),
        st.tuples(st.just(OWL.complementOf), inner),
        st.tuples(st.sampled_from([OWL.intersectionOf, OWL.unionOf]), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just(OWL.oneOf), st.lists(thing, min_size=1, max_size=2)),
    )


classes = st.recursive(named, expressions, max_leaves=4)
axioms = st.one_of(
    st.tuples(st.sampled_from([RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith]), classes, classes),
    st.tuples(st.sampled_from([RDFS.domain, RDFS.range]), prop, classes),
    st.tuples(
        st.sampled_from([RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf, OWL.propertyDisjointWith]),
        prop,
        prop,
    ),
    st.tuples(
        st.just(RDF.type),
        prop,
        st.sampled_from(
            [
                OWL[f"{kind}Property"]
                for kind in "Transitive Symmetric Functional InverseFunctional Asymmetric Irreflexive Object".split()
            ]
        ),
    ),
    st.tuples(st.just(RDF.type), st.sampled_from(CLASSES), st.just(OWL.Class)),
    st.tuples(st.just(OWL.propertyChainAxiom), prop, st.lists(prop, min_size=1, max_size=3)),
)
# Axioms about the terms of the ontology language itself; from them other axioms are inferred.
meta_axioms = st.one_of(
    st.tuples(
        st.just(RDFS.subPropertyOf),
        prop,
        st.sampled_from(
            [
                *(RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, RDF.type),
                *(OWL.equivalentClass, OWL.inverseOf, OWL.someValuesFrom, OWL.onProperty),
            ]
        ),
    ),
    st.tuples(
        prop, st.sampled_from([OWL.Thing, OWL.sameAs, OWL.differentFrom, RDF.type, *CLASSES]), st.one_of(named, prop)
    ),
    st.tuples(prop, st.sampled_from(CLASSES), st.sampled_from([XSD.byte, XSD.string, RDFS.Literal, OWL.Thing])),
    st.tuples(st.just(OWL.onProperty), st.sampled_from(CLASSES), prop),
    st.tuples(st.just(RDFS.subClassOf), st.sampled_from(CLASSES), st.just(OWL.Thing)),
    st.tuples(st.just(RDFS.subClassOf), st.sampled_from(CLASSES), st.sampled_from([OWL.Class, OWL.TransitiveProperty])),
)
facts = st.one_of(
    st.tuples(prop, thing, thing),
    st.tuples(prop, thing, thing),
    st.tuples(prop, thing, st.sampled_from([Literal("a"), Literal("b")])),
    st.tuples(st.just(RDF.type), thing, classes),
    st.tuples(st.sampled_from([OWL.sameAs, OWL.differentFrom]), thing, thing),
)

values = st.tuples(prop, thing, st.sampled_from([Literal(5), Literal(500), Literal("a")]))


@st.composite
def graphs(draw, meta: bool = False) -> Graph:
    """Draw an rdflib graph of 1 to 6 axioms and 1 to 8 facts. meta: also axioms about terms of RDFS and OWL."""
    graph = Graph(bind_namespaces="none")
    described = draw(st.lists(st.one_of(axioms, meta_axioms) if meta else axioms, min_size=1, max_size=6))
    for p, s, o in described + draw(st.lists(st.one_of(facts, values) if meta else facts, min_size=1, max_size=8)):
        graph.add((_node(graph, s), p, _node(graph, o)))
    return graph


def _node(graph: Graph, described):
    """Add a term, list or class expression to a graph; return its node."""
    if isinstance(described, list):
        head = BNode()
        Collection(graph, head, [_node(graph, item) for item in described])
        return head
    if not isinstance(described, tuple):
        return described
    node, (word, *about) = BNode(), described
    if word in (OWL.complementOf, OWL.intersectionOf, OWL.unionOf, OWL.oneOf):
        graph.add((node, word, _node(graph, about[0])))
        return node
    graph.add((node, OWL.onProperty, about[0]))
    graph.add((node, word, _node(graph, about[1])))
    if len(about) == 3:
        graph.add((node, OWL.onClass, _node(graph, about[2])))
    return node
