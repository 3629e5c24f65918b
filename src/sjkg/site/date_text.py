"""Dates as English text: of events, of EDTF values, of spans of days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.derive.edtf import date_bounds
from sjkg.site.model import Property, Value
from sjkg.snapshot.index.precomputed import Row

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"  # the bounds of a span that has an open side
NO_DATE = "no date given"


@dataclass(frozen=True)
class EventDate:
    """The date of an event; each part is empty where the graph has none.

    wordings: as the article writes it; edtf: as the graph writes it; basis: stated, from the context, or relative.
    possibly: the first to the last day it may have been under way, as text; certainly: the days it certainly was.
    undated: the reason why it has no date.
    """

    wordings: tuple[Value, ...]
    edtf: tuple[Value, ...]
    basis: tuple[Value, ...]
    duration: tuple[Value, ...]
    possibly: str
    certainly: str
    undated: tuple[Value, ...]


def read_event_date(statements: Iterable[Property]) -> EventDate:
    """Return the date that the statements about an event give."""
    values = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in statements if prop.iri.startswith(ONTOLOGY)}

    def day(name: str) -> date | None:
        found = [value.text for value in values.get(name, ())]
        return date.fromisoformat(found[0]) if found else None

    return EventDate(
        wordings=values.get("dateText", ()),
        edtf=values.get("date", ()),
        basis=values.get("dateBasis", ()),
        duration=values.get("durationText", ()),
        possibly=days_in_words(day("earliestBegin"), day("latestEnd")),
        certainly=days_in_words(day("latestBegin"), day("earliestEnd")),
        undated=values.get("undatedReason", ()),
    )


def days_in_words(first: date | None, last: date | None) -> str:
    """Return a span of days as text, "" if a day is missing or the last comes before the first.

    As short as it is unambiguous: “8 January 1935”, “March 1936”, “1936” or “1 to 10 March 1936”.
    """
    if first is None or last is None or first > last:
        return ""
    if first == last:
        return _day(last)
    begins, ends = first.day == 1, (last + timedelta(days=1)).day == 1
    if begins and ends:
        return _months(first, last)
    begin = str(first.day) if (first.year, first.month) == (last.year, last.month) else _day(first)
    return f"{begin} to {_day(last)}"


def iso_days_in_words(first: str | None, last: str | None) -> str:
    """Return what `days_in_words` does for days in ISO 8601 form."""
    return days_in_words(date.fromisoformat(first), date.fromisoformat(last)) if first and last else ""


def row_date_in_words(row: Row) -> str:
    """Return the span from ?begin to ?end of a query row as text, "" if one of them is unbound."""
    return iso_days_in_words(row["begin"].value, row["end"].value) if "begin" in row and "end" in row else ""


def by_begin(row: Row) -> tuple[str, str]:
    """Return a sort key of a query row with ?event: its ?begin, without one last, then the IRI of the event."""
    return row["begin"].value if "begin" in row else "9", row["event"].value


def edtf_in_words(text: str) -> str:
    """Return the days that an EDTF date may span as text; `text` itself if no day of it is known.

    “about 7 to 20 August 1939”; with an open side “since July 1937”, or where only one day of the set is meant
    “11 August 1938 or later”.
    """
    bounds = date_bounds(text)
    first, last = bounds.earliest_begin, bounds.latest_end
    if first and last:
        words = days_in_words(first, last)
    elif first:
        known = bounds.latest_begin
        words = f"since {days_in_words(first, known)}" if known else f"{_day(first)} or later"
    elif last:
        known = bounds.earliest_end
        words = f"until {days_in_words(known, last)}" if known else f"{_day(last)} or earlier"
    else:
        return text
    return f"about {words}" if "~" in text or "%" in text else words


def span_in_words(span: tuple[str, str]) -> str:
    """Return a chosen span of ISO days with its preposition: “on 20 August 1939”, “within 1 May to 16 September 1939”.

    A span from FIRST_DAY reads “until …”, one to LAST_DAY “since …”.
    """
    first, last = (date.fromisoformat(day) for day in span)
    if first == last:
        return f"on {_day(first)}"
    if span[0] == FIRST_DAY:
        return f"until {_day(last)}"
    return f"since {_day(first)}" if span[1] == LAST_DAY else f"within {days_in_words(first, last)}"


def day_in_words(moment: str) -> str:
    """Return the day of an ISO 8601 date or date-time as text: “24 November 2026”."""
    return _day(datetime.fromisoformat(moment))


def _months(first: date, last: date) -> str:
    """Return whole months as text: “March 1936”, “January to March 1936”, “1936”, “1932 to 1939”."""
    if first.month == 1 and last.month == 12:
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%B %Y}"
    return f"{first:%B}{f' {first.year}' * (first.year != last.year)} to {last:%B %Y}"


def _day(day: date) -> str:
    """Return a day as text: “24 November 2026”."""
    return f"{day.day} {day:%B %Y}"
