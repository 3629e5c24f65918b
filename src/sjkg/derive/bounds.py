"""Bounds of events (first and last possible day of their begin and end), with provenance.

A dated event has bounds of its own. Others follow from sub-events (parts of a whole), from sjkg:before and sjkg:after
(order), from causes: an effect begins no earlier than its cause, and from durations. The provenance of a bound is the list of asserted triples that it follows from.
"""

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sjkg.core.ntriples import TextTerm, TextTriple
from sjkg.derive.edtf import BOUND_NAMES, Bounds, DayRange
from sjkg.derive.events import Lasting, Relation

if TYPE_CHECKING:
    from rdflib.xsd_datetime import Duration

EARLIEST_BEGIN, LATEST_BEGIN, EARLIEST_END, LATEST_END = BOUND_NAMES
LOWER_BOUNDS = (EARLIEST_BEGIN, EARLIEST_END)  # of two, the later one is tighter; of two upper bounds, the earlier
# The following are pairs of a bound that is limited and the bound, of another event or of the same one, that limits it.
# A part begins no earlier than its whole, and ends no later:
PART_BY_WHOLE = ((EARLIEST_BEGIN, EARLIEST_BEGIN), (LATEST_END, LATEST_END))
# so a whole begins no later than each part, and ends no earlier:
WHOLE_BY_PART = ((LATEST_BEGIN, LATEST_BEGIN), (EARLIEST_END, EARLIEST_END))
# An earlier event ends no later than a later one begins:
EARLIER_BY_LATER = ((LATEST_END, LATEST_BEGIN),)
# so a later event begins no earlier than an earlier one ends:
LATER_BY_EARLIER = ((EARLIEST_BEGIN, EARLIEST_END),)
# A cause begins no later than its effect begins:
CAUSE_BY_EFFECT = ((LATEST_BEGIN, LATEST_BEGIN),)
# so an effect begins no earlier than its cause begins:
EFFECT_BY_CAUSE = ((EARLIEST_BEGIN, EARLIEST_BEGIN),)
# An event begins no later than it ends:
BY_ITSELF = ((LATEST_BEGIN, LATEST_END), (EARLIEST_END, EARLIEST_BEGIN))
# An event of some days ends no earlier than on the last of these, counted from its earliest begin, and begins accordingly:
BY_DURATION = ((LATEST_BEGIN, LATEST_END), (EARLIEST_END, EARLIEST_BEGIN))
ONE_DAY = timedelta(days=1)
# Pairs of a lower and an upper bound of one event; the lower one is not after the upper one:
LOW_HIGH_PAIRS = ((EARLIEST_BEGIN, LATEST_BEGIN), (EARLIEST_BEGIN, LATEST_END), (EARLIEST_END, LATEST_END))


@dataclass(frozen=True)
class Bound:
    """A bound of an event with its provenance.

    day: the bound. premises: for a bound by the event's own dates, the sjkg:date triples that give it, and None for a
    bound that follows from `source`. source: the bound of another event, or another bound of the same event, that it
    follows from. relation: the triple that relates the two events, or tells the duration; None within one event else.
    """

    day: date
    premises: tuple[TextTriple, ...] | None = None
    source: "Bound | None" = None
    relation: TextTriple | None = None

    @property
    def is_own(self) -> bool:
        """True if the bound follows from the dates of the event alone."""
        return self.premises is not None

    def provenance(self) -> tuple[TextTriple, ...]:
        """Return the asserted triples that the bound follows from: dates, then the relations that lead to this event."""
        relations: list[TextTriple] = []
        bound = self
        while bound.source is not None:
            relations += [bound.relation] if bound.relation else []
            bound = bound.source
        return tuple(dict.fromkeys((*(bound.premises or ()), *reversed(relations))))


# Pairs of events that are in order by their bounds. Their number grows with the square of the number of events, and
# each is a triple with a proof. If there are more, none is derived, so that the derived order is complete or absent.
MAX_PAIRS_IN_ORDER = 50_000

EventBounds = dict[TextTerm, dict[str, Bound]]  # for each event, its bounds by the local names of their properties


def own_bounds(dates: Mapping[TextTriple, Bounds]) -> dict[str, Bound]:
    """Return the bounds of an event by its dates alone, a dict from local names of properties.

    dates: its sjkg:date triples, at least one, with the bounds of their values. The premises of a bound are the dates
    each of which alone gives this day, or all dates if none does.
    """
    found = {}
    for name, day in intersect(dates.values()).items():
        sufficient = [triple for triple, bounds in dates.items() if (name, day) in intersect([bounds]).items()]
        found[name] = Bound(day, tuple(sorted(sufficient or dates)))
    return found


def intersect(all_bounds: Iterable[Bounds]) -> Bounds:
    """Return the bounds (first and last possible day of begin and end) of an event from those of its dates, at least one.

    The range of days for the begin, and that for the end, is the intersection of those of the dates; where the dates
    contradict each other, it is the smallest range that covers them. The latest begin is at most the latest end, and
    the earliest end at least the earliest begin.
    """
    dates = list(all_bounds)
    begins = [(bounds.earliest_begin, bounds.latest_begin) for bounds in dates]
    ends = [(bounds.earliest_end, bounds.latest_end) for bounds in dates]
    begin, end = _intersect_ranges(begins), _intersect_ranges(ends)
    if begin[0] and end[1] and begin[0] > end[1]:  # the dates contradict each other: it would begin after its end
        begin, end = _cover_ranges(begins), _cover_ranges(ends)
    return Bounds(begin[0], _earliest(begin[1], end[1]), _latest(begin[0], end[0]), end[1])


def propagate(
    own: EventBounds,
    parts: Iterable[Relation],
    order: Iterable[Relation],
    causes: Iterable[Relation] = (),
    durations: Iterable[Lasting] = (),
) -> EventBounds:
    """Return the bounds of events from dates, parts, order, causes and durations; events that nothing bounds are left out.

    own: the bounds of dated events by their dates. parts: each a part, its whole and the triple that says so. order: an
    earlier event, a later one and the triple that says so. causes: a cause, its effect and the triple that says so.
    durations: an event, how long it lasted and the triple that says so.
    A part lies within its whole: it begins no earlier, and ends no later. An earlier event ends no later than the
    latest begin of the later one, which begins no earlier than the earliest end of the former. A cause begins no later
    than the latest begin of its effect, which begins no earlier than the earliest begin of the cause. An event ends no
    earlier than its duration after its earliest begin, and begins no later than its duration before its latest end. A bound that would
    contradict the other bounds of its event is not set. Where several ways lead to the same bound, the provenance has
    the first one found.
    """
    found: EventBounds = {event: dict(bounds) for event, bounds in own.items()}
    limits: dict[TextTerm, list[tuple[TextTerm, str, str, TextTriple | None]]] = defaultdict(list)
    for relations, first_by_second, second_by_first in (
        (parts, PART_BY_WHOLE, WHOLE_BY_PART),
        (order, EARLIER_BY_LATER, LATER_BY_EARLIER),
        (causes, CAUSE_BY_EFFECT, EFFECT_BY_CAUSE),
    ):
        for first, second, relation in relations:
            limits[second] += [(first, limited, by, relation) for limited, by in first_by_second]
            limits[first] += [(second, limited, by, relation) for limited, by in second_by_first]
    lasting = {event: (duration, triple) for event, duration, triple in durations}
    waiting = deque(sorted(own))  # events whose bounds may limit others
    # The loop ends: each step makes a bound tighter, and there are finitely many days to which it can be set, those of
    # `own`, with each duration added or subtracted at most once.
    while waiting:
        source = waiting.popleft()
        if source in lasting:
            waiting += [source] * _limit_by_duration(found[source], *lasting[source])
        for event, name, by, triple in [*((source, name, by, None) for name, by in BY_ITSELF), *limits[source]]:
            bound = found[source].get(by)
            if bound is not None and _is_tighter(found.get(event, {}), name, bound.day):
                found.setdefault(event, {})[name] = Bound(bound.day, source=bound, relation=triple)
                waiting.append(event)
    return found


def _limit_by_duration(bounds: dict[str, Bound], duration: "Duration | timedelta", triple: TextTriple) -> bool:
    """Make bounds of an event tighter by its duration, and return whether some are; `triple` tells the duration."""
    changed = False
    for name, by in BY_DURATION:
        bound = bounds.get(by)
        if bound is None or triple in bound.provenance():
            continue
        try:
            day = bound.day + duration - ONE_DAY if name in LOWER_BOUNDS else bound.day - duration + ONE_DAY
        except (OverflowError, ValueError):  # no day of the calendar
            continue
        if _is_tighter(bounds, name, day):
            bounds[name] = Bound(day, source=bound, relation=triple)
            changed = True
    return changed


def pairs_in_order(found: EventBounds) -> Iterator[tuple[TextTerm, TextTerm, tuple[TextTriple, ...]]]:
    """Yield pairs of an event and a later one: the latest end of the one is before the earliest begin of the other.

    The third member is what this follows from: the provenance of both bounds. Nothing is yielded if there are more than
    MAX_PAIRS_IN_ORDER pairs.
    """
    ends = sorted((bounds[LATEST_END].day, event) for event, bounds in found.items() if LATEST_END in bounds)
    begins = sorted((bounds[EARLIEST_BEGIN].day, event) for event, bounds in found.items() if EARLIEST_BEGIN in bounds)
    days = [day for day, _ in begins]
    later = {event: bisect_right(days, day) for day, event in ends}  # index in `begins` of the first later event
    if sum(len(begins) - first for first in later.values()) > MAX_PAIRS_IN_ORDER:
        return
    for event, first in later.items():
        for _, other in begins[first:]:
            premises = (*found[event][LATEST_END].provenance(), *found[other][EARLIEST_BEGIN].provenance())
            yield event, other, tuple(dict.fromkeys(premises))


def _is_tighter(bounds: Mapping[str, Bound], name: str, day: date) -> bool:
    """Return whether `day` as the bound `name` of an event would be tighter than its bounds say, and agree with them."""
    current = bounds.get(name)
    if current is not None and not (day > current.day if name in LOWER_BOUNDS else day < current.day):
        return False
    days = {key: bound.day for key, bound in bounds.items()} | {name: day}
    return all(days[low] <= days[high] for low, high in LOW_HIGH_PAIRS if low in days and high in days)


def _earliest(*days: date | None) -> date | None:
    """Return the earliest of the days that are not None; None if all are."""
    return min(filter(None, days), default=None)


def _latest(*days: date | None) -> date | None:
    """Return the latest of the days that are not None; None if all are."""
    return max(filter(None, days), default=None)


def _intersect_ranges(ranges: list[DayRange]) -> DayRange:
    """Return the intersection of ranges of days, or the smallest range that covers all of them when it is empty.

    A range is a pair of first and last day, None on a side without limit.
    """
    first, last = _latest(*(low for low, _ in ranges)), _earliest(*(high for _, high in ranges))
    return (first, last) if not (first and last) or first <= last else _cover_ranges(ranges)


def _cover_ranges(ranges: list[DayRange]) -> DayRange:
    """Return the smallest range of days (first, last) that covers all ranges; None on a side where one has no limit."""
    lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
    return (None if None in lows else _earliest(*lows), None if None in highs else _latest(*highs))
