"""The days between which events lie: from their dates, and from what parts and order tell of them.

Which dates decide a bound of an event: its own, or those of a whole, a part or a later event, with what relates them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from rdflib import Graph, URIRef
from rdflib.paths import OneOrMore

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.derive.edtf import Bounds
from sjkg.derive.evaluate import path_witness

NAMES = ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")


@dataclass(frozen=True)
class EventBounds:
    """The four bounds of an event; None where nothing is known."""

    earliest_begin: date | None = None
    latest_begin: date | None = None
    earliest_end: date | None = None
    latest_end: date | None = None

    def items(self) -> list[tuple[str, date]]:
        """Return the bounds that are known, by the local names of their properties."""
        values = (self.earliest_begin, self.latest_begin, self.earliest_end, self.latest_end)
        return [(name, day) for name, day in zip(NAMES, values, strict=True) if day is not None]


def intersect(all_bounds: Iterable[Bounds]) -> EventBounds:
    """Return the bounds of one thing with several dates.

    Where all dates can be true they narrow each other; where they cannot, the bounds span all of them, and nothing is
    decided. What has ended by a day has begun by then, and what begins no earlier than a day ends no earlier.
    """
    begins, ends = zip(
        *(((b.earliest_begin, b.latest_begin), (b.earliest_end, b.latest_end)) for b in all_bounds), strict=True
    )
    begin, end = _meet(begins), _meet(ends)
    if begin[0] and end[1] and begin[0] > end[1]:
        begin, end = _span(begins), _span(ends)
    return EventBounds(begin[0], _first(begin[1], end[1]), _last(begin[0], end[0]), end[1])


def propagate(days: dict, parts: list[tuple], order: list[tuple]) -> dict:
    """Return the bounds of all events with what parts and order tell.

    parts: pairs of a part and a whole, however far apart. A whole has begun once a part has, and has not ended before a
    part has; a part whose begin or end is open has the whole's. A part that lies outside its whole tells nothing.
    order: pairs of an earlier and a later event. What comes first and whose end is open has ended when the other has begun.
    """
    found = dict(days)
    for part, whole in parts:
        if part in days and _is_within(days[part], days.get(whole, EventBounds())):
            found[whole] = _widen(found.get(whole, EventBounds()), days[part])
    for part, whole in parts:
        if part in days:
            found[part] = _close(found[part], found[whole])
    for earlier, later in order:
        if earlier in days and found[earlier].latest_end is None and later in found:
            found[earlier] = _end_by(found[earlier], found[later].latest_begin)
    return found


def _is_within(part: EventBounds, whole: EventBounds) -> bool:
    begins_after = not (whole.earliest_begin and part.latest_begin) or whole.earliest_begin <= part.latest_begin
    ends_before = not (whole.latest_end and part.earliest_end) or part.earliest_end <= whole.latest_end
    return begins_after and ends_before


def _widen(whole: EventBounds, part: EventBounds) -> EventBounds:
    """Return the bounds of a whole with one more part."""
    return replace(
        whole,
        latest_begin=_first(whole.latest_begin, part.latest_begin),
        earliest_end=_last(whole.earliest_end, part.earliest_end),
    )


def _close(part: EventBounds, whole: EventBounds) -> EventBounds:
    """Return the bounds of a part, open ones those of its whole."""
    begin = part.earliest_begin or whole.earliest_begin
    return replace(_end_by(part, whole.latest_end) if part.latest_end is None else part, earliest_begin=begin)


def _end_by(days: EventBounds, end: date | None) -> EventBounds:
    """Return the bounds of what has ended by a day, unless it cannot have."""
    if end is None or (days.earliest_begin and days.earliest_begin > end):
        return days
    return replace(days, latest_end=end, latest_begin=_first(days.latest_begin, end))


def _first(*days: date | None) -> date | None:
    return min(filter(None, days), default=None)


def _last(*days: date | None) -> date | None:
    return max(filter(None, days), default=None)


def _meet(ranges: Iterable[tuple]) -> tuple[date | None, date | None]:
    """Return the range that all ranges share, or the one that covers them when they share none."""
    first, last = _last(*(low for low, _ in ranges)), _first(*(high for _, high in ranges))
    return (first, last) if not (first and last) or first <= last else _span(ranges)


def _span(ranges: Iterable[tuple]) -> tuple[date | None, date | None]:
    """Return the range that covers all ranges; open where one of them is."""
    lows, highs = zip(*ranges, strict=True)
    return (None if None in lows else min(lows), None if None in highs else max(highs))


PART_OF, BEFORE, AFTER = (URIRef(ONTOLOGY + name) for name in ("directSubEventOf", "before", "after"))
ENDED = ("latestEnd", "latestBegin")  # what has ended by a day has begun by it


@dataclass
class BoundProvenance:
    """Traces bounds back to dates.

    dated: the dates of each event, with their bounds. own: the bounds of each event by these. spread: with what parts and
    order tell (see bounds.spread). parts: pairs of a part and a whole. order: pairs of an earlier and a later event.
    """

    asserted: Graph
    dated: Mapping[URIRef, Mapping[tuple, Bounds]]
    own: Mapping[URIRef, EventBounds]
    propagate: Mapping[URIRef, EventBounds]
    parts: list[tuple]
    order: list[tuple]
    _parts_of: dict = field(default_factory=lambda: defaultdict(list))
    _wholes_of: dict = field(default_factory=lambda: defaultdict(list))
    _after: dict = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self):
        for part, whole in self.parts:
            self._parts_of[whole].append(part)
            self._wholes_of[part].append(whole)
        for earlier, later in self.order:
            self._after[earlier].append(later)

    def is_own(self, event: URIRef, name: str, day: date) -> bool:
        """Tell whether the dates of an event alone give it a bound."""
        return _has(self.own, event, name, day)

    def premises(self, event: URIRef, name: str, day: date) -> tuple[tuple, ...]:
        """Return the triples that decide a bound: dates, then what relates the event to the dated one."""
        return tuple(self._trace(event, name, day, frozenset()) or ())

    def _trace(self, event: URIRef, name: str, day: date, passed: frozenset) -> list[tuple] | None:
        if self.is_own(event, name, day):
            dates = self.dated[event].items()
            alone = [triple for triple, bounds in dates if _has({event: intersect([bounds])}, event, name, day)]
            return sorted(alone or self.dated[event])
        for other, other_name, way in self._sources(event, name, day):
            if (other, other_name) not in passed:
                found = self._trace(other, other_name, day, passed | {(event, name)})
                if found is not None:
                    return [*found, *way]
        return None

    def _sources(self, event: URIRef, name: str, day: date) -> Iterator[tuple[URIRef, str, list[tuple]]]:
        """Yield the events whose bound on that day may be where this one comes from, and what relates the two."""
        if name in ("latestBegin", "earliestEnd"):
            for part in self._parts_of[event]:
                if _has(self.own, part, name, day):
                    yield part, name, path_witness(self.asserted, part, PART_OF * OneOrMore, event)
        whole_name = "earliestBegin" if name == "earliestBegin" else "latestEnd"
        for whole in self._wholes_of[event]:
            if name != "earliestEnd" and _has(self.propagate, whole, whole_name, day):
                yield whole, whole_name, path_witness(self.asserted, event, PART_OF * OneOrMore, whole)
        for later in self._after[event]:
            if name in ENDED and _has(self.propagate, later, "latestBegin", day):
                yield later, "latestBegin", self._stated_order(event, later)

    def _stated_order(self, earlier: URIRef, later: URIRef) -> list[tuple]:
        asserted_only = ((earlier, BEFORE, later), (later, AFTER, earlier))
        return [triple for triple in asserted_only if triple in self.asserted][:1]


def _has(bounds: Mapping[URIRef, EventBounds], event: URIRef, name: str, day: date) -> bool:
    return event in bounds and (name, day) in bounds[event].items()
