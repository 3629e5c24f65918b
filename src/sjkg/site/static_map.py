"""The map as an SVG image, on the start page and for readers without scripts: the same spots and the same base map.

The projection is equirectangular, true to scale at 45° north. The base map is theatre.json of the script bundle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from sjkg.site.event_map import DrawnSpot
from sjkg.snapshot.index.map_spots import FAMILIES

WEST, NORTH, EAST, SOUTH = 96.0, 56.0, 146.0, 33.0
X_SCALE = 20.0  # pixels a degree; theatre.json has the same
Y_SCALE = X_SCALE * sqrt(2)
WIDTH, HEIGHT = round((EAST - WEST) * X_SCALE), round((NORTH - SOUTH) * Y_SCALE)
MAX_LABELS = 30
LABEL_HEIGHT, LETTER_WIDTH = 18.0, 8.0  # pixels
MAX_LETTERS = 40


@dataclass(frozen=True)
class MapMark:
    """A spot on the image. x, y, radius: of its circle in pixels. outline: its area as points for a polygon, or "". label: "" if there is no room. family: as of a spot."""

    path: str
    name: str
    x: float
    y: float
    radius: float
    outline: str
    label: str
    family: str


def place_marks(spots: Iterable[DrawnSpot]) -> tuple[MapMark, ...]:
    """Return the marks of the spots inside the image, those of battles first, then of incidents, then those with the most events; the first get labels where there is room.

    Lakes, rivers and regions have a label only, of radius 0.
    """
    taken: list[tuple[float, float, float]] = []
    marks = []
    for spot in sorted(spots, key=_importance):
        points = [_project(long, lat) for long, lat in spot.outline] or [_project(spot.long, spot.lat)]
        x = (min(x for x, _ in points) + max(x for x, _ in points)) / 2
        y = (min(y for _, y in points) + max(y for _, y in points)) / 2
        if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
            continue
        radius = 0.0 if spot.shape else 4 + 1.5 * sqrt(spot.events)
        text = spot.name if len(spot.name) <= MAX_LETTERS else f"{spot.name[: MAX_LETTERS - 1]}…"
        right = x + radius + 4 + len(text) * LETTER_WIDTH
        has_room = right <= WIDTH and all(
            abs(y - other_y) >= LABEL_HEIGHT or right < left or x > end for left, end, other_y in taken
        )
        if has_room and len(taken) < MAX_LABELS:
            taken.append((x, right, y))
        else:
            text = ""
        outline = " ".join(f"{px:.1f},{py:.1f}" for px, py in points) if spot.outline else ""
        marks.append(
            MapMark(spot.path, spot.name, round(x, 1), round(y, 1), round(radius, 1), outline, text, spot.family)
        )
    return tuple(marks)


def place_names(labels: Iterable[tuple[str, float, float]]) -> tuple[tuple[str, float, float], ...]:
    """Return the names of regions inside the image, each with the pixels of the middle of its label. labels: with longitude and latitude."""
    placed = ((name, *_project(long, lat)) for name, long, lat in labels)
    return tuple((name, round(x, 1), round(y, 1)) for name, x, y in placed if 0 <= x <= WIDTH and 0 <= y <= HEIGHT)


def _importance(spot: DrawnSpot) -> tuple[int, bool, int, str]:
    """Return a sort key by family, then position of its own or of a whole, then number of events."""
    family = FAMILIES.index(spot.family) if spot.family else len(FAMILIES)
    return family, spot.inherited, -spot.events, spot.name


def _project(long: float, lat: float) -> tuple[float, float]:
    """Return the pixels of a position in degrees."""
    return (long - WEST) * X_SCALE, (NORTH - lat) * Y_SCALE
