"""What the scripts of the site draw: events on the axis of time, under the choices of a list, and figures."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from sjkg.site.claims import Claim, Figures
from sjkg.site.context import PageContext
from sjkg.site.list_request import ListRequest
from sjkg.site.paths import page_path
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.nearby import days
from sjkg.snapshot.index.read import FacetSelection

MOST_EVENTS = 600  # more bars than these nobody tells apart
MOST_BINS = 160
ANY_EVENT = "Event"


@dataclass(frozen=True)
class DrawnEvent:
    """An event; its begin lies between `begin` and `sure_begin`, its end between `sure_end` and `end`; None is an open side.

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
    """The number of events that may have been under way at some time between two days, both included."""

    first: str
    last: str
    count: int


@dataclass(frozen=True)
class Timeline:
    """Dated events of a choice. profile: all of them, the span of days left out; events: those within the span, or None
    where they are more than MOST_EVENTS, and `bins` counts them instead; undated: how many no timeline can show."""

    total: int
    undated: int
    first: str | None
    last: str | None
    profile: tuple[Bin, ...]
    events: tuple[DrawnEvent, ...] | None
    bins: tuple[Bin, ...]


def timeline(context: PageContext, wanted: ListRequest) -> Timeline:
    """Return the timeline of the events that the list of events shows under the same choice."""
    events, index = read_lists()["events"], context.index
    whole = FacetSelection(wanted.choice.values, wanted.choice.asserted_only)
    begins, ends = (days(index, events, whole, side) for side in ("begin", "end"))
    known = [day for day, _ in (*begins, *ends) if day]
    first, last = (min(known), max(known)) if known else (None, None)
    dated = sum(count for _, count in begins)
    total = index.count(events, wanted.choice) if wanted.choice.span else dated
    are_few = total <= MOST_EVENTS
    start, end = wanted.choice.span or (first, last)
    return Timeline(
        total=total,
        undated=0 if wanted.choice.span else index.count(events, whole) - dated,
        first=first,
        last=last,
        profile=_bins(begins, ends, first, last) if known else (),
        events=_drawn(context, wanted.choice) if are_few else None,
        bins=() if are_few or not known else _bins(begins, ends, max(start, first), min(end, last)),
    )


def charted(groups: Iterable[Figures]) -> list[tuple[str, int]]:
    """Return the kinds of figures that make a chart, those given more than once and once as a number, and how often each is."""
    kinds: dict[str, list[Claim]] = {}
    for claim in (claim for group in groups for claim in group.claims):
        kinds.setdefault(_kind_of_figure(claim), []).append(claim)
    return [(kind, len(claims)) for kind, claims in kinds.items() if len(claims) > 1 and any(map(_has_number, claims))]


def _has_number(claim: Claim) -> bool:
    return any(number is not None for number in (claim.exact, claim.least, claim.greatest))


def _kind_of_figure(claim: Claim) -> str:
    kinds = [thing.name for thing in (claim.quantity, claim.materiel) if thing]
    return kinds[0] if kinds and kinds[-1] in kinds[0] else ": ".join(kinds)


def drawn_figure(claim: Claim, with_event: bool) -> dict:
    """Return what a chart says of a figure; with_event: name the event, where a chart is of several."""
    return {
        "kind": _kind_of_figure(claim),
        "party": claim.party.name if claim.party else None,
        "event": claim.about.name if with_event else None,
        "exact": claim.exact,
        "least": claim.least,
        "greatest": claim.greatest,
        "words": claim.count,
        "speakers": ", ".join(speaker.name for speaker in claim.speakers),
    }


def _drawn(context: PageContext, choice: FacetSelection) -> tuple[DrawnEvent, ...]:
    rows = context.index.rows(read_lists()["events"], choice, "begin", False, MOST_EVENTS)
    families = {row["kind"].value: row["family"].value.rpartition("#")[2] for row in context.query("families")}
    names = context.labels.names(row["kind"] for row in rows)
    return tuple(
        DrawnEvent(
            path=page_path(row["item"]),
            kind=names[row["kind"]],
            family=families.get(row["kind"], ANY_EVENT),
            sure_begin=row["sureBegin"],
            sure_end=row["sureEnd"],
            **{key: row[key] for key in ("name", "wording", "begin", "end")},
        )
        for row in rows
        if row["begin"] or row["end"]
    )


def _bins(begins: list, ends: list, first: str, last: str) -> tuple[Bin, ...]:
    """Count, for each part of a span, what had begun by its last day less what had ended before its first."""
    started, starts = _running([(day or "", count) for day, count in begins])
    ended, stops = _running([(day, count) for day, count in ends if day])
    return tuple(
        Bin(start, end, starts[bisect_right(started, end)] - stops[bisect_left(ended, start)])
        for start, end in _parts(date.fromisoformat(first), date.fromisoformat(last))
    )


def _running(days: list[tuple[str, int]]) -> tuple[list[str], list[int]]:
    """Return the days in order, and before each of them and after the last how many came until then."""
    ordered = sorted(days)
    return [day for day, _ in ordered], [0, *accumulate(count for _, count in ordered)]


def _parts(first: date, last: date) -> Iterator[tuple[str, str]]:
    """Divide a span of days into at most about MOST_BINS parts: years, months or days."""
    length = (last - first).days + 1
    months = 12 if length > MOST_BINS * 31 else 1 if length > MOST_BINS else 0
    start = first.replace(day=1, month=1 if months == 12 else first.month) if months else first
    while start <= last:
        following = _months_later(start, months) if months else start + timedelta(days=1)
        yield start.isoformat(), (following - timedelta(days=1)).isoformat()
        start = following


def _months_later(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
