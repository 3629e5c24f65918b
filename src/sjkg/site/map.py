"""What the maps of the site draw: spots on the ground, or how many there are where they are too many to be told apart."""

from dataclasses import dataclass

from sjkg.core.errors import BadParameter
from sjkg.site.context import SnapshotLabels
from sjkg.site.list_request import ListRequest, shown_value
from sjkg.site.paths import page_path
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.map_spots import EARTH, Box, cells_in, count_placed, extent, spots_in, spots_of_thing
from sjkg.snapshot.index.read import Index

MOST_SPOTS = 600  # more names than these nobody reads
CELLS_ACROSS = 20
LEAST_DEGREES = 1 / 64


@dataclass(frozen=True)
class DrawnSpot:
    """A place with the number of its events, or an event with coordinates of its own. value: of the facet “place”."""

    path: str
    name: str
    lat: float
    long: float
    events: int
    value: str


@dataclass(frozen=True)
class Cell:
    """How many spots there are in a square of the map, the middle of them, and the part of the map that holds them."""

    lat: float
    long: float
    places: int
    box: Box


@dataclass(frozen=True)
class Spots:
    """What a map shows of a choice. spots: those in the part of the map asked for, or None where they are more than
    MOST_SPOTS, and `cells` counts them instead. places: how many they are; total: all events of the choice, wherever;
    unplaced: those of them that are at no spot."""

    spots: tuple[DrawnSpot, ...] | None
    cells: tuple[Cell, ...]
    places: int
    total: int
    unplaced: int


def spots(labels: SnapshotLabels, wanted: ListRequest, box: Box = EARTH) -> Spots:
    """Return the spots of the events that the list of events shows under the same choice, in a part of the map."""
    of = (labels.index, read_lists()["events"], wanted.choice)
    there, total = extent(*of, box), labels.index.count(*of[1:])
    are_few = there["spots"] <= MOST_SPOTS
    return Spots(
        tuple(_spot(row, row["events"]) for row in spots_in(*of, box)) if are_few else None,
        () if are_few else _cells(cells_in(*of, box, _degrees(_sides(there)))),
        there["spots"],
        total,
        total - count_placed(*of),
    )


def _cells(rows: list[dict]) -> tuple[Cell, ...]:
    return tuple(Cell(row["lat"], row["long"], row["places"], _sides(row)) for row in rows)


def _sides(row: dict) -> Box:
    return Box(*(row[side] for side in ("west", "south", "east", "north")))


def spots_of(index: Index, iri: str) -> tuple[DrawnSpot, ...]:
    """Return the spots of one thing: a place itself, or where an event took place."""
    return tuple(_spot(row, 0) for row in spots_of_thing(index, iri))


def read_box(text: str) -> Box:
    """Return a part of the map, given as west,south,east,north in degrees; of nothing the whole earth."""
    if not text:
        return EARTH
    try:
        box = Box(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        box = None
    if box is None or not (box.west < box.east and box.south < box.north):
        raise BadParameter(f"“{text}” is no part of a map; give west,south,east,north in degrees, as 115,45,125,50")
    return box


def _degrees(box: Box) -> float:
    """Return the length of a cell's side: a power of two, so that cells stay where they are when the map is moved."""
    degrees = LEAST_DEGREES
    while degrees * CELLS_ACROSS < box.widest:
        degrees *= 2
    return degrees


def _spot(row: dict, events: int) -> DrawnSpot:
    value = shown_value(row["place"]) if row["place"] else ""
    return DrawnSpot(page_path(row["item"]), row["name"], row["lat"], row["long"], events, value)
