"""The columnar reasoner compared with owlrl: the same closure, except where owlrl deviates from the recommendation."""

import pytest
from graphs import derived_graph
from hypothesis import HealthCheck, given, settings
from ontologies import CLASSES, graphs
from owlrl.OWLRL import OWLRL_Semantics
from rdflib import OWL, RDF, Dataset, Graph

from bench.generate import theatres
from sjkg.core.errors import Inconsistent
from sjkg.core.vocabulary import PREFIXES
from sjkg.pipeline.enrich import FACTS, REASONED
from sjkg.reason.closure import closure
from sjkg.reason.output_filter import passes_output_filter
from sjkg.reason.owlrl_reference import closure as owlrl_closure
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import triple_text

pytestmark = pytest.mark.slow

HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("rdf", "rdfs", "owl", "xsd"))
HEAD += "@prefix : <http://example.org/> .\n"
CONTRADICTION = "contradiction"


def read(text: str) -> Graph:
    return parse_turtle(HEAD + text, "x.ttl").graph


def by_owlrl(graph: Graph, is_reported=lambda triple: passes_output_filter(triple_text(triple))):
    """Return the triples that owlrl adds to the whole graph and that a filter lets pass, or CONTRADICTION."""
    closed = Graph(bind_namespaces="none")
    closed += graph
    semantics = OWLRL_Semantics(closed, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    return CONTRADICTION if semantics.error_messages else {t for t in closed if t not in graph and is_reported(t)}


def declare_classes(graph: Graph) -> None:
    """Declare all classes: a declared one is a subclass of itself, which owlrl does not conclude from a cycle of them."""
    nodes = {node for triple in graph.triples((None, None, None)) for node in triple}
    for node in nodes & {*CLASSES, *graph.subjects(OWL.onProperty)}:
        graph.add((node, RDF.type, OWL.Class))


def by_columns(graph: Graph):
    """Return the triples that the columnar reasoner adds, or CONTRADICTION."""
    try:
        return set(closure(graph))
    except Inconsistent:
        return CONTRADICTION


@pytest.mark.slow
def test_our_graph_has_the_same_closure(kb):
    facts = kb.union(*FACTS)
    asserted = kb.union(*REASONED) + derived_graph(facts)
    assert set(closure(asserted)) == set(owlrl_closure(asserted))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_a_generated_graph_has_the_same_closure(kb, seed):
    quads = "".join(line for lines in theatres(1, seed, incidents=1) for line in lines)
    asserted = kb.union("ontology")
    for s, p, o, _ in Dataset().parse(data=quads, format="nquads").quads():
        asserted.add((s, p, o))
    inferred = set(closure(asserted))
    assert inferred == set(owlrl_closure(asserted))
    assert len(inferred) > len(asserted) / 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(graphs())
def test_random_ontologies_have_the_same_closure(graph):
    declare_classes(graph)
    assert by_columns(graph) == by_owlrl(graph)


@pytest.mark.parametrize(
    "text",
    [
        ":T rdfs:subClassOf owl:TransitiveProperty . :p a :T . :a :p :b . :b :p :c .",
        ":isPartOf rdfs:subPropertyOf rdfs:subClassOf . :A :isPartOf :B . :x a :A .",
        ":q :inverse :p . :inverse rdfs:subPropertyOf owl:inverseOf . :a :p :b .",
        ":p owl:sameAs rdf:type . :x :p :C . :C rdfs:subClassOf :D .",
        "rdfs:subClassOf owl:sameAs rdfs:subPropertyOf , :below . :p :below :q . :a :p :b .",
        "owl:inverseOf owl:equivalentProperty :back . :p :back :q . :a :p :b . :back rdfs:subPropertyOf :x .",
        ":p owl:propertyChainAxiom (:q :q :r :q) . :a :q :b . :b :q :c . :c :r :d . :d :q :e , :f .",
        ":C owl:intersectionOf (:D1 :D2 :D3 :D4 :D5) . :x a :D1 , :D2 , :D3 , :D4 , :D5 . :y a :D1 , :D2 , :D3 , :D4 .",
        ":l owl:sameAs :m . :C owl:unionOf :l . :m rdf:first :D ; rdf:rest () . :x a :D .",
        ":p a owl:FunctionalProperty . :a :p :b , :c , :d . :b :q :x . :d rdfs:subClassOf :E . :i a :c .",
        "owl:Thing rdfs:subClassOf :Everything . :C a owl:Class . :x a :C .",
        "owl:sameAs rdfs:subPropertyOf :like . :p a owl:FunctionalProperty . :a :p :b , :c .",
        ":C owl:hasKey (:k) . :a a :C ; :k 1 . :b a :C ; :k 1 . :a :q :z .",
    ],
)
def test_axioms_of_every_kind_give_what_owlrl_gives(text):
    assert by_columns(read(text)) == by_owlrl(read(text))


@pytest.mark.parametrize(
    "text, expected",
    [
        # owlrl ignores the last property of a key, so that one common value makes things the same
        (":C owl:hasKey (:k :l) . :a a :C ; :k 1 ; :l 2 . :b a :C ; :k 1 ; :l 3 .", set()),
        # owlrl ignores the last member of a list whose members are disjoint or different
        ("[] a owl:AllDisjointProperties ; owl:members (:p :q) . :a :p :b ; :q :b .", CONTRADICTION),
        ("[] a owl:AllDifferent ; owl:distinctMembers (:a :b) . :a owl:sameAs :b .", CONTRADICTION),
        # owlrl accepts a list that does not end in rdf:nil
        (":C owl:unionOf :l . :l rdf:first :D . :x a :D .", set()),
        # owlrl does not compare values (dt-eq, dt-diff)
        (':C owl:hasValue 1 ; owl:onProperty :p . :x :p "01"^^xsd:integer .', {":x a :C ."}),
        (':C owl:hasValue 1.5 ; owl:onProperty :p . :x :p "+1.50"^^xsd:decimal .', {":x a :C ."}),
        (":p a owl:FunctionalProperty . :x :p 1 , 2 .", CONTRADICTION),
        # owlrl does not check whether a value belongs to a datatype (dt-type2, dt-not-type)
        (":C owl:someValuesFrom xsd:byte ; owl:onProperty :p . :x :p 5 . :y :p 500 .", {":x a :C ."}),
        (':C owl:someValuesFrom xsd:string ; owl:onProperty :p . :x :p "a" .', {":x a :C ."}),
        (":p rdfs:range xsd:byte . :x :p 500 .", CONTRADICTION),
        (":p rdfs:range xsd:integer . :x :p 1.5 .", CONTRADICTION),
        # owlrl reports every ill-typed literal as a contradiction; the rules only where a value is required
        (':x :p "many"^^xsd:integer .', set()),
        # owlrl does not conclude that a class is a subclass of itself through an equivalent one
        (
            ":q owl:inverseOf rdfs:subClassOf . :A owl:equivalentClass :B .",
            {":A :q :A , :B . :B :q :A , :B . :A rdfs:subClassOf :B . :B rdfs:subClassOf :A ."},
        ),
    ],
)
def test_where_owlrl_deviates_the_recommendation_is_followed(text, expected):
    wanted = expected if expected == CONTRADICTION else set(read(" ".join(expected)))
    found = by_columns(read(text))
    assert found == wanted and by_owlrl(read(text)) != found


def test_a_cyclic_list_is_ignored():
    text = ":loop rdf:first :C ; rdf:rest :loop . :D owl:unionOf :loop , (:E) . :x a :E . :y a :C ."
    assert by_columns(read(text)) == set(read(":x a :D . :E rdfs:subClassOf :D ."))


def test_an_inferred_value_keeps_its_lexical_form():
    """That x has 1 because it has 01 is not written; what follows from it is."""
    text = ':p rdfs:subPropertyOf :q . :x :p "01"^^xsd:integer . :y :p 1 . :C owl:hasValue 1 ; owl:onProperty :q .'
    assert by_columns(read(text)) == set(read(':x :q "01"^^xsd:integer ; a :C . :y :q 1 ; a :C .'))


@pytest.mark.parametrize(
    "text",
    [
        ":A rdfs:subClassOf owl:Thing . :x a :A . owl:Thing owl:disjointWith owl:Thing .",
        ":A rdfs:subClassOf owl:Thing . :x a :A . owl:Thing owl:complementOf owl:Thing .",
        ":x :p :y . owl:sameAs owl:propertyDisjointWith owl:sameAs .",
    ],
)
def test_something_disjoint_with_itself_contradicts_what_holds_of_every_thing(text):
    assert by_columns(read(text)) == CONTRADICTION


@pytest.mark.parametrize(
    "text, rule, words",
    [
        (":A owl:disjointWith :B . :x a :A , :B .", "cax-dw", (":x", ":A", ":B")),
        (":p a owl:IrreflexiveProperty . :x :p :x .", "prp-irp", (":x", ":p")),
        (":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .", "prp-asyp", (":x", ":y", ":p")),
        (":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .", "prp-pdw", (":x", ":p", ":q", ":y")),
        (
            "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y . :x :p :y .",
            "prp-npa1",
            (":x", ":p", ":y"),
        ),
        (
            "[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetValue 1 . :x :p 1 .",
            "prp-npa2",
            (":x", ":p"),
        ),
        (":x a owl:Nothing .", "cls-nothing2", (":x",)),
        (":A owl:complementOf :B . :x a :A , :B .", "cls-com", (":x", ":A", ":B")),
        (":A owl:maxCardinality 0 ; owl:onProperty :p . :x a :A ; :p :y .", "cls-maxc1", (":x", ":A", ":y")),
        (
            ":A owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :B . :x a :A ; :p :y . :y a :B .",
            "cls-maxqc1",
            (":x", ":B"),
        ),
        (
            ":A owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing . :x a :A ; :p :y .",
            "cls-maxqc2",
            (":x", ":A"),
        ),
        ("[] a owl:AllDisjointClasses ; owl:members (:A :B :C) . :x a :A , :C .", "cax-adc", (":x", ":A", ":C")),
        ("[] a owl:AllDisjointProperties ; owl:members (:p :q :r) . :x :p :y ; :r :y .", "prp-adp", (":x", ":p", ":r")),
        (":x owl:sameAs :y ; owl:differentFrom :y .", "eq-diff1", (":x",)),
        ("[] a owl:AllDifferent ; owl:members (:x :y :z) . :x owl:sameAs :z .", "eq-diff2", (":x",)),
        ("[] a owl:AllDifferent ; owl:distinctMembers (:x :y :z) . :y owl:sameAs :z .", "eq-diff3", (":y",)),
        (":x owl:sameAs 1 , 2 .", "dt-diff", ("1", "2")),
        (":x a xsd:boolean ; owl:sameAs 3 .", "dt-not-type", ("3", "boolean")),
    ],
)
def test_a_contradiction_names_its_rule_and_its_nodes(text, rule, words):
    with pytest.raises(Inconsistent) as found:
        closure(read(text))
    (sentence,) = (each for each in found.value.contradictions if f"({rule}: " in each)
    for word in words:
        assert word.replace(":", "http://example.org/") in sentence
