"""Page model of the map, and the positions of events that the map script draws in the browser.

A spot is a position on the map at which events happened: a point, an area around a place to which another is related, or
the label of a lake, river or region that the base map draws. A box is a part of the map between two meridians and two
parallels, in degrees.
"""

from dataclasses import dataclass
from typing import Any

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.site.context import SnapshotLabels
from sjkg.site.list_request import ListRequest
from sjkg.site.model import Source
from sjkg.site.paths import local_page_path
from sjkg.site.wording import event_date_in_words
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.map_spots import (
    EARTH,
    FAMILIES,
    Box,
    cells_in,
    count_by_sort,
    located_events,
    place_point,
    spots_extent,
    spots_in,
    spots_of_thing,
    unplaced_events,
)
from sjkg.snapshot.index.positions import BEARINGS, Position, find_shape, position_outline
from sjkg.snapshot.index.read import Index, SqlRow

MAX_SPOTS = 600  # drawn one by one; more labels cannot be read
MAX_LISTED = 400  # events in a response or table
MAX_FEATURES = 10_000
CELLS_ACROSS = 20
MIN_CELL_DEGREES = 1 / 64
SORT_WORDS = {
    "point": "at a point",
    "relation": "by direction or distance from a place",
    "whole": "at the position of the event they are part of",
    "water": "at a lake or river",
    "region": "by region only",
    "none": "not on the map",
}
CERTAINTY_WORDS = {
    "lake": "at the lake; where is not stated",
    "river": "at the river; where is not stated",
    "region": "region only, drawn within today’s borders",
}


@dataclass(frozen=True)
class DrawnSpot:
    """A spot (a position on the map at which events happened) as the map script draws it.

    number: identifies the spot in one build of the data. path: URL path of the page of the place, or of the event if the
    coordinates are its own. lat, long: degrees, of the point or label. events: number of selected events there. form:
    point, sector, band, near, lake, river or region. outline: closed ring of pairs (long, lat) of a sector, band or
    near; empty for others. shape: name of the lake, river or region in the base map, or "". certainty: how exact the
    position is, as text. inherited: whether all events have the position only from the event that they are part of.
    family: the first of FAMILIES that an event there belongs to, "" without events.
    """

    number: int
    path: str
    name: str
    lat: float
    long: float
    events: int
    form: str
    outline: tuple[tuple[float, float], ...]
    shape: str
    certainty: str
    inherited: bool
    family: str


@dataclass(frozen=True)
class Cluster:
    """The spots (positions on the map) in a square of the map, drawn as one point.

    lat, long: mean position of the spots in degrees. places: number of spots. box: bounding box of the spots.
    """

    lat: float
    long: float
    places: int
    box: Box


@dataclass(frozen=True)
class StatingPassage:
    """A passage that states something of an event on the map. path: of its page. title: section and first words."""

    path: str
    number: int
    title: str


@dataclass(frozen=True)
class LocatedEvent:
    """An event on the map.

    path: of its page. date: as text. spots: their numbers. sort: how its position is known. family: one of FAMILIES.
    passages: at most three, those that state most of it.
    """

    path: str
    name: str
    date: str
    spots: tuple[int, ...]
    sort: str
    family: str
    passages: tuple[StatingPassage, ...]


@dataclass(frozen=True)
class UnplacedEvent:
    """An event that is not on the map. path: of its page. date, reason: as text."""

    path: str
    name: str
    date: str
    reason: str


@dataclass(frozen=True)
class Spots:
    """The spots (positions on the map) of the selected events in a box, that is, a part of the map.

    spots: None if there are more than 600; then `cells` has clusters of them instead. places: number of spots in the
    box. events: those at the spots by date, at most 400. total: number of selected events, in and outside the box.
    sorts: numbers of these by how their position is known: point, relation, whole, water, region, none. unplaced: the
    last of these numbers.
    """

    spots: tuple[DrawnSpot, ...] | None
    cells: tuple[Cluster, ...]
    places: int
    events: tuple[LocatedEvent, ...]
    total: int
    sorts: dict[str, int]
    unplaced: int


@dataclass(frozen=True)
class LocatedRow:
    """A row of a table of the map page: an event and its positions. positions: pairs of name and certainty."""

    event: LocatedEvent
    positions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MapPage:
    """Content of the page of the map.

    total: number of selected events. sorts: as in Spots. summary: these numbers as text. located: events on the map by
    date, at most 400. unplaced: events not on the map, at most 400, with the reasons.
    """

    total: int
    sorts: dict[str, int]
    summary: str
    located: tuple[LocatedRow, ...]
    unplaced: tuple[UnplacedEvent, ...]


def map_page(labels: SnapshotLabels, request: ListRequest) -> MapPage:
    """Return the page (dataclass for HTML and JSON) of the map. request: the filters of the list of events."""
    index, events, selection = labels.index, read_lists()["events"], request.selection
    sorts = count_by_sort(index, events, selection)
    spots = {row["number"]: row for row in spots_in(index, events, selection, EARTH)}
    located = _read_events(labels, located_events(index, events, selection, EARTH, MAX_LISTED))
    rows = tuple(
        LocatedRow(one, tuple((spots[number]["name"], spot_certainty(spots[number])) for number in one.spots))
        for one in located
    )
    unplaced = tuple(
        UnplacedEvent(local_page_path(row["item"]), row["name"], event_date_in_words(row), _reason(row))
        for row in unplaced_events(index, events, selection, MAX_LISTED)
    )
    total = sum(sorts.values())
    return MapPage(total, sorts, sorts_in_words(sorts), rows, unplaced)


def sorts_in_words(sorts: dict[str, int]) -> str:
    """Return a sentence on how many events are on the map, and how their positions are known.

    sorts: the numbers of events by sort of position.
    """
    total, missing = sum(sorts.values()), sorts["none"]
    parts = ", ".join(f"{number:,} {SORT_WORDS[sort]}" for sort, number in sorts.items() if number and sort != "none")
    placed = f"{total - missing:,} of {total:,} events on the map"
    return f"{placed}: {parts}." if parts else f"{placed}."


def find_spots(labels: SnapshotLabels, request: ListRequest, box: Box = EARTH) -> Spots:
    """Return the spots (positions on the map) in `box` of the events that the filters of `request` select.

    They are single spots (DrawnSpot), or clusters of spots (Cluster) if there are more than MAX_SPOTS.
    """
    index, events, selection = labels.index, read_lists()["events"], request.selection
    found, sorts = spots_extent(index, events, selection, box), count_by_sort(index, events, selection)
    drawn: tuple[DrawnSpot, ...] | None = None
    clusters: tuple[Cluster, ...] = ()
    if found["spots"] <= MAX_SPOTS:
        drawn = tuple(_read_spot(row) for row in spots_in(index, events, selection, box))
    else:
        cells = cells_in(index, events, selection, box, _cell_degrees(_row_box(found)))
        clusters = tuple(Cluster(row["lat"], row["long"], row["places"], _row_box(row)) for row in cells)
    listed = _read_events(labels, located_events(index, events, selection, box, MAX_LISTED))
    return Spots(drawn, clusters, found["spots"], listed, sum(sorts.values()), sorts, sorts["none"])


def spots_of(index: Index, iri: str) -> tuple[DrawnSpot, ...]:
    """Return the spots (positions on the map) of one thing for a small map; empty if it has none.

    iri: of an event, for those of it and its parts; or of a place, for its own and those of events and sites there.
    """
    rows = spots_of_thing(index, iri)
    point = place_point(index, iri)
    drawn = tuple(_read_spot(row) for row in rows)
    if point is None or any(row["item"] == iri for row in rows):
        return drawn
    shape = find_shape(iri)
    own = DrawnSpot(
        number=0,
        path=local_page_path(iri),
        name=point["name"],
        lat=point["lat"],
        long=point["long"],
        events=0,
        form=shape.form if shape else "point",
        outline=(),
        shape=_shape_name(iri),
        certainty="outline from Natural Earth" if shape else "coordinates of the place in another dataset",
        inherited=False,
        family="",
    )
    return (own, *drawn)


def features(index: Index, request: ListRequest) -> dict[str, Any]:
    """Return the events on the map as a GeoJSON FeatureCollection: a feature for each position of an event.

    request: the filters of the list of events. The geometry is null for a lake, river or region. At most 10,000.
    Source: RFC 7946, https://www.rfc-editor.org/rfc/rfc7946
    """
    events, selection = read_lists()["events"], request.selection
    spots = {row["number"]: row for row in spots_in(index, events, selection, EARTH)}
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": _geometry(spots[row["spot"]]),
                "properties": {
                    "event": row["item"],
                    "name": row["name"],
                    "begin": row["begin"],
                    "end": row["end"],
                    "position": spots[row["spot"]]["item"],
                    "positionName": spots[row["spot"]]["name"],
                    "form": spots[row["spot"]]["form"],
                    "kind": FAMILIES[row["family"]],
                    "passages": row["passages"].split(),
                    "basis": row["basis"],
                    "certainty": spot_certainty(spots[row["spot"]]),
                },
            }
            for row in located_events(index, events, selection, EARTH, MAX_FEATURES)
        ],
    }


def spot_certainty(row: SqlRow) -> str:
    """Return how exact the position of a spot is, as text. row: of the table spots."""
    form, reference = row["form"], row["reference_name"]
    if form == "point":
        of_event = row["item"].startswith(PREFIXES["event"])
        return f"coordinates of the {'event' if of_event else 'place'} in another dataset"
    if form == "near":
        return f"near {reference}; the distance is not stated"
    if form in ("sector", "band"):
        direction = next(name for name, bearing in BEARINGS.items() if bearing == row["bearing"])
        if row["metres"]:
            return f"about {row['metres'] / 1000:g} km {direction} of {reference}; drawn 20 % wider to each side"
        return f"{direction} of {reference}; the distance is not stated, the drawn length is arbitrary"
    return CERTAINTY_WORDS[form]


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
        raise BadParameter(
            f"west must be less than east, and south less than north, in the parameter “box” ({text}); {form}"
        )
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


def _read_spot(row: SqlRow) -> DrawnSpot:
    """Return a spot as the map script reads it. row: with the columns of `spots_in`."""
    return DrawnSpot(
        row["number"],
        local_page_path(row["item"]),
        row["name"],
        row["lat"],
        row["long"],
        row["events"],
        row["form"],
        position_outline(_position(row)),
        _shape_name(row["item"]),
        spot_certainty(row),
        0 < row["events"] == row["inherited"],
        FAMILIES[row["family"]],
    )


def _shape_name(iri: str) -> str:
    """Return the name of a place in the base map if it is drawn there as a line or area, else ""."""
    return iri.rpartition("/")[2] if find_shape(iri) else ""


def _position(row: SqlRow) -> Position:
    """Return the position in a row of the table spots."""
    return Position(row["item"], *(row[column] for column in ("form", "lat", "long", "bearing", "metres", "reference")))


def _geometry(row: SqlRow) -> dict[str, Any] | None:
    """Return the GeoJSON geometry of a row of the table spots; None for a lake, river or region."""
    if row["form"] == "point":
        return {"type": "Point", "coordinates": [row["long"], row["lat"]]}
    outline = position_outline(_position(row))
    return {"type": "Polygon", "coordinates": [outline]} if outline else None


def _read_events(labels: SnapshotLabels, rows: list[SqlRow]) -> tuple[LocatedEvent, ...]:
    """Return the events in rows of `located_events`, each once with all its spots."""
    spots: dict[str, list[int]] = {}
    for row in rows:
        spots.setdefault(row["item"], []).append(row["spot"])
    first = {row["item"]: row for row in reversed(rows)}
    return tuple(
        LocatedEvent(
            local_page_path(item),
            first[item]["name"],
            event_date_in_words(first[item]),
            tuple(numbers),
            first[item]["sort"],
            FAMILIES[first[item]["family"]],
            tuple(_read_passage(labels.source(passage)) for passage in first[item]["passages"].split()),
        )
        for item, numbers in spots.items()
    )


def _read_passage(source: Source) -> StatingPassage:
    """Return a passage as the map script reads it."""
    number = source.number or 0
    return StatingPassage(local_page_path(source.graph), number, source.name.removeprefix(f"passage {number}, "))


def _reason(row: SqlRow) -> str:
    """Return why an event is not on the map, as text. row: of `unplaced_events`."""
    if row["places"]:
        if row["kind"] == f"{ONTOLOGY}Conflict":
            return f"a conflict is shown by region only; no outline known: {row['places']}"
        return f"no position known: {row['places']}"
    return "no place stated"
