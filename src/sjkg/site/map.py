"""Events on the map: the page model of the map, and the spots or clusters that the map script draws in the browser.

A spot is a pair of coordinates: of a place, or of an event with coordinates of its own. A box is a part of the map
between two meridians and two parallels, in degrees.
"""

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
    """A place with its number of events; lat, long: in degrees, None without coordinates."""

    place: Thing
    kind: Thing
    events: int
    lat: float | None
    long: float | None


@dataclass(frozen=True)
class MapPage:
    """Content of the page of the map.

    spots: places with events, most events first, at most 200. located: number of these places with coordinates.
    """

    spots: tuple[PlaceRow, ...]
    located: int


@dataclass(frozen=True)
class DrawnSpot:
    """A spot as the map script draws it.

    path: of the page of the place or event. lat, long: degrees. events: number of selected events there. value: value
    of the facet “place” that selects the place in the list of events, "" for an event.
    """

    path: str
    name: str
    lat: float
    long: float
    events: int
    value: str


@dataclass(frozen=True)
class Cluster:
    """Spots in a square of the map, drawn as one.

    lat, long: their mean position in degrees. places: their number. box: their bounding box.
    """

    lat: float
    long: float
    places: int
    box: Box


@dataclass(frozen=True)
class Spots:
    """The spots of a selection of events in a box of the map.

    spots: None if there are more than 600; then `cells` has the clusters instead. places: number of spots. total:
    number of selected events anywhere. unplaced: number of these without a spot.
    """

    spots: tuple[DrawnSpot, ...] | None
    cells: tuple[Cluster, ...]
    places: int
    total: int
    unplaced: int


def map_page(context: PageContext) -> MapPage:
    """Return the page (dataclass for HTML and JSON) of the map: a table of the places with events."""
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


def find_spots(index: Index, request: ListRequest, box: Box = EARTH) -> Spots:
    """Return the spots in `box` of the events that `request` selects from the list of events.

    They are single spots (DrawnSpot), or clusters of spots (Cluster) if there are more than MAX_SPOTS.
    """
    events = read_lists()["events"]
    found, total = spots_extent(index, events, request.selection, box), index.count(events, request.selection)
    drawn: tuple[DrawnSpot, ...] | None = None
    clusters: tuple[Cluster, ...] = ()
    if found["spots"] <= MAX_SPOTS:
        drawn = tuple(_read_spot(row, row["events"]) for row in spots_in(index, events, request.selection, box))
    else:
        cells = cells_in(index, events, request.selection, box, _cell_degrees(_row_box(found)))
        clusters = tuple(Cluster(row["lat"], row["long"], row["places"], _row_box(row)) for row in cells)
    return Spots(drawn, clusters, found["spots"], total, total - count_placed(index, events, request.selection))


def spots_of(index: Index, iri: str) -> tuple[DrawnSpot, ...]:
    """Return the spots of one thing for a small map; empty if there are none.

    These are the coordinates of a place, or those of an event and its places. iri: of the thing.
    """
    return tuple(_read_spot(row, 0) for row in spots_of_thing(index, iri))


def read_box(text: str) -> Box:
    """Return the box that the URL parameter “box” gives as west,south,east,north in degrees; the whole earth for "".

    Raises BadParameter unless these are four numbers with west < east and south < north.
    """
    if not text:
        return EARTH
    form = "write west,south,east,north in degrees, for example 115,45,125,50"
    try:
        box = Box(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        raise BadParameter(f"the parameter “box” must be four numbers, not “{text}”; {form}") from None
    if not (box.west < box.east and box.south < box.north):
        raise BadParameter(f"west must be less than east, and south less than north, in the “box” {text}; {form}")
    return box


def _row_box(row: SqlRow) -> Box:
    """Return the box of a row of the index with the columns west, south, east and north."""
    return Box(*(row[side] for side in ("west", "south", "east", "north")))


def _cell_degrees(box: Box) -> float:
    """Return the side of a grid cell, in degrees, for about 20 cells across a box.

    It is a power of two, so that the cells stay in place when the map is moved.
    """
    degrees = MIN_CELL_DEGREES
    while degrees * CELLS_ACROSS < box.widest:
        degrees *= 2
    return degrees


def _read_spot(row: SqlRow, events: int) -> DrawnSpot:
    """Return a row of the index (item, name, place, lat, long) as the map script reads it.

    events: number of events there.
    """
    value = parameter_value(row["place"]) if row["place"] else ""
    return DrawnSpot(local_page_path(row["item"]), row["name"], row["lat"], row["long"], events, value)
