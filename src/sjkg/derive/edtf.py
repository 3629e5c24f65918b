"""From a date as the article gives it (EDTF) to the days between which it lies."""

import re
from calendar import monthrange
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from edtf import Interval, MultipleDates, UnspecifiedIntervalSection
from edtf.parser import grammar
from pyparsing import ParseException, ParserElement

from sjkg.core.errors import BadDate

MAX_LENGTH = 200  # what edtf takes grows with the square of it
EXPONENT = re.compile(r"\d[Ee]\d")  # edtf would write the number out
LEVELS = (grammar.date, grammar.level0Expression, grammar.level1Expression, grammar.level2Expression)
# edtf turns this on for every grammar of the process; rdflib's SPARQL takes twice as long with it, edtf no less without.
ParserElement.disable_memoization()


@dataclass(frozen=True)
class Bounds:
    """The first and last day on which something can have begun and ended; None on a side left open."""

    earliest_begin: date | None
    latest_begin: date | None
    earliest_end: date | None
    latest_end: date | None
    precision: str


@lru_cache(maxsize=4096)
def date_bounds(text: str) -> Bounds:
    """Return the bounds of an EDTF text.

    A day, month, year, season or one-of-a-set is an event at some time within it: its begin and its end both lie between
    its first and its last day. An interval A/B, and a set {A,B}, begins within A and ends within B. The qualifiers ~ and ? widen nothing:
    how far "about" reaches is not for us to guess.
    Raises BadDate when the text is no EDTF of levels 0–2 or ends before it begins.
    Source: EDTF, https://www.loc.gov/standards/datetime/
    """
    if len(text) > MAX_LENGTH or EXPONENT.search(text):
        raise BadDate(
            f"“{text[:MAX_LENGTH]}” is longer than a date can be, or has a year in powers of ten; write it in full"
        )
    begin, end, precision = _sides(_parse(text))
    bounds = Bounds(*begin, *end, precision)
    if bounds.earliest_begin and bounds.latest_end and bounds.earliest_begin > bounds.latest_end:
        raise BadDate(f"“{text}” ends before it begins; swap its two sides or mend the wrong one")
    return bounds


def _parse(text: str):
    """Return a date as edtf reads it, the plainest grammar first: a third of the time of all levels at once."""
    for level in LEVELS:
        # where its grammar lets a text pass that its classes cannot hold, edtf prints that and breaks off
        with suppress(ParseException, AttributeError, TypeError), redirect_stdout(None):
            return level.parse_string(text.strip(), parse_all=True)[0]
    raise BadDate(f"“{text}” is no EDTF date; write a day as 1935-01-08, a month as 1935-06, a span as 1932/1939")


def _sides(parsed) -> tuple[tuple, tuple, str]:
    """Return the spans within which the date begins and ends, and its precision."""
    if isinstance(parsed, Interval):
        return _span(parsed.lower), _span(parsed.upper), "interval"
    if isinstance(parsed, MultipleDates):
        return _span(parsed.objects[0]), _span(parsed.objects[-1]), "interval"
    span = _span(parsed)
    return span, span, _precision(*span)


def _span(moment) -> tuple[date | None, date | None]:
    """Return the first and last day of one side of a date; (None, None) where it is open or unknown."""
    if isinstance(moment, UnspecifiedIntervalSection):
        return None, None
    try:
        return _day(moment.lower_strict()), _day(moment.upper_strict())
    except ValueError as error:
        raise BadDate(f"“{moment}” lies outside the years 1 to 9999") from error


def _day(moment) -> date | None:
    """Return the calendar day of a struct_time; None for an infinity, which stands for an open side."""
    return None if isinstance(moment, float) else date(*moment[:3])


def _precision(first: date | None, last: date | None) -> str:
    """Return the date-precision concept of a date that can lie anywhere between two days."""
    if first is None or last is None:
        return "years"
    if first == last:
        return "day"
    if (first.year, first.month) == (last.year, last.month):
        return "month" if first.day == 1 and last.day == monthrange(last.year, last.month)[1] else "part-of-month"
    if first.year == last.year:
        return "year" if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) else "part-of-year"
    return "years"
