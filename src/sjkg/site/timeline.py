"""Events on the time axis: the page model of the timeline, the counts by year, and the data of the timeline script.

The bounds of an event are four ISO days: the first and last on which it can have begun (begin, sure_begin), and the
first and last on which it can have ended (sure_end, end). None is an open side.
"""

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
    """A year with the number of events that may have been under way in it.

    share: that number relative to the highest one, 0 to 1. path: URL path of the list of these events.
    """

    year: int
    count: int
    share: float
    path: str


@dataclass(frozen=True)
class Bar:
    """A dated event as a bar of the timeline.

    begin, end: first and last ISO day that it may have spanned; end is None if open. words: these days as text. whole:
    IRI of an event that it is part of, or None.
    """

    event: Thing
    kind: Thing
    begin: str
    end: str | None
    words: str
    whole: str | None

    @property
    def first_year(self) -> int:
        """Year of `begin`."""
        return int(self.begin[:4])


@dataclass(frozen=True)
class TimelinePage:
    """Content of the page of the timeline.

    bars: dated events in order of their first possible day, at most 200. more: number of selected events left out.
    undated: number without a first day among the first 200. request: the facets and days selected.
    """

    years: tuple[Year, ...]
    bars: tuple[Bar, ...]
    more: int
    undated: int
    request: ListRequest


@dataclass(frozen=True)
class DrawnEvent:
    """A dated event as the timeline script draws it.

    path: of its page. kind: label of its class. family: MilitaryEvent, DiplomaticEvent, PoliticalEvent or Event.
    wording: of the date in the article, or None. It began between begin and sure_begin and ended between sure_end and
    end (ISO days); None is an open side.
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
    """The dated events of a selection, for the timeline script.

    total: number of selected events with a date. undated: number of events without a date, 0 if a span of days is
    selected. first, last: earliest and latest ISO day of all events, None without any. profile: counts over all days,
    whatever span is selected. events:
    those in the span, or None if there are more than 600; then `bins` has counts instead.
    """

    total: int
    undated: int
    first: str | None
    last: str | None
    profile: tuple[Bin, ...]
    events: tuple[DrawnEvent, ...] | None
    bins: tuple[Bin, ...]


def count_events_by_year(context: PageContext, selection: FacetSelection) -> tuple[Year, ...]:
    """Return the years in which selected events may have been under way, with the number of events in each."""
    counts = context.index.facet_counts(read_lists()["events"], "year", selection)
    highest = max((count for _, count in counts), default=1)
    return tuple(
        Year(int(year), count, round(count / highest, 3), f"/events?year={year}") for year, count in sorted(counts)
    )


def timeline_page(context: PageContext, request: ListRequest) -> TimelinePage:
    """Return the page (dataclass for HTML and JSON) of the timeline for the events that `request` selects from the list of events."""
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
    return TimelinePage(
        count_events_by_year(context, request.selection), bars, total - len(rows), len(rows) - len(dated), request
    )


def timeline(context: PageContext, request: ListRequest) -> Timeline:
    """Return the data that the timeline script draws for the events that `request` selects from the list of events.

    The result is a dataclass for JSON: events in the selected days, or counts if there are more than MAX_DRAWN_EVENTS.
    """
    events, index = read_lists()["events"], context.index
    span = request.selection.span
    any_day = FacetSelection(request.selection.values, request.selection.asserted_only)
    begins, ends = (index.count_by_day(events, any_day, side) for side in ("begin", "end"))
    known = [day for day, _ in (*begins, *ends) if day]
    dated = sum(count for _, count in begins)
    total = index.count(events, request.selection) if span else dated
    has_few_events = total <= MAX_DRAWN_EVENTS
    drawn = _read_drawn_events(context, request.selection) if has_few_events else None
    undated = 0 if span else index.count(events, any_day) - dated
    if not known:
        return Timeline(total, undated, None, None, (), drawn, ())
    first, last = min(known), max(known)
    start, end = span or (first, last)
    bins = () if has_few_events else _count_per_interval(begins, ends, max(start, first), min(end, last))
    return Timeline(total, undated, first, last, _count_per_interval(begins, ends, first, last), drawn, bins)


def _read_drawn_events(context: PageContext, selection: FacetSelection) -> tuple[DrawnEvent, ...]:
    """Return the selected events with a date, by their first possible day, at most MAX_DRAWN_EVENTS."""
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


def _count_per_interval(begins: DayCounts, ends: DayCounts, first: str, last: str) -> tuple[Bin, ...]:
    """Return the number of events under way in each day, month or year from `first` to `last` (ISO days).

    begins, ends: numbers of events by first and by last possible day; None is an open side. An interval counts the
    events begun by its end, minus those ended before its begin.
    """
    started, starts = _running_totals([(day or "", count) for day, count in begins])
    ended, stops = _running_totals([(day, count) for day, count in ends if day])
    return tuple(
        Bin(start, end, starts[bisect_right(started, end)] - stops[bisect_left(ended, start)])
        for start, end in _split_days(date.fromisoformat(first), date.fromisoformat(last))
    )


def _running_totals(counts: list[tuple[str, int]]) -> tuple[list[str], list[int]]:
    """Return the n days in order, and n + 1 running totals: 0, and the total up to and including each day.

    counts: pairs of ISO day and number.
    """
    ordered = sorted(counts)
    return [day for day, _ in ordered], [0, *accumulate(count for _, count in ordered)]


def _split_days(first: date, last: date) -> Iterator[tuple[str, str]]:
    """Yield the first and last ISO day of each interval from `first` to `last`.

    Intervals are days, months or years, the shortest that give at most about MAX_BINS intervals.
    """
    length = (last - first).days + 1
    months = 12 if length > MAX_BINS * 31 else 1 if length > MAX_BINS else 0
    start = first.replace(day=1, month=1 if months == 12 else first.month) if months else first
    while start <= last:
        following = _months_later(start, months) if months else start + timedelta(days=1)
        yield start.isoformat(), (following - timedelta(days=1)).isoformat()
        start = following


def _months_later(day: date, months: int) -> date:
    """Return the first day of the month that is `months` after the month of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
