"""docs/asking.md: each query gives the answer that stands beside it."""

import csv
import io
import json
import re

import pytest
from servers import PROJECT

from sjkg.core.vocabulary import PREFIXES, shorten
from sjkg.sparql.empty_results import find_no_match

CSV = {"bindings": "csv", "boolean": "csv"}
TEXT = (PROJECT / "docs" / "asking.md").read_text(encoding="utf-8")
SECTIONS = re.findall(
    r"^## (.+?)\n\n```sparql\n(.+?)```\n\n```csv\n(.+?)```\n\n[^\n]{40,}",
    TEXT,
    re.DOTALL | re.MULTILINE,
)


def test_every_question_has_query_answer_and_common_mistake():
    assert len(SECTIONS) == len(re.findall(r"^```sparql$", TEXT, re.MULTILINE)) >= 17


@pytest.mark.parametrize("query, answer", [section[1:] for section in SECTIONS], ids=[title for title, *_ in SECTIONS])
def test_a_query_gives_the_answer_beside_it(store, query, answer):
    declared = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    rows = csv.reader(io.StringIO(store.query(declared + query, CSV).body.decode()))
    found = [[shorten(cell) if cell.startswith("http") else cell for cell in row] for row in rows]
    assert found == list(csv.reader(io.StringIO(answer)))


def test_the_reason_of_an_empty_result_is_the_one_that_is_described(store):
    query, sentence = re.search(
        r"^## Empty results.+?```\n(.+?)\n```\n\nit is: (.+?)\.\n\n", TEXT, re.DOTALL | re.MULTILINE
    ).groups()
    found = find_no_match(query, "", lambda text, is_of_all: json.loads(store.query(text).body))
    assert found.message == f"the result is empty: {' '.join(sentence.split())}"
