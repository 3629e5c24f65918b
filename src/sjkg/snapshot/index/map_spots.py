"""Spots (positions on the map) in the index, and the events at each; derived once, when the index is written.

A spot is the point of an event or place, a sector, band or disc around a place to which another is related, or the label
of a lake, river or region. Functions that take a selection (the filters of the list of events: facet values and days)
regard only the events that it selects. Coordinates are degrees of WGS 84. An `SqlRow` is a dict from column name to value.
"""

import sqlite3
from dataclasses import dataclass
from typing import Any

from sjkg.kb.queries import read_query_file
from sjkg.snapshot.index.lists import QUERIES, ListDefinition
from sjkg.snapshot.index.positions import SORTS, derive_positions
from sjkg.snapshot.index.read import FacetSelection, Index, SqlRow, selection_condition
from sjkg.store.quad_store import QuadStore

CREATE_TABLES = (
    """CREATE TABLE spots (number INTEGER PRIMARY KEY, item TEXT UNIQUE, name, form, lat, "long", bearing, metres,
       reference, reference_name)""",
    """CREATE TABLE event_spots (event INTEGER, spot INTEGER, basis TEXT, first TEXT, last TEXT,
       PRIMARY KEY (event, spot)) WITHOUT ROWID""",
    """CREATE TABLE event_sorts (event INTEGER PRIMARY KEY, sort TEXT, first TEXT, last TEXT, family INTEGER,
       passages TEXT)""",
    "CREATE TABLE place_references (reference TEXT, place TEXT, PRIMARY KEY (reference, place)) WITHOUT ROWID",
)
CREATE_INDEXES = (
    "CREATE INDEX events_of_spot ON event_spots (spot, event, first, last)",
    "CREATE INDEX events_of_sort ON event_sorts (sort, event, first, last)",
)
FAMILIES = ("battle", "incident", "fighting", "other")  # by their numbers, as in event-families.rq
MAX_PASSAGES = 3  # of an event on the map: those that state most of it
# Takes the IRI of a place or event twice.
NAME_OF = "COALESCE((SELECT name FROM places WHERE item = ?), (SELECT name FROM events WHERE item = ?))"


@dataclass(frozen=True)
class Box:
    """A part of the map between two meridians and two parallels, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def widest(self) -> float:
        """Return the length of the longer side (west to east, or south to north), in degrees."""
        return max(self.east - self.west, self.north - self.south)


EARTH = Box(-180, -90, 180, 90)


def write_spots(connection: sqlite3.Connection, store: QuadStore) -> None:
    """Create the tables spots, event_spots, event_sorts and place_references; the tables of the lists must be complete.

    event_sorts has a row for each event: the most exact sort of its positions (one of positions.SORTS), the number of its
    family in FAMILIES, and the IRIs of the passages that state most of it, separated by spaces.
    place_references has a row for each place whose position is given relative to another, the reference.
    """
    for statement in CREATE_TABLES:
        connection.execute(statement)
    rows = []
    families: dict[str, int] = {}
    stating: dict[str, list[str]] = {}
    for name in ("event-places", "positions"):
        rows.append(store.query(read_query_file(QUERIES / f"{name}.rq").text).bindings)
    for row in store.query(read_query_file(QUERIES / "event-families.rq").text).bindings:
        families[row["event"]["value"]] = int(row["family"]["value"])
    for row in store.query(read_query_file(QUERIES / "event-passages.rq").text).bindings:
        stating.setdefault(row["event"]["value"], []).append(row["passage"]["value"])
    known = {item: rest for item, *rest in connection.execute("SELECT item, number, first, last FROM events")}
    numbers: dict[str, int] = {}
    for event, found in derive_positions(*rows).items():
        if event not in known:
            continue
        number, *days = known[event]
        connection.execute(
            "INSERT INTO event_sorts VALUES (?, ?, ?, ?, ?, ?)",
            [number, found.sort, *days, families[event], " ".join(stating.get(event, ())[:MAX_PASSAGES])],
        )
        for spot, basis in found.positions:
            if spot.place not in numbers:
                numbers[spot.place] = len(numbers) + 1
                connection.execute(
                    f"INSERT INTO spots VALUES (?, ?, {NAME_OF}, ?, ?, ?, ?, ?, ?, {NAME_OF})",
                    [
                        *(numbers[spot.place], spot.place, spot.place, spot.place, spot.form, spot.lat, spot.long),
                        *(spot.bearing, spot.metres, spot.reference, spot.reference, spot.reference),
                    ],
                )
            connection.execute(
                "INSERT OR IGNORE INTO event_spots VALUES (?, ?, ?, ?, ?)", [number, numbers[spot.place], basis, *days]
            )
    connection.executemany(
        "INSERT OR IGNORE INTO place_references VALUES (?, ?)",
        [(row["reference"]["value"], row["thing"]["value"]) for row in rows[1] if "reference" in row],
    )
    for statement in CREATE_INDEXES:
        connection.execute(statement)


def spots_extent(index: Index, events: ListDefinition, selection: FacetSelection, box: Box) -> SqlRow:
    """Return the number of spots (positions on the map) in a box at which selected events happened, and their bounds.

    events: the definition of the list of events. selection: the filters that the events pass. The result is one row
    with the columns spots (the number), west, south, east and north (degrees); the last four are None if there is no
    spot.
    """
    condition, values = _spot_condition(events, selection, box)
    return index.select(
        f"""SELECT COUNT(*) AS spots, MIN("long") AS west, MIN(lat) AS south, MAX("long") AS east, MAX(lat) AS north
            FROM spots WHERE {condition}""",
        values,
    )[0]


def spots_in(index: Index, events: ListDefinition, selection: FacetSelection, box: Box) -> list[SqlRow]:
    """Return the spots (positions on the map) in a box at which selected events happened, sorted by name.

    events: the definition of the list of events. selection: the filters that the events pass. Each row has the columns
    of the table spots, events (the number of selected events at the spot), inherited (the number of them that have
    it from the event that they are a part of) and family (the number in FAMILIES of the first family among them).
    """
    condition, values = _spot_condition(events, selection, box)
    is_selected, of_events = selection_condition(events, selection, "event")
    return index.select(
        f"""SELECT spots.*, events, inherited, family FROM spots
            JOIN (SELECT spot, COUNT(*) AS events, SUM(basis = 'whole') AS inherited, MIN(family) AS family
                  FROM (SELECT event, spot, basis FROM event_spots WHERE {is_selected}) JOIN event_sorts USING (event)
                  GROUP BY spot) ON spot = number
            WHERE {condition} ORDER BY name, number""",
        [*of_events, *values],
    )


def cells_in(index: Index, events: ListDefinition, selection: FacetSelection, box: Box, degrees: float) -> list[SqlRow]:
    """Return those cells of a grid over the map in which selected events happened, in no given order.

    events: the definition of the list of events. selection: the filters that the events pass. degrees: the side of a
    square cell. Each row has the columns places (the number of spots in the cell), lat and long (their mean), and west,
    south, east and north (their bounding box).
    """
    condition, values = _spot_condition(events, selection, box)
    return index.select(
        f"""SELECT COUNT(*) AS places, ROUND(AVG(lat), 4) AS lat, ROUND(AVG("long"), 4) AS "long",
              MIN("long") AS west, MIN(lat) AS south, MAX("long") AS east, MAX(lat) AS north
            FROM spots WHERE {condition}
            GROUP BY CAST((lat + 90) / ? AS INTEGER), CAST(("long" + 180) / ? AS INTEGER)""",
        [*values, degrees, degrees],
    )


def count_by_sort(index: Index, events: ListDefinition, selection: FacetSelection) -> dict[str, int]:
    """Return a dict from each of positions.SORTS, in their order, to the number of selected events of that sort.

    The sort of an event says how its position on the map is known, such as “point” or “region”; “none” if it is not.
    events: the definition of the list of events. selection: the filters that the events pass.
    """
    condition, values = selection_condition(events, selection, "event")
    rows = index.select(f"SELECT sort, COUNT(*) AS total FROM event_sorts WHERE {condition} GROUP BY sort", values)
    counts = {row["sort"]: row["total"] for row in rows}
    return {sort: counts.get(sort, 0) for sort in SORTS}


def located_events(
    index: Index, events: ListDefinition, selection: FacetSelection, box: Box, limit: int
) -> list[SqlRow]:
    """Return a row for each spot in a box of each selected event, by the begin of the events; at most `limit` rows.

    The columns are item, name, date (EDTF), begin, sureBegin, sureEnd, end (of the event), sort (of its position), family, passages, spot (the number of the spot)
    and basis (“own”, “place” or “whole”), with the family and the passages of `write_spots`.
    """
    condition, values = _spot_condition(events, selection, box)
    is_selected, of_events = selection_condition(events, selection, "event")
    return index.select(
        f"""SELECT events.item, events.name, events.date, events.begin, events.sureBegin,
              events.sureEnd, events."end", sort, family, passages, spot, basis
            FROM (SELECT event, spot, basis FROM event_spots WHERE {is_selected}) AS located
            JOIN events ON events.number = located.event JOIN event_sorts ON event_sorts.event = located.event
            WHERE spot IN (SELECT number FROM spots WHERE {condition})
            ORDER BY events.begin IS NULL, events.begin, events.name, spot LIMIT ?""",
        [*of_events, *values, limit],
    )


def event_families(index: Index, events: ListDefinition, selection: FacetSelection) -> dict[str, int]:
    """Return a dict from the IRI of each selected event to the number of its family in FAMILIES.

    events: the definition of the list of events. selection: the filters that the events pass.
    """
    condition, values = selection_condition(events, selection, "event")
    rows = index.select(
        f"""SELECT item, family FROM (SELECT event, family FROM event_sorts WHERE {condition})
            JOIN events ON number = event""",
        values,
    )
    return {row["item"]: row["family"] for row in rows}


def unplaced_events(index: Index, events: ListDefinition, selection: FacetSelection, limit: int) -> list[SqlRow]:
    """Return at most `limit` selected events that are not on the map, by their begin.

    The columns are item, name, kind, date (EDTF), begin, sureBegin, sureEnd, end and places: the names of the stated places of the event, separated by
    “; ”, or None.
    """
    condition, values = selection_condition(events, selection, "event")
    return index.select(
        f"""SELECT events.item, events.name, events.kind, events.date, events.begin,
              events.sureBegin, events.sureEnd, events."end",
              (SELECT GROUP_CONCAT(places.name, '; ') FROM facets JOIN places ON places.item = facets.value
               WHERE list = 'events' AND facet = 'place' AND facets.item = events.number AND facets.asserted) AS places
            FROM (SELECT event FROM event_sorts WHERE sort = 'none' AND {condition})
            JOIN events ON number = event
            ORDER BY events.begin IS NULL, events.begin, events.name LIMIT ?""",
        [*values, limit],
    )


def spots_of_thing(index: Index, thing: str) -> list[SqlRow]:
    """Return the spots (positions on the map) of an event and its parts, or of events at a place or near it.

    Near a place are the sites and areas whose position is given relative to it.

    thing: the IRI of the event or place. The columns are those of `spots_in`.
    """
    return index.select(
        """SELECT spots.*, COUNT(event) AS events, COALESCE(SUM(basis = 'whole'), 0) AS inherited, MIN(family) AS family
           FROM spots JOIN event_spots ON spot = spots.number JOIN event_sorts USING (event)
           WHERE spots.item = :thing OR spots.reference = :thing OR event IN (
             SELECT number FROM events WHERE item = :thing
             UNION SELECT item FROM facets WHERE list = 'events' AND facet = 'whole' AND value = :thing
             UNION SELECT item FROM facets WHERE list = 'events' AND facet = 'place' AND asserted AND (
               value = :thing OR value IN (SELECT place FROM place_references WHERE reference = :thing)))
           GROUP BY spots.number ORDER BY name""",
        {"thing": thing},
    )


def events_near(index: Index, place: str, limit: int) -> list[SqlRow]:
    """Return at most `limit` events at sites and areas whose position is given relative to a place, by their begin.

    place: its IRI. The columns are those of the table events.
    """
    return index.select(
        """SELECT * FROM events WHERE number IN (
             SELECT item FROM facets JOIN place_references ON place = value
             WHERE list = 'events' AND facet = 'place' AND asserted AND reference = ?)
           ORDER BY begin IS NULL, begin, name LIMIT ?""",
        [place, limit],
    )


def place_point(index: Index, place: str) -> SqlRow | None:
    """Return the columns item, name, lat and long of a place with coordinates; None for others. place: its IRI."""
    rows = index.select('SELECT item, name, lat, "long" FROM places WHERE item = ? AND lat IS NOT NULL', [place])
    return rows[0] if rows else None


def _spot_condition(events: ListDefinition, selection: FacetSelection, box: Box) -> tuple[str, list[Any]]:
    """Return an SQL condition that is true for rows of the table `spots` in a box with a selected event; its parameters."""
    is_selected, values = selection_condition(events, selection, "event")
    condition = (
        f"number IN (SELECT spot FROM event_spots WHERE {is_selected}) "
        'AND "long" BETWEEN ? AND ? AND lat BETWEEN ? AND ?'
    )
    return condition, [*values, box.west, box.east, box.south, box.north]
