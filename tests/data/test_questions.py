"""Tests of each saved query against its pinned result, with and without inference.

The answers were read against the article before they were pinned; `python tests/data/pin.py` writes them anew after a change to the data.
"""

import csv
import re
from pathlib import Path

import pytest
from namespaces import ASSERTED

from sjkg.core.settings import packaged_kb
from sjkg.kb.queries import GROUPS, group_queries, read_queries
from sjkg.store.datasets import Scope

QUERIES = read_queries(packaged_kb())
EXPECTED = Path(__file__).parent / "expected"
CSV = {"bindings": "csv", "boolean": "csv"}


def asserted_only(snapshot) -> Scope:
    """Return the graphs of the Turtle files, each as a named graph and merged in the default graph."""
    return Scope(default=(ASSERTED,), named=tuple(snapshot.manifest.groups[ASSERTED]))


def answer(store, query, scope: Scope = Scope()) -> str:
    return store.query(query.text, CSV, scope=scope, bindings=query.bind({})).body.decode().replace("\r\n", "\n")


def test_there_are_enough_questions_and_each_pinned_result_belongs_to_one():
    assert len(QUERIES) >= 60
    assert {path.name.split(".")[0] for path in EXPECTED.iterdir()} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_a_question_has_title_description_and_group(name):
    query = QUERIES[name]
    assert query.title.endswith("?") and query.description.endswith(".") and query.group in GROUPS


def test_every_group_has_several_questions_and_titles_are_unique():
    assert list(group_queries(QUERIES)) == list(GROUPS)
    assert min(len(members) for members in group_queries(QUERIES).values()) >= 5
    assert len({query.title for query in QUERIES.values()}) == len(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_the_result_of_a_question_is_as_pinned(store, name):
    assert answer(store, QUERIES[name]) == (EXPECTED / f"{name}.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUERIES)
def test_without_inference_the_result_is_as_pinned_or_the_same(store, snapshot, name):
    own = EXPECTED / f"{name}.asserted.csv"
    expected = own if own.exists() else EXPECTED / f"{name}.csv"
    assert answer(store, QUERIES[name], asserted_only(snapshot)) == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUERIES)
def test_no_pinned_result_is_empty(name):
    assert len((EXPECTED / f"{name}.csv").read_text(encoding="utf-8").splitlines()) > 1


def test_at_least_five_questions_differ_without_inference():
    assert len(list(EXPECTED.glob("*.asserted.csv"))) >= 5


@pytest.mark.parametrize("name", QUERIES)
def test_the_order_of_the_rows_is_total_and_no_row_is_repeated(name):
    """With ties in ORDER BY, the rows come in another order with another version of the engine."""
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    order = QUERIES[name].text.rpartition("ORDER BY")[2]
    keys = [key for key in re.findall(r"[?](\w+)", order) if key in (rows[0] if rows else ())]
    sorted_by = {tuple(row[key] for key in keys) for row in rows}
    assert len(sorted_by) == len(rows) or len(rows) == 1


def test_causal_claims_are_found_by_their_causes_and_effects_and_the_wholes_of_these(store):
    missed = """PREFIX sjkg: <https://w3id.org/sjkg/ontology#>
    SELECT ?claim ?event {
      ?claim sjkg:cause|sjkg:effect ?told . ?told sjkg:subEventOf? ?event
      FILTER NOT EXISTS { ?claim sjkg:aboutEventOrPart ?event }
    }"""
    assert store.query(missed, CSV).body.decode().split() == ["claim,event"]
