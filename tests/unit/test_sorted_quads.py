"""Lookups in the sorted quads return what a scan of the whole file finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from namespaces import IDS

from sjkg.store.sorted_quads import SortedLines, SortedQuads, split_quad, write_look_ups, write_quads


@pytest.fixture(scope="module")
def lines(snapshot):
    return snapshot.quads.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def sorted_quads(snapshot):
    return SortedQuads(snapshot.folder)


def test_search_by_subject_object_and_graph_finds_every_quad(lines, sorted_quads):
    by_subject, by_object, by_graph = {}, {}, {}
    for line in lines:
        quad = split_quad(line)
        by_subject.setdefault(quad.subject, []).append(line)
        by_object.setdefault(quad.object, []).append(line)
        by_graph.setdefault(quad.graph, []).append(line)
    assert len(by_subject) > 1000
    assert all(list(sorted_quads.with_subject(node)) == found for node, found in by_subject.items())
    own = {node: found for node, found in by_object.items() if node.startswith(f"<{IDS}")}
    assert own and all(list(sorted_quads.with_object(node[1:-1])) == found for node, found in own.items())
    assert all(list(sorted_quads.in_graph(node[1:-1])) == found for node, found in by_graph.items())


def test_search_by_subject_and_predicate_finds_only_that_property(lines, sorted_quads):
    node, label = f"<{IDS}event/halhamiao-incident>", "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    assert (
        list(sorted_quads.with_subject(node, label))
        == [line for line in lines if line.startswith(f"{node} {label} ")]
        != []
    )


@given(st.sets(st.text("abc é", min_size=1), max_size=30), st.text("abc é", min_size=1, max_size=3))
def test_search_finds_exactly_the_lines_with_a_prefix(tmp_path_factory, rows, beginning):
    path = tmp_path_factory.mktemp("lines") / "lines"
    path.write_text("".join(f"{row}\n" for row in sorted(rows)), encoding="utf-8")
    assert list(SortedLines(path).with_prefix(beginning)) == sorted(row for row in rows if row.startswith(beginning))


def test_literals_with_spaces_quotes_and_brackets_are_split_correctly(tmp_path):
    line = '<http://a/s> <http://a/p> "a \\" b <http://x/> ."@en <http://a/g> .'
    write_quads([line], tmp_path)
    write_look_ups([line], tmp_path)
    assert split_quad(line).object == '"a \\" b <http://x/> ."@en' and split_quad(line).graph == "<http://a/g>"
    assert list(SortedQuads(tmp_path).in_graph("http://a/g")) == [line]
