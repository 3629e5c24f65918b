"""Bounds of dates in Extended Date/Time Format (EDTF): the first and last day on which an event can begin and end.

Source: https://www.loc.gov/standards/datetime/ (2019, levels 0 to 2).
"""

import re
from calendar import month_name, monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.errors import BadDate

QUALIFIER = "[?~%]?"  # uncertain, approximate, both; before or after a component
DATE = re.compile(
    rf"{QUALIFIER}(?P<year>-?[0-9X]{{4}}){QUALIFIER}"
    rf"(?:-{QUALIFIER}(?P<month>[0-9X]{{2}}){QUALIFIER}(?:-{QUALIFIER}(?P<day>[0-9X]{{2}}){QUALIFIER})?)?"
)
ROUNDED_YEAR = re.compile(rf"(?P<year>-?[0-9]{{4}})S(?P<significant>[1-9][0-9]*){QUALIFIER}")
LONG_YEAR = re.compile(rf"Y-?(?P<digits>[1-9][0-9]*)(?:E(?P<exponent>[0-9]+))?(?:S[1-9][0-9]*)?{QUALIFIER}")
DATE_TIME = re.compile(
    r"(?P<day>-?[0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:Z|[+-](?:0[0-9]|1[0-3])(?::[0-5][0-9])?|[+-]14(?::00)?)?"
)
# Season code: first and last month, counted on into the next year. EDTF does not say which months a season has; here
# they are the meteorological seasons, and those of the northern hemisphere where the code names none (21 to 24).
SEASONS = {
    **{21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 14)},
    **{25: (3, 5), 26: (6, 8), 27: (9, 11), 28: (12, 14)},  # northern hemisphere
    **{29: (9, 11), 30: (12, 14), 31: (3, 5), 32: (6, 8)},  # southern hemisphere
    **{33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12)},  # quarters
    **{37: (1, 4), 38: (5, 8), 39: (9, 12), 40: (1, 6), 41: (7, 12)},  # thirds and halves of a year
}
ADVICE = (  # for a text outside the grammar: the pattern of a common mistake, and what to write instead
    (r"\s.*|.*\s", "remove the white space at its ends"),
    (r".*(unknown|open).*", "write an open side of an interval as 1939/.. and an unknown one as 1939/"),
    (r".*(\?~|~\?).*", "write % for a date that is both uncertain and approximate, as 1939%"),
    (r"[0-9]+[0-9ux-]*", "write an unspecified digit as X, as in 193X; months and days have two digits, as 1939-05-11"),
    (r"(?=.*/).*T.*", "an interval has days without time; write it as 1939-05-11/1939-09-16"),
    (r".*T.*", "write a time as 1939-05-11T10:30:00, 1939-05-11T10:30:00Z or 1939-05-11T10:30:00+08:00"),
    (r"[Yy].*", "write a year of more than four digits as Y17000 or Y17E7"),
    (r".*S.*", "significant digits are counted from 1 and follow a year alone, as 1950S2"),
    (r"[\[{].*", "write a set as [1667,1668] or {1667,1670..1672}"),
    (r".*", "write a day as 1935-01-08, a month as 1935-06, a span as 1932/1939"),
)
MAX_QUOTED = 60  # characters of a text in an error message

BOUND_NAMES = ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")  # local names of the properties
DayRange = tuple[date | None, date | None]  # first and last day; None where open


@dataclass(frozen=True)
class Bounds:
    """The first and last day on which an event can have begun, and those on which it can have ended; None if unknown."""

    earliest_begin: date | None = None
    latest_begin: date | None = None
    earliest_end: date | None = None
    latest_end: date | None = None

    def items(self) -> list[tuple[str, date]]:
        """Return the bounds that are not None as pairs: the local name of the property, such as latestEnd, and the day."""
        values = (self.earliest_begin, self.latest_begin, self.earliest_end, self.latest_end)
        return [(name, day) for name, day in zip(BOUND_NAMES, values, strict=True) if day is not None]


@dataclass(frozen=True)
class EdtfDate(Bounds):
    """The bounds of an EDTF date and its precision.

    precision: the local name of a concept of the scheme date-precision: day, part-of-month, month, part-of-year, year,
    years or interval.
    """

    precision: str = ""


@bounded_cache(max_entries=4096)
def date_bounds(text: str) -> EdtfDate:
    """Return the bounds and precision of a text in Extended Date/Time Format (EDTF).

    Begin and end of a day, month, year, season or set [A,B,…] (one of the members) both lie between the first and the last
    day that the text can mean. An interval A/B begins within A and ends within B; a set {A,B,…} (all members), in any order,
    begins within its earliest member and ends within its latest. A side that is open (..), unknown (empty) or has the year
    XXXX has no bounds. The qualifiers ~ and ? do not change the bounds, because EDTF does not define how far “approximate”
    reaches.
    Raises BadDate when the text is not EDTF of levels 0 to 2, ends before it begins, or has a year outside 1 to 9999,
    which `datetime.date` cannot represent.
    Source: https://www.loc.gov/standards/datetime/
    """
    precision = "interval"
    if text.count("/") == 1 and "T" not in text:
        begin, end = (_side_range(side) for side in text.split("/"))
        if text in ("/", "../", "/..", "../.."):
            raise BadDate(f"“{text}” has neither begin nor end; give one of them, as 1939/.., or leave the date out")
    elif re.fullmatch(r"[\[{].+[\]}]", text) and text[0] + text[-1] in ("[]", "{}"):
        members = [_member_ranges(member) for member in re.split(", ?", text[1:-1])]
        begin = _combine(min, [first for first, _ in members])
        end = _combine(max, [last for _, last in members])
        if text[0] == "[":
            begin = end = (begin[0], end[1])
            precision = _find_precision(*begin)
    else:
        begin = end = _day_range(text)
        precision = _find_precision(*begin)
    bounds = EdtfDate(*begin, *end, precision)
    if bounds.earliest_begin and bounds.latest_end and bounds.earliest_begin > bounds.latest_end:
        raise BadDate(
            f"“{_quote(text)}” ends before it begins; exchange the dates before and after “/” or correct one of them"
        )
    return bounds


def _side_range(text: str) -> DayRange:
    """Return the day range of one side of an interval; (None, None) for “..” (open) and "" (unknown). Raises BadDate."""
    return (None, None) if text in ("", "..") else _day_range(text)


def _member_ranges(text: str) -> tuple[DayRange, DayRange]:
    """Return two day ranges of a member of an EDTF set: those of its first and of its last date.

    text: one date, of which the range is returned twice, or a succession of dates A..B, ..B or A.., in which an open side
    has the range (None, None). Raises BadDate for any other text, and when B lies before A.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return _day_range(text), _day_range(text)
    if text == "..":
        raise BadDate("“..” in a set has no date before or after it; write [1938..], [..1939] or [1938..1939]")
    begin, end = _side_range(first), _side_range(last)
    if begin[0] and end[1] and begin[0] > end[1]:
        raise BadDate(
            f"“{text}” ends before it begins; exchange the dates before and after “..” or correct one of them"
        )
    return begin, end


def _combine(choose: Callable[[list[date]], date], ranges: list[DayRange]) -> DayRange:
    """Return the range of the earliest (choose=min) or latest (choose=max) of several dates, given the range of each.

    The first (last) day of the result is the minimum or maximum of the first (last) days, None where one range is open.
    """
    known = [[day for days in ranges if (day := days[side]) is not None] for side in (0, 1)]
    first, last = (choose(days) if len(days) == len(ranges) else None for days in known)
    return first, last


def _day_range(text: str) -> DayRange:
    """Return the first and last day that a date, without intervals and sets, can mean; (None, None) for the year XXXX.

    Raises BadDate when it is not EDTF, does not exist in the calendar, or can lie outside the years 1 to 9999.
    """
    if match := DATE.fullmatch(text):
        return _calendar_range(text, match["year"], match["month"], match["day"])
    if match := DATE_TIME.fullmatch(text):
        return _day_range(match["day"])
    if match := ROUNDED_YEAR.fullmatch(text):
        year = match["year"].lstrip("-0")
        unknown = len(year) - int(match["significant"][:2])
        if unknown < 0:
            raise BadDate(f"“{text}” has more significant digits than its year; write {match['year']}")
        return _calendar_range(text, match["year"][: len(match["year"]) - unknown] + "X" * unknown, None, None)
    if match := LONG_YEAR.fullmatch(text):
        exponent = match["exponent"] or "0"
        if len(match["digits"]) + (int(exponent) if len(exponent) < 5 else 10_000) > 4:
            raise _outside(text)
        raise BadDate(f"“{text}” has Y before a year of up to four digits; write the year alone, as 1939")
    advice = next(advice for pattern, advice in ADVICE if re.fullmatch(pattern, text, re.DOTALL))
    raise BadDate(f"“{_quote(text)}” is not an EDTF date; {advice}")


def _calendar_range(text: str, year: str, month: str | None, day: str | None) -> DayRange:
    """Return the first and last calendar day that match the components of an EDTF date; (None, None) for the year XXXX.

    text: the whole date, for messages. year: four characters, or five with a minus sign. month, day: two characters each,
    or None if the date has none. Each is of digits and X, which stands for any digit; a month from 21 is a season.
    Raises BadDate when no day matches, and, for any year but XXXX, when a day that matches can lie outside the years 1
    to 9999.
    """
    season = SEASONS.get(int(month)) if month and month.isdigit() else None
    months = [season[0]] if season else _matching(month or "XX", range(1, 13))
    days = _matching(day or "XX", range(1, 32))
    if not months:
        raise BadDate(
            f"“{text}” is not a date: months run from 01 to 12 and seasons from 21 to 41; correct the month “{month}”"
        )
    if not days or season and day:
        reason = "a season has no days; leave out" if season else "days run from 01 to 31; correct the day"
        raise BadDate(f"“{text}” is not a date: {reason} “{day}”")
    if year != "XXXX" and (year[0] == "-" or year.replace("X", "0") == "0000"):
        raise _outside(text)
    years = [int(year)] if year.isdigit() else _matching(year, range(1, 10_000))
    first = next(_existing_days(years, months, days), None)
    last = next(_existing_days(years[::-1], months[::-1], days[::-1]), None)
    if first is None:
        raise BadDate(f"“{text}” is not a date: {_why_no_day(year, months)}; correct the day, month or year")
    if year == "XXXX":
        return None, None
    if season:
        turns, month_index = divmod(season[1] - 1, 12)  # turns: of the year
        if (end_year := years[-1] + turns) > 9999:
            raise _outside(text)
        last = date(end_year, month_index + 1, monthrange(end_year, month_index + 1)[1])
    return first, last


@lru_cache(maxsize=1024)
def _matching(pattern: str, values: range) -> list[int]:
    """Return the numbers in `values` that match a pattern of digits and X (any digit), in ascending order.

    Leading zeros count: the pattern 0X matches 1 to 9.
    """
    choices = ("0123456789" if char == "X" else char for char in pattern)
    return [number for digits in product(*choices) if (number := int("".join(digits))) in values]


def _existing_days(years: list[int], months: list[int], days: list[int]) -> Iterator[date]:
    """Yield the days of the calendar with a year, month and day in the given lists, in the order of the lists."""
    for year, month in product(years, months):
        length = monthrange(year, month)[1]
        yield from (date(year, month, day) for day in days if day <= length)


def _why_no_day(year: str, months: list[int]) -> str:
    """Return the reason why a date does not exist: the length of its month, such as “June 1939 has 30 days”.

    year: as written, perhaps with X. months: a list of exactly one month, because of several months one has 31 days.
    """
    (month,) = months
    if not year.isdigit():
        days = "28 days, and 29 in leap years" if month == 2 else "30 days"
        return f"{month_name[month]} has {days}"
    return f"{month_name[month]} {int(year)} has {monthrange(int(year), month)[1]} days"


def _outside(text: str) -> BadDate:
    """Return the error for a date with a year that `datetime.date`, in which bounds are computed, cannot represent."""
    return BadDate(
        f"“{_quote(text)}” can lie outside the years 1 to 9999, to which dates are limited; correct the year"
    )


def _quote(text: str) -> str:
    """Return a text for an error message, cut after MAX_QUOTED characters."""
    return text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}…"


def _find_precision(first: date | None, last: date | None) -> str:
    """Return the precision (day, part-of-month, month, part-of-year, year, years) of a date from `first` to `last`.

    A range that is open on one side (None) has the precision years.
    """
    if first is None or last is None:
        return "years"
    if first == last:
        return "day"
    if (first.year, first.month) == (last.year, last.month):
        return "month" if first.day == 1 and last.day == monthrange(last.year, last.month)[1] else "part-of-month"
    if first.year == last.year:
        return "year" if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) else "part-of-year"
    return "years"
