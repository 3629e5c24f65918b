"""Recorded depths: the depth of each inferred triple is that of its shallowest proof, also where an axiom is found late."""

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from ontologies import graphs
from rdflib import Graph

from sjkg.core.errors import Inconsistent
from sjkg.core.vocabulary import PREFIXES
from sjkg.proofs.backward import BackwardChainer
from sjkg.proofs.closure import MemoryClosure
from sjkg.proofs.prover import Prover, find_depths
from sjkg.proofs.storage import closure_from_rows, closure_rows
from sjkg.reason.closure import closure_with_depths
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import term_text, triple_text

pytestmark = pytest.mark.slow

HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("rdf", "rdfs", "owl", "xsd"))
HEAD += "@prefix : <http://example.org/> .\n"


def read(text: str) -> Graph:
    return parse_turtle(HEAD + text, "x.ttl").graph


# text, an inferred triple, its depth: each has facts without premises (types of owl:Thing, of literals, identity,
# difference of values) that matter only because of an axiom that is itself inferred.
LATE_AXIOMS = [
    (
        ":q rdfs:subPropertyOf rdfs:subClassOf . owl:Thing :q :A . :C a owl:Class ; rdfs:subClassOf owl:Thing . :i a :C .",
        ":i a owl:Thing .",
        1,
    ),
    (
        ":p rdfs:domain owl:Thing . :q rdfs:subPropertyOf :r . :r rdfs:subPropertyOf rdfs:subClassOf . owl:Thing :q :A . :i :p :j .",
        ":i a :A .",
        3,
    ),
    (
        ":C owl:intersectionOf :l . :l :f owl:Thing ; rdf:rest rdf:nil . :f rdfs:subPropertyOf rdf:first . "
        ":p rdfs:range owl:Thing . :x :p :y .",
        ":y a :C .",
        2,
    ),
    (
        ":q rdfs:subPropertyOf owl:someValuesFrom . :C :q xsd:byte ; owl:onProperty :p . :x :p 5 .",
        ":x a :C .",
        2,
    ),
    (
        ":q rdfs:subPropertyOf rdfs:subPropertyOf . owl:sameAs :q :like . :a :p :b . :like rdfs:domain :D .",
        ":a a :D .",
        3,
    ),
    # rdfs:subClassOf becomes a node of the graph by an inferred triple only
    (
        "owl:sameAs rdfs:subPropertyOf :like . :A a owl:Class .",
        "rdfs:subClassOf :like rdfs:subClassOf .",
        1,
    ),
]


@pytest.mark.parametrize("text, triple, depth", LATE_AXIOMS)
def test_a_fact_that_matters_late_has_the_depth_of_its_shallowest_proof(text, triple, depth):
    assert closure_with_depths(read(text))[1][next(iter(read(triple)))] == depth


def test_values_differ_at_depth_0_even_when_an_inferred_axiom_makes_that_matter():
    _, depths = closure_with_depths(
        read(":q rdfs:subPropertyOf rdfs:subPropertyOf . owl:differentFrom :q :unlike . :a :p 1 , 2 .")
    )
    assert {p.n3(): depth for (s, p, o), depth in depths.items() if s.n3()[0] == o.n3()[0] == '"'} == {
        "<http://www.w3.org/2002/07/owl#differentFrom>": 0,
        "<http://example.org/unlike>": 2,
    }


def wrong_depths(graph: Graph) -> list[tuple]:
    """Return the inferred triples whose recorded depth is not the one that a search for proofs finds."""
    depths = closure_with_depths(graph)[1]
    asserted = dict.fromkeys(map(triple_text, graph), ())
    texts = {triple_text(triple): depth for triple, depth in depths.items()}
    facts: MemoryClosure = closure_from_rows({"files": [], **closure_rows(asserted, {}, texts)})
    if not facts.has_depths:
        return []
    backward, is_leaf = BackwardChainer(facts), Prover(facts)._is_leaf
    goals = {triple: tuple(facts.node_of(term_text(term)) for term in triple) for triple in depths}
    return [
        (triple, depths[triple])
        for triple, goal in goals.items()
        if not is_leaf(goal) and depths[triple] != find_depths(goal, backward, is_leaf)[goal]
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(graphs(meta=True))
@example(read(LATE_AXIOMS[0][0]))
def test_recorded_depths_of_random_ontologies_are_those_of_the_shallowest_proofs(graph):
    try:
        wrong = wrong_depths(graph)
    except Inconsistent:
        assume(False)
    assert not wrong
