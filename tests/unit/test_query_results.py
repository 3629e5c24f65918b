"""The page of a saved query cuts large results, says so, and refuses very large ones."""

import json

import pytest

from sjkg.core.errors import TooLargeForPage
from sjkg.kb.queries import read_queries
from sjkg.site import questions
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.questions import question_page
from sjkg.snapshot.index.read import Index
from sjkg.store.formats import RESULT_FORMATS
from sjkg.store.query_result import QueryResult

WHOLE = {"csv": "/sparql?format=csv"}


@pytest.fixture
def show(kb_root, snapshot, store):
    """Return a function that builds the page of a saved query with a result of so many rows."""
    index = Index(snapshot.index)
    question = next(iter(read_queries(kb_root).values()))

    def page(count: int):
        rows = [{"x": {"type": "literal", "value": str(number)}} for number in range(count)]
        body = json.dumps({"head": {"vars": ["x", "y"]}, "results": {"bindings": rows}}, separators=(",", ":")).encode()
        answer = QueryResult("bindings", RESULT_FORMATS["json"], body)
        return question_page(PageContext(SnapshotLabels(store, index)), question, {}, answer, "ASK {}", WHOLE)

    return page


def test_the_table_is_cut_at_the_cell_limit_and_has_the_total_number_of_rows(show, monkeypatch):
    monkeypatch.setattr(questions, "MAX_CELLS", 10)
    table = show(6).table
    assert (len(table.rows), table.total_rows, table.is_cut, table.whole) == (5, 6, True, WHOLE)
    assert not show(5).table.is_cut


def test_a_result_above_the_byte_limit_shows_its_first_rows(show, monkeypatch):
    monkeypatch.setattr(questions, "MAX_RESULT_BYTES", 200)
    table = show(6).table
    assert [row[0].text for row in table.rows] == ["0", "1", "2", "3"] and table.total_rows is None and table.is_cut


def test_a_result_whose_first_row_is_above_the_byte_limit_is_refused(show, monkeypatch):
    monkeypatch.setattr(questions, "MAX_RESULT_BYTES", 60)
    with pytest.raises(TooLargeForPage, match=r"a page can show at most 60"):
        show(6)
