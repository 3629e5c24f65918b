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
    """Return the bounds (first and last possible day of begin and end) of an event from those of its dates, at least one.

    The range of days for the begin, and that for the end, is the intersection of those of the dates; where the dates
    contradict each other, it is the smallest range that covers them. The latest begin is at most the latest end, and the
    earliest end at least the earliest begin.
    """
    dates = list(all_bounds)
    begins = [(bounds.earliest_begin, bounds.latest_begin) for bounds in dates]
    ends = [(bounds.earliest_end, bounds.latest_end) for bounds in dates]
    begin, end = _intersect_ranges(begins), _intersect_ranges(ends)
    if begin[0] and end[1] and begin[0] > end[1]:
        begin, end = _cover_ranges(begins), _cover_ranges(ends)
    return Bounds(begin[0], _earliest(begin[1], end[1]), _latest(begin[0], end[0]), end[1])


def propagate(own: Mapping[Node, Bounds], parts: list[Pair], order: list[Pair]) -> dict[Node, Bounds]:
    """Return the bounds (first and last possible day of begin and end) of events from dates, parts and order.

    The result is a dict from each event for which a bound is known. own: a dict from each dated event to the bounds of its dates. parts: pairs (part, whole), direct or transitive. order:
    pairs (earlier event, later event).
    A whole begins no later than a part begins, and ends no earlier than a part ends. A part whose begin or end is open
    takes it from the whole. A part whose dates lie outside those of its whole is ignored. An earlier event whose end is
    open ends no later than the latest begin of the later event.
    """
    found = dict(own)
    for part, whole in parts:
        if part in own and _is_within(own[part], own.get(whole, Bounds())):
            found[whole] = _bound_by_part(found.get(whole, Bounds()), own[part])
    for part, whole in parts:
        if part in own:
            found[part] = _bound_by_whole(found[part], found[whole])
    for earlier, later in order:
        if earlier in own and found[earlier].latest_end is None and later in found:
            found[earlier] = _limit_end(found[earlier], found[later].latest_begin)
    return found


def _is_within(part: Bounds, whole: Bounds) -> bool:
    """Return whether an event with the bounds `part` can lie within one with the bounds `whole`."""
    begins_after = not (whole.earliest_begin and part.latest_begin) or whole.earliest_begin <= part.latest_begin
    ends_before = not (whole.latest_end and part.earliest_end) or part.earliest_end <= whole.latest_end
    return begins_after and ends_before


def _bound_by_part(whole: Bounds, part: Bounds) -> Bounds:
    """Return the bounds of a whole, given those of a part.

    The latest begin of the whole is at most that of the part; its earliest end is at least that of the part.
    """
    return replace(
        whole,
        latest_begin=_earliest(whole.latest_begin, part.latest_begin),
        earliest_end=_latest(whole.earliest_end, part.earliest_end),
    )


def _bound_by_whole(part: Bounds, whole: Bounds) -> Bounds:
    """Return the bounds of a part, with an unknown earliest begin or latest end replaced by that of its whole."""
    begin = part.earliest_begin or whole.earliest_begin
    return replace(_limit_end(part, whole.latest_end) if part.latest_end is None else part, earliest_begin=begin)


def _limit_end(bounds: Bounds, end: date | None) -> Bounds:
    """Return the bounds of an event with the latest end replaced by `end`, and the latest begin lowered to it if later.

    The bounds are returned unchanged when `end` is None or before the earliest begin.
    """
    if end is None or (bounds.earliest_begin and bounds.earliest_begin > end):
        return bounds
    return replace(bounds, latest_end=end, latest_begin=_earliest(bounds.latest_begin, end))


def _earliest(*days: date | None) -> date | None:
    """Return the earliest of the days that are not None; None if all are."""
    return min(filter(None, days), default=None)


def _latest(*days: date | None) -> date | None:
    """Return the latest of the days that are not None; None if all are."""
    return max(filter(None, days), default=None)


def _intersect_ranges(ranges: list[DayRange]) -> DayRange:
    """Return the intersection of ranges of days, or the smallest range that covers all of them when it is empty.

    A range is a pair of first and last day, None where it is open.
    """
    first, last = _latest(*(low for low, _ in ranges)), _earliest(*(high for _, high in ranges))
    return (first, last) if not (first and last) or first <= last else _cover_ranges(ranges)


def _cover_ranges(ranges: list[DayRange]) -> DayRange:
    """Return the smallest range of days (first, last) that covers all ranges; None where one of them is open."""
    lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
    return (None if None in lows else _earliest(*lows), None if None in highs else _latest(*highs))


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
        return _has_bound(self._own, event, name, day)

    def premises(self, event: Node, name: str, day: date) -> tuple[Triple, ...]:
        """Return the asserted triples that the value `day` of the bound `name` of an event follows from.

        They are sjkg:date triples, then the relations (sub-event, before, after) that lead from the event to the dated
        one; none for a value that the bound does not have.
        """
        return tuple(self._trace(event, name, day, frozenset()) or ())

    def _trace(self, event: Node, name: str, day: date, visited: frozenset[tuple[Node, str]]) -> list[Triple] | None:
        """Return the asserted triples that the value `day` of the bound `name` of an event follows from.

        visited: pairs (event, name) of bounds that the search must not use again. Return None when nothing is found.
        """
        if self.is_own(event, name, day):
            dates = self._dated[event].items()
            sufficient = [triple for triple, bounds in dates if (name, day) in intersect([bounds]).items()]
            return sorted(sufficient or self._dated[event])
        for other, other_name, way in self._find_sources(event, name, day):
            if (other, other_name) not in visited:
                found = self._trace(other, other_name, day, visited | {(event, name)})
                if found is not None:
                    return [*found, *way]
        return None

    def _find_sources(self, event: Node, name: str, day: date) -> Iterator[tuple[Node, str, list[Triple]]]:
        """Yield the bounds of related events, with the value `day`, that the bound `name` of an event may follow from.

        Each is a tuple of the related event, the local name of its bound, and the triples that relate the two events.
        """
        if name in ("latestBegin", "earliestEnd"):
            for part in self._parts_of[event]:
                if _has_bound(self._own, part, name, day):
                    yield part, name, path_witness(self._asserted, part, PART_OF_ANY, event) or []
        whole_name = "earliestBegin" if name == "earliestBegin" else "latestEnd"
        for whole in self._wholes_of[event]:
            if name != "earliestEnd" and _has_bound(self._combined, whole, whole_name, day):
                yield whole, whole_name, path_witness(self._asserted, event, PART_OF_ANY, whole) or []
        for later in self._after[event]:
            if name in SET_BY_LATER_EVENT and _has_bound(self._combined, later, "latestBegin", day):
                yield later, "latestBegin", self._order_triple(event, later)

    def _order_triple(self, earlier: Node, later: Node) -> list[Triple]:
        """Return the asserted sjkg:before or sjkg:after triple of two events in a list; an empty one if there is none."""
        candidates: list[Triple] = [(earlier, BEFORE, later), (later, AFTER, earlier)]
        return [triple for triple in candidates if triple in self._asserted][:1]


def _has_bound(bounds: Mapping[Node, Bounds], event: Node, name: str, day: date) -> bool:
    """Return whether the property with the local name `name` of an event has the value `day`."""
    return event in bounds and (name, day) in bounds[event].items()
