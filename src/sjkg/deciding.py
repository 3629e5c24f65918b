"""Which dates decide a bound of an event: its own, or those of a whole, a part or a later event, with what relates them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from rdflib import Graph, URIRef
from rdflib.paths import OneOrMore

from sjkg.bounds import Days, combine
from sjkg.dates import Bounds
from sjkg.vocab import ONTOLOGY
from sjkg.witness import path_witness

PART_OF, BEFORE, AFTER = (URIRef(ONTOLOGY + name) for name in ("directSubEventOf", "before", "after"))
ENDED = ("latestEnd", "latestBegin")  # what has ended by a day has begun by it


@dataclass
class Deciding:
    """Traces bounds back to dates.

    dated: the dates of each event, with their bounds. own: the bounds of each event by these. spread: with what parts and
    order tell (see bounds.spread). parts: pairs of a part and a whole. order: pairs of an earlier and a later event.
    """

    asserted: Graph
    dated: Mapping[URIRef, Mapping[tuple, Bounds]]
    own: Mapping[URIRef, Days]
    spread: Mapping[URIRef, Days]
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
            alone = [triple for triple, bounds in dates if _has({event: combine([bounds])}, event, name, day)]
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
            if name != "earliestEnd" and _has(self.spread, whole, whole_name, day):
                yield whole, whole_name, path_witness(self.asserted, event, PART_OF * OneOrMore, whole)
        for later in self._after[event]:
            if name in ENDED and _has(self.spread, later, "latestBegin", day):
                yield later, "latestBegin", self._stated_order(event, later)

    def _stated_order(self, earlier: URIRef, later: URIRef) -> list[tuple]:
        stated = ((earlier, BEFORE, later), (later, AFTER, earlier))
        return [triple for triple in stated if triple in self.asserted][:1]


def _has(bounds: Mapping[URIRef, Days], event: URIRef, name: str, day: date) -> bool:
    return event in bounds and (name, day) in bounds[event].items()
