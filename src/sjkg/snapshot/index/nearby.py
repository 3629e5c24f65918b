"""Events related to a given one by time and place: at the same time, at the same place, or within a distance.

The given event, its parts, and the events that it is a part of are left out of all three.
"""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from sjkg.snapshot.index.read import Index

EARTH_KM = 6371.0
DEGREE_KM = 111.0
IS_PART_OR_WHOLE = """
  other.number IN (SELECT item FROM facets WHERE list = 'events' AND facet = 'whole' AND value = this.item)
  OR other.item IN (SELECT value FROM facets WHERE list = 'events' AND facet = 'whole' AND item = this.number)
  OR other.item = this.item"""
SAME_TIME = f"""
  SELECT other.item FROM events AS this, events AS other
  WHERE this.item = ? AND other.begin <= this."end" AND other."end" >= this.begin AND NOT ({IS_PART_OR_WHOLE})
  ORDER BY abs(julianday(other."end") - julianday(other.begin) - julianday(this."end") + julianday(this.begin)),
  other.begin, other.name LIMIT ?"""
SAME_PLACE = f"""
  SELECT DISTINCT other.item, other.begin FROM events AS this
  JOIN facets AS here ON here.list = 'events' AND here.facet = 'place' AND here.item = this.number AND here.asserted
  JOIN facets AS there ON there.list = 'events' AND there.facet = 'place' AND there.value = here.value AND there.asserted
  JOIN events AS other ON other.number = there.item
  WHERE this.item = ? AND NOT ({IS_PART_OR_WHOLE})
  ORDER BY other.begin LIMIT ?"""
WITHIN_BOX = f"""
  SELECT other.item, other.name, other.lat, other.long, this.lat AS lat0, this.long AS long0
  FROM events AS this, events AS other
  WHERE this.item = ? AND other.lat BETWEEN this.lat - ? AND this.lat + ? AND NOT ({IS_PART_OR_WHOLE})"""


@dataclass(frozen=True)
class NearbyEvent:
    """An event (its IRI), its name, and the great-circle distance to the given event in km, rounded."""

    event: str
    name: str
    km: int


def same_time(index: Index, event: str, limit: int) -> list[str]:
    """Return the IRIs of at most `limit` events whose possible time overlaps that of the event with the IRI `event`.

    Events of the most similar duration come first. Empty for an event without a begin and an end.
    """
    return [row["item"] for row in index.select(SAME_TIME, [event, limit])]


def same_place(index: Index, event: str, limit: int) -> list[str]:
    """Return the IRIs of at most `limit` events that share a place with the event with the IRI `event`, by begin.

    Only asserted places count, not inferred ones.
    """
    return [row["item"] for row in index.select(SAME_PLACE, [event, limit])]


def within_distance(index: Index, event: str, limit: int, max_km: int = 150) -> list[NearbyEvent]:
    """Return the events with coordinates at most `max_km` from those of an event, the nearest first.

    event: its IRI. limit: number of events at most. Empty for an event without coordinates.
    """
    box = max_km / DEGREE_KM
    found = (
        NearbyEvent(row["item"], row["name"], round(distance_km(row["lat0"], row["long0"], row["lat"], row["long"])))
        for row in index.select(WITHIN_BOX, [event, box, box])
    )
    return sorted((other for other in found if other.km <= max_km), key=lambda other: (other.km, other.name))[:limit]


def distance_km(lat1: float, long1: float, lat2: float, long2: float) -> float:
    """Return the great-circle distance of two points given in degrees, by the haversine formula."""
    p1, l1, p2, l2 = map(radians, (lat1, long1, lat2, long2))
    a = sin((p2 - p1) / 2) ** 2 + cos(p1) * cos(p2) * sin((l2 - l1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(a))
