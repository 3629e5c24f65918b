"""Events near another one: in time, at the same place, or within a distance.

What the timeline reads of an index: how many events begin and end on each day."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from sjkg.snapshot.index.lists import List
from sjkg.snapshot.index.read import DATED, FacetSelection, Index, where

EARTH_KM = 6371.0
DEGREE_KM = 111.0
RELATED = """
  other.number IN (SELECT item FROM facets WHERE list = 'events' AND facet = 'whole' AND value = this.item)
  OR other.item IN (SELECT value FROM facets WHERE list = 'events' AND facet = 'whole' AND item = this.number)
  OR other.item = this.item"""
SAME_TIME = f"""
  SELECT other.item FROM events AS this, events AS other
  WHERE this.item = ? AND other.begin <= this."end" AND other."end" >= this.begin AND NOT ({RELATED})
  ORDER BY abs(julianday(other."end") - julianday(other.begin) - julianday(this."end") + julianday(this.begin)),
  other.begin, other.name LIMIT ?"""
SAME_PLACE = f"""
  SELECT DISTINCT other.item, other.begin FROM events AS this
  JOIN facets AS here ON here.list = 'events' AND here.facet = 'place' AND here.item = this.number AND here.stated
  JOIN facets AS there ON there.list = 'events' AND there.facet = 'place' AND there.value = here.value AND there.stated
  JOIN events AS other ON other.number = there.item
  WHERE this.item = ? AND NOT ({RELATED})
  ORDER BY other.begin LIMIT ?"""
WITHIN_BOX = f"""
  SELECT other.item, other.name, other.lat, other.long, this.lat AS lat0, this.long AS long0
  FROM events AS this, events AS other
  WHERE this.item = ? AND other.lat BETWEEN this.lat - ? AND this.lat + ? AND NOT ({RELATED})"""


@dataclass(frozen=True)
class Near:
    """An event and how far it is away, as the crow flies between the coordinates that the graph has."""

    event: str
    name: str
    km: int


def same_time(index: Index, event: str, limit: int) -> list[str]:
    """Return events that may have been under way while another was, neither its parts nor its wholes; like length first."""
    return [row["item"] for row in index.select(SAME_TIME, [event, limit])]


def same_place(index: Index, event: str, limit: int) -> list[str]:
    """Return events said to have taken place where another is said to have, neither its parts nor its wholes."""
    return [row["item"] for row in index.select(SAME_PLACE, [event, limit])]


def close_by(index: Index, event: str, limit: int, within_km: int = 150) -> list[Near]:
    """Return events within a distance of another, the nearest first, neither its parts nor its wholes."""
    box = within_km / DEGREE_KM
    found = (
        Near(row["item"], row["name"], round(distance_km(row["lat0"], row["long0"], row["lat"], row["long"])))
        for row in index.select(WITHIN_BOX, [event, box, box])
    )
    return sorted((near for near in found if near.km <= within_km), key=lambda near: (near.km, near.name))[:limit]


def distance_km(lat1: float, long1: float, lat2: float, long2: float) -> float:
    """Return the great-circle distance of two points. Source: the haversine formula"""
    p1, l1, p2, l2 = map(radians, (lat1, long1, lat2, long2))
    a = sin((p2 - p1) / 2) ** 2 + cos(p1) * cos(p2) * sin((l2 - l1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(a))


def days(index: Index, events: List, choice: FacetSelection, side: str) -> list[tuple[str | None, int]]:
    """Return of how many dated events each day is the first (side "begin") or the last ("end"), in order.

    None stands for a side that is left open.
    """
    condition, values = where(events, choice)
    rows = index.select(
        f'SELECT "{side}" AS day, COUNT(*) AS total FROM events WHERE {DATED} AND {condition} GROUP BY day ORDER BY day',
        values,
    )
    return [(row["day"], row["total"]) for row in rows]
