"""A question's page shows a part of an answer that is larger than a page, and says how much there is."""

import json

import pytest

from sjkg.core.errors import TooLargeForPage
from sjkg.kb.queries import read_queries
from sjkg.site import query_results
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.questions import question_page
from sjkg.snapshot.index.read import Index
from sjkg.store.formats import RESULT_FORMATS
from sjkg.store.query_result import QueryResult

WHOLE = {"csv": "/sparql?format=csv"}


@pytest.fixture
def show(kb_root, snapshot, store):
    """Return the page of a question for an answer of so many rows."""
    index = Index(snapshot.index)
    question = next(iter(read_queries(kb_root).values()))

    def page(count: int):
        rows = [{"x": {"type": "literal", "value": str(number)}} for number in range(count)]
        body = json.dumps({"head": {"vars": ["x", "y"]}, "results": {"bindings": rows}}).encode()
        answer = QueryResult("bindings", RESULT_FORMATS["json"], body)
        return question_page(PageContext(SnapshotLabels(store, index)), question, {}, answer, "ASK {}", WHOLE)

    return page


def test_the_page_of_a_question_has_no_more_cells_than_any_answer_and_says_how_many_rows_there_are(show, monkeypatch):
    monkeypatch.setattr(query_results, "MAX_CELLS", 10)
    table = show(6).table
    assert (len(table.rows), table.total_rows, table.is_cut, table.whole) == (5, 6, True, WHOLE)
    assert not show(5).table.is_cut


def test_an_answer_too_large_to_be_read_is_none_of_a_question_either(show, monkeypatch):
    monkeypatch.setattr(query_results, "MAX_RESULT_BYTES", 100)
    with pytest.raises(TooLargeForPage, match=r"a page can show at most 100"):
        show(6)
