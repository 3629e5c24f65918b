"""Precomputed rows equal the results of their queries."""

import json

import pytest

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES
from sjkg.site.context import page_queries
from sjkg.snapshot.index.precomputed import precomputed_rows, read_precomputed
from sjkg.snapshot.index.read import Index
from sjkg.sparql.rewriting import inline_bindings

THINGS = {
    "events": ("soviet-japanese-border-conflicts", "battles-of-khalkhin-gol"),
    "actors": ("soviet-union", "empire-of-japan"),
    "claims": ("tauran-mongolian-side-killed", "halhamiao-manchukuo-casualties"),
}
PREFIX_OF = {"events": "event", "actors": "actor", "claims": "claim"}


@pytest.fixture(scope="module")
def index(snapshot):
    return Index(snapshot.index)


@pytest.fixture(scope="module")
def asked(store):
    """Return a function that runs a page query in the store, not from precomputed rows."""

    def ask(name, **bindings):
        body = store.query(inline_bindings(page_queries()[name].sparql, bindings)).body
        rows = json.loads(body)["results"]["bindings"]
        return sorted(sorted((name, term["value"]) for name, term in row.items()) for row in rows)

    return ask


def values(rows):
    return sorted(sorted((name, term.value) for name, term in row.items()) for row in rows)


@pytest.mark.parametrize("name", sorted(read_precomputed()))
def test_precomputed_rows_equal_the_result_of_the_query(index, asked, name):
    of = read_precomputed()[name].value("of")
    if not of:
        assert values(precomputed_rows(index, name)) == asked(name) != []
        return
    for slug in THINGS[of]:
        thing = PREFIXES[PREFIX_OF[of]] + slug
        assert values(precomputed_rows(index, name, thing)) == asked(name, thing=Iri(thing)) != [], slug


def test_empty_results_are_precomputed_for_listed_things_only(index):
    statement = "SELECT thing FROM precomputed WHERE query = 'event-claims'"
    kept = {row["thing"] for row in index.select(statement, [])}
    assert any(precomputed_rows(index, "event-claims", thing) == [] for thing in kept)
    assert precomputed_rows(index, "event-claims", PREFIXES["event"] + "nonsense") is None
    assert precomputed_rows(index, "treaty-events", PREFIXES["event"] + "halhamiao-clash") is None
