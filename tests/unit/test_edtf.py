"""Extended Date/Time Format: every feature of the specification, the reasons of refusal, and bounds by enumeration.

Source of the examples: https://www.loc.gov/standards/datetime/ (2019)
"""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sjkg.core.errors import BadDate
from sjkg.derive.edtf import date_bounds

ONE_SPAN = {  # dates that begin and end within the same span: its first and last day, - if open
    # level 0
    "1985-04-12": "1985-04-12 1985-04-12",
    "1985-04": "1985-04-01 1985-04-30",
    "1985": "1985-01-01 1985-12-31",
    "1985-04-12T23:20:30": "1985-04-12 1985-04-12",
    "1985-04-12T23:20:30Z": "1985-04-12 1985-04-12",
    "1985-04-12T23:20:30-04": "1985-04-12 1985-04-12",
    "1985-04-12T23:20:30+04:30": "1985-04-12 1985-04-12",
    # level 1
    "2001-21": "2001-03-01 2001-05-31",
    "2001-22": "2001-06-01 2001-08-31",
    "2001-23": "2001-09-01 2001-11-30",
    "2001-24": "2001-12-01 2002-02-28",
    "1984?": "1984-01-01 1984-12-31",
    "2004-06~": "2004-06-01 2004-06-30",
    "2004-06-11%": "2004-06-11 2004-06-11",
    "201X": "2010-01-01 2019-12-31",
    "20XX": "2000-01-01 2099-12-31",
    "2004-XX": "2004-01-01 2004-12-31",
    "1985-04-XX": "1985-04-01 1985-04-30",
    "1985-XX-XX": "1985-01-01 1985-12-31",
    # level 2
    "1950S2": "1900-01-01 1999-12-31",
    "1939S3": "1930-01-01 1939-12-31",
    "1939S4": "1939-01-01 1939-12-31",
    "0950S1": "0900-01-01 0999-12-31",
    "2003-28": "2003-12-01 2004-02-29",
    "2001-30": "2001-12-01 2002-02-28",
    "2001-32": "2001-06-01 2001-08-31",
    "2001-34": "2001-04-01 2001-06-30",
    "2001-38": "2001-05-01 2001-08-31",
    "2001-40": "2001-01-01 2001-06-30",
    "2001-41": "2001-07-01 2001-12-31",
    "[1667,1668,1670..1672]": "1667-01-01 1672-12-31",
    "[1667,1668, 1670..1672]": "1667-01-01 1672-12-31",
    "[1670..1672,1668,1667]": "1667-01-01 1672-12-31",
    "[..1760-12-03]": "- 1760-12-03",
    "[1760-12..]": "1760-12-01 -",
    "[1760-01,1760-02,1760-12..]": "1760-01-01 -",
    "[1667,1760-12]": "1667-01-01 1760-12-31",
    "[..1984]": "- 1984-12-31",
    "2004-06~-11": "2004-06-11 2004-06-11",
    "2004?-06-11": "2004-06-11 2004-06-11",
    "?2004-06-~11": "2004-06-11 2004-06-11",
    "2004-%06-11": "2004-06-11 2004-06-11",
    "156X-12-25": "1560-12-25 1569-12-25",
    "15XX-12-25": "1500-12-25 1599-12-25",
    "XXXX-12-XX": "- -",
    "XXXX-24": "- -",
    "1XXX-XX": "1000-01-01 1999-12-31",
    "1XXX-12": "1000-12-01 1999-12-31",
    "1984-1X": "1984-10-01 1984-12-31",
    "1939-XX-12": "1939-01-12 1939-12-12",
    "19XX-02-29": "1904-02-29 1996-02-29",
    "1939-X2-30": "1939-12-30 1939-12-30",
}
TWO_SPANS = {  # intervals and sets: earliest begin, latest begin, earliest end, latest end, - if open or unknown
    # level 0
    "1964/2008": "1964-01-01 1964-12-31 2008-01-01 2008-12-31",
    "2004-06/2006-08": "2004-06-01 2004-06-30 2006-08-01 2006-08-31",
    "2004-02-01/2005-02-08": "2004-02-01 2004-02-01 2005-02-08 2005-02-08",
    "2004-02-01/2005-02": "2004-02-01 2004-02-01 2005-02-01 2005-02-28",
    "2004-02-01/2005": "2004-02-01 2004-02-01 2005-01-01 2005-12-31",
    "2005/2006-02": "2005-01-01 2005-12-31 2006-02-01 2006-02-28",
    # level 1
    "1985-04-12/..": "1985-04-12 1985-04-12 - -",
    "1985-04/..": "1985-04-01 1985-04-30 - -",
    "../1985": "- - 1985-01-01 1985-12-31",
    "1985-04-12/": "1985-04-12 1985-04-12 - -",
    "/1985-04": "- - 1985-04-01 1985-04-30",
    "1984~/2004-06": "1984-01-01 1984-12-31 2004-06-01 2004-06-30",
    # level 2
    "2004-06-~01/2004-06-~20": "2004-06-01 2004-06-01 2004-06-20 2004-06-20",
    "2004-06-XX/2004-07-03": "2004-06-01 2004-06-30 2004-07-03 2004-07-03",
    "{1667,1668,1670..1672}": "1667-01-01 1667-12-31 1672-01-01 1672-12-31",
    "{1960,1961-12}": "1960-01-01 1960-12-31 1961-12-01 1961-12-31",
    "{..1984}": "- - 1984-01-01 1984-12-31",
    "{1984..}": "1984-01-01 1984-12-31 - -",
    "{1939-05-11,1939-05-20,1939-05-15}": "1939-05-11 1939-05-11 1939-05-20 1939-05-20",
    "{1939,1939-05-20}": "1939-01-01 1939-05-20 1939-05-20 1939-12-31",
}
REFUSED = {
    "1939-02-29": "February 1939 has 28 days",
    "1939-05-11/1939-06-31": "June 1939 has 30 days",
    "193X-02-30": "February has 28 days, and 29 in leap years",
    "19X1-02-29": "February has 28 days, and 29 in leap years",
    "1939-X4-31": "April 1939 has 30 days",
    "193X-04-31": "April has 30 days",
    "1939-05-32": "days run from 01 to 31",
    "1939-05-00": "days run from 01 to 31",
    "1939-13": "months run from 01 to 12 and seasons from 21 to 41",
    "1939-42": "months run from 01 to 12 and seasons from 21 to 41",
    "1939-21-05": "a season has no days",
    "0000": "outside the years 1 to 9999",
    "000X": "outside the years 1 to 9999",
    "-1985": "outside the years 1 to 9999",
    "-1985S2": "outside the years 1 to 9999",
    "Y170000002": "outside the years 1 to 9999",
    "Y-170000002": "outside the years 1 to 9999",
    "Y-17E7": "outside the years 1 to 9999",
    "Y3388E2S3": "outside the years 1 to 9999",
    "Y171010000S3": "outside the years 1 to 9999",
    "Y17E99999999": "outside the years 1 to 9999",
    f"Y1E{'9' * 5000}": "outside the years 1 to 9999",
    "9999-24": "outside the years 1 to 9999",
    "Y1939": "Y before a year of up to four digits",
    "Y17E2": "Y before a year of up to four digits",
    "1950S5": "more significant digits than its year",
    "1950S0": "significant digits are counted from 1",
    "1950-05S2": "follow a year alone",
    "1939-09-16/1932-03-01": "ends before it begins",
    "{1672..1670}": "ends before it begins",
    "[..]": "no date before or after it",
    "/": "neither begin nor end",
    "../..": "neither begin nor end",
    "1939/open": "1939/..",
    "unknown/1939": "1939/",
    "199u": "an unspecified digit as X",
    "1935-1-8": "two digits",
    "19350108": "two digits",
    "1984?~": "write %",
    " 1939": "white space",
    "1939-05-11T25:00:00": "write a time as",
    "1939-05-11T10:00:00+15": "write a time as",
    "1939-05-11T10:00:00/1939-05-12": "days without time",
    "{}": "write a set as",
    "[1667,1668}": "write a set as",
    "[1932/1939]": "write a set as",
    "8 January 1935": "write a day as 1935-01-08",
    "hello": "write a day as 1935-01-08",
    "1932/1939/1941": "write a day as 1935-01-08",
    "": "write a day as 1935-01-08",
}


@pytest.mark.parametrize(
    "text, days", [(text, f"{days} {days}") for text, days in ONE_SPAN.items()] + [*TWO_SPANS.items()]
)
def test_each_form_of_the_specification_has_its_bounds(text, days):
    found = date_bounds(text)
    bounds = (found.earliest_begin, found.latest_begin, found.earliest_end, found.latest_end)
    assert " ".join(str(day or "-") for day in bounds) == days


@pytest.mark.parametrize("text, words", REFUSED.items())
def test_what_is_not_a_date_is_refused_with_the_reason_in_one_sentence(text, words):
    with pytest.raises(BadDate) as refused:
        date_bounds(text)
    message = str(refused.value)
    assert words in message and "\n" not in message and len(message) < 300


def test_a_set_of_any_length_is_read():
    days = [date(1932, 3, 1) + timedelta(n) for n in range(2000)]
    assert date_bounds(f"{{{','.join(map(str, reversed(days)))}}}").latest_end == days[-1]


CALENDAR = [date(1930, 1, 1) + timedelta(n) for n in range(3652)]  # 1930 to 1939
SEASON_MONTHS = {21: "345", 22: "678", 33: "123", 36: "abc", 39: "9abc", 41: "789abc"}  # months as hexadecimal digits
QUALIFIERS = st.sampled_from(["", "", "", "?", "~", "%"])


@st.composite
def dates(draw) -> tuple[str, date, date]:
    """Return an EDTF date without interval or set, and the first and last day of CALENDAR that it can mean."""
    form = draw(st.sampled_from(["calendar", "season", "rounded"]))
    day = draw(st.sampled_from(CALENDAR))
    if form == "rounded":
        return f"{day.year}S3{draw(QUALIFIERS)}", CALENDAR[0], CALENDAR[-1]
    if form == "season":
        code = draw(st.sampled_from(sorted(SEASON_MONTHS)))
        found = [each for each in CALENDAR if each.year == day.year and f"{each.month:x}" in SEASON_MONTHS[code]]
        return f"{draw(QUALIFIERS)}{day.year}-{code}{draw(QUALIFIERS)}", found[0], found[-1]
    unspecified = draw(st.sets(st.sampled_from([3, 5, 6, 8, 9]), max_size=3))  # places of digits
    pattern = "".join("X" if place in unspecified else char for place, char in enumerate(str(day)))
    pattern = pattern[: draw(st.sampled_from([4, 7, 10]))]
    found = [each for each in CALENDAR if re.match(pattern.replace("X", "."), str(each))]
    text = "-".join(f"{draw(QUALIFIERS)}{part}{draw(QUALIFIERS)}" for part in pattern.split("-"))
    return text, found[0], found[-1]


@given(dates())
def test_a_date_spans_the_days_that_match_it(each):
    text, first, last = each
    assert [day for _, day in date_bounds(text).items()] == [first, last, first, last]


@given(st.lists(dates(), min_size=1, max_size=4))
def test_a_set_begins_with_its_earliest_and_ends_with_its_latest_member(members):
    texts, firsts, lasts = zip(*members, strict=True)
    every, one = date_bounds(f"{{{','.join(texts)}}}"), date_bounds(f"[{','.join(texts)}]")
    assert [day for _, day in every.items()] == [min(firsts), min(lasts), max(firsts), max(lasts)]
    assert [day for _, day in one.items()] == [min(firsts), max(lasts), min(firsts), max(lasts)]


@given(dates(), dates())
def test_an_interval_begins_within_one_date_and_ends_within_the_other(begin, end):
    text = f"{begin[0]}/{end[0]}"
    if begin[1] > end[2]:
        with pytest.raises(BadDate, match="ends before it begins"):
            date_bounds(text)
    else:
        assert [day for _, day in date_bounds(text).items()] == [*begin[1:], *end[1:]]


@given(st.text(alphabet="0123456789XYES?~%-/.[]{},T:+Z ", max_size=24))
def test_any_text_has_bounds_in_order_or_is_refused(text):
    try:
        found = date_bounds(text)
    except BadDate as refused:
        assert str(refused)
    else:
        for first, last in ((found.earliest_begin, found.latest_begin), (found.earliest_end, found.latest_end)):
            assert first is None or last is None or first <= last
