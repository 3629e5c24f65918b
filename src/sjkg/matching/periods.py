"""Dates of records as periods of possible days, read from EDTF, ISO 8601 and a few English forms.

Other datasets write a year or month that alone is known as its first day (1938-01-01): such a day is a *placeholder*, which
may mean the day, the month or the year.
"""

import re
from calendar import month_name, monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MINYEAR, date

from sjkg.core.bounded_cache import bounded_cache
from sjkg.derive.edtf import date_bounds

MONTHS = {name[:3].lower(): number for number, name in enumerate(month_name) if number}
MONTH = rf"(?P<month>{'|'.join(name for name in MONTHS)})[a-z]*\.?"
YEAR = r"(?P<year>\d{3,4})"
ENGLISH = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{MONTH},?\s+{YEAR}",
        rf"{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{YEAR}",
        rf"{MONTH},?\s+{YEAR}",
    )
)
MOMENT = re.compile(r"(-?\d{4}-\d\d-\d\d)[T ]\d\d:\d\d.*")  # a day with a time
ZONED = re.compile(r"(-?\d{4}(?:-\d\d(?:-\d\d)?)?)(?:Z|[+-]\d\d:\d\d)")  # as of xsd:date
SHORT_YEAR = re.compile(r"[+-]?\d{1,4}(?:\.0+)?")
DASH = re.compile(r"\s*[-–—]\s*")
BETWEEN = re.compile(r"\s+(?:[-–—]|to|until)\s+")
WORDS = re.compile(r"[A-Za-z]+|\d+")
TWO_YEARS = re.compile(r"(\d{4})\s*[-–—]\s*(\d{4})|(\d{4})[–—](\d\d)")
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
BEFORE_CHRIST = re.compile(r".*\d\s*B\.?C\.?(?:E\.?)?", re.IGNORECASE)
PART = re.compile(
    r"^(?:early|mid|late|beginning of|end of|spring|summer|autumn|fall|winter)[ -]+(?:of )?(?=.*\d{3})", re.IGNORECASE
)
SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
CIRCA = re.compile(r"^(?:c|ca|circa|about|around)\.?\s*(?=\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Period:
    """The days on which something can have begun or ended. first, last: None where open.

    is_placeholder: whether it was written as a day that may stand for the whole year or month, which are then its bounds.
    """

    first: date | None
    last: date | None
    is_placeholder: bool = False

    @property
    def days(self) -> int | None:
        """Return the number of days; None if it is open."""
        return None if self.first is None or self.last is None else (self.last - self.first).days + 1

    @property
    def precision(self) -> str:
        """Return “day” (up to two days), “month” (up to 31), “year” (up to 366), “years” or “open”."""
        days = self.days
        if days is None:
            return "open"
        return "day" if days <= 2 else "month" if days <= 31 else "year" if days <= 366 else "years"

    def __str__(self) -> str:
        if self.precision == "day" and self.first == self.last:
            return str(self.first)
        if self.precision == "month" and self.first and self.last and self.first.month == self.last.month:
            return f"{self.first:%Y-%m}" if self.first.day == 1 else f"{self.first} to {self.last}"
        if self.days in (365, 366) and self.first and self.first.month == 1 and self.first.day == 1:
            return f"{self.first:%Y}"
        return f"{self.first or '…'} to {self.last or '…'}"


@bounded_cache(max_entries=4096)
def read_date(text: str) -> tuple[Period | None, Period | None]:
    """Return the periods of begin and end that a date gives; the end is None if it is not an interval or set.

    text: a date in EDTF, or a day with a time, a year of fewer digits, two years as 1937–1945, 20.8.1939, or English as “7 Dec
    1941” or “late August 1939”, of which the season or part is ignored.
    Raises BadDate when it is none of these; of a year before 1, which `datetime.date` cannot represent, both are None.
    """
    written = PART.sub("", CIRCA.sub("", text.strip()))
    if SHORT_YEAR.fullmatch(written):
        year = int(float(written))
        if year < MINYEAR:
            return None, None
        return _period(date(year, 1, 1), date(year, 12, 31)), None
    if written.startswith("-") or BEFORE_CHRIST.fullmatch(written):
        return None, None
    bounds = date_bounds(_to_edtf(written))
    begin = _period(bounds.earliest_begin, bounds.latest_begin)
    end = _period(bounds.earliest_end, bounds.latest_end)
    return (begin, None) if begin == end else (begin, end)


def _to_edtf(text: str) -> str:
    """Return a date in EDTF; a text of no known form is returned unchanged."""
    if found := MOMENT.fullmatch(text) or ZONED.fullmatch(text):
        return found[1]
    if found := TWO_YEARS.fullmatch(text):
        return f"{found[1]}/{found[2]}" if found[1] else f"{found[3]}/{found[3][:2]}{found[4]}"
    if found := SLASHED.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    if found := DOTTED.fullmatch(text):
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    if english := _read_english(text):
        return english
    sides = BETWEEN.split(text)
    if len(sides) == 2 and all(re.match(r"\d{3,4}(?:-|$)", side) for side in sides):
        return "/".join(sides)
    sides = DASH.split(text)
    if len(sides) == 2 and any(character.isalpha() for character in text):
        begin, end = (_parts(side) for side in sides)
        whole = {**begin, **end}  # “Sep 13–14, 1814”: the end has the year and may lack the month
        first = {**{name: value for name, value in whole.items() if name != "day"}, **begin}
        if "year" in whole and "month" in whole:
            return f"{_join_parts(first)}/{_join_parts({**whole, **end})}"
    return text


def _read_english(text: str) -> str:
    """Return an English date such as “7 Dec 1941” in ISO 8601; "" for another text."""
    found = next((match for pattern in ENGLISH if (match := pattern.fullmatch(text))), None)
    return _join_parts({name: value for name, value in found.groupdict().items() if value}) if found else ""


def _parts(text: str) -> dict[str, str]:
    """Return the parts year, month and day of an incomplete English date, by name."""
    parts: dict[str, str] = {}
    for word in WORDS.findall(text):
        name = "month" if word[:3].lower() in MONTHS else "year" if len(word) > 2 and word.isdigit() else "day"
        parts[name] = word
    return parts


def _join_parts(parts: Mapping[str, str]) -> str:
    """Return the parts year, month and day of a date in ISO 8601, without the missing ones."""
    day = f"-{int(parts['day']):02}" if parts.get("day", "").isdigit() else ""
    return f"{int(parts['year']):04}-{MONTHS[parts['month'][:3].lower()]:02}{day}"


def _period(first: date | None, last: date | None) -> Period | None:
    """Return a period; None if both bounds are open."""
    return None if first is None and last is None else Period(first, last)


def read_placeholders(begin: Period | None, end: Period | None) -> tuple[Period | None, Period | None]:
    """Return begin and end, with the year for a first of January and the month for another first day of a month.

    If they are the first and the last day of one year or month, both are that year or month: 1938-01-01 and 1938-01-31 give
    January 1938 twice. For datasets that write a year or month that alone is known as its first day, or as its first and
    last days.
    """
    wide = _widen(begin)
    if wide is begin or wide is None or wide.first is None:
        return begin, _widen(end)
    for whole in (wide, _month_from(wide.first)):
        if end and end.first == end.last == whole.last:
            return whole, Period(whole.first, whole.last)  # an end on a last day is not a placeholder
    return wide, _widen(end)


def _widen(period: Period | None) -> Period | None:
    """Return the year or month whose first day a period is; any other period is returned unchanged."""
    if period is None or period.first is None or period.first != period.last or period.first.day != 1:
        return period
    if period.first.month == 1:
        return Period(period.first, date(period.first.year, 12, 31), is_placeholder=True)
    return _month_from(period.first)


def _month_from(day: date) -> Period:
    """Return the month whose first day is `day`, as a period that was written as this day."""
    last = monthrange(day.year, day.month)[1]
    return Period(day, day.replace(day=last), is_placeholder=True)


def combine(periods: Iterable[Period | None]) -> Period | None:
    """Return the period that all of several periods share, such as a day of a year and month.

    If they share no day, return the time that they span; None if all are None.
    """
    known = [each for each in periods if each]
    if len(known) < 2:
        return known[0] if known else None
    firsts = [each.first or date.min for each in known]
    lasts = [each.last or date.max for each in known]
    first, last = (max(firsts), min(lasts)) if max(firsts) <= min(lasts) else (min(firsts), max(lasts))
    return Period(None if first == date.min else first, None if last == date.max else last)


def gap_days(one: Period, other: Period) -> int:
    """Return the number of days between two periods, 0 if they overlap."""
    gaps = [
        (later.first - earlier.last).days
        for earlier, later in ((one, other), (other, one))
        if later.first and earlier.last
    ]
    return max(0, *gaps) if gaps else 0
