"""What the index keeps is what the store answers: rows of page queries, and which events are where."""

import json

import pytest

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES
from sjkg.site.page_queries import inline_bindings, page_queries
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.map_spots import EARTH, Box, cells_in, count_placed, extent, spots_in, spots_of_thing
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
    """Ask a page query of the store itself."""

    def ask(name, **bindings):
        body = store.query(inline_bindings(page_queries()[name].sparql, bindings)).body
        rows = json.loads(body)["results"]["bindings"]
        return sorted(sorted((name, term["value"]) for name, term in row.items()) for row in rows)

    return ask


def values(rows):
    return sorted(sorted((name, term.value) for name, term in row.items()) for row in rows)


@pytest.mark.parametrize("name", sorted(read_precomputed()))
def test_kept_rows_are_those_that_the_query_behind_the_page_gives(index, asked, name):
    of = read_precomputed()[name].value("of")
    if not of:
        assert values(precomputed_rows(index, name)) == asked(name) != []
        return
    for slug in THINGS[of]:
        thing = PREFIXES[PREFIX_OF[of]] + slug
        assert values(precomputed_rows(index, name, thing)) == asked(name, thing=Iri(thing)) != [], slug


def test_that_a_thing_has_no_rows_is_kept_but_nothing_of_things_that_no_list_has(index):
    kept = {row["thing"]: row["rows"] for row in index.select("SELECT * FROM kept WHERE query = 'event-claims'", [])}
    assert any(precomputed_rows(index, "event-claims", thing) == [] for thing in kept)
    assert precomputed_rows(index, "event-claims", PREFIXES["event"] + "nonsense") is None
    assert precomputed_rows(index, "treaty-events", PREFIXES["event"] + "halhamiao-clash") is None


def test_spots_are_counted_alike_one_by_one_and_in_squares(index):
    events = read_lists()["events"]
    one_by_one = spots_in(index, events, FacetSelection(), EARTH)
    assert len(one_by_one) == extent(index, events, FacetSelection(), EARTH)["spots"] > 1
    for degrees in (0.5, 4, 64):
        cells = cells_in(index, events, FacetSelection(), EARTH, degrees)
        assert sum(cell["places"] for cell in cells) == len(one_by_one)
        assert all(
            cell["east"] - cell["west"] <= degrees
            and round(cell["west"], 4) <= cell["long"] <= round(cell["east"], 4)  # as the middle is
            for cell in cells
        )


def test_a_part_of_the_map_has_the_spots_that_lie_in_it(index):
    events, box = read_lists()["events"], Box(130, 42, 131, 43)
    there = spots_in(index, events, FacetSelection(), box)
    assert KHASAN in {row["item"] for row in there}
    assert all(box.west <= row["long"] <= box.east and box.south <= row["lat"] <= box.north for row in there)
    assert len(there) < len(spots_in(index, events, FacetSelection(), EARTH))


def test_events_at_a_spot_are_those_of_its_facet_and_the_others_are_counted_as_placed_nowhere(index):
    events = read_lists()["events"]
    counts = dict(index.facet_counts(events, "place", FacetSelection()))
    at_places = {row["item"]: row["events"] for row in spots_in(index, events, FacetSelection(), EARTH) if row["place"]}
    assert at_places and all(counts[place] == number for place, number in at_places.items())
    assert 0 < count_placed(index, events, FacetSelection()) < index.count(events, FacetSelection())
    only = FacetSelection({"place": (KHASAN,)})
    assert [row["item"] for row in spots_in(index, events, only, EARTH)] == [KHASAN]
    assert count_placed(index, events, only) == index.count(events, only)


def test_an_event_stands_where_its_places_are(index):
    assert [row["item"] for row in spots_of_thing(index, KHASAN)] == [KHASAN]
    event = PREFIXES["event"] + "battle-of-lake-khasan"
    assert KHASAN in {row["item"] for row in spots_of_thing(index, event)}
