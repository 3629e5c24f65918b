import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal
from rdflib.compare import isomorphic
from rdflib.namespace import XSD

from sjkg.core.errors import BrokenInput
from sjkg.turtle.format import format_turtle
from sjkg.turtle.parse import parse_turtle

A = "@prefix a: <http://example.org/> .\n"


def lines_of(text: str) -> dict[str, int]:
    return {triple[2].n3(): line for triple, line in parse_turtle(text, "x.ttl").lines.items()}


def test_the_line_of_a_triple_is_that_of_its_object():
    text = A + 'a:s a:p 1 ,\n  "two" ;\n\n  # a comment\n  a:q """three\nlines""" , a:four .\n'
    assert lines_of(text)['"1"^^<http://www.w3.org/2001/XMLSchema#integer>'] == 2
    assert lines_of(text)['"two"'] == 3
    assert lines_of(text)["<http://example.org/four>"] == 7


@pytest.mark.parametrize(
    "written, datatype",
    [
        ("01", XSD.integer),
        ("1.50", XSD.decimal),
        ("1e3", XSD.double),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', XSD.boolean),
    ],
)
def test_a_literal_keeps_its_lexical_form(written, datatype):
    (value,) = parse_turtle(f"{A}a:s a:p {written} .", "x.ttl").graph.objects()
    assert str(value) == written.split("^^")[0].strip('"') and value.datatype == datatype


@pytest.mark.parametrize(
    "text, place, words",
    [
        ("a:s a:p 1 .", "x.ttl:1:1", "prefix “a:” is not declared"),
        (A + "a:s a:p .", "x.ttl:2:8", "objectList expected"),
        (A + "a:s a:p 1\na:s a:q 2 .", "x.ttl:3:1", "expected '.'"),
        (A + "a:s a:p 'x\n.", "x.ttl:2:11", "newline found in string"),
        (A + 'a:s a:p """x .', "x.ttl:2:9", "the file ends inside a statement or a string"),
        (A + "a:s a:p <http://x .", "x.ttl:2:20", "unterminated"),
        (A + "a:s a:p 1", "x.ttl:2:9", "the file ends inside a statement or a string"),
        (A + '"s" a:p 1 .', "x.ttl:2:10", "literal cannot be a subject"),
        (A + "a:s a:p <relative> .", "x.ttl:2:9", "has no scheme"),
        (A + "a:s a:p 1" + "0" * 5000 + " .", "x.ttl:2:9", "too many digits"),
    ],
)
def test_a_syntax_error_gives_file_line_column_and_cause(text, place, words):
    with pytest.raises(BrokenInput) as broken:
        parse_turtle(text, "x.ttl")
    (finding,) = broken.value.findings
    assert finding.place == place and words in finding.message


def test_brackets_that_are_nested_too_deeply_are_reported_with_their_line():
    with pytest.raises(BrokenInput) as broken:
        parse_turtle(A + "a:s a:p " + "[ a:p " * 5000, "x.ttl")
    (finding,) = broken.value.findings
    assert finding.line == 2 and "nested too deeply" in finding.message


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_with_a_finding(text):
    try:
        parse_turtle(A + text, "x.ttl")
    except BrokenInput as error:
        assert error.findings[0].line >= 1


def test_a_variable_is_reported_with_line_and_column():
    with pytest.raises(BrokenInput) as refused:
        parse_turtle("<http://a/s>\n  <http://a/p> ?x .\n", "x.ttl")
    (finding,) = refused.value.findings
    assert (finding.line, finding.column) == (2, 16) and "variable" in finding.message


MESSY = """# kept at the top
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix unused: <http://unused.example/> .
@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
# about b
event:b sjkg:hedge "x # no comment" ; # trailing
  # above the type
  sjkg:cites <http://other.example/thing>, event:c ; a sjkg:Event .
event:a a sjkg:Event ; sjkg:about ( 1 01 event:b ) , [ a owl:X ; sjkg:y 2 ; sjkg:z [ a owl:Y ] ] .
[] a owl:AllDisjointClasses ; owl:members ( sjkg:a sjkg:b ) .
# kept at the end
"""
NEAT = """# kept at the top
@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .

event:a
    a sjkg:Event ;
    sjkg:about
        ( 1 01 event:b ) ,
        [
            a owl:X ;
            sjkg:y 2 ;
            sjkg:z [
                a owl:Y ;
            ] ;
        ] ;
.

# about b
# above the type
event:b
    a sjkg:Event ;
    sjkg:cites
        <http://other.example/thing> ,
        event:c ;
    # trailing
    sjkg:hedge "x # no comment" ;
.

[]
    a owl:AllDisjointClasses ;
    owl:members ( sjkg:a sjkg:b ) ;
.

# kept at the end
"""


def test_the_house_style_sorts_blocks_and_keeps_comments():
    assert format_turtle(MESSY, "x.ttl") == NEAT


def test_formatting_twice_changes_nothing():
    assert format_turtle(NEAT, "x.ttl") == NEAT


def test_formatting_keeps_every_triple():
    assert isomorphic(parse_turtle(MESSY, "x.ttl").graph, parse_turtle(NEAT, "x.ttl").graph)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
def test_formatting_keeps_any_literal(text):
    written = f"{A}a:s a:p {Literal(text).n3()} ."
    before = parse_turtle(written, "x.ttl").graph
    assert isomorphic(before, parse_turtle(format_turtle(written, "x.ttl"), "x.ttl").graph)


def test_a_blank_node_used_twice_is_refused():
    with pytest.raises(BrokenInput, match="give it an IRI"):
        format_turtle(A + "a:s a:p _:b . a:t a:p _:b . _:b a:q 1 .", "x.ttl")
