"""Positions of events on the map: derived from what the graph states, as exact as it states them."""

import json
from collections import Counter

import pytest

from sjkg.core.vocabulary import PREFIXES
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.map_spots import (
    EARTH,
    Box,
    cells_in,
    count_by_sort,
    located_events,
    spots_extent,
    spots_in,
    spots_of_thing,
)
from sjkg.snapshot.index.positions import SHAPES, SORTS, Position, derive_positions, position_outline
from sjkg.snapshot.index.read import FacetSelection, Index, distance_km
from tests.servers import PROJECT

EVENT, PLACE = PREFIXES["event"], PREFIXES["place"]
ALL = FacetSelection()


@pytest.fixture(scope="module")
def index(snapshot):
    return Index(snapshot.index)


@pytest.fixture
def events():
    return read_lists()["events"]


def terms(**values):
    return {name: {"type": "literal", "value": value} for name, value in values.items()}


def event(name, *, place=None, whole=None, conflict=False, military=True):
    row = terms(event=EVENT + name, isConflict=str(conflict).lower(), isMilitary=str(military).lower())
    return row | (terms(place=PLACE + place) if place else {}) | (terms(whole=EVENT + whole) if whole else {})


POSITIONS = [
    terms(thing=PLACE + "town", lat="45", long="130"),
    terms(thing=PLACE + "north-of-town", reference=PLACE + "town", direction="x/north", metres="20000"),
    terms(thing=PLACE + "post", within=PLACE + "north-of-town"),
    terms(thing=PLACE + "near-nothing", reference=PLACE + "nothing", direction="x/near"),
    terms(thing=PLACE + "circle", within=PLACE + "circle"),
]


@pytest.mark.parametrize(
    "rows, sort",
    [
        ([event("one", place="town")], "point"),
        ([event("one", place="post")], "relation"),
        ([event("one", place="near-nothing")], "none"),
        ([event("one", place="circle")], "none"),
        ([event("one", place="amur-river")], "water"),
        ([event("one", place="korea"), event("one", place="town")], "point"),
        ([event("one", place="town", conflict=True)], "none"),
        ([event("one", place="korea", conflict=True)], "region"),
        ([event("one", whole="two"), event("two", place="town")], "whole"),
        ([event("one", whole="two"), event("two", whole="three"), event("three", place="post")], "whole"),
        ([event("one", whole="two", military=False), event("two", place="town")], "none"),
        ([event("one", whole="two"), event("two", place="town", conflict=True)], "none"),
        ([event("one", whole="one")], "none"),
    ],
)
def test_an_event_has_the_most_exact_position_that_is_stated(rows, sort):
    assert derive_positions(rows, POSITIONS)[EVENT + "one"].sort == sort


def test_a_band_lies_at_the_stated_distance_in_the_stated_direction():
    ring = position_outline(Position("x", "band", 45.0, 130.0, bearing=0.0, metres=20_000))
    distances = [distance_km(45, 130, lat, long) for long, lat in ring]
    assert 15.9 < min(distances) < 16.1 and 23.9 < max(distances) < 24.1
    assert all(lat > 45 and abs(long - 130) < lat - 45 for long, lat in ring) and ring[0] == ring[-1]


def test_a_sector_opens_by_an_eighth_of_a_circle_towards_its_direction():
    ring = position_outline(Position("x", "sector", 45.0, 130.0, bearing=270.0))
    assert ring[0] == ring[-1] == (130.0, 45.0) and all(long <= 130 for long, _ in ring)
    assert {round(distance_km(45, 130, lat, long)) for long, lat in ring} == {0, 100}


@pytest.mark.parametrize("form", ["near", "sector", "band"])
def test_outlines_run_counterclockwise_as_geojson_requires(form):
    bearing = None if form == "near" else 225.0
    ring = position_outline(Position("x", form, 45.0, 130.0, bearing, 20_000 if form == "band" else None))
    doubled_area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False))
    assert doubled_area > 0


def test_the_base_map_draws_the_shapes_that_the_index_names():
    drawn = json.loads((PROJECT / "src/sjkg/web/static/bundle/shapes.json").read_text(encoding="utf-8"))
    assert set(drawn) == set(SHAPES)


def test_counts_by_sort_are_those_of_the_events_listed(index, events):
    counts = count_by_sort(index, events, ALL)
    listed = {row["item"]: row["sort"] for row in located_events(index, events, ALL, EARTH, 10_000)}
    assert tuple(counts) == SORTS and sum(counts.values()) == index.count(events, ALL)
    assert Counter(listed.values()) == Counter(
        {sort: count for sort, count in counts.items() if count and sort != "none"}
    )
    assert all(counts[sort] for sort in ("point", "relation", "whole", "region", "none"))


def test_a_spot_counts_the_events_that_are_listed_at_it(index, events):
    here = Counter(row["spot"] for row in located_events(index, events, ALL, EARTH, 10_000))
    assert here == {row["number"]: row["events"] for row in spots_in(index, events, ALL, EARTH)}


def test_the_whole_war_is_not_at_the_point_of_one_battle(index):
    war = {row["item"]: row for row in spots_of_thing(index, EVENT + "soviet-japanese-border-conflicts")}
    assert PLACE + "infobox-point" not in war and EVENT + "battles-of-khalkhin-gol" in war


def test_the_map_of_a_place_has_the_events_at_sites_and_areas_near_it(index):
    for place, spot in (
        ("lake-khasan", EVENT + "battle-of-lake-khasan"),
        ("lake-khanka", PLACE + "site-west-of-lake-khanka"),
    ):
        assert [row["item"] for row in spots_of_thing(index, PLACE + place)] == [spot]


def test_cells_count_the_same_spots_as_the_list_of_spots(index, events):
    one_by_one = spots_in(index, events, ALL, EARTH)
    assert len(one_by_one) == spots_extent(index, events, ALL, EARTH)["spots"] > 1
    for degrees in (0.5, 4, 64):
        cells = cells_in(index, events, ALL, EARTH, degrees)
        assert sum(cell["places"] for cell in cells) == len(one_by_one)
        assert all(
            cell["east"] - cell["west"] <= degrees
            and round(cell["west"], 4) <= cell["long"] <= round(cell["east"], 4)  # as the middle is
            for cell in cells
        )


def test_a_box_has_exactly_the_spots_inside_it(index, events):
    box = Box(130, 42, 131, 43)
    there = spots_in(index, events, ALL, box)
    assert [row["item"] for row in there] == [EVENT + "battle-of-lake-khasan"]
    assert all(box.west <= row["long"] <= box.east and box.south <= row["lat"] <= box.north for row in there)
