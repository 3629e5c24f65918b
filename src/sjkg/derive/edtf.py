"""Bounds of dates in Extended Date/Time Format (EDTF): the first and last day on which an event can begin and end.

Source: https://www.loc.gov/standards/datetime/ (levels 0 to 2, years 1 to 9999).
"""

import re
from calendar import monthrange
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import struct_time
from typing import Any

from edtf import Interval, MultipleDates, UnspecifiedIntervalSection
from edtf.parser import grammar
from pyparsing import ParseException, ParserElement

from sjkg.core.errors import BadDate

MAX_LENGTH = 200  # in characters; the run time of the edtf library grows with its square
EXPONENT = re.compile(r"\d[Ee]\d")  # the edtf library would write such a number out in full
LEVELS = (grammar.date, grammar.level0Expression, grammar.level1Expression, grammar.level2Expression)
# The edtf library turns memoisation on for all pyparsing grammars of the process: rdflib's SPARQL parser then takes
# twice as long, and edtf is no faster for it.
ParserElement.disable_memoization()

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

    precision: day, part-of-month, month, part-of-year, year, years or interval, concepts of the scheme date-precision.
    """

    precision: str = ""


@lru_cache(maxsize=4096)
def date_bounds(text: str) -> EdtfDate:
    """Return the bounds and precision of a text in Extended Date/Time Format (EDTF).

    Begin and end of a day, month, year, season or one-of-a-set both lie between its first and its last day. An interval
    A/B, and a set {A,B}, begins within A and ends within B. The qualifiers ~ and ? do not change the bounds, because EDTF
    does not define how far “approximate” reaches.
    Raises BadDate when the text is not EDTF of levels 0 to 2, ends before it begins, lies outside the years 1 to 9999,
    has more than MAX_LENGTH characters, or has a year with an exponent.
    Source: https://www.loc.gov/standards/datetime/
    """
    if len(text) > MAX_LENGTH:
        raise BadDate(
            f"“{text[:20]}…” is longer than a date can be, {MAX_LENGTH} characters; write an EDTF date as 1932-03/1939-09"
        )
    if EXPONENT.search(text):
        raise BadDate(f"“{text}” has a year in powers of ten; write the year with four digits, as 1939")
    begin, end, precision = _date_ranges(_parse(text))
    bounds = EdtfDate(*begin, *end, precision)
    if bounds.earliest_begin and bounds.latest_end and bounds.earliest_begin > bounds.latest_end:
        raise BadDate(f"“{text}” ends before it begins; exchange the dates before and after “/” or correct one of them")
    return bounds


def _parse(text: str) -> Any:
    """Return the object of the edtf library, such as an Interval, for an EDTF text. Raises BadDate for another text.

    The simplest grammar is tried first; this takes a third of the run time of the general one.
    """
    for level in LEVELS:
        # edtf prints a message and raises one of these when its grammar accepts a text that its classes cannot represent
        with suppress(ParseException, AttributeError, TypeError), redirect_stdout(None):
            return level.parse_string(text.strip(), parse_all=True)[0]
    raise BadDate(f"“{text}” is not an EDTF date; write a day as 1935-01-08, a month as 1935-06, a span as 1932/1939")


def _date_ranges(parsed: Any) -> tuple[DayRange, DayRange, str]:
    """Return three facts of an EDTF date that the edtf library has parsed: days of begin, days of end, and precision.

    The days are pairs of first and last possible day, None where open; the precision is that of `EdtfDate`.
    """
    if isinstance(parsed, Interval):
        return _day_range(parsed.lower), _day_range(parsed.upper), "interval"
    if isinstance(parsed, MultipleDates):
        return _day_range(parsed.objects[0]), _day_range(parsed.objects[-1]), "interval"
    span = _day_range(parsed)
    return span, span, _find_precision(*span)


def _day_range(moment: Any) -> DayRange:
    """Return the first and last day that a parsed date, or one side of an interval, can mean; (None, None) if open.

    Raises BadDate outside the years 1 to 9999.
    """
    if isinstance(moment, UnspecifiedIntervalSection):
        return None, None
    try:
        return _to_day(moment.lower_strict()), _to_day(moment.upper_strict())
    except ValueError as error:
        raise BadDate(f"“{moment}” lies outside the years 1 to 9999; correct the year") from error


def _to_day(moment: struct_time | float) -> date | None:
    """Return the calendar day of a struct_time; None for an infinity, which the edtf library uses for an open side."""
    return None if isinstance(moment, float) else date(*moment[:3])


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
