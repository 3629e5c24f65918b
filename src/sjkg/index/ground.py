"""Where events are on the ground: spots, and which events are at each, joined once when the index is written.

A spot is a place with coordinates, or an event with coordinates of its own that takes place at no such place.
"""

import sqlite3
from dataclasses import dataclass

from sjkg.index.definitions import List
from sjkg.index.read import Choice, Index, where

TABLES = (
    'CREATE TABLE spots (number INTEGER PRIMARY KEY, item, name, place, lat, "long")',
    "CREATE TABLE standing (event INTEGER, spot INTEGER, stated INTEGER, PRIMARY KEY (event, spot)) WITHOUT ROWID",
    """INSERT INTO spots (item, name, place, lat, "long") SELECT item, name, item, lat, "long" FROM places
       WHERE lat IS NOT NULL AND item IN (SELECT value FROM facets WHERE list = 'events' AND facet = 'place')""",
    """INSERT INTO standing SELECT facets.item, spots.number, stated FROM spots
       JOIN facets ON list = 'events' AND facet = 'place' AND value = spots.place""",
    """INSERT INTO spots (item, name, lat, "long") SELECT item, name, lat, "long" FROM events
       WHERE lat IS NOT NULL AND number NOT IN (SELECT event FROM standing)""",
    """INSERT INTO standing SELECT events.number, spots.number, 1 FROM spots JOIN events ON events.item = spots.item
       WHERE spots.place IS NULL""",
    "CREATE INDEX standing_on ON standing (spot, event, stated)",
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


def spots_in(index: Index, events: List, choice: Choice, box: Box, limit: int) -> list[dict]:
    """Return spots with the number of their events under a choice, by name; `limit` at most."""
    chosen, values = _standing(events, choice)
    return index.select(
        f"""SELECT spots.*, found.events FROM spots JOIN ({chosen}) AS found ON found.spot = spots.number
            WHERE {_within(choice)} ORDER BY name, number LIMIT ?""",
        [*values, *_values_within(choice, box), limit],
    )


def cells_in(index: Index, events: List, choice: Choice, box: Box, degrees: float) -> list[dict]:
    """Return the number of spots in each square of so many degrees, with the middle and the bounds of its spots."""
    chosen, values = _standing(events, choice)
    return index.select(
        f"""SELECT COUNT(*) AS places, ROUND(AVG(lat), 4) AS lat, ROUND(AVG("long"), 4) AS "long",
              MIN("long") AS west, MIN(lat) AS south, MAX("long") AS east, MAX(lat) AS north
            FROM spots JOIN ({chosen}) AS found ON found.spot = spots.number WHERE {_within(choice)}
            GROUP BY CAST((lat + 90) / ? AS INTEGER), CAST(("long" + 180) / ? AS INTEGER)""",
        [*values, *_values_within(choice, box), degrees, degrees],
    )


def extent(index: Index, events: List, choice: Choice) -> dict:
    """Return how many spots the events of a choice have, how many of the events are at one, and the sides of the part of the
    map that holds them."""
    condition, values = where(events, choice, "event")
    return index.select(
        f"""SELECT COUNT(DISTINCT spot) AS spots, COUNT(DISTINCT event) AS events,
              MIN("long") AS west, MIN(lat) AS south, MAX("long") AS east, MAX(lat) AS north FROM standing JOIN spots ON spots.number = spot WHERE {condition}{_stated(choice)} AND {_within(choice)}""",
        [*values, *_values_within(choice, EARTH)],
    )[0]


def spots_of_thing(index: Index, thing: str) -> list[dict]:
    """Return the spot of a place, or the spots of an event."""
    return index.select(
        """SELECT item, name, item AS place, lat, "long" FROM places WHERE item = :thing AND lat IS NOT NULL
           UNION SELECT spots.item, spots.name, spots.place, spots.lat, spots."long" FROM events
           JOIN standing ON standing.event = events.number JOIN spots ON spots.number = standing.spot
           WHERE events.item = :thing""",
        {"thing": thing},
    )


def _standing(events: List, choice: Choice) -> tuple[str, list]:
    condition, values = where(events, choice, "event")
    return f"SELECT spot, COUNT(*) AS events FROM standing WHERE {condition}{_stated(choice)} GROUP BY spot", values


def _stated(choice: Choice) -> str:
    return " AND stated" if choice.stated else ""


def _within(choice: Choice) -> str:
    """Return the condition on spots: in a part of the map, and where places are chosen, at one of them."""
    marks = ", ".join("?" for _ in choice.values.get("place", ()))
    chosen = f" AND (place IS NULL OR place IN ({marks}))" if marks else ""
    return f'"long" BETWEEN ? AND ? AND lat BETWEEN ? AND ?{chosen}'


def _values_within(choice: Choice, box: Box) -> list:
    return [box.west, box.east, box.south, box.north, *choice.values.get("place", ())]
