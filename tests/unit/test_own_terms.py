"""Which IRIs of a query are reported as nowhere in the graph: those of its pattern, and not those that it makes itself."""

import pytest

from sjkg.sparql.own_terms import MAX_CHARS, UnknownTerm, find_unknown_iris, read_unknown_terms, write_unknown_terms

BASE = "https://w3id.org/sjkg/"
KNOWN = {
    f"{BASE}ontology#Event",
    "sjkg:Event",
    f"{BASE}id/event/x",
    "event:x",
    f"{BASE}ontology",
    f"{BASE}graph/asserted",
    "graph:asserted",
}
NOPE = f"{BASE}ontology#Nope"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?e a sjkg:Nope }",
        "SELECT * { ?e a <https://w3id.org/sjkg/ontology#Nope> }",
        "PREFIX my: <https://w3id.org/sjkg/ontology#> SELECT * { ?e a my:Nope }",
        "PREFIX : <https://w3id.org/sjkg/ontology#>SELECT * { ?e a :Nope }",
        "PREFIX xsjkg: <https://w3id.org/sjkg/ontology#> SELECT * { ?e a xsjkg:Nope }",
        "BASE <https://w3id.org/sjkg/ontology> SELECT * { ?e a <#Nope> }",
        "BASE <https://w3id.org/sjkg/id/> SELECT * { ?e a <../ontology#Nope> }",
        r"SELECT * { ?e a \u0073jkg:Nope }",
        "SELECT * { ?e a sjkg:Event FILTER NOT EXISTS { ?e a sjkg:Nope } }",
        "SELECT * { ?e a ?class FILTER(?class != sjkg:Nope) }",
        "SELECT * { ?e a ?class FILTER(?class IN (sjkg:Event, sjkg:Nope)) }",
        "SELECT * { VALUES ?class { sjkg:Event sjkg:Nope } ?e a ?class }",
        "SELECT * { ?e sjkg:Event/^sjkg:Nope* event:x }",
        "SELECT * { GRAPH sjkg:Nope { ?s ?p ?o } }",
        "SELECT * FROM sjkg:Nope { ?s ?p ?o }",
        'SELECT * { ?s ?p "x"^^sjkg:Nope }',
        "DESCRIBE sjkg:Nope",
        "ASK { event:x a sjkg:Event, sjkg:Nope. }",
        "CONSTRUCT { ?e a sjkg:Made } WHERE { ?e a sjkg:Nope }",
        "CONSTRUCT WHERE { ?e a sjkg:Nope }",
        "SELECT (sjkg:Made AS ?made) { ?e a sjkg:Nope BIND(sjkg:Made AS ?too) }",
        "SELECT * { ?e a sjkg:Nope } # sjkg:Comment",
        'SELECT * { ?e a sjkg:Nope FILTER(?e != "sjkg:String") }',
    ],
)
def test_an_iri_of_the_pattern_that_is_not_known_is_found_however_it_is_written(text):
    assert find_unknown_iris(text, KNOWN) == (NOPE,)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { event:x a sjkg:Event }",
        "PREFIX event: <http://example.org/> SELECT * { event:nope a sjkg:Event }",
        "SELECT * { ?e ?p ?o FILTER(STRSTARTS(STR(?e), STR(event:))) }",
        "SELECT * { ?e ?p ?o FILTER(STRSTARTS(STR(?e), 'https://w3id.org/sjkg/nope')) }",
        "SELECT * { <https://w3id.org/sjkg/ontology> ?p ?o . ?x ?y <https://w3id.org/sjkg/id/event/> }",
        "CONSTRUCT { ?e a sjkg:Nope . ?e sjkg:more [ a sjkg:Nope ] } WHERE { ?e a sjkg:Event }",
        "SELECT (sjkg:Nope AS ?nope) { ?e a sjkg:Event BIND(sjkg:Nope AS ?x) } # sjkg:Nope",
        "SELECT * { ?e a skos:Nope, <http://example.org/nope> } # <https://w3id.org/sjkg/nope>",
        "SELECT * { GRAPH graph:asserted { ?s ?p ?o } }",
        "this is not a query with sjkg:Nope \\u00",
    ],
)
def test_known_terms_and_those_that_the_query_makes_are_not_found(text):
    assert find_unknown_iris(text, KNOWN) == ()


def test_several_iris_are_found_in_order_each_once():
    text = "SELECT * { event:b sjkg:Nope event:a OPTIONAL { event:b sjkg:Nope event:x } }"
    assert find_unknown_iris(text, KNOWN) == (f"{BASE}id/event/b", NOPE, f"{BASE}id/event/a")


def test_the_namespace_with_http_is_never_right():
    assert find_unknown_iris("ASK { ?e a <http://w3id.org/sjkg/ontology#Event> }", KNOWN)


def test_a_text_above_the_limit_is_not_checked():
    text = "SELECT * { ?e a sjkg:Nope }"
    assert find_unknown_iris(text.ljust(MAX_CHARS), KNOWN) == (NOPE,)
    assert find_unknown_iris(text.ljust(MAX_CHARS + 1), KNOWN) == ()


@pytest.mark.parametrize(
    "terms",
    [
        (UnknownTerm(NOPE, ()),),
        (UnknownTerm(NOPE, (f"{BASE}ontology#Event", f"{BASE}vocab/dataset")), UnknownTerm(f"{BASE}id/event/ы é", ())),
        (),
    ],
)
def test_the_header_is_printable_ascii_and_reads_as_it_was_written(terms):
    header = write_unknown_terms(terms)
    assert header.isascii() and header.isprintable()
    assert read_unknown_terms(header) == terms


def test_a_name_in_the_header_is_cut():
    assert len(write_unknown_terms([UnknownTerm(BASE + "é" * 100_000, ())])) < 200
