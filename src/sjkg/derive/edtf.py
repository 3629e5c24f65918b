"""Bounds of EDTF dates: the first and last day on which an event so dated can begin and end."""

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


NAMES = ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")  # local names of the properties
Days = tuple[date | None, date | None]  # first and last day; None where open


@dataclass(frozen=True)
class Bounds:
    """The first and last day on which something can have begun and ended; None where unknown or open."""

    earliest_begin: date | None = None
    latest_begin: date | None = None
    earliest_end: date | None = None
    latest_end: date | None = None

    def items(self) -> list[tuple[str, date]]:
        """Return the known bounds as pairs of the property's local name and the day."""
        values = (self.earliest_begin, self.latest_begin, self.earliest_end, self.latest_end)
        return [(name, day) for name, day in zip(NAMES, values, strict=True) if day is not None]


@dataclass(frozen=True)
class EdtfDate(Bounds):
    """The bounds of an EDTF date and its precision, the local name of a concept of the scheme date-precision."""

    precision: str = ""


@lru_cache(maxsize=4096)
def date_bounds(text: str) -> EdtfDate:
    """Return the bounds and precision of an EDTF text.

    Begin and end of a day, month, year, season or one-of-a-set both lie between its first and its last day. An interval
    A/B, and a set {A,B}, begins within A and ends within B. The qualifiers ~ and ? do not change the bounds, because EDTF
    does not define how far “approximate” reaches.
    Raises BadDate when the text is not EDTF of levels 0 to 2, ends before it begins, lies outside the years 1 to 9999,
    is longer than MAX_LENGTH, or has a year with an exponent.
    Source: Extended Date/Time Format, https://www.loc.gov/standards/datetime/
    """
    if len(text) > MAX_LENGTH or EXPONENT.search(text):
        raise BadDate(
            f"“{text[:MAX_LENGTH]}” is longer than {MAX_LENGTH} characters, or has a year in powers of ten; write it in full"
        )
    begin, end, precision = _sides(_parse(text))
    bounds = EdtfDate(*begin, *end, precision)
    if bounds.earliest_begin and bounds.latest_end and bounds.earliest_begin > bounds.latest_end:
        raise BadDate(f"“{text}” ends before it begins; swap its two sides or correct one of them")
    return bounds


def _parse(text: str) -> Any:
    """Return the object of the edtf library for a text. The simplest grammar comes first: a third of the run time."""
    for level in LEVELS:
        # edtf prints a message and raises one of these when its grammar accepts a text that its classes cannot represent
        with suppress(ParseException, AttributeError, TypeError), redirect_stdout(None):
            return level.parse_string(text.strip(), parse_all=True)[0]
    raise BadDate(f"“{text}” is not an EDTF date; write a day as 1935-01-08, a month as 1935-06, a span as 1932/1939")


def _sides(parsed: Any) -> tuple[Days, Days, str]:
    """Return the days within which a date begins, those within which it ends, and its precision."""
    if isinstance(parsed, Interval):
        return _span(parsed.lower), _span(parsed.upper), "interval"
    if isinstance(parsed, MultipleDates):
        return _span(parsed.objects[0]), _span(parsed.objects[-1]), "interval"
    span = _span(parsed)
    return span, span, _precision(*span)


def _span(moment: Any) -> Days:
    """Return the first and last day of one side of a date; (None, None) for an open or unknown side."""
    if isinstance(moment, UnspecifiedIntervalSection):
        return None, None
    try:
        return _day(moment.lower_strict()), _day(moment.upper_strict())
    except ValueError as error:
        raise BadDate(f"“{moment}” lies outside the years 1 to 9999") from error


def _day(moment: struct_time | float) -> date | None:
    """Return the calendar day of a struct_time; None for an infinity, which edtf uses for an open side."""
    return None if isinstance(moment, float) else date(*moment[:3])


def _precision(first: date | None, last: date | None) -> str:
    """Return the precision of a date that can lie on any day from `first` to `last`."""
    if first is None or last is None:
        return "years"
    if first == last:
        return "day"
    if (first.year, first.month) == (last.year, last.month):
        return "month" if first.day == 1 and last.day == monthrange(last.year, last.month)[1] else "part-of-month"
    if first.year == last.year:
        return "year" if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) else "part-of-year"
    return "years"
