"""Tests that the index agrees with the graph: for any facets a list has the rows of the query that it shows."""

import json
import random
import shutil
import sqlite3

import pytest
from namespaces import IDS

from sjkg.core.errors import UnusableSnapshot
from sjkg.core.settings import packaged_kb
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.kb.queries import read_queries
from sjkg.site import timeline
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.list_request import list_query, parse_list_request
from sjkg.snapshot.index.earlier import EarlierIndex, changed_predicates
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection, Index, distance_km, same_place, same_time, within_distance
from sjkg.snapshot.index.write import write_index
from sjkg.store.datasets import Datasets
from sjkg.store.quad_store import QuadStore

LISTS = read_lists()
FACETS = [(of, facet.name) for of in LISTS.values() for facet in of.facets]


@pytest.fixture(scope="module")
def index(snapshot):
    return Index(snapshot.index)


@pytest.fixture(scope="module")
def found_by_query(store):
    def items(of, choice):
        rows = json.loads(store.query(list_query(of, choice)).body)["results"]["bindings"]
        return {row["item"]["value"] for row in rows}

    return items


def items_of(index, of, choice):
    return {row["item"] for row in index.rows(of, choice, "name", descending=False)}


@pytest.mark.parametrize("of", LISTS.values(), ids=lambda of: of.name)
def test_a_list_has_the_rows_of_its_query(index, found_by_query, of):
    items = items_of(index, of, FacetSelection())
    assert items == found_by_query(of, FacetSelection()) and len(items) == index.count(of, FacetSelection()) > 20


@pytest.mark.parametrize("asserted_only", [False, True], ids=["with what is inferred", "stated only"])
@pytest.mark.parametrize("of, facet", FACETS, ids=lambda value: getattr(value, "name", value))
def test_a_facet_selects_the_rows_of_its_query(index, found_by_query, of, facet, asserted_only):
    counts = index.facet_counts(of, facet, FacetSelection(asserted_only=asserted_only))
    for value, count in counts[:: max(1, len(counts) // 3)]:
        choice = FacetSelection({facet: (value,)}, asserted_only)
        items = items_of(index, of, choice)
        assert len(items) == count and items == found_by_query(of, choice), value


def test_inferred_statements_can_be_left_out(index):
    everything, asserted_only = (
        dict(index.facet_counts(LISTS["events"], "power", FacetSelection(asserted_only=s))) for s in (False, True)
    )
    assert set(asserted_only) < set(everything)


def test_facets_are_intersected_and_values_of_one_facet_united(index, found_by_query):
    years = FacetSelection({"year": ("1935", "1936"), "kind": ("https://w3id.org/sjkg/ontology#BorderIncident",)})
    assert items_of(index, LISTS["events"], years) == found_by_query(LISTS["events"], years) != set()


def test_a_day_selects_the_events_that_may_have_been_under_way(index, found_by_query):
    day = FacetSelection(span=("1939-08-20", "1939-08-20"))
    items = items_of(index, LISTS["events"], day)
    assert items == found_by_query(LISTS["events"], day)
    assert "https://w3id.org/sjkg/id/event/battles-of-khalkhin-gol" in items


@pytest.mark.parametrize("facet", ["kind", "place", "year"])
@pytest.mark.parametrize("chosen", [{}, {"power": (f"{IDS}actor/soviet-union",)}], ids=["any power", "one power"])
def test_the_counts_of_a_facet_respect_a_span_of_days(index, found_by_query, facet, chosen):
    span = ("1936-01-01", "1937-06-30")
    counts = dict(index.facet_counts(LISTS["events"], facet, FacetSelection(chosen, span=span)))
    assert 1 < len(counts) < len(index.facet_counts(LISTS["events"], facet, FacetSelection(chosen)))
    for value, count in counts.items():
        assert count == len(found_by_query(LISTS["events"], FacetSelection({**chosen, facet: (value,)}, span=span))), (
            value
        )


def test_nearby_events_exclude_parts_and_wholes(index):
    battle, whole = (f"{IDS}event/{slug}" for slug in ("battles-of-khalkhin-gol", "soviet-japanese-border-conflicts"))
    near = same_time(index, battle, 50)
    assert f"{IDS}event/signing-of-molotov-ribbentrop-pact" in near
    assert whole not in near and battle not in near
    assert not set(near) & items_of(index, LISTS["events"], FacetSelection({"whole": (battle,)}))


def test_events_at_the_same_place_and_nearby_are_found(index):
    assert f"{IDS}event/tauran-incident" not in same_place(index, f"{IDS}event/tauran-incident", 50)
    rows = [row for row in index.rows(LISTS["events"], FacetSelection(), "lat", False) if row["lat"] is not None]
    assert all(row["long"] is not None for row in rows)
    assert all(near.km <= 150 for row in rows for near in within_distance(index, row["item"], 5))


def test_a_degree_of_longitude_at_the_equator_is_111_km():
    assert round(distance_km(0, 0, 0, 1)) == 111


def test_the_question_of_a_period_has_the_events_that_the_list_counts_for_a_year(index, store):
    query = read_queries(packaged_kb())["events-in-period"]
    counts = dict(index.facet_counts(LISTS["events"], "year", FacetSelection()))
    assert len(counts) > 10
    for year, count in counts.items():
        period = query.bind({"from": f"{year}-01-01", "to": f"{year}-12-31"})
        rows = json.loads(store.query(query.text, bindings=period).body)["results"]["bindings"]
        assert len({row["event"]["value"] for row in rows}) == len(rows) == count, year


def test_the_timeline_page_counts_undated_and_omitted_events_among_all_selected_ones(index, store, monkeypatch):
    monkeypatch.setattr(timeline, "MAX_BARS", 5)
    events = LISTS["events"]
    request = parse_list_request(events, [], index)
    page = timeline.timeline_page(PageContext(SnapshotLabels(store, index)), request)
    rows = index.rows(events, request.selection, "name", False)
    assert page.undated == sum(row["first"] is None for row in rows) > 0
    assert len(page.bars) == 5 and 5 + page.more + page.undated == len(rows)


def test_an_index_that_cannot_be_opened_makes_the_snapshot_unusable_for_a_while(snapshot, tmp_path):
    path = tmp_path / "index.sqlite"
    shutil.copyfile(snapshot.index, path)
    index = Index(path)
    path.rename(tmp_path / "away")
    with pytest.raises(UnusableSnapshot, match="unable to open database file"):
        index.select("SELECT 1 FROM facets", ())
    (tmp_path / "away").rename(path)
    assert index.select("SELECT count(*) > 0 AS has_facets FROM facets", ()) == [{"has_facets": 1}]
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        index.select("SELECT absent FROM facets", ())


def test_an_index_has_the_same_bytes_with_rows_of_an_earlier_one(snapshot, tmp_path):
    seed = random.randrange(10**9)
    lines = snapshot.quads.read_text(encoding="utf-8").splitlines()
    random.seed(seed)
    predicate = random.choice([line for line in lines if f" <{ONTOLOGY}" in line]).split(" ")[1]
    with_predicate = [line for line in lines if line.split(" ")[1] == predicate]
    removed = random.sample(with_predicate, min(len(with_predicate), 30))
    moved = f"{removed[0].rsplit(' ', 2)[0]} <https://example.org/graph> ."
    changed = sorted({*lines, moved} - {*removed})
    (tmp_path / "graph.nq").write_text("".join(f"{line}\n" for line in changed), encoding="utf-8")
    store = QuadStore(Datasets.load(tmp_path / "graph.nq"))
    write_index(store, tmp_path / "new", EarlierIndex(snapshot.index, changed_predicates(snapshot.quads, changed)))
    write_index(store, tmp_path / "from nothing")
    assert (tmp_path / "new").read_bytes() == (tmp_path / "from nothing").read_bytes(), f"seed {seed}"
