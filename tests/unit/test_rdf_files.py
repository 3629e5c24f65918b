"""RDF files in every syntax, found by the ending of the name: the same triples, or a finding with the file."""

import gzip
import os
from io import BytesIO

import pyoxigraph as ox
import pytest
from rdflib.compare import isomorphic

from sjkg.core.errors import BrokenInput
from sjkg.kb.files import load_files
from sjkg.kb.rdf_files import NO_LINE, parse_rdf_file
from sjkg.pipeline.check import check_files
from sjkg.store.convert import write_canonical_ntriples
from sjkg.store.formats import FILE_ENDINGS, find_file_format
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import graph_of, parse_triple

TEXT = """@prefix e: <http://example.org/> .
e:s e:p "é"@fr , "01"^^<http://www.w3.org/2001/XMLSchema#integer> ; e:q [ e:p _:b ] .
_:b e:p ( 1 e:o ) .
"""
WITH_LINES = (".ttl", ".nt", ".nq")


@pytest.mark.parametrize("ending", [*FILE_ENDINGS, ".TTL", ".Rdf"])
@pytest.mark.parametrize("compress", ["", ".gz", ".GZ"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_is_read_by_its_ending(tmp_path, ending, compress, mark):
    path = tmp_path / f"my data{ending}{compress}"
    form = find_file_format(path.name)
    content = mark + ox.serialize(ox.parse(TEXT, format=ox.RdfFormat.TURTLE), format=form.engine)
    path.write_bytes(gzip.compress(content) if compress else content)
    parsed, wanted = parse_rdf_file(path), parse_turtle(TEXT, "x.ttl")
    assert isomorphic(graph_of(map(parse_triple, parsed.lines)), wanted.graph)
    canonical = BytesIO()
    write_canonical_ntriples(path, canonical)
    assert isomorphic(parse_turtle(canonical.getvalue().decode(), "x.nt").graph, wanted.graph)
    if ending == ".ttl" and compress:
        assert set(parsed.lines.values()) == {NO_LINE}


def test_lines_of_n_quads_are_those_of_the_statements(tmp_path):
    path = tmp_path / "x.nq"
    path.write_bytes(b"# one\r\n<a:s> <a:p> <a:one> <a:g> .\r\n\r\n  # two\n<a:s> <a:p> <a:two> . # three\n")
    assert {value: line for (_, _, value), line in parse_rdf_file(path).lines.items()} == {"<a:one>": 2, "<a:two>": 5}


FAULTS = {
    "x.txt": (b"", "the ending of this name is that of no RDF format"),
    "x": (b"", "the ending of this name is that of no RDF format"),
    "x.n3": (b"", "the ending of this name is that of no RDF format"),
    "x.nt": (b"<a:s> <a:p> <a:o> .\n<a:s> a <a:o> .\n", "this is not valid N-Triples"),
    "x.nq": (b"<a:s> <a:p> 1 .\n", "this is not valid N-Quads"),
    "x.trig": (b"<a:s> <a:p> .\n", "this is not valid TriG"),
    "x.rdf": (b"<a", "this is not valid RDF/XML"),
    "x.owl": (b"<a:s> <a:p> 1 .", "this is not valid RDF/XML"),
    "x.jsonld": (b"{", "this is not valid JSON-LD"),
    "x.ttl": (b"<a:s> <a:p> .\n", "a value"),
    "y.nt": (b"\xff", "this is not valid N-Triples"),
    "x.nt.gz": (b"<a:s> <a:p> <a:o> .\n", "the content is not gzip"),
    "y.nt.gz": (gzip.compress(b"<a:s> <a:p> <a:o> .\n" * 1000)[:-9], "the content is not gzip or is not complete"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_not_valid_in_the_syntax_of_its_ending_is_a_finding_at_the_file(tmp_path, name):
    content, words = FAULTS[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BrokenInput) as refused:
        parse_rdf_file(tmp_path / name)
    (finding,) = refused.value.findings
    assert finding.file == str(tmp_path / name) and words in finding.message


@pytest.mark.parametrize("name", ["x.ttl", "x.nt", "x.rdf.gz"])
@pytest.mark.parametrize("make", [lambda path: path.mkdir(), os.mkfifo, lambda path: path.symlink_to("nothing")])
def test_a_folder_a_pipe_and_a_missing_file_are_findings(tmp_path, name, make):
    make(tmp_path / name)
    with pytest.raises(BrokenInput) as refused:
        parse_rdf_file(tmp_path / name)
    assert refused.value.findings[0].file == str(tmp_path / name)


def test_files_in_any_syntax_are_validated_with_lines_where_these_are_known(small_kb, tmp_path):
    triple = "<https://w3id.org/sjkg/id/event/only> <https://w3id.org/sjkg/ontology#nothing> <a:o> .\n"
    for name in ("my file.ttl", "x.nq", "y.trig"):
        (tmp_path / name).write_text("\n" + triple, encoding="utf-8")
    findings = check_files(small_kb, tuple(tmp_path / name for name in ("my file.ttl", "x.nq", "y.trig"))).findings
    found = {(finding.file, finding.line) for finding in findings if "nothing is not declared" in finding.message}
    assert found == {(str(tmp_path / name), line) for name, line in (("my file.ttl", 2), ("x.nq", 2), ("y.trig", None))}


def test_a_file_with_a_name_that_is_not_utf_8_is_refused(small_kb, tmp_path):
    path = tmp_path / os.fsdecode(b"a\xff.ttl")
    path.write_text("", encoding="utf-8")
    with pytest.raises(BrokenInput) as refused:
        load_files(small_kb, (path,))
    assert "bytes that are not UTF-8; rename it" in refused.value.findings[0].message
