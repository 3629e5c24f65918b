"""Reasoning from file to file: the same closure as in memory, in every input format."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ontologies import graphs
from rdflib import Graph

from sjkg.core.errors import BrokenInput, Inconsistent
from sjkg.reason.close_file import close_file
from sjkg.reason.closure import closure
from sjkg.reason.literals import key_of, number_values, parse_literal
from sjkg.reason.tables import open_tables
from sjkg.reason.values import DATATYPES, XSD, value_of

pytestmark = pytest.mark.slow

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
AXIOM = "<e:q> <http://www.w3.org/2000/01/rdf-schema#subPropertyOf> <e:r> .\n"


def close(folder, text: str, ending: str = "nt", target: str = "closure.nt") -> list[str]:
    """Write a text to a file and close it; return the lines of the closure."""
    source = folder / f"source.{ending}"
    source.write_bytes(text.encode())
    counts = close_file(source, folder / target, memory_gib=1)
    lines = sorted((folder / target).read_text(encoding="utf-8").splitlines())
    assert counts.inferred == len(lines) == len(set(lines))
    return lines


def test_our_graph_in_a_file_has_the_closure_it_has_in_memory(kb, tmp_path):
    graph = kb.union("ontology", "triples", "passages")
    close(tmp_path, graph.serialize(format="nt"))
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
        close(tmp_path, graph.serialize(format="nt"))
        assert set(Graph().parse(tmp_path / "closure.nt")) == expected


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
        ("<e:a> <e:q> <<( <e:a> <e:q> <e:b> )>> .\n", "nt", "a triple about a triple"),
        ("a", "doc", "file name extension"),
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
