"""Bounds of events (first and last possible day of their begin and end) from dates, parts and order, with provenance.

A dated event has bounds of its own. Others follow from sub-events (parts of a whole) and from sjkg:before and sjkg:after
(order). The provenance of a bound is the set of asserted triples that it follows from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from rdflib import Graph, URIRef
from rdflib.paths import MulPath
from rdflib.term import Node

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.derive.edtf import Bounds, DayRange
from sjkg.derive.evaluate import path_witness
from sjkg.turtle.triples import Triple

PART_OF, BEFORE, AFTER = (URIRef(ONTOLOGY + name) for name in ("directSubEventOf", "before", "after"))
PART_OF_ANY = MulPath(PART_OF, "+")
SET_BY_LATER_EVENT = ("latestEnd", "latestBegin")

Pair = tuple[Node, Node]


def intersect(all_bounds: Iterable[Bounds]) -> Bounds:
    """Return the bounds of an event whose dates have the given bounds, at least one.

    They are the intersection of the ranges for begin and end; where an intersection is empty, because dates contradict
    each other, the range that covers all of them. The latest begin is at most the latest end, and the earliest end is at
    least the earliest begin.
    """
    dates = list(all_bounds)
    begins = [(bounds.earliest_begin, bounds.latest_begin) for bounds in dates]
    ends = [(bounds.earliest_end, bounds.latest_end) for bounds in dates]
    begin, end = _meet(begins), _meet(ends)
    if begin[0] and end[1] and begin[0] > end[1]:
        begin, end = _cover(begins), _cover(ends)
    return Bounds(begin[0], _first(begin[1], end[1]), _last(begin[0], end[0]), end[1])


def propagate(own: Mapping[Node, Bounds], parts: list[Pair], order: list[Pair]) -> dict[Node, Bounds]:
    """Return the bounds of all events: those of their own dates, and those that follow from parts and order.

    own: a dict from each dated event to the bounds of its dates. parts: pairs (part, whole), direct or transitive. order:
    pairs (earlier event, later event).
    A whole begins no later than a part begins, and ends no earlier than a part ends. A part whose begin or end is open
    takes it from the whole. A part whose dates lie outside those of its whole is ignored. An earlier event whose end is
    open ends no later than the latest begin of the later event.
    """
    found = dict(own)
    for part, whole in parts:
        if part in own and _is_within(own[part], own.get(whole, Bounds())):
            found[whole] = _widen(found.get(whole, Bounds()), own[part])
    for part, whole in parts:
        if part in own:
            found[part] = _close(found[part], found[whole])
    for earlier, later in order:
        if earlier in own and found[earlier].latest_end is None and later in found:
            found[earlier] = _end_by(found[earlier], found[later].latest_begin)
    return found


def _is_within(part: Bounds, whole: Bounds) -> bool:
    """Return whether events with these bounds can be part and whole: the part need not begin before or end after it."""
    begins_after = not (whole.earliest_begin and part.latest_begin) or whole.earliest_begin <= part.latest_begin
    ends_before = not (whole.latest_end and part.earliest_end) or part.earliest_end <= whole.latest_end
    return begins_after and ends_before


def _widen(whole: Bounds, part: Bounds) -> Bounds:
    """Return the bounds of a whole, narrowed: it begins by the part's latest begin and lasts to its earliest end."""
    return replace(
        whole,
        latest_begin=_first(whole.latest_begin, part.latest_begin),
        earliest_end=_last(whole.earliest_end, part.earliest_end),
    )


def _close(part: Bounds, whole: Bounds) -> Bounds:
    """Return the bounds of a part, in which an unknown earliest begin or latest end is that of its whole."""
    begin = part.earliest_begin or whole.earliest_begin
    return replace(_end_by(part, whole.latest_end) if part.latest_end is None else part, earliest_begin=begin)


def _end_by(bounds: Bounds, end: date | None) -> Bounds:
    """Return the bounds with `end` as latest end and upper limit of the latest begin.

    They are unchanged where `end` is None, or the event begins after that day.
    """
    if end is None or (bounds.earliest_begin and bounds.earliest_begin > end):
        return bounds
    return replace(bounds, latest_end=end, latest_begin=_first(bounds.latest_begin, end))


def _first(*days: date | None) -> date | None:
    """Return the earliest of the days that are not None; None if all are."""
    return min(filter(None, days), default=None)


def _last(*days: date | None) -> date | None:
    """Return the latest of the days that are not None; None if all are."""
    return max(filter(None, days), default=None)


def _meet(ranges: list[DayRange]) -> DayRange:
    """Return the intersection of ranges of days; when it is empty, the smallest range that covers all of them."""
    first, last = _last(*(low for low, _ in ranges)), _first(*(high for _, high in ranges))
    return (first, last) if not (first and last) or first <= last else _cover(ranges)


def _cover(ranges: list[DayRange]) -> DayRange:
    """Return the smallest range of days that covers all ranges; its first or last day is None where one of theirs is."""
    lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
    return (None if None in lows else _first(*lows), None if None in highs else _last(*highs))


class BoundProvenance:
    """Search for the asserted triples from which the bounds of events follow.

    dated: a dict from each event to its sjkg:date triples and their bounds. own: the bounds of each event by its dates
    alone. combined: the bounds of each event by dates, parts and order. parts: pairs (part, whole). order: pairs (earlier
    event, later event). In all methods, `name` is the local name of a property, such as latestEnd, and `day` its value.
    """

    def __init__(
        self,
        asserted: Graph,
        dated: Mapping[Node, Mapping[Triple, Bounds]],
        own: Mapping[Node, Bounds],
        combined: Mapping[Node, Bounds],
        parts: list[Pair],
        order: list[Pair],
    ):
        self._asserted, self._dated, self._own, self._combined = asserted, dated, own, combined
        self._parts_of: dict[Node, list[Node]] = defaultdict(list)
        self._wholes_of: dict[Node, list[Node]] = defaultdict(list)
        self._after: dict[Node, list[Node]] = defaultdict(list)
        for part, whole in parts:
            self._parts_of[whole].append(part)
            self._wholes_of[part].append(whole)
        for earlier, later in order:
            self._after[earlier].append(later)

    def is_own(self, event: Node, name: str, day: date) -> bool:
        """Return whether the event's own dates, without parts and order, give the bound `name` the value `day`."""
        return _has(self._own, event, name, day)

    def premises(self, event: Node, name: str, day: date) -> tuple[Triple, ...]:
        """Return the triples that the bound follows from: sjkg:date triples, then the relations to the dated event.

        The result is empty for a bound that the event does not have.
        """
        return tuple(self._trace(event, name, day, frozenset()) or ())

    def _trace(self, event: Node, name: str, day: date, visited: frozenset[tuple[Node, str]]) -> list[Triple] | None:
        """Return the premises of a bound; None when it follows only by way of the (event, name) pairs in `visited`."""
        if self.is_own(event, name, day):
            dates = self._dated[event].items()
            sufficient = [triple for triple, bounds in dates if (name, day) in intersect([bounds]).items()]
            return sorted(sufficient or self._dated[event])
        for other, other_name, way in self._sources(event, name, day):
            if (other, other_name) not in visited:
                found = self._trace(other, other_name, day, visited | {(event, name)})
                if found is not None:
                    return [*found, *way]
        return None

    def _sources(self, event: Node, name: str, day: date) -> Iterator[tuple[Node, str, list[Triple]]]:
        """Yield the bounds of related events, with the same day, that a bound may follow from.

        Each is a tuple of the related event, the local name of its bound, and the triples that relate the two events.
        """
        if name in ("latestBegin", "earliestEnd"):
            for part in self._parts_of[event]:
                if _has(self._own, part, name, day):
                    yield part, name, path_witness(self._asserted, part, PART_OF_ANY, event) or []
        whole_name = "earliestBegin" if name == "earliestBegin" else "latestEnd"
        for whole in self._wholes_of[event]:
            if name != "earliestEnd" and _has(self._combined, whole, whole_name, day):
                yield whole, whole_name, path_witness(self._asserted, event, PART_OF_ANY, whole) or []
        for later in self._after[event]:
            if name in SET_BY_LATER_EVENT and _has(self._combined, later, "latestBegin", day):
                yield later, "latestBegin", self._order_triple(event, later)

    def _order_triple(self, earlier: Node, later: Node) -> list[Triple]:
        """Return the asserted sjkg:before or sjkg:after triple of two events in a list; an empty one if there is none."""
        candidates: list[Triple] = [(earlier, BEFORE, later), (later, AFTER, earlier)]
        return [triple for triple in candidates if triple in self._asserted][:1]


def _has(bounds: Mapping[Node, Bounds], event: Node, name: str, day: date) -> bool:
    """Return whether the property with the local name `name` of an event has the value `day`."""
    return event in bounds and (name, day) in bounds[event].items()
