"""The pages made from the knowledge base, on a small one."""

from pathlib import Path

import pytest
from rdflib import URIRef

from sjkg.docs import ontology, shapes
from sjkg.docs.markdown import table
from sjkg.docs.pages import PAGES, stale_pages, write_pages
from sjkg.errors import BrokenInput
from sjkg.files import KnowledgeBase, TurtleFile, load_files
from sjkg.turtle.parse import parse_turtle

PREFIXES = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix shape: <https://w3id.org/sjkg/shapes/> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
TERMS = """
sjkg:Event a owl:Class ; skos:definition "It | happened."@en ; skos:example "event:a"@en .
sjkg:Battle a owl:Class ; rdfs:subClassOf sjkg:Event .
sjkg:before a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:domain sjkg:Event ; rdfs:range sjkg:Event ;
    owl:inverseOf sjkg:after ; owl:propertyChainAxiom ( sjkg:partOf sjkg:before ) .
sjkg:after a owl:ObjectProperty ; rdfs:domain sjkg:Event ; rdfs:range sjkg:Event .
"""
DATA = "event:a a sjkg:Battle ; sjkg:before event:b . event:b a sjkg:Event ."


def kb(**rooms: str) -> KnowledgeBase:
    files = (
        TurtleFile(f"{room}.ttl", room, URIRef(f"urn:{room}"), parse_turtle(PREFIXES + text, f"{room}.ttl"))
        for room, text in rooms.items()
    )
    return KnowledgeBase(Path(), tuple(files))


def test_a_bar_within_a_cell_does_not_end_it():
    assert table(("a",), [("x | y",)]).splitlines()[-1] == "| x \\| y |"


def test_a_class_counts_the_things_of_narrower_classes_too():
    page = ontology.render(kb(ontology=TERMS, triples=DATA))
    assert "| `sjkg:Event` |  | It \\| happened. | `event:a` | 2 |" in page
    assert "| `sjkg:Battle` | `sjkg:Event` |  |  | 1 |" in page


def test_a_property_tells_what_reasoning_makes_of_it_and_how_often_it_is_used():
    page = ontology.render(kb(ontology=TERMS, triples=DATA))
    axioms = "transitive; inverse of `sjkg:after`; follows from `sjkg:partOf`, then `sjkg:before`"
    assert f"| `sjkg:before` | `sjkg:Event` |  |  | {axioms} | 1 |" in page


def test_the_diagram_shows_one_of_two_inverse_properties():
    page = ontology.render(kb(ontology=TERMS))
    assert "  Event --> Event : before\n" in page
    assert "  Event <|-- Battle\n" in page


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("sjkg:before", "sjkg:before"),
        ("[ sh:inversePath sjkg:before ]", "^sjkg:before"),
        ("( sjkg:before [ sh:zeroOrMorePath sjkg:after ] )", "sjkg:before/(sjkg:after)*"),
        ("[ sh:alternativePath ( sjkg:before sjkg:after ) ]", "sjkg:before \\| sjkg:after"),
    ],
)
def test_a_rule_shows_its_path_as_sparql_writes_it(path, written):
    rule = f"""shape:E a sh:NodeShape ; sh:targetClass sjkg:Event ; sh:property shape:E-x .
        shape:E-x sh:path {path} ; sh:severity sh:Warning ; sh:message "Mend it."@en ."""
    page = shapes.render(kb(shapes=rule))
    assert (
        f"### Every `sjkg:Event`\n\n| rule | path | severity | message |\n| --- | --- | --- | --- |\n| `shape:E-x` | `{written}` | warning | Mend it. |"
        in page
    )


def test_a_page_is_stale_until_it_is_written_and_again_after_a_change(small_kb, tmp_path):
    folder = tmp_path / "docs"
    small = load_files(small_kb)
    stale = stale_pages(small, folder)
    assert list(stale) == list(PAGES)
    write_pages(stale, folder)
    assert stale_pages(small, folder) == {}
    (folder / "rules.md").write_text("something else", encoding="utf-8")
    assert list(stale_pages(small, folder)) == ["rules.md"]


def test_a_page_that_cannot_be_read_is_an_error_that_names_it(small_kb, tmp_path):
    (tmp_path / "rules.md").write_bytes(b"\xff")
    with pytest.raises(BrokenInput, match=r"rules\.md cannot be read"):
        stale_pages(load_files(small_kb), tmp_path)
