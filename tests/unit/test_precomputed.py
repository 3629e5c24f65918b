"""Precomputed rows equal the results of their queries; map spots agree with the facets."""

import json

import pytest

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES
from sjkg.site.page_queries import inline_bindings, page_queries
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.map_spots import EARTH, Box, cells_in, count_placed, spots_extent, spots_in, spots_of_thing
from sjkg.snapshot.index.precomputed import precomputed_rows, read_precomputed
from sjkg.snapshot.index.read import FacetSelection, Index

THINGS = {
    "events": ("soviet-japanese-border-conflicts", "battles-of-khalkhin-gol"),
    "actors": ("soviet-union", "empire-of-japan"),
}
PREFIX_OF = {"events": "event", "actors": "actor"}
KHASAN = PREFIXES["place"] + "lake-khasan"


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


def test_cells_count_the_same_spots_as_the_list_of_spots(index):
    events = read_lists()["events"]
    one_by_one = spots_in(index, events, FacetSelection(), EARTH)
    assert len(one_by_one) == spots_extent(index, events, FacetSelection(), EARTH)["spots"] > 1
    for degrees in (0.5, 4, 64):
        cells = cells_in(index, events, FacetSelection(), EARTH, degrees)
        assert sum(cell["places"] for cell in cells) == len(one_by_one)
        assert all(
            cell["east"] - cell["west"] <= degrees
            and round(cell["west"], 4) <= cell["long"] <= round(cell["east"], 4)  # as the middle is
            for cell in cells
        )


def test_a_box_has_exactly_the_spots_inside_it(index):
    events, box = read_lists()["events"], Box(130, 42, 131, 43)
    there = spots_in(index, events, FacetSelection(), box)
    assert KHASAN in {row["item"] for row in there}
    assert all(box.west <= row["long"] <= box.east and box.south <= row["lat"] <= box.north for row in there)
    assert len(there) < len(spots_in(index, events, FacetSelection(), EARTH))


def test_spot_counts_equal_facet_counts_and_other_events_are_unplaced(index):
    events = read_lists()["events"]
    counts = dict(index.facet_counts(events, "place", FacetSelection()))
    at_places = {row["item"]: row["events"] for row in spots_in(index, events, FacetSelection(), EARTH) if row["place"]}
    assert at_places and all(counts[place] == number for place, number in at_places.items())
    assert 0 < count_placed(index, events, FacetSelection()) < index.count(events, FacetSelection())
    only = FacetSelection({"place": (KHASAN,)})
    assert [row["item"] for row in spots_in(index, events, only, EARTH)] == [KHASAN]
    assert count_placed(index, events, only) == index.count(events, only)


def test_the_spots_of_an_event_are_those_of_its_places(index):
    assert [row["item"] for row in spots_of_thing(index, KHASAN)] == [KHASAN]
    event = PREFIXES["event"] + "battle-of-lake-khasan"
    assert KHASAN in {row["item"] for row in spots_of_thing(index, event)}
