"""Error messages for queries: each names the first fault, its place in the text, and what to do."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from query_errors import ERRORS

from sjkg.core.errors import BadQuery
from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import PREFIXES
from sjkg.kb.queries import read_queries
from sjkg.sparql.inspection import inspect_query
from sjkg.sparql.parser import Parser
from sjkg.sparql.scope import ScopeChecker
from sjkg.sparql.tokens import tokenize
from sjkg.store.datasets import Dataset
from sjkg.store.quad_store import evaluate

BASE = "http://example.org/sparql"
EMPTY = Dataset(ox.Store())
SAVED = sorted(query.text for query in read_queries(packaged_kb()).values())
PIECES = st.sampled_from(
    [
        *"{}()[].;,<>|&^?*+-/\\'\"#@$%!:=\n\r \t\x0b\u00a0\u201c\u2013\u200b\ufeffa1\u0416\u6771",
        "SELECT ",
        "?x",
        "<a>",
        '"""',
    ]
    + [
        "FILTER",
        " AS ",
        "sjkg:",
        "nope:x",
        "_:b",
        "@en",
        "^^",
        "BIND(1 AS ?x)",
        "VALUES (?a ?b) { (1) }",
        "\\u0041",
        "\\u",
    ]
)


def run(text: str, base: str | None = None) -> BadQuery | None:
    """Parse a query as the workers do, and return the error, if any."""
    try:
        evaluate(EMPTY, inspect_query(text, base=base).query, dict(PREFIXES), base)
    except BadQuery as error:
        return error
    return None


@pytest.mark.parametrize("text, message", ERRORS.items())
def test_a_message_names_the_first_fault_with_its_place_and_what_to_do(text, message):
    error = run(text)
    assert str(error) == message
    line, column = map(int, re.match(r"line (\d+), column (\d+)", message).groups())
    assert (error.line, error.column) == (line, column) and "expected" not in message


@st.composite
def damaged(draw) -> str:
    """A saved query in which one character or token is deleted, doubled, exchanged or replaced."""
    text = draw(st.sampled_from(SAVED))
    tokens = list(tokenize(text))
    token, other = draw(st.sampled_from(tokens)), draw(st.sampled_from(tokens))
    at = draw(st.integers(0, len(text)))
    start, end = draw(st.sampled_from([(token.start, token.end), (token.start, token.start), (at, at + 1), (at, at)]))
    return text[:start] + draw(st.just("") | PIECES | st.just(other.text) | st.just(f" {other.text} ")) + text[end:]


@given(damaged())
@example("SELECT ?x { ?x ?y 'a")
@example("PREFIX a: ")
def test_a_damaged_query_is_valid_or_gets_one_error_within_its_text(text):
    error = run(text, BASE)
    if error and type(error) is BadQuery:
        lines = re.split(r"\r\n?|\n", text)
        assert 1 <= error.line <= len(lines) and 1 <= error.column <= len(lines[error.line - 1]) + 1, str(error)
        assert "\n" not in str(error) and str(error).startswith(f"line {error.line}, column {error.column}")


@given(damaged())
def test_the_grammar_and_the_rules_of_scope_allow_what_the_engine_accepts(text):
    names = [token.text.partition(":")[0] for token in tokenize(text) if token.kind == "name"]
    assume(PREFIXES.keys() >= set(names))  # the engine reads asjkg:Event as a sjkg:Event
    if run(text, BASE) is None:
        parser = Parser(inspect_query(text, base=BASE).query.plain)
        assert list(parser.read()) and parser.failure is None
        ScopeChecker().check(parser.events)


@pytest.mark.parametrize("text", [
    "SELECT?x{?x ?y ?z}ORDERBY?x LIMIT10 OFFSET 5",
    "ASK { ?a ?b ?c FILTER(?a<?b&&?c>?d||(?a)>(?b)) FILTER(?a<<urn:b>) FILTER(?a<=?b&&?c>=?d) }",
    "ASK { ?a ?b ?c FILTERNOT EXISTS { ?a a ?b } FILTER(1IN(1)&&?a NOTIN(2)) }",
    "SELECT * { ?x ?y ?z MINUS { ?x ?y ?a } BIND(1 AS ?a) FILTER EXISTS { ?x ?y ?c } BIND(2 AS ?c) }",
    "SELECT ?x (COUNT(?y) AS ?n) (SAMPLE(?z) + 1 AS ?m) { ?x ?y ?z } GROUP BY ?x HAVING(COUNT(?y) > 1) ORDER BY DESC(?n)",
    "SELECT (STR(?k) AS ?l) (BOUND(?u) AS ?b) { ?x ?y ?z } GROUP BY (STR(?x) AS ?k)",
    "SELECT ?n { { SELECT ?x (COUNT(?y) AS ?n) { ?x ?y ?z } GROUP BY ?x } BIND(?n + 1 AS ?m) }",
    "SELECT * { { SELECT ?x { ?x ?y ?z } } BIND(1 AS ?y) }",
    "SELECT * { ?x ?y _:a FILTER(?x = 1) _:a ?y ?x OPTIONAL { ?x ?y _:b } }",
    "SELECT * { VALUES (?x ?y) { (1 UNDEF) (<urn:a> 'b'@en) } VALUES () { () } VALUES ?z { } } VALUES ?q { true }",
    "SELECT * { ?x ?y ?z LATERAL { ?x ?y ?c } BIND(ADJUST(NOW(), 1) AS ?t) }",
    "SELECT * { ?x ?y <<( ?a ?b ?c )>> , << ?d ?e ?f ~ ?r >> ; ?p ?q ~ ?r {| ?a ?b ; ?c ?d |} . << ?a ?b ?c >> . [ ] ?p ( 1 2 ) }",
    "SELECT * { ?x ^a/!(^<urn:a>|a)*|(<urn:b>?)+ ?y ; <urn:c> -1, +1.5e3, .5, 1. }",
    "VERSION '1.2' BASE <http://a/> PREFIX : <b/> CONSTRUCT FROM :c WHERE { ?s :d\\/e:f%20 'a'@en--ltr }",
    "DESCRIBE <urn:a> ?x FROM NAMED <urn:g> { GRAPH ?g { ?x a ?y } { } UNION { } UNION { ?x a ?z } } LIMIT 1",
    "SELECT (GROUP_CONCAT(DISTINCT ?x; SEPARATOR=', ') AS ?a) (COUNT(DISTINCT *) AS ?b) { ?x ?y ?z FILTER(!!BOUND(?x) && --1 < 1) }",
])  # fmt: skip
def test_a_valid_query_has_no_fault(text):
    assert run(text, BASE) is None
    parser = Parser(inspect_query(text, base=BASE).query.plain)
    assert list(parser.read()) and parser.failure is None
    ScopeChecker().check(parser.events)


@pytest.mark.parametrize("text, message", [
    ("ASK { FILTER(<urn:f>(1)) }", "line 1, column 14, at “<urn:f>”: there is no such function"),
    ("PREFIX f: <urn:> ASK { FILTER(1 = f:g(1)) }", "line 1, column 35, at “f:g”: there is no such function"),
    ("ASK { FILTERxsd:boolean:f(1) }", "line 1, column 13, at “xsd:boolean:f”: there is no such function"),
    ("PREFIXf: <urn:> ASK { FILTER(f:g(1)) }", "line 1, column 30, at “f:g”: there is no such function"),
    ("ASK { FILTER(xsd:string()) }", "line 1, column 14, at “xsd:string”: this function requires between 1 and 1 arguments"),
])  # fmt: skip
def test_a_function_that_the_engine_has_not_is_named_with_its_place(text, message):
    assert str(run(text)).startswith(message)


def test_a_place_is_counted_in_the_text_as_it_was_sent():
    escaped = run('ASK { # \\u4E00\\u000A ?s ?p "\\u0041" ; nope }')
    assert (escaped.line, escaped.column, escaped.token) == (1, 39, "nope")
    for end in ("\n", "\r", "\r\n"):
        error = run(f"ASK {{{end} ?s ?p ?o .{end} ?s nope }}")
        assert (error.line, error.column, error.token) == (3, 5, "nope")


@pytest.mark.parametrize(
    "text, graphs",
    [
        ("SELECT * FROM graph:alignments\\/cidoc-crm { ?s ?p ?o }", "https://w3id.org/sjkg/graph/alignments/cidoc-crm"),
        ("BASE <http://a/b/> PREFIX g: <c/> SELECT * FROM g:d {}", "http://a/b/c/d"),
        ("BASE <http://a/b/> BASE <../e/> SELECT * FROM <d> {}", "http://a/e/d"),
        ("PREFIX g: <http://a/> PREFIX g: <http://b/> SELECT * FROM g:c\\/d {}", "http://b/c/d"),
        ("PREFIX g: <http://a/> BASE <http://c/> SELECT * FROM <g:x> FROM <> {}", "g:x http://c/"),
        ("SELECT * FROM <g> FROM </h?q#f> {}", "http://example.org/g http://example.org/h?q#f"),
        ("SELECT * FROM <?q> FROM <> FROM <//b/d> {}", f"{BASE}?q {BASE} http://b/d"),
        ("PREFIX : <urn:x:> SELECT * FROM :%41 FROM NAMED :\\~\\! {}", "urn:x:%41 urn:x:~!"),
        ("VERSION '1.2' PREFIX g: <http://a/> SELECT * FROM g: {}", "http://a/"),
        ("SELECT * FROM <\\u0067> {}", "http://example.org/g"),
    ],
)
def test_names_of_graphs_are_resolved_as_the_specification_says(text, graphs):
    info = inspect_query(text, base=BASE)
    assert " ".join((*info.from_graphs, *info.from_named)) == graphs


@pytest.mark.parametrize("text, wanted", [
    ('SELECT ("\\u0061\\U00000062" AS ?v) {}', "ab"),
    ('SELECT ("\\u005C\\u005C" AS ?v) {}', "\\"),
    ('SELECT ("\\\\u0041" AS ?v) {}', "\\u0041"),
    ('SEL\\u0045CT ("x" AS ?v) {} # \\u12 C:\\users', "x"),
    ('\ufeffSELECT ("x" AS ?v) {}', "x"),
])  # fmt: skip
def test_codepoint_escapes_are_replaced_once(text, wanted):
    ((value,),) = evaluate(EMPTY, inspect_query(text).query, {}, None)
    assert value.value == wanted
