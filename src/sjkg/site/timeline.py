"""Events on the time axis: the page model of the timeline, the counts by year, and the data of the timeline script.

The bounds of an event are four ISO days: the first and last on which it can have begun (begin, sure_begin), and the
first and last on which it can have ended (sure_end, end). None: that day is unknown.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from sjkg.core.vocabulary import own
from sjkg.site.context import PageContext
from sjkg.site.list_request import ListRequest
from sjkg.site.lists import read_items
from sjkg.site.model import Thing
from sjkg.site.paths import local_page_path
from sjkg.site.wording import event_date_in_words, is_open_ended
from sjkg.snapshot.index.lists import DATE_SEPARATOR, read_lists
from sjkg.snapshot.index.map_spots import event_families
from sjkg.snapshot.index.read import FacetSelection, SqlRow

MAX_BARS = 200  # on the page; a browser lays out more rows slowly
MAX_DRAWN_EVENTS = 600  # by the script; more bars cannot be distinguished
MAX_BINS = 160
GENERAL_FAMILY = "Event"

DayCounts = list[tuple[str, int]]  # an ISO day and its number of events


@dataclass(frozen=True)
class Year:
    """A year with the number of events that may have been under way in it.

    count: that number. share: `count` divided by the highest count of any charted year, 0 to 1. path: URL path of the list of
    these events.
    """

    year: int
    count: int
    share: float
    path: str

    @property
    def is_charted(self) -> bool:
        """Return whether the column chart of the years shows this one; other years are listed below it."""
        return not own().about.years or self.year in own().about.charted_years


@dataclass(frozen=True)
class Bar:
    """A dated event as a bar of the timeline.

    begin, end: first and last ISO day that it may have spanned; end is None if unknown, or if the date of the event has
    no end. words: the date as text.
    whole: IRI of an event that it is part of, or None.
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

    bars: the selected events that are dated or bounded on both sides, by their first day, at most 200. more: number of
    such events left out. undated: number of the other selected events. request: the facets and days selected.
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
    end (ISO days); None: that day is unknown. date: as text. has_open_end: its own date has no end; `end` is computed.
    whole: path of the event that it is part of, or None. sides: last segments of the IRIs of the sides whose members took
    part in it or a part of it. place: label, or "". powers: labels of the states that took part, separated by commas.
    rank: 0 for the event that the graph is about, 1 for battles, 2 for border incidents, 3 for other military events, 4 for others.
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
    date: str
    has_open_end: bool
    whole: str | None
    sides: tuple[str, ...]
    place: str
    powers: str
    rank: int


@dataclass(frozen=True)
class Bin:
    """The number of events that may have been under way between two ISO days, both included."""

    first: str
    last: str
    count: int


@dataclass(frozen=True)
class Timeline:
    """The dated events that pass the facet values and the span of days of a selection, for the timeline script.

    total: number of these events. undated: number of events with the facet values that are not on the time axis, 0 if a span is selected.
    first, last: earliest and latest ISO day of the events with the facet values, in the span or not; None without any.
    profile: numbers of these events by interval, from `first` to `last`. events: the events in the span, or None if
    there are more than 600; then `bins` has their numbers by interval instead.
    """

    total: int
    undated: int
    first: str | None
    last: str | None
    profile: tuple[Bin, ...]
    events: tuple[DrawnEvent, ...] | None
    bins: tuple[Bin, ...]


def count_events_by_year(context: PageContext, selection: FacetSelection) -> tuple[Year, ...]:
    """Return the years in which selected events may have been under way, in order, with the number of events in each.

    All years of charts are included, so that the chart of them is to scale.
    """
    found = context.index.facet_counts(read_lists()["events"], "year", selection)
    charted = own().about.charted_years
    counts = dict.fromkeys(charted, 0) | {int(year): count for year, count in found}
    highest = max((counts[year] for year in charted or counts), default=0) or 1
    return tuple(
        Year(year, count, round(min(count / highest, 1), 3), f"/events?year={year}")
        for year, count in sorted(counts.items())
    )


def timeline_page(context: PageContext, request: ListRequest) -> TimelinePage:
    """Return the page (dataclass for HTML and JSON) of the timeline for the events that `request` selects from the list of events."""
    events, selection = read_lists()["events"], request.selection
    items = read_items(context, "The events of the timeline", events, selection, order="begin", limit=MAX_BARS)
    bars = tuple(
        Bar(
            event,
            kind,
            row["first"],
            None if _has_open_end(row) else row["end"],
            event_date_in_words(row),
            row["whole"],
        )
        for event, kind, row in items
        if row["first"]
    )
    dated = sum(count for _, count in context.index.count_by_day(events, selection, "first"))
    return TimelinePage(
        years=count_events_by_year(context, selection),
        bars=bars,
        more=dated - len(bars),
        undated=context.index.count(events, selection) - dated,
        request=request,
    )


def timeline(context: PageContext, request: ListRequest) -> Timeline:
    """Return the data that the timeline script draws for the events that `request` selects from the list of events.

    The result is a dataclass for JSON: events in the selected days, or counts if there are more than MAX_DRAWN_EVENTS.
    """
    events, index = read_lists()["events"], context.index
    span = request.selection.span
    any_day = FacetSelection(request.selection.values, request.selection.asserted_only)
    begins, ends = (index.count_by_day(events, any_day, side) for side in ("first", "last"))
    known = [day for day, _ in (*begins, *ends)]
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
    if drawn is not None:
        total = len(drawn)
    return Timeline(total, undated, first, last, _count_per_interval(begins, ends, first, last), drawn, bins)


def _read_drawn_events(context: PageContext, selection: FacetSelection) -> tuple[DrawnEvent, ...]:
    """Return the selected events on the time axis, by their first possible day, at most MAX_DRAWN_EVENTS.

    An undated event of which one end is unknown is left out: its bar would cover all earlier or later years.
    """
    events = read_lists()["events"]
    rows = context.index.rows(events, selection, "begin", False, MAX_DRAWN_EVENTS)
    families = {row["kind"].value: row["family"].value.rpartition("#")[2] for row in context.query("families")}
    powers, sides = context.index.facet_values(events, "power", rows), read_sides(context)
    ranks = {event: family + 1 for event, family in event_families(context.index, events, selection).items()}
    ranks |= {row["event"].value: 0 for row in context.query("main-event")}
    states = {power for found in powers.values() for power in found}
    names = context.labels.names({*(row[key] for row in rows for key in ("kind", "place") if row[key]), *states})
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
            date=event_date_in_words(row),
            has_open_end=_has_open_end(row),
            whole=local_page_path(row["whole"]) if row["whole"] else None,
            sides=tuple(sorted(sides.get(row["item"], ()))),
            place=names[row["place"]] if row["place"] else "",
            powers=", ".join(names[power] for power in powers.get(row["item"], ())),
            rank=ranks[row["item"]],
        )
        for row in rows
        if row["first"]
    )


def read_sides(context: PageContext) -> dict[str, set[str]]:
    """Return the last segments of the IRIs of the sides whose members took part in each event or a part of it, by its IRI."""
    sides: dict[str, set[str]] = {}
    for row in context.query("event-sides"):
        sides.setdefault(row["event"].value, set()).add(row["side"].value.rpartition("/")[2])
    return sides


def _has_open_end(row: SqlRow) -> bool:
    """Return whether the date of an event has no end; one that is computed from other events does not close it.

    row: of the list of events in the index.
    """
    return bool(row["date"]) and is_open_ended(row["date"].split(DATE_SEPARATOR))


def _count_per_interval(begins: DayCounts, ends: DayCounts, first: str, last: str) -> tuple[Bin, ...]:
    """Return the number of events that may have been under way in each day, month or year from `first` to `last`.

    begins, ends: numbers of events by first and by last possible day. first, last: ISO days.
    The number of an interval is that of the events that may have begun by its last day, minus that of the events that
    have certainly ended before its first day.
    """
    started, starts = _running_totals(begins)
    ended, stops = _running_totals(ends)
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
    """Yield the first and last ISO day of each day, calendar month or calendar year that overlaps `first` to `last`.

    The shortest of these units that gives at most about MAX_BINS intervals is used, else years.
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
