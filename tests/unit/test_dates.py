from dataclasses import astuple
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sjkg.core.errors import BadDate
from sjkg.derive.bounds import intersect
from sjkg.derive.edtf import date_bounds
from sjkg.derive.rules import derive_date_triples
from sjkg.turtle.parse import parse_turtle

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


@pytest.mark.parametrize(
    "text", ["", "hello", "1939-02-30", "8 January 1935", "1935-13", "1939-09-16/1932-03-01", "Y-17E7"]
)
def test_an_invalid_date_is_refused_in_one_sentence(text):
    with pytest.raises(BadDate) as refused:
        date_bounds(text)
    assert text in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text, words",
    [
        ("Y17E99999999", "powers of ten"),
        ("{" + "1939-01," * 90 + "1940}", "longer than"),
        ("/..unknown", "is not an EDTF"),
    ],
)
def test_a_date_that_is_slow_to_parse_or_crashes_the_edtf_library_is_refused(text, words, capsys):
    with pytest.raises(BadDate, match=words):
        date_bounds(text)
    assert capsys.readouterr().out == ""


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
"""


def bounds_in(text: str, event: str) -> dict[str, str]:
    found = derive_date_triples(parse_turtle(text, "parts.ttl").graph)
    return {p.rpartition("#")[2]: str(o) for s, p, o in found if s.endswith(f"/{event}") and "date-precision" not in o}


def test_a_whole_begins_no_later_than_its_first_part_and_ends_no_earlier_than_its_last():
    assert bounds_in(PARTS, "battle") == {
        "earliestBegin": "1939-01-01",
        "latestBegin": "1939-05-31",
        "earliestEnd": "1939-08-31",
        "latestEnd": "1939-12-31",
    }


def test_parts_give_an_undated_whole_only_a_latest_begin_and_an_earliest_end():
    found = bounds_in(PARTS, "war")
    assert (found["latestBegin"], found["earliestEnd"]) == ("1939-05-31", "1941-01-01")
    assert "earliestBegin" not in found and "latestEnd" not in found


def test_the_latest_begin_is_at_most_the_latest_end():
    assert str(intersect([date_bounds("1939-08/1939-08-20")]).latest_begin) == "1939-08-20"


def test_a_part_with_an_open_end_takes_the_end_of_its_whole():
    assert bounds_in(PARTS, "open")["latestEnd"] == bounds_in(PARTS, "battle")["latestEnd"] == "1939-12-31"


def test_an_earlier_event_with_an_open_end_ends_by_the_begin_of_the_later_one():
    assert bounds_in(PARTS, "earlier")["latestEnd"] == "1939-05-31"
