"""Events on the time axis: the timeline page, the counts by year, and the data that the timeline script draws."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from sjkg.site.context import PageContext
from sjkg.site.date_text import iso_days_in_words
from sjkg.site.list_request import ListRequest, list_query
from sjkg.site.model import Thing
from sjkg.site.paths import local_page_path
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection

MAX_BARS = 200  # on the page; a browser lays out more rows slowly
MAX_DRAWN_EVENTS = 600  # by the script; more bars cannot be distinguished
MAX_BINS = 160
GENERAL_FAMILY = "Event"

DayCounts = list[tuple[str | None, int]]  # a day and its number of events; None is an open side


@dataclass(frozen=True)
class Year:
    """A year with its number of events. share: of the number of the year with most; path: of the list of its events."""

    year: int
    count: int
    share: float
    path: str


@dataclass(frozen=True)
class Bar:
    """A dated event. begin, end: the ISO days it may have spanned, end None if open; words: the same as text; whole: the event it is part of."""

    event: Thing
    kind: Thing
    begin: str
    end: str | None
    words: str
    whole: str | None

    @property
    def first_year(self) -> int:
        """The year of its first possible day."""
        return int(self.begin[:4])


@dataclass(frozen=True)
class TimelinePage:
    """Dated events in order of their first possible day, at most MAX_BARS. more: the number left out."""

    years: tuple[Year, ...]
    bars: tuple[Bar, ...]
    more: int
    undated: int
    request: ListRequest


@dataclass(frozen=True)
class DrawnEvent:
    """A dated event: it began between `begin` and `sure_begin` and ended between `sure_end` and `end`; None is an open side.

    family: MilitaryEvent, DiplomaticEvent, PoliticalEvent or Event.
    """

    path: str
    name: str
    kind: str
    family: str
    wording: str | None
    begin: str | None
    sure_begin: str | None
    sure_end: str | None
    end: str | None


@dataclass(frozen=True)
class Bin:
    """The number of events that may have been under way between two ISO days, both included."""

    first: str
    last: str
    count: int


@dataclass(frozen=True)
class Timeline:
    """The dated events of a selection.

    profile: counts over all days, whatever span is selected. events: those within the span, or None if there are more
    than MAX_DRAWN_EVENTS; then `bins` counts them. undated: the number of events without a date.
    """

    total: int
    undated: int
    first: str | None
    last: str | None
    profile: tuple[Bin, ...]
    events: tuple[DrawnEvent, ...] | None
    bins: tuple[Bin, ...]


def years_of(context: PageContext, selection: FacetSelection) -> tuple[Year, ...]:
    """Return the years in which selected events may have been under way, in order."""
    counts = context.index.facet_counts(read_lists()["events"], "year", selection)
    highest = max((count for _, count in counts), default=1)
    return tuple(
        Year(int(year), count, round(count / highest, 3), f"/events?year={year}") for year, count in sorted(counts)
    )


def timeline_page(context: PageContext, request: ListRequest) -> TimelinePage:
    """Return the timeline page of the events that the list of events has for the same request."""
    events, index = read_lists()["events"], context.index
    rows = index.rows(events, request.selection, "begin", False, MAX_BARS)
    context.record("The events of the timeline", list_query(events, request.selection))
    dated = [row for row in rows if row["begin"]]
    names = context.labels.names(row["kind"] for row in dated)
    bars = tuple(
        Bar(
            Thing(row["item"], row["name"]),
            Thing(row["kind"], names[row["kind"]]),
            row["begin"],
            row["end"],
            iso_days_in_words(row["begin"], row["end"]),
            row["whole"],
        )
        for row in dated
    )
    total = index.count(events, request.selection)
    return TimelinePage(years_of(context, request.selection), bars, total - len(rows), len(rows) - len(dated), request)


def timeline(context: PageContext, request: ListRequest) -> Timeline:
    """Return what the timeline script draws of the events that the list of events has for the same request."""
    events, index = read_lists()["events"], context.index
    span = request.selection.span
    any_day = FacetSelection(request.selection.values, request.selection.asserted_only)
    begins, ends = (index.count_by_day(events, any_day, side) for side in ("begin", "end"))
    known = [day for day, _ in (*begins, *ends) if day]
    dated = sum(count for _, count in begins)
    total = index.count(events, request.selection) if span else dated
    has_few_events = total <= MAX_DRAWN_EVENTS
    drawn = _drawn_events(context, request.selection) if has_few_events else None
    undated = 0 if span else index.count(events, any_day) - dated
    if not known:
        return Timeline(total, undated, None, None, (), drawn, ())
    first, last = min(known), max(known)
    start, end = span or (first, last)
    bins = () if has_few_events else _bins(begins, ends, max(start, first), min(end, last))
    return Timeline(total, undated, first, last, _bins(begins, ends, first, last), drawn, bins)


def _drawn_events(context: PageContext, selection: FacetSelection) -> tuple[DrawnEvent, ...]:
    """Return the selected events that have a date, at least on one side."""
    rows = context.index.rows(read_lists()["events"], selection, "begin", False, MAX_DRAWN_EVENTS)
    families = {row["kind"].value: row["family"].value.rpartition("#")[2] for row in context.query("families")}
    names = context.labels.names(row["kind"] for row in rows)
    return tuple(
        DrawnEvent(
            path=local_page_path(row["item"]),
            name=row["name"],
            kind=names[row["kind"]],
            family=families.get(row["kind"], GENERAL_FAMILY),
            wording=row["wording"],
            begin=row["begin"],
            sure_begin=row["sureBegin"],
            sure_end=row["sureEnd"],
            end=row["end"],
        )
        for row in rows
        if row["begin"] or row["end"]
    )


def _bins(begins: DayCounts, ends: DayCounts, first: str, last: str) -> tuple[Bin, ...]:
    """Return the counts for each interval from `first` to `last`: events begun by its end minus those ended before it."""
    started, starts = _running_totals([(day or "", count) for day, count in begins])
    ended, stops = _running_totals([(day, count) for day, count in ends if day])
    return tuple(
        Bin(start, end, starts[bisect_right(started, end)] - stops[bisect_left(ended, start)])
        for start, end in _intervals(date.fromisoformat(first), date.fromisoformat(last))
    )


def _running_totals(counts: list[tuple[str, int]]) -> tuple[list[str], list[int]]:
    """Return the n days in order, and n + 1 totals: before the first day, and up to and including each day."""
    ordered = sorted(counts)
    return [day for day, _ in ordered], [0, *accumulate(count for _, count in ordered)]


def _intervals(first: date, last: date) -> Iterator[tuple[str, str]]:
    """Yield the first and last ISO day of each year, month or day between two days: about MAX_BINS of them at most."""
    length = (last - first).days + 1
    months = 12 if length > MAX_BINS * 31 else 1 if length > MAX_BINS else 0
    start = first.replace(day=1, month=1 if months == 12 else first.month) if months else first
    while start <= last:
        following = _months_later(start, months) if months else start + timedelta(days=1)
        yield start.isoformat(), (following - timedelta(days=1)).isoformat()
        start = following


def _months_later(day: date, months: int) -> date:
    """Return the first day of the month so many months after the month of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
