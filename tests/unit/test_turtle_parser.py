"""The parser of Turtle: triples, lines and lexical forms, and a place and reason for each syntax error."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import RDF, XSD

from sjkg.core.errors import BrokenInput
from sjkg.core.terms import NAME_LETTERS, NAME_MARKS, name_class, resolve_iri
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
    "written, text",
    [
        ('""', ""),
        ("''", ""),
        ('""""""', ""),
        ("''''''", ""),
        ('"""a"b""c\\""""', 'a"b""c"'),
        ("'''a'b''c\n'''", "a'b''c\n"),
        ('"it\'s"', "it's"),
        ("'\"'", '"'),
        (r'"\t\b\n\r\f\"\'\\\u00e9\U0001F600"', "\t\b\n\r\f\"'\\é😀"),
        ('"\t\x00\x7f"', "\t\x00\x7f"),
    ],
)
def test_every_form_of_string_is_read(written, text):
    (value,) = parse_turtle(f"{A}a:s a:p {written} .", "x.ttl").graph.objects()
    assert str(value) == text and value.datatype is None


@pytest.mark.parametrize("datatype", [XSD.token, XSD.normalizedString])
def test_white_space_in_a_literal_is_kept_whatever_its_datatype(datatype):
    (value,) = parse_turtle(f'{A}a:s a:p "  x \\n y"^^<{datatype}> .', "x.ttl").graph.objects()
    assert (str(value), value.datatype, value.value) == ("  x \n y", datatype, value.value)


def test_brackets_may_be_nested_as_deeply_as_memory_allows():
    depth = 50_000
    parsed = parse_turtle(A + "a:s a:p " + "[ a:p ( " * depth + "1" + " ) ]" * depth + " .", "x.ttl")
    assert len(parsed.lines) == 3 * depth + 1


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_with_a_finding(text):
    try:
        parse_turtle(A + text, "x.ttl")
    except BrokenInput as error:
        assert error.findings[0].line >= 1


def test_the_cells_of_a_collection_have_the_lines_of_their_items():
    lines = parse_turtle(A + "a:s a:p (\n1\n2\n) .", "x.ttl").lines
    found = [(str(value), line) for (_, predicate, value), line in lines.items() if predicate == RDF.first]
    assert found == [("1", 3), ("2", 4)] and lines[next(t for t in lines if t[2] == RDF.nil)] == 5


def test_comments_and_labels_of_blank_nodes_are_kept():
    text = A + "# one\na:s a:p '# no' ; #two\r\n a:q _:b, [] . _:b a:p <http://e/#no> .#three"
    parsed = parse_turtle(text, "x.ttl")
    assert [text[start:].startswith(comment) and comment for start, comment in parsed.comments] == [
        "# one",
        "#two",
        "#three",
    ]
    assert list(parsed.labels.values()) == ["b"]


def test_a_byte_order_mark_at_the_begin_is_read():
    assert parse_turtle("\ufeff<a:s> <a:p> 1 .", "x.ttl").lines


@pytest.mark.parametrize(
    "text, iri",
    [
        ("@base <http://e/x/y> . <s> <a:p> 1 .", "http://e/x/s"),
        ("BASE <http://e/x/y>\n<../s#f> <a:p> 1 .", "http://e/s#f"),
        ("@prefix p: <http://e/> . BASE <http://e/> @base <b/> . <> <a:p> 1 .", "http://e/b/"),
        ("base <http://e/> prefix p: <n#> p:s <a:p> 1 .", "http://e/n#s"),
        ("@prefix p: <a:1> . @prefix p: <a:2> . p:s <a:p> 1 .", "a:2s"),
        ("@prefix : <a:1> . :s <a:p> 1 .", "a:1s"),
        ("@prefix p: <a:> . p:x\\,y\\.%41.z:\u00b7 <a:p> 1 .", "a:x,y.%41.z:\u00b7"),
        ("@prefix p.q: <a:> . p.q:1-2.3 <a:p> 1.", "a:1-2.3"),
        ("@prefix é: <a:> . é:Ō日本 <a:p> 1 .", "a:Ō日本"),
        ("<a:\\u00e9\\U0001F600> <a:p> 1 .", "a:é😀"),
    ],
)
def test_every_legal_name_is_read(text, iri):
    ((subject, _, _),) = parse_turtle(text, "x.ttl").lines
    assert str(subject) == iri


def test_a_prefix_or_base_that_is_declared_anew_counts_from_there_on():
    text = "@prefix p: <a:1> . p:s <a:p> 1 . @prefix p: <a:2> . p:s <a:p> 1 . BASE <a:/x/> <s> <a:p> 1 . BASE <a:/y/> <s> <a:p> 1 ."
    subjects = [str(subject) for subject, _, _ in parse_turtle(text, "x.ttl").lines]
    assert subjects == ["a:1s", "a:2s", "a:/x/s", "a:/y/s"]


def test_relative_iris_are_resolved_as_the_examples_of_rfc_3986():
    examples = {
        "g:h": "g:h", "g": "http://a/b/c/g", "./g": "http://a/b/c/g", "g/": "http://a/b/c/g/", "/g": "http://a/g",
        "//g": "http://g", "?y": "http://a/b/c/d;p?y", "g?y": "http://a/b/c/g?y", "#s": "http://a/b/c/d;p?q#s",
        "g#s": "http://a/b/c/g#s", "g?y#s": "http://a/b/c/g?y#s", ";x": "http://a/b/c/;x", "": "http://a/b/c/d;p?q",
        ".": "http://a/b/c/", "..": "http://a/b/", "../g": "http://a/b/g", "../..": "http://a/", "../../g": "http://a/g",
        "../../../../g": "http://a/g", "/../g": "http://a/g", "g.": "http://a/b/c/g.", "..g": "http://a/b/c/..g",
        "./../g": "http://a/b/g", "g/./h": "http://a/b/c/g/h", "g/../h": "http://a/b/c/h", "g?y/../x": "http://a/b/c/g?y/../x",
        "g#s/../x": "http://a/b/c/g#s/../x",
    }  # fmt: skip
    assert {reference: resolve_iri(reference, "http://a/b/c/d;p?q") for reference in examples} == examples


def read_by_engine(text: str) -> ox.Dataset | None:
    """Return the triples that the engine's parser finds in a text, canonical; None when it refuses the text."""
    try:
        return canonical(ox.parse(f"{text}\n".encode(), format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError):
        return None


def canonical(quads) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def read_by_parser(text: str) -> ox.Dataset | None:
    """Return the triples that our parser finds in a text, canonical; None when it refuses the text."""
    try:
        graph = parse_turtle(text, "x.ttl").graph
    except BrokenInput:
        return None
    return canonical(ox.parse(graph.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))


NAMES = ["a:x", "a:y.z", "a:%41", "a:\\,b", "<http://e/z>", "_:b", "_:c.d", "[]", "()", ":", "b:é"]
LITERALS = ['"x"', "'s'@en", '"x" @EN-us', '"1"^^a:d', '"x" ^^<a:d>', "1", "-1.5", "+.5e3", "true", '"""q\r\n"x" """']
PARTS = "@prefix a: b: _: a <x> <#y> < > \" ' \"\"\" ''' \\ \\u0041 \\uD800 @en @ ^^ 1 1. .5 5e - true is => { } [ ] ( ) . ; , # % ? = _"
TERMS = st.recursive(
    st.sampled_from(NAMES + LITERALS),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"({' '.join(items)})") | inner.map("[ a:p {} ; ]".format)
    ),
    max_leaves=6,
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a text that is Turtle, or one in which parts were inserted, replaced or cut out."""
    verbs = st.sampled_from(["a", "a:p", "<http://e/q>"])
    statements = draw(st.lists(st.tuples(st.sampled_from(NAMES), verbs, TERMS), max_size=3))
    head = "@prefix a: <http://e/> . @prefix : <urn:x:> .\nPREFIX b: <http://e/b#>\n"
    text = head + "".join(f"{subject} {verb} {value} .\n" for subject, verb, value in statements)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        part = draw(st.sampled_from([*PARTS.split(), " ", "\n", "\r", "#c\n", "\u00a0", "\u200b", "é", ""]))
        text = text[:start] + part + text[start + draw(st.integers(0, 3)) :]
    return text


@settings(max_examples=300)
@given(texts())
def test_the_parser_reads_and_refuses_what_the_engine_does(text):
    assert read_by_parser(text) == read_by_engine(text)


@pytest.mark.parametrize("more", ["", "_", "_:0-9", f"-._:{NAME_MARKS}"])
def test_a_class_of_name_characters_has_the_characters_of_its_ranges_and_no_others(more):
    bounds = {ord(char) for char in NAME_LETTERS + more} | {0, 0x7F, 0xFFFF, 0x10FFFF}
    hyphen = "\\" if more.startswith("-") else ""
    ranges, found = re.compile(f"[{NAME_LETTERS}{hyphen}{more}]"), re.compile(name_class(more))
    for code in {bound + step for bound in bounds for step in (-1, 0, 1)} & set(range(0x110000)):
        assert bool(ranges.match(chr(code))) == bool(found.match(chr(code))), hex(code)
