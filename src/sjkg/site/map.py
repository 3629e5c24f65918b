"""Events on the map: the map page, and the spots or clusters that the map script draws."""

from dataclasses import dataclass

from sjkg.core.errors import BadParameter
from sjkg.site.context import PageContext
from sjkg.site.list_request import ListRequest, list_query, parameter_value
from sjkg.site.model import Thing
from sjkg.site.paths import local_page_path
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.map_spots import EARTH, Box, cells_in, count_placed, spots_extent, spots_in, spots_of_thing
from sjkg.snapshot.index.read import FacetSelection, Index, SqlRow

MAX_PLACES = 200  # in the table of the page
MAX_SPOTS = 600  # drawn one by one; more labels cannot be read
CELLS_ACROSS = 20
MIN_CELL_DEGREES = 1 / 64


@dataclass(frozen=True)
class PlaceRow:
    """A place with its number of events, and its coordinates if it has any."""

    place: Thing
    kind: Thing
    events: int
    lat: float | None
    long: float | None


@dataclass(frozen=True)
class MapPage:
    """The places with events, those with most first, at most MAX_PLACES. located: how many of them have coordinates."""

    spots: tuple[PlaceRow, ...]
    located: int


@dataclass(frozen=True)
class DrawnSpot:
    """A place with its number of events, or an event with coordinates of its own.

    value: of the facet “place” for this place, "" for an event.
    """

    path: str
    name: str
    lat: float
    long: float
    events: int
    value: str


@dataclass(frozen=True)
class Cluster:
    """The number of spots in a square of the map, their mean position, and the box that holds them."""

    lat: float
    long: float
    places: int
    box: Box


@dataclass(frozen=True)
class Spots:
    """The spots of a selection of events in a box.

    spots: None if there are more than MAX_SPOTS; then `cells` counts them. places: their number. total: of selected
    events, in the box or not; unplaced: the number of those without a spot.
    """

    spots: tuple[DrawnSpot, ...] | None
    cells: tuple[Cluster, ...]
    places: int
    total: int
    unplaced: int


def map_page(context: PageContext) -> MapPage:
    """Return the map page."""
    places = read_lists()["places"]
    rows = [row for row in context.index.rows(places, FacetSelection(), "events", True, MAX_PLACES) if row["events"]]
    context.record("The places of the map", list_query(places, FacetSelection()))
    names = context.labels.names(row["kind"] for row in rows)
    spots = tuple(
        PlaceRow(
            Thing(row["item"], row["name"]),
            Thing(row["kind"], names[row["kind"]]),
            row["events"],
            row["lat"],
            row["long"],
        )
        for row in rows
    )
    return MapPage(spots, sum(spot.lat is not None for spot in spots))


def spots(index: Index, request: ListRequest, box: Box = EARTH) -> Spots:
    """Return the spots in `box` of the events that the list of events has for the same request."""
    events = read_lists()["events"]
    found, total = spots_extent(index, events, request.selection, box), index.count(events, request.selection)
    drawn: tuple[DrawnSpot, ...] | None = None
    clusters: tuple[Cluster, ...] = ()
    if found["spots"] <= MAX_SPOTS:
        drawn = tuple(_spot(row, row["events"]) for row in spots_in(index, events, request.selection, box))
    else:
        cells = cells_in(index, events, request.selection, box, _cell_degrees(_box(found)))
        clusters = tuple(Cluster(row["lat"], row["long"], row["places"], _box(row)) for row in cells)
    return Spots(drawn, clusters, found["spots"], total, total - count_placed(index, events, request.selection))


def spots_of(index: Index, iri: str) -> tuple[DrawnSpot, ...]:
    """Return the spot of a place, or the spots of an event."""
    return tuple(_spot(row, 0) for row in spots_of_thing(index, iri))


def read_box(text: str) -> Box:
    """Return the box of the URL parameter “box” (west,south,east,north in degrees), the whole earth for "".

    Raises BadParameter if it is not a box.
    """
    if not text:
        return EARTH
    try:
        box = Box(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        box = None
    if box is None or not (box.west < box.east and box.south < box.north):
        raise BadParameter(
            f"“{text}” is not a valid value of “box”; write west,south,east,north in degrees, for example 115,45,125,50"
        )
    return box


def _box(row: SqlRow) -> Box:
    """Return the box of a row with the columns west, south, east and north."""
    return Box(*(row[side] for side in ("west", "south", "east", "north")))


def _cell_degrees(box: Box) -> float:
    """Return the side of a cell: a power of two, so that the cells stay in place when the map is moved."""
    degrees = MIN_CELL_DEGREES
    while degrees * CELLS_ACROSS < box.widest:
        degrees *= 2
    return degrees


def _spot(row: SqlRow, events: int) -> DrawnSpot:
    """Return a spot of the index as the map script reads it."""
    value = parameter_value(row["place"]) if row["place"] else ""
    return DrawnSpot(local_page_path(row["item"]), row["name"], row["lat"], row["long"], events, value)
