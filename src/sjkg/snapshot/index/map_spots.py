"""Map spots in the index, and the events at each; joined once, when the index is written.

A spot is a place with coordinates where an event happened, or an event that has coordinates of its own and no such
place. Functions that take a selection (facet values, days) only count events that it selects. Coordinates are degrees
of WGS 84. An `SqlRow` is a dict by column.
"""

from dataclasses import dataclass
from typing import Any

from sjkg.snapshot.index.lists import ListDefinition
from sjkg.snapshot.index.read import FacetSelection, Index, SqlRow, selection_condition

CREATE_SPOTS = (
    'CREATE TABLE spots (number INTEGER PRIMARY KEY, item, name, place, lat, "long")',
    """CREATE TABLE event_spots (event INTEGER, spot INTEGER, asserted INTEGER, begin TEXT, "end" TEXT,
       PRIMARY KEY (event, spot)) WITHOUT ROWID""",
    """INSERT INTO spots (item, name, place, lat, "long") SELECT item, name, item, lat, "long" FROM places
       WHERE lat IS NOT NULL AND item IN (SELECT value FROM facets WHERE list = 'events' AND facet = 'place')""",
    """INSERT INTO event_spots SELECT facets.item, spots.number, asserted, begin, "end" FROM spots
       JOIN facets ON list = 'events' AND facet = 'place' AND value = spots.place""",
    """INSERT INTO spots (item, name, lat, "long") SELECT item, name, lat, "long" FROM events
       WHERE lat IS NOT NULL AND number NOT IN (SELECT event FROM event_spots)""",
    """INSERT INTO event_spots SELECT events.number, spots.number, 1, begin, "end" FROM spots
       JOIN events ON events.item = spots.item WHERE spots.place IS NULL""",
    'CREATE INDEX events_of_spot ON event_spots (spot, event, asserted, begin, "end")',
)


@dataclass(frozen=True)
class Box:
    """A part of the map between two meridians and two parallels, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def widest(self) -> float:
        """Return the longer side, in degrees."""
        return max(self.east - self.west, self.north - self.south)


EARTH = Box(-180, -90, 180, 90)


def spots_extent(index: Index, events: ListDefinition, selection: FacetSelection, box: Box) -> SqlRow:
    """Return the number of spots of the selected events in a part of the map, and the bounding box of these spots.

    events, selection: the list of events and its filters. One row with spots, west, south, east, north; the sides are
    None where there is no spot.
    """
    condition, values = _spot_condition(events, selection, box)
    return index.select(
        f"""SELECT COUNT(*) AS spots, MIN("long") AS west, MIN(lat) AS south, MAX("long") AS east, MAX(lat) AS north
            FROM spots WHERE {condition}""",
        values,
    )[0]


def spots_in(index: Index, events: ListDefinition, selection: FacetSelection, box: Box) -> list[SqlRow]:
    """Return the spots of the selected events in a part of the map, by name.

    events, selection: the list of events and its filters. Rows of number, item (IRI), name, place (its IRI, None for an
    event with coordinates of its own), lat, long, events (the number of selected events at the spot).
    """
    condition, values = _spot_condition(events, selection, box)
    is_selected, of_events = _event_condition(events, selection)
    return index.select(
        f"""SELECT spots.*, events FROM spots
            JOIN (SELECT spot, COUNT(*) AS events FROM event_spots WHERE {is_selected} GROUP BY spot) ON spot = number
            WHERE {condition} ORDER BY name, number""",
        [*of_events, *values],
    )


def cells_in(index: Index, events: ListDefinition, selection: FacetSelection, box: Box, degrees: float) -> list[SqlRow]:
    """Return the grid cells that hold spots of the selected events in a part of the map.

    events, selection: the list of events and its filters. degrees: the side of a cell. Rows of places (the number of
    spots), lat, long (their mean), west, south, east, north (their bounding box).
    """
    condition, values = _spot_condition(events, selection, box)
    return index.select(
        f"""SELECT COUNT(*) AS places, ROUND(AVG(lat), 4) AS lat, ROUND(AVG("long"), 4) AS "long",
              MIN("long") AS west, MIN(lat) AS south, MAX("long") AS east, MAX(lat) AS north
            FROM spots WHERE {condition}
            GROUP BY CAST((lat + 90) / ? AS INTEGER), CAST(("long" + 180) / ? AS INTEGER)""",
        [*values, degrees, degrees],
    )


def count_placed(index: Index, events: ListDefinition, selection: FacetSelection) -> int:
    """Return the number of events that a selection (filters of the list `events`) leaves and that have a map spot."""
    condition, values = _event_condition(events, selection)
    # eight times as fast as COUNT(DISTINCT event)
    return index.select_number(
        f"SELECT COUNT(*) FROM (SELECT DISTINCT event FROM event_spots WHERE {condition})", values
    )


def spots_of_thing(index: Index, thing: str) -> list[SqlRow]:
    """Return the spot of a place, or the spots of an event, as rows of item, name, place (an IRI or None), lat, long.

    thing: the IRI of the place or event. Empty for a thing without coordinates.
    """
    return index.select(
        """SELECT item, name, item AS place, lat, "long" FROM places WHERE item = :thing AND lat IS NOT NULL
           UNION SELECT spots.item, spots.name, spots.place, spots.lat, spots."long" FROM events
           JOIN event_spots ON event_spots.event = events.number JOIN spots ON spots.number = event_spots.spot
           WHERE events.item = :thing""",
        {"thing": thing},
    )


def _event_condition(events: ListDefinition, selection: FacetSelection) -> tuple[str, list[Any]]:
    """Return the SQL condition on a row of `event_spots` that its event is selected, and its parameters."""
    condition, values = selection_condition(events, selection, "event")
    return condition + (" AND asserted" if selection.asserted_only else ""), values


def _spot_condition(events: ListDefinition, selection: FacetSelection, box: Box) -> tuple[str, list[Any]]:
    """Return the SQL condition on a row of `spots` that it has selected events and lies in a box, and its parameters.

    Where the selection names places, a spot that is a place must be one of them.
    """
    is_selected, values = _event_condition(events, selection)
    places = selection.values.get("place", ())
    is_chosen_place = f" AND (place IS NULL OR place IN ({', '.join('?' for _ in places)}))" if places else ""
    condition = (
        f"number IN (SELECT spot FROM event_spots WHERE {is_selected}) "
        f'AND "long" BETWEEN ? AND ? AND lat BETWEEN ? AND ?{is_chosen_place}'
    )
    return condition, [*values, box.west, box.east, box.south, box.north, *places]
