"""Where events are on the ground: spots, and which events are at each, joined once when the index is written.

A spot is a place with coordinates, or an event with coordinates of its own that takes place at no such place.
"""

import sqlite3
from dataclasses import dataclass

from sjkg.snapshot.index.lists import List
from sjkg.snapshot.index.read import FacetSelection, Index, where

TABLES = (
    'CREATE TABLE spots (number INTEGER PRIMARY KEY, item, name, place, lat, "long")',
    """CREATE TABLE standing (event INTEGER, spot INTEGER, stated INTEGER, begin TEXT, "end" TEXT, PRIMARY KEY (event, spot))
       WITHOUT ROWID""",
    """INSERT INTO spots (item, name, place, lat, "long") SELECT item, name, item, lat, "long" FROM places
       WHERE lat IS NOT NULL AND item IN (SELECT value FROM facets WHERE list = 'events' AND facet = 'place')""",
    """INSERT INTO standing SELECT facets.item, spots.number, stated, begin, "end" FROM spots
       JOIN facets ON list = 'events' AND facet = 'place' AND value = spots.place""",
    """INSERT INTO spots (item, name, lat, "long") SELECT item, name, lat, "long" FROM events
       WHERE lat IS NOT NULL AND number NOT IN (SELECT event FROM standing)""",
    """INSERT INTO standing SELECT events.number, spots.number, 1, begin, "end" FROM spots JOIN events ON events.item = spots.item
       WHERE spots.place IS NULL""",
    'CREATE INDEX standing_on ON standing (spot, event, stated, begin, "end")',
)


@dataclass(frozen=True)
class Box:
    """A part of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def widest(self) -> float:
        return max(self.east - self.west, self.north - self.south)


EARTH = Box(-180, -90, 180, 90)


def write_ground(connection: sqlite3.Connection) -> None:
    """Write the spots, once the lists are written."""
    for statement in TABLES:
        connection.execute(statement)


def extent(index: Index, events: List, choice: FacetSelection, box: Box) -> dict:
    """Return how many spots the events of a choice have in a part of the map, and the sides of that part of it that holds them."""
    condition, values = _chosen(events, choice, box)
    return index.select(
        f"""SELECT COUNT(*) AS spots, MIN("long") AS west, MIN(lat) AS south, MAX("long") AS east, MAX(lat) AS north
            FROM spots WHERE {condition}""",
        values,
    )[0]


def spots_in(index: Index, events: List, choice: FacetSelection, box: Box) -> list[dict]:
    """Return the spots with the number of their events, by name."""
    condition, values = _chosen(events, choice, box)
    standing, of_events = _standing(events, choice)
    return index.select(
        f"""SELECT spots.*, events FROM spots
            JOIN (SELECT spot, COUNT(*) AS events FROM standing WHERE {standing} GROUP BY spot) ON spot = number
            WHERE {condition} ORDER BY name, number""",
        [*of_events, *values],
    )


def cells_in(index: Index, events: List, choice: FacetSelection, box: Box, degrees: float) -> list[dict]:
    """Return the number of spots in each square of so many degrees, with the middle and the sides of its spots."""
    condition, values = _chosen(events, choice, box)
    return index.select(
        f"""SELECT COUNT(*) AS places, ROUND(AVG(lat), 4) AS lat, ROUND(AVG("long"), 4) AS "long",
              MIN("long") AS west, MIN(lat) AS south, MAX("long") AS east, MAX(lat) AS north
            FROM spots WHERE {condition}
            GROUP BY CAST((lat + 90) / ? AS INTEGER), CAST(("long" + 180) / ? AS INTEGER)""",
        [*values, degrees, degrees],
    )


def count_placed(index: Index, events: List, choice: FacetSelection) -> int:
    """Return how many events of a choice are at a spot."""
    condition, values = _standing(events, choice)
    # eight times as fast as COUNT(DISTINCT event)
    return index.select(
        f"SELECT COUNT(*) AS total FROM (SELECT DISTINCT event FROM standing WHERE {condition})", values
    )[0]["total"]


def spots_of_thing(index: Index, thing: str) -> list[dict]:
    """Return the spot of a place, or the spots of an event."""
    return index.select(
        """SELECT item, name, item AS place, lat, "long" FROM places WHERE item = :thing AND lat IS NOT NULL
           UNION SELECT spots.item, spots.name, spots.place, spots.lat, spots."long" FROM events
           JOIN standing ON standing.event = events.number JOIN spots ON spots.number = standing.spot
           WHERE events.item = :thing""",
        {"thing": thing},
    )


def _standing(events: List, choice: FacetSelection) -> tuple[str, list]:
    """Return the condition that an event at a spot is one of a choice."""
    condition, values = where(events, choice, "event")
    return condition + (" AND stated" if choice.asserted_only else ""), values


def _chosen(events: List, choice: FacetSelection, box: Box) -> tuple[str, list]:
    """Return the condition that a spot has events of a choice and is in a part of the map; where places are chosen, one of them."""
    standing, values = _standing(events, choice)
    places = choice.values.get("place", ())
    chosen = f" AND (place IS NULL OR place IN ({', '.join('?' for _ in places)}))" if places else ""
    condition = f'number IN (SELECT spot FROM standing WHERE {standing}) AND "long" BETWEEN ? AND ? AND lat BETWEEN ? AND ?{chosen}'
    return condition, [*values, box.west, box.east, box.south, box.north, *places]
