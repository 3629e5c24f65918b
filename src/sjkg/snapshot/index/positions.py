"""Derivation of the positions of events on the map from the coordinates, relations and parts that the graph states.

Nothing is guessed: an event of which no stated place has a position has none, and every position has a form and a basis
that say how exact it is. Coordinates are degrees of WGS 84.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import asin, atan2, cos, degrees, radians, sin
from types import MappingProxyType

from sjkg.core.vocabulary import PREFIXES
from sjkg.snapshot.index.precomputed import JsonTerm

EARTH_METRES = 6_371_000.0
BEARINGS = MappingProxyType(
    {
        name: number * 45.0
        for number, name in enumerate(
            ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
        )
    }
)
HALF_SECTOR_DEGREES = 22.5  # half the angle between two of the eight directions
SECTOR_METRES = 100_000  # drawn length of a sector whose distance is not stated
NEAR_METRES = 20_000  # drawn radius of “near”, which states no distance
DISTANCE_TOLERANCE = 0.2  # drawn width of a band around a stated distance, as a part of it, to each side
STEPS = 8  # edges of an arc
MAX_WHOLES = 20  # steps from a part to its whole, or from a place to the place that it is part of


@dataclass(frozen=True)
class BaseMapShape:
    """A place that the base map draws as a line or area. form: river, lake or region. lat, long: of its label only."""

    form: str
    lat: float
    long: float


# The features of Natural Earth that base-map.mjs marks with these names; only those that are surely the place, or that
# are fit as the outline of a region by today's borders.
# By the last part of the IRI of a place.
SHAPES = MappingProxyType(
    {
        "amur-river": BaseMapShape("river", 48.38, 134.81),
        "buir-lake": BaseMapShape("lake", 47.817, 117.697),
        "korea": BaseMapShape("region", 38.6, 127.2),
        "lake-khanka": BaseMapShape("lake", 44.992, 132.393),
        "mongolia": BaseMapShape("region", 46.83, 103.05),
    }
)
FORMS = ("point", "sector", "band", "near", "lake", "river", "region")
# How the position of an event is known, the most exact first: by a point; by direction or distance from a point; by the
# position of the event that it is part of; by a lake or river; by a region; or not at all.
SORTS = ("point", "relation", "whole", "water", "region", "none")


@dataclass(frozen=True)
class Position:
    """A position on the map.

    place: the IRI of the place, or of the event if the coordinates are the event's own. form: one of FORMS. lat, long:
    of the point, of the reference place of a relation, or of the label of a shape. bearing: direction from the
    reference place in degrees clockwise from north, of the forms sector and band. metres: the stated distance, or None.
    reference: IRI of the place that a relation refers to, or None.
    """

    place: str
    form: str
    lat: float
    long: float
    bearing: float | None = None
    metres: int | None = None
    reference: str | None = None

    @property
    def sort(self) -> str:
        """Return the one of SORTS that applies to an event of which this is its own position or that of its place."""
        if self.form in ("lake", "river"):
            return "water"
        return {"point": "point", "region": "region"}.get(self.form, "relation")


@dataclass
class EventPositions:
    """The positions of one event.

    sort: the most exact of SORTS. positions: pairs of a position and its basis: “own” coordinates of the event, its
    “place”, or that of its “whole”.
    """

    sort: str = "none"
    positions: list[tuple[Position, str]] = field(default_factory=list)


@dataclass
class _StatedPlace:
    """The statements of the graph on the position of a place or event. within: IRIs of the places that it is a part of."""

    point: tuple[float, float] | None = None
    relations: list[tuple[str, str, int | None]] = field(default_factory=list)
    within: list[str] = field(default_factory=list)


@dataclass
class _StatedEvent:
    """The statements of the graph on an event: the IRIs of its places and of the event that it is a direct part of."""

    places: list[str] = field(default_factory=list)
    whole: str | None = None
    is_conflict: bool = False
    is_military: bool = False


def find_shape(iri: str) -> BaseMapShape | None:
    """Return the feature of the base map that is the place with an IRI; None if there is none."""
    places = PREFIXES["place"]
    return SHAPES.get(iri.removeprefix(places)) if iri.startswith(places) else None


def derive_positions(
    event_rows: Iterable[Mapping[str, JsonTerm]], position_rows: Iterable[Mapping[str, JsonTerm]]
) -> dict[str, EventPositions]:
    """Return a dict from the IRI of each event to its positions.

    event_rows, position_rows: the results of event-places.rq and positions.rq. An event has, in this order: its own
    coordinates; its stated places that have coordinates, or whose direction or distance from a place with coordinates is
    stated; if it is military, the position of the event that it is a part of; otherwise the river, lake or region where
    it was. The lake or river is added to a more exact position. A conflict, such as a war, gets the position of a region
    or none: the point of one of its battles is not where it was.
    """
    events, places = _read_events(event_rows), _read_places(position_rows)
    found: dict[str, EventPositions] = {}
    for iri, event in events.items():
        found[iri] = _position_event(iri, event, places)
    for iri, event in events.items():
        if event.is_military and not event.is_conflict and found[iri].sort in ("water", "region", "none"):
            _inherit(iri, events, found)
    return found


def position_outline(position: Position) -> tuple[tuple[float, float], ...]:
    """Return the outline of a sector, band or disc as a closed ring of (long, lat), counterclockwise; empty for others."""
    if position.form == "near":
        radius = position.metres or NEAR_METRES
        ring = [_destination(position, -360 * step / (3 * STEPS), radius) for step in range(3 * STEPS + 1)]
        return (*ring[:-1], ring[0])
    if position.bearing is None:
        return ()
    inner, outer = 0.0, float(SECTOR_METRES)
    if position.metres:
        inner, outer = position.metres * (1 - DISTANCE_TOLERANCE), position.metres * (1 + DISTANCE_TOLERANCE)
    turns = [position.bearing - HALF_SECTOR_DEGREES * (1 - 2 * step / STEPS) for step in range(STEPS + 1)]
    near = [_destination(position, turn, inner) for turn in turns] if inner else [_destination(position, 0, 0)]
    ring = [*near, *(_destination(position, turn, outer) for turn in reversed(turns))]
    return (*ring, ring[0])


def _destination(start: Position, bearing: float, metres: float) -> tuple[float, float]:
    """Return the (long, lat) at a distance and direction on the sphere.

    Source: https://www.movable-type.co.uk/scripts/latlong.html, “Destination point given distance and bearing”.
    """
    lat, long, turn, angle = radians(start.lat), radians(start.long), radians(bearing), metres / EARTH_METRES
    end = asin(sin(lat) * cos(angle) + cos(lat) * sin(angle) * cos(turn))
    east = atan2(sin(turn) * sin(angle) * cos(lat), cos(angle) - sin(lat) * sin(end))
    return round(degrees(long + east), 4), round(degrees(end), 4)


def _read_events(rows: Iterable[Mapping[str, JsonTerm]]) -> dict[str, _StatedEvent]:
    """Return a dict from the IRI of each event to the statements about it. rows: the result of event-places.rq."""
    events: dict[str, _StatedEvent] = {}
    for row in rows:
        event = events.setdefault(row["event"]["value"], _StatedEvent())
        if "place" in row and row["place"]["value"] not in event.places:
            event.places.append(row["place"]["value"])
        if "whole" in row:
            event.whole = min(event.whole or row["whole"]["value"], row["whole"]["value"])
        event.is_conflict = row["isConflict"]["value"] == "true"
        event.is_military = row["isMilitary"]["value"] == "true"
    return events


def _read_places(rows: Iterable[Mapping[str, JsonTerm]]) -> dict[str, _StatedPlace]:
    """Return a dict from the IRI of each place or event to the statements about it. rows: the result of positions.rq."""
    places: dict[str, _StatedPlace] = {}
    for row in rows:
        place = places.setdefault(row["thing"]["value"], _StatedPlace())
        if "lat" in row:
            place.point = float(row["lat"]["value"]), float(row["long"]["value"])
        elif "reference" in row:
            direction = row["direction"]["value"].rpartition("/")[2] if "direction" in row else ""
            metres = int(row["metres"]["value"]) if "metres" in row else None
            place.relations.append((row["reference"]["value"], direction, metres))
        else:
            place.within.append(row["within"]["value"])
    return places


def _position_event(iri: str, event: _StatedEvent, places: Mapping[str, _StatedPlace]) -> EventPositions:
    """Return the positions of an event by what is stated of the event itself."""
    own = places.get(iri)
    stated = [found for place in sorted(event.places) if (found := _position_place(place, places))]
    if event.is_conflict:
        stated = [position for position in stated if position.form == "region"]
    elif own and own.point:
        waters = [(position, "place") for position in stated if position.sort == "water"]
        return EventPositions("point", [(Position(iri, "point", *own.point), "own"), *waters])
    if not stated:
        return EventPositions()
    best = min(stated, key=lambda position: SORTS.index(position.sort)).sort
    return EventPositions(best, [(one, "place") for one in stated if one.sort in (best, "water")])


def _position_place(iri: str, places: Mapping[str, _StatedPlace], steps: int = MAX_WHOLES) -> Position | None:
    """Return the position of a place: of itself, or of a place that it is part of; None if neither has one."""
    place = places.get(iri, _StatedPlace())
    if shape := find_shape(iri):
        return Position(iri, shape.form, shape.lat, shape.long)
    if place.point:
        return Position(iri, "point", *place.point)
    for reference, direction, metres in sorted(place.relations, key=str):
        point = places.get(reference, _StatedPlace()).point
        if point and direction in BEARINGS:
            form = "band" if metres else "sector"
            return Position(iri, form, *point, BEARINGS[direction], metres, reference)
        if point and direction == "near":
            return Position(iri, "near", *point, metres=metres, reference=reference)
    wider = (_position_place(whole, places, steps - 1) for whole in sorted(place.within)) if steps else ()
    return min((one for one in wider if one), key=lambda one: SORTS.index(one.sort), default=None)


def _inherit(iri: str, events: Mapping[str, _StatedEvent], found: Mapping[str, EventPositions]) -> None:
    """Add to the positions of an event those of the nearest event that it is part of and that has an exact position."""
    whole = events[iri].whole
    for _ in range(MAX_WHOLES):
        if whole is None or whole not in events or events[whole].is_conflict:
            return
        exact = [
            position for position, basis in found[whole].positions if basis != "whole" and position.sort in SORTS[:2]
        ]
        if exact:
            own = found[iri]
            waters = [one for one in own.positions if one[0].sort == "water"]
            own.sort, own.positions = "whole", [*((position, "whole") for position in exact), *waters]
            return
        whole = events[whole].whole
