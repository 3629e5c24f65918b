"""The date of an event: as written, and what it certainly and possibly spans."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.derive.edtf import date_bounds
from sjkg.site.model import Property, Value

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"  # the bounds of a span that has an open side


@dataclass(frozen=True)
class Span:
    """A date; every part is empty where the graph has none.

    wordings: the article's; edtf: as the graph writes it; possibly: the first to the last day it may have been under
    way; certainly: the days on which it was, if the date tells any; undated: why there is no date.
    """

    wordings: tuple[Value, ...]
    edtf: tuple[Value, ...]
    basis: tuple[Value, ...]
    duration: tuple[Value, ...]
    possibly: str
    certainly: str
    undated: tuple[Value, ...]


def read_span(statements: Iterable[Property]) -> Span:
    """Return the date that the statements of an event give."""
    values = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in statements if prop.iri.startswith(ONTOLOGY)}

    def day(name: str) -> date | None:
        found = [value.text for value in values.get(name, ())]
        return date.fromisoformat(found[0]) if found else None

    first, last = day("earliestBegin"), day("latestEnd")
    certain_first, certain_last = day("latestBegin"), day("earliestEnd")
    return Span(
        *(values.get(name, ()) for name in ("dateText", "date", "dateBasis", "durationText")),
        possibly=in_words(first, last),
        certainly=in_words(certain_first, certain_last),
        undated=values.get("undatedReason", ()),
    )


def in_words(first: date | None, last: date | None) -> str:
    """Return “8 January 1935”, “March 1936”, “1936” or “1 to 10 March 1936”, as short as it stays clear; "" for no span."""
    if first is None or last is None or first > last:
        return ""
    if first == last:
        return _day(last)
    begins, ends = first.day == 1, (last + timedelta(days=1)).day == 1
    if begins and ends:
        return _months(first, last)
    begin = str(first.day) if (first.year, first.month) == (last.year, last.month) else _day(first)
    return f"{begin} to {_day(last)}"


def edtf_in_words(text: str) -> str:
    """Return the days that a date in EDTF may span, in words, as the text itself where it has no day at all.

    “about 7 to 20 August 1939”; with a side left open “since July 1937”, or where only one day of them is meant “11 August
    1938 or later”.
    """
    bounds = date_bounds(text)
    first, last = bounds.earliest_begin, bounds.latest_end
    if first and last:
        words = in_words(first, last)
    elif first:
        known = bounds.latest_begin
        words = f"since {in_words(first, known)}" if known else f"{_day(first)} or later"
    elif last:
        known = bounds.earliest_end
        words = f"until {in_words(known, last)}" if known else f"{_day(last)} or earlier"
    else:
        return text
    return f"about {words}" if "~" in text or "%" in text else words


def span_in_words(span: tuple[str, str]) -> str:
    """Return a span of days in words: “on 20 August 1939”, “between 1 May 1939 and 16 September 1939”, “until …”."""
    first, last = (date.fromisoformat(day) for day in span)
    if first == last:
        return f"on {in_words(first, last)}"
    if span[0] == FIRST_DAY:
        return f"until {in_words(last, last)}"
    return f"since {in_words(first, first)}" if span[1] == LAST_DAY else f"within {in_words(first, last)}"


def day_in_words(moment: str) -> str:
    """Return the day of a moment in ISO form in words: “24 November 2026”."""
    return _day(datetime.fromisoformat(moment))


def _months(first: date, last: date) -> str:
    """Return whole months: “March 1936”, “January to March 1936”, “1936”, “1932 to 1939”."""
    if first.month == 1 and last.month == 12:
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%B %Y}"
    return f"{first:%B}{f' {first.year}' * (first.year != last.year)} to {last:%B %Y}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
