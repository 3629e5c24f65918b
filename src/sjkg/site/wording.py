"""Dates, figures and language tags as English text, and the texts of texts.toml.

EDTF (https://www.loc.gov/standards/datetime/) writes uncertain, approximate and open dates. The bounds of an event are
four days: the first and last on which it can have begun, and the first and last on which it can have ended.
"""

import re
import tomllib
from calendar import month_name, monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sjkg.core.vocabulary import ONTOLOGY, expand
from sjkg.derive.bounds import intersect
from sjkg.derive.edtf import BOUND_NAMES, Bounds, date_bounds
from sjkg.site.model import Property, Value
from sjkg.snapshot.index.lists import DATE_SEPARATOR
from sjkg.snapshot.index.precomputed import Row
from sjkg.snapshot.index.read import SqlRow

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"  # the bounds of a span that has an open side
NO_DATE = "no date given"


@dataclass(frozen=True)
class EventDate:
    """The date of an event; each part is empty if the graph does not give it.

    wordings: pairs of “begin”, “end” or "" (another part or the whole) and the wording in the article, by date. edtf: as EDTF. basis: stated, context (supplied by the context) or relative (computed from
    another date). stated: `edtf` as text, several dates separated by semicolons. duration: its wording in the article.
    possibly: first to last day on which the event can have been under way, as text; "" if its date has no end. certainly: the days on which it
    certainly was, as text. is_computed: the two do not follow from the date of the event alone, but also from those of
    other events. undated: reason for the lack of a date.
    """

    wordings: tuple[tuple[str, Value], ...]
    edtf: tuple[Value, ...]
    basis: tuple[Value, ...]
    stated: str
    duration: tuple[Value, ...]
    possibly: str
    certainly: str
    is_computed: bool
    undated: tuple[Value, ...]


def read_event_date(statements: Iterable[Property]) -> EventDate:
    """Return the date of an event from the statements about it."""
    values = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in statements if prop.iri.startswith(ONTOLOGY)}

    def day(name: str) -> date | None:
        found = [value.text for value in values.get(name, ())]
        return date.fromisoformat(found[0]) if found else None

    edtf = values.get("date", ())
    own = dict(intersect(map(date_bounds, (value.text for value in edtf))).items()) if edtf else {}
    return EventDate(
        wordings=_order_wordings(values.get("dateText", ()), own),
        edtf=edtf,
        stated="; ".join(dict.fromkeys(edtf_in_words(value.text) for value in edtf)),
        basis=values.get("dateBasis", ()),
        duration=values.get("durationText", ()),
        possibly="" if is_open_ended(v.text for v in edtf) else days_in_words(day("earliestBegin"), day("latestEnd")),
        certainly=days_in_words(day("latestBegin"), day("earliestEnd")),
        is_computed=any(day(name) != own.get(name) for name in BOUND_NAMES),
        undated=values.get("undatedReason", ()),
    )


def _order_wordings(wordings: Iterable[Value], own: Mapping[str, date]) -> tuple[tuple[str, Value], ...]:
    """Return the wordings of a date by their days, each after “begin” or “end” if only that is on its day, else "".

    own: the bounds of the event's own dates by the local names of their properties. A wording without a year is of the
    year of the first bound; one without a month comes first.
    """
    year = min(own.values()).year if own else 0
    exact = [(own.get(low), own.get(high)) for low, high in (BOUND_NAMES[:2], BOUND_NAMES[2:])]
    begin, end = (first if first == last else None for first, last in exact)
    pairs = []
    for wording in wordings:
        day = _read_day(wording.text, year)
        side = "" if begin == end or 0 in day else {begin: "begin", end: "end"}.get(date(*day), "")
        pairs.append((day, side, wording))
    return tuple((side, wording) for _, side, wording in sorted(pairs, key=lambda pair: (pair[0], pair[2].text)))


def _read_day(text: str, year: int) -> tuple[int, int, int]:
    """Return year, month and day of an English date in any order, each 0 if `text` does not have it. year: the default."""
    month = next((number for number, name in enumerate(month_name) if name and name in text), 0)
    years, days = re.findall(r"\b\d{4}\b", text), re.findall(r"\b\d{1,2}\b", text)
    day = int(days[0]) if days and month else 0
    found = int(years[0]) if years else year
    return (found, month, day) if not day or day <= monthrange(found or 1, month)[1] else (found, month, 0)


def days_in_words(first: date | None, last: date | None) -> str:
    """Return a span of days, both included, as text; "" if a day is None or the last is before the first.

    The text is as short as possible without ambiguity: “8 January 1935”, “March 1936”, “1936” or “1 to 10 March 1936”.
    """
    if first is None or last is None or first > last:
        return ""
    if first == last:
        return _date_in_words(last)
    if _is_whole_months(first, last):
        return _months_in_words(first, last)
    return _join(_date_in_words(first), "to", _date_in_words(last))


def begin_sort_key(row: Row) -> tuple[str, str, str]:
    """Return the key by which to sort query rows: by ?begin, then by ?end (ISO days), then by the IRI of ?event.

    Rows in which ?begin is unbound sort last.
    """
    begin, end = (row[key].value if key in row else "9" for key in ("begin", "end"))
    return begin, end, row["event"].value


def edtf_in_words(text: str) -> str:
    """Return an EDTF date as text, such as “some time in March 1936” or “about 7 to 20 August 1939”.

    If neither a first nor a last day follows from the date, `text` itself is returned.
    """
    return bounds_in_words(date_bounds(text), "about " if "~" in text or "%" in text else "") or text


def event_date_in_words(row: SqlRow) -> str:
    """Return the date of an event as text: by its own dates, or else by its computed bounds, marked “(computed)”.

    Days on which it was certainly under way, by other events, are added if none follows from its own dates.
    row: of the list of events in the index. The text of an event without dates and bounds is NO_DATE.
    """
    columns = ("begin", "sureBegin", "sureEnd", "end")
    known = Bounds(*(date.fromisoformat(row[column]) if row[column] else None for column in columns))
    if not row["date"]:
        words = bounds_in_words(known)
        return f"{words} (computed)" if words else NO_DATE
    dates = row["date"].split(DATE_SEPARATOR)
    own = intersect(map(date_bounds, dates))
    words = edtf_in_words(dates[0]) if len(dates) == 1 else bounds_in_words(own)
    certainly = days_in_words(known.latest_begin, known.earliest_end)
    if not certainly or days_in_words(own.latest_begin, own.earliest_end):
        return words
    return f"{words}; certainly {certainly} (computed)"


def is_open_ended(dates: Iterable[str]) -> bool:
    """Return whether the EDTF dates of an event are intervals of which none has an end."""
    return bool(found := list(dates)) and all("/" in text and date_bounds(text).latest_end is None for text in found)


def bounds_in_words(bounds: Bounds, about: str = "") -> str:
    """Return the first and last possible day of begin and end as text; "" if both the first and the last are None.

    A span somewhere in which the event lies reads “some time in 1935”, “24 or 25 December 1935” or “between 8 January
    and 31 December 1935”; a span that it fills “1 to 10 March 1936”; one without end “from 1914, end not given”. about:
    word to put before approximate days.
    """
    begin, end = (bounds.earliest_begin, bounds.latest_begin), (bounds.earliest_end, bounds.latest_end)
    first, last = begin[0], end[1]
    if first and last:
        if begin[1] == last and end[0] == first:
            return _some_day_in_words(first, last, about)
        started, ended = range_in_words(*begin), range_in_words(*end)
        if "between" in started or "between" in ended:
            return f"began {about}{started}, ended {about}{ended}"
        is_vague = begin[1] and end[0] and end[0] != last and end[0] <= begin[1]
        return f"{about}{started} to some time in {ended}" if is_vague else about + _join(started, "to", ended)
    if first:
        started = range_in_words(*begin)
        if "between" in started or "later" in started:
            return f"{_date_in_words(first)} or later"
        return f"from {about}{started}, end not given"
    if last:
        ended = range_in_words(*end)
        if "between" in ended or "earlier" in ended:
            return f"{_date_in_words(last)} or earlier"
        return f"until {about}{ended}, begin not given"
    return ""


def _some_day_in_words(first: date, last: date, about: str) -> str:
    """Return as text that something was on one or several days from `first` to `last`. about: as for bounds_in_words."""
    if first == last:
        return about + _date_in_words(first)
    if _is_whole_months(first, last):
        months = _months_in_words(first, last)
        return f"some time {'from' if ' to ' in months else 'in'} {about}{months}"
    ends = _date_in_words(first), _date_in_words(last)
    if last - first == timedelta(days=1):
        return about + _join(ends[0], "or", ends[1])
    return f"between {about}{_join(ends[0], 'and', ends[1])}"


def range_in_words(first: date | None, last: date | None) -> str:
    """Return the days of which one is a begin or end as text: “8 March 1936”, “March 1936”, “1936” or “between … and …”.

    A day without limit on one side reads “8 March 1936 or later”.
    """
    if first is None or last is None:
        return f"{_date_in_words(first)} or later" if first else f"{_date_in_words(last)} or earlier" if last else ""
    if first == last:
        return _date_in_words(first)
    if _is_whole_months(first, last) and " to " not in (months := _months_in_words(first, last)):
        return months
    return f"between {_join(_date_in_words(first), 'and', _date_in_words(last))}"


def _join(first: str, word: str, last: str) -> str:
    """Return two dates of the same form with a word between them; their common month and year are written once."""
    start, end = first.split(), last.split()
    while len(start) == len(end) > 1 and start[-1] == end[-1] and start[:-1] != end[:-1]:
        start, end = start[:-1], end[:-1]
    return f"{' '.join(start)} {word} {last}"


def _is_whole_months(first: date, last: date) -> bool:
    """Return whether a span of days, both included, consists of whole calendar months."""
    return first.day == 1 and (last + timedelta(days=1)).day == 1


def was_certainly_under_way(row: SqlRow, span: tuple[str, str]) -> bool:
    """Return whether an event was certainly under way on at least one day of a span. row: of the list of events."""
    begun = min(filter(None, (row["sureBegin"], row["end"])), default="9")
    ended = max(filter(None, (row["sureEnd"], row["begin"])), default="")
    return bool(begun <= span[1] and ended >= span[0])


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


def count_in_words(exact: int | None, least: int | None, greatest: int | None, words: str | None) -> str:
    """Return a figure as text: “1,300”, “5–6”, “over 100”, “at most 20”, or else the article's word for it.

    exact, least, greatest: whole numbers, bounds included, or None. words: the article's word, or None; "" is returned
    if all four are None.
    """
    if exact is not None:
        return f"{exact:,}"
    if least is not None and greatest is not None:
        return f"{least:,}–{greatest:,}"
    if least is not None:
        return f"over {least - 1:,}" if least % 10 == 1 else f"at least {least:,}"
    if greatest is not None:
        return f"under {greatest + 1:,}" if greatest % 10 == 9 else f"at most {greatest:,}"
    return words or ""


LANGUAGES = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "ja": "Japanese",
    "ko": "Korean",
    "mn": "Mongolian",
    "ru": "Russian",
    "zh": "Chinese",
}
SCRIPTS = {
    "hrkt": "in kana",
    "latn": "in Latin letters",
    "cyrl": "in Cyrillic",
    "hans": "in simplified characters",
    "hant": "in traditional characters",
    "pinyin": "(pinyin)",
}


def language_name(tag: str) -> str:
    """Return a BCP 47 language tag as text, such as “Japanese in Latin letters”; unknown subtags are kept as they are.

    Source: https://www.rfc-editor.org/info/bcp47
    """
    language, *rest = tag.lower().split("-")
    return " ".join([LANGUAGES.get(language, language), *(SCRIPTS.get(part, part) for part in rest)])


_TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))

EXTERNAL_LABELS: dict[str, str] = {expand(name): label for name, label in _TEXTS["external_labels"].items()}  # by IRI
RULES: dict[str, str] = _TEXTS["rules"]  # by the name of the rule
PHRASES: dict[str, str] = {expand(name): text for name, text in _TEXTS["phrases"].items()}  # verb phrases by property
COLUMN_TITLES: dict[str, str] = _TEXTS["column_titles"]  # by the variable of the list's query
BUILDER_PATHS: list[dict[str, str]] = _TEXTS["builder_paths"]  # key, kind, name, definition and path of each
BUILDER_FIRST: dict[str, tuple[str, ...]] = {name: tuple(keys) for name, keys in _TEXTS["builder_first"].items()}
BUILDER_TEXTS: dict[str, str] = _TEXTS["builder_texts"]  # definitions of “when” and “figure”
