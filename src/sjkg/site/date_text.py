"""Dates as English text: of events, of EDTF values, of spans of days.

EDTF (https://www.loc.gov/standards/datetime/) writes uncertain, approximate and open dates. The bounds of an event are
four days: the first and last on which it can have begun, and the first and last on which it can have ended.
"""

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
    """The date of an event; each part is empty if the graph does not give it.

    wordings: in the article. edtf: as EDTF. basis: stated, context (supplied by the context) or relative (computed from
    another date). duration: its wording in the article. possibly: first to last day on which the event can have been
    under way, as text. certainly: the days on which it certainly was, as text. undated: reason for the lack of a date.
    """

    wordings: tuple[Value, ...]
    edtf: tuple[Value, ...]
    basis: tuple[Value, ...]
    duration: tuple[Value, ...]
    possibly: str
    certainly: str
    undated: tuple[Value, ...]


def read_event_date(statements: Iterable[Property]) -> EventDate:
    """Return the date of an event from the statements about it."""
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
    """Return a span of days, both included, as text; "" if a day is None or the last is before the first.

    The text is as short as possible without ambiguity: “8 January 1935”, “March 1936”, “1936” or “1 to 10 March 1936”.
    """
    if first is None or last is None or first > last:
        return ""
    if first == last:
        return _date_in_words(last)
    begins, ends = first.day == 1, (last + timedelta(days=1)).day == 1
    if begins and ends:
        return _months_in_words(first, last)
    begin = str(first.day) if (first.year, first.month) == (last.year, last.month) else _date_in_words(first)
    return f"{begin} to {_date_in_words(last)}"


def iso_days_in_words(first: str | None, last: str | None) -> str:
    """Return the span between two ISO 8601 days as text, such as “1 to 10 March 1936”.

    It is "" if a day is None, or the last is before the first.
    """
    return days_in_words(date.fromisoformat(first), date.fromisoformat(last)) if first and last else ""


def row_date_in_words(row: Row) -> str:
    """Return the span from ?begin to ?end (xsd:date) of a query row as text, “March 1936”; "" if one is unbound."""
    return iso_days_in_words(row["begin"].value, row["end"].value) if "begin" in row and "end" in row else ""


def begin_sort_key(row: Row) -> tuple[str, str]:
    """Return a sort key of a query row: ?begin, or a later value if unbound, then the IRI of ?event."""
    return row["begin"].value if "begin" in row else "9", row["event"].value


def edtf_in_words(text: str) -> str:
    """Return the days that an EDTF date may span as text, such as “about 7 to 20 August 1939”.

    With an open end it is “since July 1937”; for one unknown day of an open set, “11 August 1938 or later”. `text`
    itself is returned if neither a first nor a last day follows from it.
    """
    bounds = date_bounds(text)
    first, last = bounds.earliest_begin, bounds.latest_end
    if first and last:
        words = days_in_words(first, last)
    elif first:
        known = bounds.latest_begin
        words = f"since {days_in_words(first, known)}" if known else f"{_date_in_words(first)} or later"
    elif last:
        known = bounds.earliest_end
        words = f"until {days_in_words(known, last)}" if known else f"{_date_in_words(last)} or earlier"
    else:
        return text
    return f"about {words}" if "~" in text or "%" in text else words


def span_in_words(span: tuple[str, str]) -> str:
    """Return a selected span of two ISO days with a preposition: “on 20 August 1939”, “within 1 to 16 May 1939”.

    A span that starts on FIRST_DAY reads “until …”, one that ends on LAST_DAY “since …”.
    """
    first, last = (date.fromisoformat(day) for day in span)
    if first == last:
        return f"on {_date_in_words(first)}"
    if span[0] == FIRST_DAY:
        return f"until {_date_in_words(last)}"
    return f"since {_date_in_words(first)}" if span[1] == LAST_DAY else f"within {days_in_words(first, last)}"


def day_in_words(moment: str) -> str:
    """Return the day of an ISO 8601 date or date-time as text: “24 November 2026”. Raises ValueError for other text."""
    return _date_in_words(datetime.fromisoformat(moment))


def _months_in_words(first: date, last: date) -> str:
    """Return a span of whole months as text: “March 1936”, “January to March 1936”, “1936”, “1932 to 1939”.

    first: the first day of its first month. last: the last day of its last month.
    """
    if first.month == 1 and last.month == 12:
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%B %Y}"
    return f"{first:%B}{f' {first.year}' * (first.year != last.year)} to {last:%B %Y}"


def _date_in_words(day: date) -> str:
    """Return a day as text: “24 November 2026”."""
    return f"{day.day} {day:%B %Y}"
