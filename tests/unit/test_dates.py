from dataclasses import astuple
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sjkg.core.ntriples import plain_text
from sjkg.derive.bounds import intersect, own_bounds, propagate
from sjkg.derive.edtf import BOUND_NAMES, Bounds, date_bounds
from sjkg.derive.rules import derive_date_triples
from sjkg.turtle.parse import parse_turtle
from sjkg.turtle.triples import facts_of

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(1950, 12, 31))


@pytest.mark.parametrize(
    "text, bounds, precision",
    [
        ("1935-01-08", ("1935-01-08", "1935-01-08", "1935-01-08", "1935-01-08"), "day"),
        ("1936-02", ("1936-02-01", "1936-02-29", "1936-02-01", "1936-02-29"), "month"),
        ("1941", ("1941-01-01", "1941-12-31", "1941-01-01", "1941-12-31"), "year"),
        ("[1935-01~,1935-02~]", ("1935-01-01", "1935-02-28", "1935-01-01", "1935-02-28"), "part-of-year"),
        ("[1936-04-01..1936-04-10]", ("1936-04-01", "1936-04-10", "1936-04-01", "1936-04-10"), "part-of-month"),
        ("1932-03-01/1939-09-16", ("1932-03-01", "1932-03-01", "1939-09-16", "1939-09-16"), "interval"),
        ("1937-10/1939-09", ("1937-10-01", "1937-10-31", "1939-09-01", "1939-09-30"), "interval"),
        ("{1939-08-07,1939-08-20}", ("1939-08-07", "1939-08-07", "1939-08-20", "1939-08-20"), "interval"),
        ("1937-06/..", ("1937-06-01", "1937-06-30", "None", "None"), "interval"),
        ("/1937", ("None", "None", "1937-01-01", "1937-12-31"), "interval"),
        ("[..1939-08]", ("None", "1939-08-31", "None", "1939-08-31"), "years"),
        ("193X", ("1930-01-01", "1939-12-31", "1930-01-01", "1939-12-31"), "years"),
        ("1936-21", ("1936-03-01", "1936-05-31", "1936-03-01", "1936-05-31"), "part-of-year"),
    ],
)
def test_an_edtf_date_gives_its_four_bounds_and_its_precision(text, bounds, precision):
    found = date_bounds(text)
    assert tuple(str(day) for day in astuple(found)[:4]) == bounds
    assert found.precision == precision


@given(DAYS, DAYS)
def test_the_bounds_of_an_interval_are_in_order(one, other):
    first, last = sorted((one, other))
    found = date_bounds(f"{first}/{last}")
    assert found.earliest_begin == found.latest_begin == first <= found.earliest_end == found.latest_end == last


def test_the_bounds_of_compatible_dates_are_intersected():
    found = intersect([date_bounds("1932/1939"), date_bounds("1932-03-01/1939-09-16")])
    assert [str(day) for _, day in found.items()] == ["1932-03-01", "1932-03-01", "1939-09-16", "1939-09-16"]


def test_the_bounds_of_contradictory_dates_cover_all_of_them():
    found = intersect([date_bounds("1935-01"), date_bounds("1936-03")])
    assert [str(day) for _, day in found.items()] == ["1935-01-01", "1936-03-31", "1935-01-01", "1936-03-31"]


@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=4))
def test_intersected_bounds_are_always_in_order(pairs):
    found = intersect([date_bounds("/".join(map(str, sorted(pair)))) for pair in pairs])
    assert found.earliest_begin <= found.latest_begin and found.earliest_end <= found.latest_end
    assert found.earliest_begin <= found.latest_end


PARTS = """@prefix sjkg: <https://w3id.org/sjkg/ontology#> .
@prefix event: <https://w3id.org/sjkg/id/event/> .
@prefix kind: <https://w3id.org/sjkg/vocab/event-kind/> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
event:battle sjkg:date "1939"^^edtf:EDTF ; sjkg:directSubEventOf event:war .
event:may sjkg:date "1939-05"^^edtf:EDTF ; sjkg:directSubEventOf event:battle .
event:august sjkg:date "1939-08-21/1939-08-31"^^edtf:EDTF ; sjkg:directSubEventOf event:battle .
event:never sjkg:date "1939-12-24"^^edtf:EDTF ; sjkg:eventKind kind:averted ; sjkg:directSubEventOf event:battle .
event:outside sjkg:date "1941-01-01"^^edtf:EDTF ; sjkg:directSubEventOf event:battle .
event:open sjkg:date "1939-06/"^^edtf:EDTF ; sjkg:directSubEventOf event:battle .
event:earlier sjkg:date "1914/"^^edtf:EDTF ; sjkg:before event:battle .
event:undated-part sjkg:directSubEventOf event:may .
event:undated-later sjkg:after event:august ; sjkg:before event:fixed .
event:fixed sjkg:date "1939-09-16"^^edtf:EDTF .
"""


def bounds_in(text: str, event: str) -> dict[str, str]:
    found = derive_date_triples(facts_of(parse_turtle(text, "parts.ttl").graph))
    terms = (map(plain_text, triple) for triple in found)
    return {
        p.rpartition("#")[2]: o.split('"')[1]
        for s, p, o in terms
        if s.endswith(f"/{event}") and p.rpartition("#")[2] in BOUND_NAMES
    }


def test_a_whole_begins_no_later_than_its_first_part_and_ends_no_earlier_than_its_last():
    assert bounds_in(PARTS, "battle") == {
        "earliestBegin": "1939-01-01",
        "latestBegin": "1939-05-31",
        "earliestEnd": "1939-08-31",
        "latestEnd": "1939-12-31",
    }


def test_parts_give_an_undated_whole_only_a_latest_begin_and_an_earliest_end():
    found = bounds_in(PARTS, "war")
    assert (found["latestBegin"], found["earliestEnd"]) == ("1939-05-31", "1939-08-31")
    assert "earliestBegin" not in found and "latestEnd" not in found


def test_the_latest_begin_is_at_most_the_latest_end():
    assert str(intersect([date_bounds("1939-08/1939-08-20")]).latest_begin) == "1939-08-20"


def test_a_part_with_an_open_end_takes_the_end_of_its_whole():
    assert bounds_in(PARTS, "open")["latestEnd"] == bounds_in(PARTS, "battle")["latestEnd"] == "1939-12-31"


def test_an_earlier_event_with_an_open_end_ends_by_the_begin_of_the_later_one():
    assert bounds_in(PARTS, "earlier")["latestEnd"] == "1939-05-31"


def test_an_undated_part_has_the_bounds_of_its_whole():
    assert bounds_in(PARTS, "undated-part") == {
        "earliestBegin": "1939-05-01",
        "latestBegin": "1939-05-31",
        "earliestEnd": "1939-05-01",
        "latestEnd": "1939-05-31",
    }


def test_an_undated_event_lies_between_the_events_before_and_after_it():
    assert bounds_in(PARTS, "undated-later") == {
        "earliestBegin": "1939-08-31",
        "latestBegin": "1939-09-16",
        "earliestEnd": "1939-08-31",
        "latestEnd": "1939-09-16",
    }


def test_an_event_that_was_over_is_before_each_that_began_later_with_the_dates_as_premises():
    found = derive_date_triples(facts_of(parse_turtle(PARTS, "parts.ttl").graph))
    pairs = {(s.rpartition("/")[2][:-1], o.rpartition("/")[2][:-1]) for s, p, o in found if p.endswith("#before>")}
    assert {("may", "august"), ("may", "fixed"), ("undated-part", "august"), ("battle", "outside")} <= pairs
    assert not pairs & {("may", "battle"), ("battle", "may"), ("august", "may"), ("earlier", "battle")}
    part, august = (f"<https://w3id.org/sjkg/id/event/{name}>" for name in ("undated-part", "august"))
    derivation = found[part, "<https://w3id.org/sjkg/ontology#before>", august]
    assert derivation.rule == "order-by-bounds"
    assert [p.rpartition("#")[2][:-1] for _, p, _ in derivation.premises] == ["date", "directSubEventOf", "date"]


SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(st.lists(SPANS, min_size=1, max_size=7), st.data())
def test_computed_bounds_never_exclude_what_happened(spans, data):
    """Events have true spans of days; what is stated of them is true but rough, so the bounds must admit the true span."""
    day = date(1939, 1, 1).__add__
    events = [f"<e{number}>" for number in range(len(spans))]
    truth = dict(zip(events, spans, strict=True))
    stated = {}
    for event, (first, last) in truth.items():
        margin = data.draw(st.sampled_from([None, 0, 3]))
        if margin is not None:
            rough = Bounds(
                *(day(timedelta(number)) for number in (first - margin, first + margin, last - margin, last + margin))
            )
            stated[event] = own_bounds({(event, "<date>", '"x"'): rough})
    pairs = [(one, other) for one in events for other in events if one != other and data.draw(st.booleans())]
    parts = [(a, b, (a, "<part>", b)) for a, b in pairs if truth[b][0] <= truth[a][0] and truth[a][1] <= truth[b][1]]
    order = [(a, b, (a, "<before>", b)) for a, b in pairs if truth[a][1] <= truth[b][0]]
    causes = [(a, b, (a, "<ledTo>", b)) for a, b in pairs if truth[a][0] <= truth[b][0]]
    lasting = [
        (event, timedelta(last - first + 1), (event, "<lasted>", '"x"'))
        for event, (first, last) in truth.items()
        if data.draw(st.booleans())
    ]
    relations = {triple for *_, triple in (*parts, *order, *causes, *lasting)}
    for event, bounds in propagate(stated, parts, order, causes, lasting).items():
        first, last = (day(timedelta(number)) for number in truth[event])
        known = {name: bound.day for name, bound in bounds.items()}
        assert known.get("earliestBegin", first) <= first <= known.get("latestBegin", first)
        assert known.get("earliestEnd", last) <= last <= known.get("latestEnd", last)
        for bound in bounds.values():
            dates = [triple for triple in bound.provenance() if triple[1] == "<date>"]
            assert len(dates) == 1 and set(bound.provenance()) <= {*dates, *relations}
