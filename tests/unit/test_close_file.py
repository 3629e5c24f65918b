"""Reasoning from file to file: the same closure as in memory, in every input format."""

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ontologies import graphs
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from test_columnar import CONTRADICTION, by_owlrl, declare_classes, read

from sjkg.core.datatypes import XSD
from sjkg.core.errors import BrokenInput, Inconsistent, LimitExceeded
from sjkg.reason.close_file import close_file
from sjkg.reason.closure import closure
from sjkg.reason.literals import key_of, number_values, parse_literal
from sjkg.reason.output_filter import is_rdf, is_tautology
from sjkg.reason.tables import open_tables
from sjkg.reason.values import DATATYPES, is_in_value_space, value_of
from sjkg.turtle.triples import triple_text

pytestmark = pytest.mark.slow

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
AXIOM = "<e:q> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <e:r> .\n"


def close(folder, text: str, ending: str = "nt", target: str = "closure.nt", **options) -> list[str]:
    """Write a text to a file and close it; return the lines of the closure."""
    source = folder / f"source.{ending}"
    source.write_bytes(text.encode())
    counts = close_file(source, folder / target, memory_gib=1, **options)
    lines = sorted((folder / target).read_text(encoding="utf-8").splitlines())
    assert counts.inferred + counts.asserted * options.get("with_asserted", False) == len(lines) == len(set(lines))
    return lines


def with_facts_about_values(graph: Graph) -> Graph:
    """Return a copy of a graph with the datatypes and differences of its literals (dt-type2, dt-diff), which owlrl lacks."""
    values = {o: parse_literal(o.n3()) for o in graph.objects() if isinstance(o, Literal)}
    copy = Graph(bind_namespaces="none")
    copy += graph
    for literal, value in values.items():
        for datatype in DATATYPES:
            if is_in_value_space(datatype, value):
                copy.add((literal, RDF.type, URIRef(datatype)))
        for other in values:
            if values[other] != value:
                copy.add((literal, OWL.differentFrom, other))
    return copy


def is_to_be_written(triple) -> bool:
    s, p, o = triple
    # It declares four datatypes that OWL 2 RL does not have, such as xsd:date, and datatypes without common values.
    of_owlrl = o == RDFS.Datatype or (p == OWL.disjointWith and {str(s), str(o)} <= set(DATATYPES))
    text = triple_text(triple)
    return is_rdf(text) and not is_tautology(text) and not of_owlrl


def test_our_graph_in_a_file_has_the_closure_it_has_in_memory(kb, tmp_path):
    graph = kb.union("ontology", "triples", "passages")
    close(tmp_path, graph.serialize(format="nt"), only_useful=True)
    assert set(Graph().parse(tmp_path / "closure.nt")) == set(closure(graph))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs())
def test_random_ontologies_in_a_file_have_the_closure_they_have_in_memory(graph, tmp_path):
    try:
        expected = set(closure(graph))
    except Inconsistent:
        with pytest.raises(Inconsistent):
            close(tmp_path, graph.serialize(format="nt"))
    else:
        close(tmp_path, graph.serialize(format="nt"), only_useful=True)
        assert set(Graph().parse(tmp_path / "closure.nt")) == expected


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs())
@example(  # :i0 is the same as "b", so it has the datatypes of "b"
    graph=read(
        ":p0 a owl:FunctionalProperty ; rdfs:domain [ owl:hasValue :i0 ; owl:onProperty :p0 ] . "
        ':p2 owl:propertyChainAxiom (:p0 :p0) . :i3 :p0 "b" .'
    )
)
def test_all_that_owlrl_infers_of_a_file_is_written_except_tautologies(graph, tmp_path):
    declare_classes(graph)
    expected = by_owlrl(with_facts_about_values(graph), is_to_be_written)
    if expected == CONTRADICTION:
        with pytest.raises(Inconsistent):
            close(tmp_path, graph.serialize(format="nt"))
    else:
        found = close(tmp_path, graph.serialize(format="nt"))  # labels of blank nodes are those of rdflib
        assert found == sorted(f"{s.n3()} {p.n3()} {o.n3()} ." for s, p, o in expected)


PREFIXED = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
ANNOTATED = """
<e:myLabel> rdfs:subPropertyOf rdfs:label . <e:x> <e:myLabel> "annotation" . <e:A> owl:equivalentClass <e:B> .
_:dog a <e:Dog> . <e:Dog> rdfs:subClassOf <e:Animal> . <e:p> rdfs:domain <e:Dog> .
<e:a> owl:differentFrom <e:b> ; owl:sameAs <e:c> .
"""
FOLLOWING = """
<e:x> rdfs:label "annotation" . _:dog a <e:Animal> . <e:p> rdfs:domain <e:Animal> .
<e:A> rdfs:subClassOf <e:B> . <e:B> rdfs:subClassOf <e:A> ; owl:equivalentClass <e:A> .
<e:c> owl:differentFrom <e:b> ; owl:sameAs <e:a> .
"""


def test_labels_blank_nodes_and_axioms_that_follow_are_written(tmp_path):
    close(tmp_path, PREFIXED + ANNOTATED, "ttl")
    found = Graph().parse(tmp_path / "closure.nt")
    assert isomorphic(found, Graph().parse(data=PREFIXED + FOLLOWING, format="turtle"))
    assert len(found) == len(by_owlrl(Graph().parse(data=PREFIXED + ANNOTATED, format="turtle"), is_to_be_written))


def test_only_triples_between_own_terms_are_written_on_demand(tmp_path):
    assert close(tmp_path, PREFIXED + ANNOTATED, "ttl", only_useful=True) == [
        "<e:A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <e:B> .",
        "<e:B> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <e:A> .",
        "<e:c> <http://www.w3.org/2002/07/owl#sameAs> <e:a> .",
    ]


def test_the_output_with_asserted_triples_is_the_whole_closure(tmp_path):
    close(tmp_path, PREFIXED + ANNOTATED, "ttl", with_asserted=True)
    expected = Graph().parse(data=PREFIXED + ANNOTATED + FOLLOWING, format="turtle")
    assert isomorphic(Graph().parse(tmp_path / "closure.nt"), expected)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("_:x.Y-1 a <e:C> .", {"x.Y-1"}),
        ("[] a <e:C> . [] a <e:C> .", {"anonymous1", "anonymous2"}),
        ("_:anonymous1 a <e:C> . ( 1 ) a <e:C> . # anonymous2", {"anonymous1", "anonymous3"}),
        ("_:ddd01fb3899871b9046235f4ce36b546 a <e:C> .", {"ddd01fb3899871b9046235f4ce36b546"}),
    ],
)
def test_blank_nodes_are_named_as_in_the_file_and_the_same_in_each_run(text, expected, tmp_path):
    lines = close(tmp_path, PREFIXED + "<e:C> rdfs:subClassOf <e:D> . " + text, "ttl")
    assert {line.split()[0] for line in lines} == {f"_:{label}" for label in expected}


@pytest.mark.parametrize(
    "target, words",
    [
        ("source.nt", "is the input itself"),
        ("none/out.nt", "no file can be written to the folder"),
        ("folder.nt", "is a folder"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_before_anything_is_read(target, words, tmp_path):
    (tmp_path / "folder.nt").mkdir()
    with pytest.raises(BrokenInput, match=words):
        close(tmp_path, AXIOM, target=target)
    assert (tmp_path / "source.nt").read_text() == AXIOM


def test_an_engine_without_enough_memory_is_an_error_that_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr("sjkg.reason.close_file.load_file", lambda tables, *_: tables.rows(TOO_LARGE))
    with pytest.raises(LimitExceeded, match="needs more than 0.01 GiB of memory; allow more"):
        close_file(tmp_path / "a.nt", tmp_path / "out.nt", memory_gib=0.01)


TOO_LARGE = "SELECT list(concat('a long text ', range)) FROM range(1000000)"


@pytest.mark.parametrize(
    "text, expected",
    [
        ('<e:a> <e:q> "x \\" y"@de-CH .', '<e:a> <e:r> "x \\" y"@de-CH .'),
        ('<e:a> <e:q> "x <e:b>" .', '<e:a> <e:r> "x <e:b>" .'),
        ('<e:a> <e:q> "x <e:b>"^^<e:d> .', '<e:a> <e:r> "x <e:b>"^^<e:d> .'),
        ('<e:a> <e:q> "x <e:b>"^^<e:d> <e:g> .', '<e:a> <e:r> "x <e:b>"^^<e:d> .'),
        ("<e:a> <e:q> <e:b> .", "<e:a> <e:r> <e:b> ."),
        ("<e:a> <e:q> <e:b> <e:g> .", "<e:a> <e:r> <e:b> ."),
        ("<e:a> <e:q> <e:b> _:g .", "<e:a> <e:r> <e:b> ."),
        (
            '<e:a> <e:q> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .',
            '<e:a> <e:r> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        ),
        ('<e:a> <e:q> "Ü\\t\\u0001" .', '<e:a> <e:r> "Ü\\t\\u0001" .'),
        # not canonical, so rewritten by the parser first
        ("# a comment\n\n<e:a>\t<e:q>  <e:b>.", "<e:a> <e:r> <e:b> ."),
        ('<e:a> <e:q> "\\u00DC"^^<http://www.w3.org/2001/XMLSchema#string> .', '<e:a> <e:r> "Ü" .'),
        ("<e:a> <e:q> <e:b> .\r", "<e:a> <e:r> <e:b> ."),
    ],
)
def test_terms_are_written_as_they_were_read(text, expected, tmp_path):
    assert close(tmp_path, AXIOM + text + "\n", "nq") == [expected]


def test_other_formats_are_converted(tmp_path):
    text = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . <e:q> rdfs:subPropertyOf <e:r> . <e:a> <e:q> 1 ."
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    assert close(tmp_path, text, "ttl") == [f'<e:a> <e:r> "1"^^{integer} .']


def test_parquet_is_read_and_written(tmp_path):
    rows = [line.removesuffix(" .").split(" ", 2) for line in (AXIOM + "<e:a> <e:q> <e:b> .").splitlines()]
    values = ", ".join(str(tuple(row)) for row in rows)
    duckdb.sql(f"SELECT * FROM (VALUES {values}) AS t(subject, predicate, object)").write_parquet(
        str(tmp_path / "in.parquet")
    )
    close_file(tmp_path / "in.parquet", tmp_path / "out.parquet", memory_gib=1)
    assert duckdb.read_parquet(str(tmp_path / "out.parquet")).fetchall() == [("<e:a>", "<e:r>", "<e:b>")]


@pytest.mark.parametrize(
    "text, ending, words",
    [
        ("<e:a> <e:q> <e:b> .\n<e:a> <e:q .\n", "nt", "line 2"),
        ('"a" <e:q> <e:b> .\n', "nt", "line 1"),
        ("<e:a> <e:q> <<( <e:a> <e:q> <e:b> )>> .\n", "nt", "such as triple terms"),
        ("a", "doc", "the ending of this name is that of no RDF format"),
        ("a", "parquet", "source.parquet"),
    ],
)
def test_an_unreadable_file_is_named_with_the_reason(text, ending, words, tmp_path):
    with pytest.raises(BrokenInput) as broken:
        close(tmp_path, text, ending)
    assert words in str(broken.value)


def test_a_missing_file_or_a_wrong_ending_is_named(tmp_path):
    with pytest.raises(BrokenInput, match="there is no file"):
        close_file(tmp_path / "none.nt", tmp_path / "out.nt", memory_gib=1)
    with pytest.raises(BrokenInput, match=r"neither \.nt nor \.parquet"):
        close_file(tmp_path / "none.nt", tmp_path / "out.ttl", memory_gib=1)


LEXICAL = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,22}(\.[0-9]{0,3})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(
        r"(2009|0000|12009)-0[1-9]-(2[0-9]|3[01])T(12|24):00:00(\.[0-9]{1,2})?(Z|[+-]0[0-2]:00)?", fullmatch=True
    ),
    st.sampled_from("true false 0 1 INF -INF NaN a a:b en-us".split()),
    st.text("ab @\n", max_size=4),
)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(LEXICAL, st.sampled_from([*sorted(DATATYPES), "e:d", "@de", "@DE"])),
        min_size=1,
        max_size=12,
        unique=True,
    )
)
def test_values_found_by_sql_are_those_found_by_python(literals):
    ids = {name: (number,) for number, name in enumerate(sorted(DATATYPES))}
    texts = []
    for lexical, name in literals:
        quoted = key_of(value_of(lexical, f"{XSD}string"))
        texts.append(quoted + name if name[0] == "@" else quoted if name == f"{XSD}string" else f"{quoted}^^<{name}>")
    with open_tables(1) as tables:
        tables.fill("term", ("node", "text"), list(enumerate(texts)), ("INTEGER", "VARCHAR"))
        number_values(tables, ids)
        numbers = dict(tables.rows("SELECT node, value FROM literal"))
    values = [parse_literal(text) for text in texts]
    for a, one in enumerate(values):
        assert (numbers[a] == -1) == (one is None)
        assert all(
            (numbers[a] == numbers[b]) == (one == other) for b, other in enumerate(values) if None not in (one, other)
        )
