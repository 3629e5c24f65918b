"""The formatter loses and changes nothing, is stable, and keeps comments near what they are about."""

import logging
from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from turtle_texts import LABELS, TurtleText

from sjkg.core.errors import BrokenInput
from sjkg.turtle import format as formatter
from sjkg.turtle.format import format_turtle
from sjkg.turtle.nesting import MAX_DEPTH

A = "@prefix a: <http://example.org/> .\n"
Triples = set[tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]]


@pytest.fixture(autouse=True, scope="module")
def silent_rdflib():
    """Hide what rdflib logs of ill-typed literals, as the command does."""
    logger = logging.getLogger("rdflib")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)


def read_strictly(text: str) -> Triples:
    """Return the triples of a Turtle text as another parser reads them."""
    quads = ox.parse(text.removeprefix("\ufeff").encode(), format=ox.RdfFormat.TURTLE)
    return {(quad.subject, quad.predicate, quad.object) for quad in quads}


def describe(triples: Triples, labels: set[str]) -> Counter[tuple[str, ...]]:
    """Return the triples with each blank node replaced by its label, or else by a description by what surrounds it.

    Descriptions are refined until they tell no more nodes apart. They are equal for equal nodes only, if nodes without
    labels form trees, as in formatted texts.
    """
    colours = {
        n: n.value if n.value in labels else "" for triple in triples for n in triple if isinstance(n, ox.BlankNode)
    }
    count = 0
    while len(set(colours.values())) > count:
        count = len(set(colours.values()))
        around: dict[ox.BlankNode, list[str]] = {node: [] for node in colours}
        for s, p, o in triples:
            if s in around:
                around[s].append(f"> {p} {colours.get(o, o)}")
            if o in around:
                around[o].append(f"< {p} {colours.get(s, s)}")
        colours = {n: n.value if n.value in labels else str(hash(str(sorted(around[n])))) for n in colours}
    return Counter(tuple(str(colours.get(node, node)) for node in triple) for triple in triples)


def check(text: str, comments: list[str]) -> str:
    """Return the formatted text, after a check that it has the triples and comments of `text`, and that it is stable."""
    formatted = format_turtle(text, "x.ttl")
    before, after = read_strictly(text), read_strictly(formatted)
    labels = {n.value for triple in after for n in triple if isinstance(n, ox.BlankNode)} & set(LABELS)
    assert describe(before, labels) == describe(after, labels)
    assert [comment for comment in comments if formatted.count(comment.rstrip(" \t") + "\n") != 1] == []
    assert format_turtle(formatted, "x.ttl") == formatted
    return formatted


@settings(max_examples=300)
@given(st.integers(0, 2**32))
def test_formatting_any_text_keeps_triples_and_comments_and_is_stable(seed):
    written = TurtleText(seed)
    check(written.text, written.comments)


MESSY = """# kept at the top
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix unused: <http://unused.example/> .
@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
# about b
event:b sjkg:hedge "x # no comment" ; # trailing
  # above two values
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
event:b
    a sjkg:Event ;
    # above two values
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


LOSSES = {
    "a cycle": "_:a a:p _:b . _:b a:p _:a .",
    "a cycle beside other triples": "_:a a:p _:b . _:b a:p _:c . _:c a:p _:a ; a:q 1 . a:s a:p 1 .",
    "a cycle through brackets": "_:a a:p [ a:q [ a:r _:a ] ] .",
    "a node that points at itself": "_:a a:p _:a .",
    "a node used twice": "a:s a:p _:b . a:t a:p _:b . _:b a:q 1 .",
    "a node used twice in one list": "a:s a:p ( _:b _:b ) . _:b a:q _:c . _:c a:q 1 .",
    "a list without end": "_:a rdf:first 1 ; rdf:rest _:b . _:b rdf:first 2 ; rdf:rest _:a . a:s a:p _:a .",
    "a cell with two items": "a:s a:p _:l . _:l rdf:first 1, 2 ; rdf:rest () .",
    "a cell with two rests": "a:s a:p _:l . _:l rdf:first 1 ; rdf:rest (), ( 2 ) .",
    "a list that ends in an IRI": "a:s a:p _:l . _:l rdf:first 1 ; rdf:rest a:l . a:l rdf:first 2 ; rdf:rest () .",
    "a list that ends in a literal": "a:s a:p _:l . _:l rdf:first 1 ; rdf:rest 2 .",
    "a cell with a type": "a:s a:p _:l . _:l a rdf:List ; rdf:first 1 ; rdf:rest () .",
    "two lists with one end": "a:s a:p _:l, _:m . _:l rdf:first 1 ; rdf:rest _:n . _:m rdf:first 2 ; rdf:rest _:n . _:n rdf:first 3 ; rdf:rest () .",
    "a list as a subject": "( 1 ( 2 ) ) a:p () . () a:p ( () ) .",
    "equal nodes": "a:s a:p [], [], [ a:q 1 ], [ a:q 1 ] . [] a:p 1 . [] a:p 1 .",
    "texts of several lines": 'a:s a:p """one\n  two"""@en, """一\n二"""@ja, [ a:q """x\ny""", """y\r\nx""" ], ( """x\n""" ) .',
    "a text that ends in quotes": r'''a:s a:p """a
\\\"""", """a
"\"\"""", """""\"
""\"\"""" .''',
    "control characters": 'a:s a:p "\\u0000\x01\x0b\x0c\x7f\\r\\t\\b\u0085\u2028\ufeff", """\x00\n\r\r\n""" .',
    "numeric escapes": r"<http://example.org/\u00e9\U0001F600> a:\u \u .".replace(
        r"a:\u \u", r'a:p "\u00e9\U0001F600"'
    ),
    "numbers": "a:s a:p +1, 01, -0, 1.0, .5, -.50, 1e0, 1.E5, +.5e-3, true, false . a:s a:p 1.a:s a:q 1.",
    "ill-typed literals": 'a:s a:p "x"^^xsd:integer, ""^^xsd:boolean, "1 "^^xsd:decimal, "1.0"^^xsd:integer, "1."^^xsd:decimal, "1"^^xsd:double .',
    "white space in tokens": 'a:s a:p " a  b "^^xsd:token, "a\tb"^^xsd:normalizedString, "x"^^xsd:string, "x" .',
    "language tags": 'a:s a:p "x"@en-GB, "y"@EN, "z"@ja-Latn .',
    "names with escapes": r"a:s a:p a:a\,b, a:\~x, a:x\., a:a%20b, a:a:b, a:, a:東京, a:1, a:-x, a:true .".replace(
        "a:-x", r"a:\-x"
    ),
    "an empty prefix": "@prefix : <http://example.org/> . :s :p :o, : .",
    "a prefix declared anew": "@prefix b: <urn:x:> . b:s b:p 1 . @prefix b: <urn:y:> . b:s b:p 2 .",
    "a prefix of ours": "@prefix event: <urn:x:> . event:s a:p <https://w3id.org/sjkg/id/event/x> .",
    "a prefix of ours, unused": "@prefix event: <urn:x:> . a:s a:p <https://w3id.org/sjkg/id/event/x> .",
    "a base": "@base <http://example.org/x/y> . <> a:p <z>, <#f>, </z>, <../z>, <?q>, <//h/z> . BASE <z/> <z> a:p <z> .",
    "triples written twice": "a:s a:p 1, 1 ; a:p 1 . a:s a:p 1 .",
    "many marks": "a:s a:p 1 ;; a:q 2 ; ; . [ a:p 1 ; ] . [] a:p 1 .",
}


@pytest.mark.parametrize("text", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_formatting_keeps_all_of(text, line_end):
    prefixes = (
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
    )
    check((A + prefixes + text).replace("\n", line_end), [])


def test_a_label_is_kept_where_brackets_cannot_express_the_graph():
    assert "_:a\n    a:p _:b ;\n.\n\n_:b\n    a:p _:a ;\n." in format_turtle(A + "_:a a:p _:b . _:b a:p _:a .", "x.ttl")
    assert "_:" not in format_turtle(A + "a:s a:p _:b . _:b a:q _:c . _:c a:q 1 .", "x.ttl")


def test_literals_that_differ_in_the_case_of_their_language_tag_are_both_kept():
    formatted = format_turtle(A + 'a:s a:p "x"@en, "x"@EN .', "x.ttl")
    assert '"x"@en ' in formatted and '"x"@EN ' in formatted


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", ""),
        ("\ufeff \r\n", ""),
        ("# a", "# a\n"),
        ("# a\r# b\r\n\r\n# c  ", "# a\n# b\n# c\n"),
        ("# a\n@prefix x: <urn:x:> . # b\n# c\n", "# a\n# b\n@prefix x: <urn:x:> .\n\n# c\n"),
        (
            "# a\n@prefix x: <urn:x:> . # b\n# c\n@prefix event: <urn:e:> .\n# d\n@base <urn:b> .\n# e\n",
            "# a\n# d\n# c\n@prefix event: <urn:e:> .\n# b\n@prefix x: <urn:x:> .\n\n# e\n",
        ),
        (
            "# a\n@prefix x: <urn:x:> .\n# b\n@prefix y: <urn:y:> .\ny:s a y:t .",
            "# a\n# b\n@prefix y: <urn:y:> .\n\ny:s\n    a y:t ;\n.\n",
        ),
        ("# a\r\n<urn:s> a <urn:t> .", "# a\n<urn:s>\n    a <urn:t> ;\n.\n"),
        ("# a\n\n# b\n<urn:s> a <urn:t> .", "# a\n\n# b\n<urn:s>\n    a <urn:t> ;\n.\n"),
    ],
)
def test_comments_outside_of_blocks_keep_their_order_and_place(text, expected):
    assert format_turtle(text, "x.ttl") == expected
    assert format_turtle(expected, "x.ttl") == expected


COMMENTED = [
    ("a:s a:p 1 . # c", "a:s\n    # c\n    a:p 1 ;\n."),
    ("a:s a:p 1 # c\n .", "a:s\n    # c\n    a:p 1 ;\n."),
    ("# c\n\n\na:s a:p 1 .", "# c\na:s\n    a:p 1 ;\n."),
    ("a:s # c\n a:p 1 .", "a:s\n    # c\n    a:p 1 ;\n."),
    ("a:s a:p # c\n 1 .", "a:s\n    # c\n    a:p 1 ;\n."),
    ("a:s a:p 1 ;\n # c\n.", "a:s\n    a:p 1 ;\n    # c\n."),
    ("a:s a:p 1\n. # c", "a:s\n    a:p 1 ;\n    # c\n."),
    ("a:s a:p 1 .\n# c", "a:s\n    a:p 1 ;\n.\n\n# c"),
    ("a:s a:p 1 ; # c\n a:q 2 .", "a:s\n    # c\n    a:p 1 ;\n    a:q 2 ;\n."),
    ("a:s a:q 1 ;\n # c\n a:p 2 .", "a:s\n    # c\n    a:p 2 ;\n    a:q 1 ;\n."),
    ("a:s a:p 2 , # c\n 1 .", "a:s\n    a:p\n        1 ,\n        # c\n        2 ;\n."),
    ("a:s a:p 2 ,\n # c\n 1 .", "a:s\n    a:p\n        # c\n        1 ,\n        2 ;\n."),
    ("a:s a:p [ # c\n a:q 1 ] .", "a:s\n    a:p [\n        # c\n        a:q 1 ;\n    ] ;\n."),
    (
        "a:s a:p [\n # c\n a:q [\n # d\n a:r 1 ] ] .",
        "a:s\n    a:p [\n        # c\n        a:q [\n            # d\n            a:r 1 ;\n        ] ;\n    ] ;\n.",
    ),
    ("a:s a:p [ a:q 1 ;\n # c\n ] .", "a:s\n    a:p [\n        a:q 1 ;\n        # c\n    ] ;\n."),
    ("a:s a:p [ a:q 1 ] ; # c\n a:r 2 .", "a:s\n    # c\n    a:p [\n        a:q 1 ;\n    ] ;\n    a:r 2 ;\n."),
    ("a:s a:p [\n # c\n ] .", "a:s\n    a:p [\n        # c\n    ] ;\n."),
    (
        "a:s a:p (\n # c\n 1 # d\n 2 # e\n # f\n ) .",
        "a:s\n    a:p (\n        # c\n        # d\n        1\n        # e\n        2\n        # f\n    ) ;\n.",
    ),
    ("a:s a:p (\n # c\n ) .", "a:s\n    # c\n    a:p () ;\n."),
    ("[ a:p 1\n ]\n # c\n .\na:s a:p 1 .", "a:s\n    a:p 1 ;\n.\n\n[]\n    a:p 1 ;\n    # c\n."),
    ("( # c\n ) a:p 1 .", "()\n    # c\n    a:p 1 ;\n."),
    ("[ # c\n a:p 1 # d\n ] . # e", "[]\n    # c\n    # d\n    a:p 1 ;\n    # e\n."),
    ("a:s a:p _:b .\n# c\n_:b a:q 1 .", "a:s\n    a:p [\n        # c\n        a:q 1 ;\n    ] ;\n."),
    ('a:s a:p """1\n2""" ; # c\n a:q 1 .', 'a:s\n    # c\n    a:p """1\n2""" ;\n    a:q 1 ;\n.'),
    ('a:s a:p "1" # c\n ^^a:d .', 'a:s\n    # c\n    a:p "1"^^a:d ;\n.'),
    (
        "a:s a:p 1 . # c\n@prefix b: <urn:b:> .\n# d\nb:s a:p 1 .",
        "a:s\n    # c\n    a:p 1 ;\n.\n\n# d\nb:s\n    a:p 1 ;\n.",
    ),
]


@pytest.mark.parametrize("text, expected", COMMENTED, ids=[text for text, _ in COMMENTED])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_comment_stays_near_what_it_is_about(text, expected, line_end):
    text = A + text
    if '"""' not in text:  # where the line end is part of a literal
        text = text.replace("\n", line_end)
    formatted = check(text, [])
    assert formatted.partition("\n\n")[2] == expected + "\n"


def test_a_long_list_and_a_long_chain_of_nodes_are_formatted():
    numbers = " ".join(map(str, range(10_000)))
    assert len(format_turtle(f"{A}a:s a:p ( {numbers} ) .", "x.ttl").split("\n")) > 10_000
    chain = "".join(f"_:n{n} a:p _:n{n + 1} .\n" for n in range(500))
    formatted = format_turtle(A + chain, "x.ttl")
    assert max(map(len, formatted.split("\n"))) < 4 * (MAX_DEPTH + 10)
    assert format_turtle(formatted, "x.ttl") == formatted and formatted.count("a:p") == 500


@pytest.mark.parametrize("begin, end", [("[ a:p ", " ]"), ("( ", " )")])
def test_brackets_that_are_nested_too_deeply_to_read_are_refused_with_their_line(begin, end):
    nested = lambda depth: A + "\na:s a:p " + begin * depth + "1" + end * depth + " ."
    format_turtle(nested(MAX_DEPTH), "x.ttl")
    for depth in (MAX_DEPTH + 1, 2_000):
        with pytest.raises(BrokenInput) as refused:
            format_turtle(nested(depth), "x.ttl")
        (finding,) = refused.value.findings
        assert finding.place == "x.ttl:3" and "nested more than 100 levels deep" in finding.message


@pytest.mark.parametrize(
    "old, new, words, line",
    [
        ("a:p 1 ;", "", "lose or change the triple", 2),
        ("a:p 1 ;", "a:p 01 ;", "lose or change the triple", 2),
        ("a:p 1 ;", "a:p 1 ; a:p 2 ;", "lose or change the triple", 1),
        ('"x"@en', '"x"@EN', "lose or change the triple", 3),
        ("a:q 3 ;", "a:q 3 ; a:q 4 ;", "lose or change the triple", 4),
        ("a:q [", "a:q [ a:r 5 ;", "lose or change the triple", 4),
        ("_:b ;", "[] ;", "lose or change the triple", 5),
        ("_:c\n    a:t _:c ;\n.\n", "", "lose or change the triple", 7),
        ("# c", "# d", "lose the comment “# c”", 8),
        ("a:q 3", "a:q 3 ]", "would not be Turtle", 1),
    ],
)
def test_what_formatting_would_change_or_lose_is_refused_with_its_line(monkeypatch, old, new, words, line):
    document = formatter._Writer.document
    text = 'a:s a:p 1 ;\n a:o "x"@en ;\n a:q [ a:q 3 ] .\na:s a:t _:b .\na:u a:t _:b .\n_:c a:t _:c .\n# c\n'
    assert old in format_turtle(A + text, "x.ttl")
    monkeypatch.setattr(formatter._Writer, "document", lambda writer: document(writer).replace(old, new))
    with pytest.raises(BrokenInput, match=words) as refused:
        format_turtle(A + text, "x.ttl")
    assert refused.value.findings[0].place == f"x.ttl:{line}"
