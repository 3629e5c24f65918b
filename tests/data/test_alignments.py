"""The alignments: each outside term is one, each is said in the safe direction, and whoever reasons over them learns nothing false of ours.

tests/data/outside/ holds, for each vocabulary, its own axioms on the terms that the alignments name and on those above them.
"""

from pathlib import Path

import pytest
from graphs import derived_graph, packaged
from namespaces import GRAPHS, IDS
from rdflib import OWL, RDF, RDFS, Graph, Namespace, URIRef

from sjkg.core.errors import Inconsistent
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.pipeline.enrich import REASONED
from sjkg.reason.closure import closure
from sjkg.turtle.parse import parse_turtle

KB = packaged()
SJKG = Namespace(ONTOLOGY)
FILES = [file for file in KB.files if file.part == "alignments"]
OUTSIDE = Path(__file__).parent / "outside"
NAMES = [Path(file.path).stem for file in FILES]
ALIGNED = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso}
CLASSES = {OWL.Class, RDFS.Class}
ANNOTATION_ONLY = ("lode", "owl-time")


def outside(name: str) -> Graph:
    return parse_turtle((OUTSIDE / f"{name}.ttl").read_text(encoding="utf-8"), name).graph


def all_outside() -> Graph:
    union = Graph(bind_namespaces="none")
    for name in NAMES:
        union += outside(name)
    return union


def is_ours(node) -> bool:
    return str(node).startswith(ONTOLOGY)


@pytest.fixture(scope="module")
def schema():
    return KB.union("ontology", "alignments") + all_outside()


def test_there_is_a_file_for_each_vocabulary_and_its_axioms():
    assert len(NAMES) == 14
    assert {path.stem for path in OUTSIDE.iterdir()} == set(NAMES)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_names_its_vocabulary(file):
    header = URIRef(f"{GRAPHS}alignments/{Path(file.path).stem}")
    for annotation in (RDFS.label, RDFS.seeAlso, OWL.versionInfo):
        assert file.graph.value(header, annotation)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_each_own_term_has_one_counterpart_and_one_note_on_what_is_lost(file):
    ontology = KB.union("ontology")
    terms = {term for term in file.graph.subjects() if is_ours(term)}
    assert terms
    for term in terms:
        assert (term, RDF.type, None) in ontology
        assert set(file.graph.predicates(term)) <= {*ALIGNED, SJKG.lossNote}
        assert sum(p in ALIGNED for p in file.graph.predicates(term)) == 1
        assert len(list(file.graph.objects(term, SJKG.lossNote))) == 1


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_each_counterpart_is_a_term_of_its_vocabulary_and_of_the_right_kind(file):
    ontology, theirs = KB.union("ontology"), outside(Path(file.path).stem)
    for term, relation, other in file.graph:
        if is_ours(term) and relation in ALIGNED:
            kinds = set(theirs.objects(other, RDF.type))
            assert kinds, f"{other} is not a term of {file.path}"
            if relation == RDFS.subClassOf:
                assert (term, RDF.type, OWL.Class) in ontology and kinds & CLASSES
            if relation == RDFS.subPropertyOf:
                assert (term, RDF.type, OWL.Class) not in ontology and not kinds & CLASSES


@pytest.mark.parametrize("name", ANNOTATION_ONLY)
def test_vocabularies_whose_axioms_would_merge_or_retype_things_are_only_annotated(name):
    graph = FILES[NAMES.index(name)].graph
    assert not [*graph.triples((None, RDFS.subClassOf, None)), *graph.triples((None, RDFS.subPropertyOf, None))]


@pytest.mark.parametrize("predicate", [OWL.FunctionalProperty, OWL.InverseFunctionalProperty])
def test_no_own_property_is_a_subproperty_of_one_that_implies_equality(schema, predicate):
    for term in {term for file in FILES for term in file.graph.subjects() if is_ours(term)}:
        above = set(schema.transitive_objects(term, RDFS.subPropertyOf)) - {term}
        assert not [other for other in above if (other, RDF.type, predicate) in schema]


@pytest.fixture(scope="module")
def added(schema):
    """Return the triples that the alignments and the external axioms add to the closure of the graph."""
    stated = KB.union("vocab", "links", *REASONED)
    facts = KB.union(*REASONED) + KB.union("links") + derived_graph(stated)
    return closure(facts + schema) - closure(facts)


def test_the_alignments_type_own_things_in_the_external_vocabularies(added):
    kind = URIRef("http://www.cidoc-crm.org/cidoc-crm/E5_Event")
    assert any(str(thing).startswith(IDS) for thing in added.subjects(RDF.type, kind))


def test_reasoning_over_alignments_and_external_axioms_adds_nothing_in_own_terms(added):
    for s, p, o in added:
        assert p != OWL.sameAs and not is_ours(p)
        assert not (p in (RDF.type, RDFS.subClassOf, RDFS.subPropertyOf) and is_ours(o)), f"{s} {p} {o}"


def test_a_match_of_skos_would_make_an_event_a_concept():
    match = URIRef("http://www.w3.org/2004/02/skos/core#exactMatch")
    event, item = URIRef(f"{IDS}event/battle-of-lake-khasan"), URIRef("http://www.wikidata.org/entity/Q697579")
    wrong = closure(outside("skos") + parse_turtle(f"<{event}> <{match}> <{item}> .", "wrong").graph)
    assert (event, RDF.type, URIRef("http://www.w3.org/2004/02/skos/core#Concept")) in wrong


def test_no_own_thing_becomes_a_concept_or_a_time(added):
    for kind in ("http://www.w3.org/2004/02/skos/core#Concept", "http://www.w3.org/2006/time#TemporalEntity"):
        assert not [thing for thing in added.subjects(RDF.type, URIRef(kind)) if str(thing).startswith(IDS)]


@pytest.mark.parametrize(
    "wrong",
    [
        "sjkg:State rdfs:subClassOf <http://dbpedia.org/ontology/Country> .",
        "sjkg:Person rdfs:subClassOf <http://xmlns.com/foaf/0.1/Organization> .",
        "sjkg:occurredAt rdfs:subPropertyOf <http://www.opengis.net/ont/geosparql#hasGeometry> .",
    ],
)
def test_an_alignment_that_confuses_meanings_would_be_detected(schema, wrong):
    data = """
        @prefix sjkg: <https://w3id.org/sjkg/ontology#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <urn:state> a sjkg:State . <urn:person> a sjkg:Person . <urn:event> sjkg:occurredAt <urn:place> .
    """
    right = schema + parse_turtle(data, "data").graph
    assert len(closure(right)) > 0
    with pytest.raises(Inconsistent):
        closure(right + parse_turtle(data + wrong, "wrong").graph)
