"""Tests of .rq files: headers, shared fragments and the errors that a curator sees."""

from pathlib import Path

import pytest

from sjkg.core.errors import BrokenInput
from sjkg.kb.queries import read_queries, read_query_file
from sjkg.site.context import page_queries
from sjkg.snapshot.index.lists import read_lists


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_include_is_replaced_by_the_fragment_with_the_same_indentation(tmp_path):
    write(tmp_path, "fragments/label.rq", "# A label.\nOPTIONAL {\n  ?s rdfs:label ?label\n}\n")
    path = write(tmp_path, "q.rq", "# title: A test\nSELECT * {\n  ?s ?p ?o\n  # include: label\n}\n")
    query = read_query_file(path)
    assert query.body == "SELECT * {\n  ?s ?p ?o\n  OPTIONAL {\n    ?s rdfs:label ?label\n  }\n}\n"


def test_an_include_of_a_missing_fragment_is_reported_with_file_and_line(tmp_path):
    path = write(tmp_path, "q.rq", "# title: A test\nSELECT * {\n  # include: nothing\n}\n")
    with pytest.raises(BrokenInput) as caught:
        read_query_file(path)
    (finding,) = caught.value.findings
    assert (finding.file, finding.line) == (str(path), 3) and "nothing.rq" in finding.message


def test_no_query_that_a_page_shows_has_an_include_left():
    texts = [query.sparql for query in page_queries().values()]
    texts += [part.sparql for one in read_lists().values() for part in (one, *one.facets)]
    assert len(texts) > 40 and not any("include" in text for text in texts)


@pytest.mark.parametrize("line", ["day", "day xsd:dat = 1935-01-08", "day xsd:date = yesterday", "event event = X Y"])
def test_an_invalid_parameter_is_reported_with_file_and_line(tmp_path, line):
    path = write(tmp_path, "queries/q.rq", f"# title: A test\n# param: {line}\nASK {{}}\n")
    with pytest.raises(BrokenInput) as caught:
        read_queries(tmp_path)
    (finding,) = caught.value.findings
    assert (finding.file, finding.line) == (str(path), 2)
