"""Events on the axis of time and places on the ground: what the timeline, the map and the start page show."""

from dataclasses import dataclass

from sjkg.site.columns import dates_in_words
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.list_request import ListRequest, compose
from sjkg.site.model import Thing
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection

MOST = 200  # a browser lays out more rows than these slowly, and nobody reads them


@dataclass(frozen=True)
class Year:
    """A year, how many events may have been under way in it, and what share that is of the fullest year's."""

    year: int
    count: int
    share: float
    path: str


@dataclass(frozen=True)
class Bar:
    """An event as a timeline draws it: the days it may have spanned, in ISO form and in words."""

    event: Thing
    kind: Thing
    begin: str
    end: str
    words: str
    whole: str | None

    @property
    def first_year(self) -> int:
        return int(self.begin[:4])


@dataclass(frozen=True)
class TimelinePage:
    """The dated events in order of their first possible day, MOST at most; `more` are left out."""

    years: tuple[Year, ...]
    bars: tuple[Bar, ...]
    more: int
    undated: int
    wanted: ListRequest


@dataclass(frozen=True)
class Spot:
    """A place with the number of events there, and coordinates where it has them."""

    place: Thing
    kind: Thing
    events: int
    lat: float | None
    long: float | None


@dataclass(frozen=True)
class Mark:
    """An event with coordinates, its own or those of its place, and the days it may have spanned."""

    event: Thing
    lat: float
    long: float
    begin: str | None
    end: str | None


@dataclass(frozen=True)
class MapPage:
    """The places with events, those with most first, `located` of them with coordinates; and the events on the ground."""

    spots: tuple[Spot, ...]
    located: int
    events: tuple[Mark, ...]


def years_of(labels: SnapshotLabels, choice: FacetSelection) -> tuple[Year, ...]:
    """Return the years with events, in order."""
    counts = labels.index.facet_counts(read_lists()["events"], "year", choice)
    most = max((count for _, count in counts), default=1)
    return tuple(
        Year(int(year), count, round(count / most, 3), f"/events?year={year}") for year, count in sorted(counts)
    )


def timeline_page(context: PageContext, wanted: ListRequest) -> TimelinePage:
    """Return the timeline of the events that a list of events would show."""
    events = read_lists()["events"]
    rows = context.index.rows(events, wanted.choice, "begin", False, MOST)
    context.record("The events of the timeline", compose(events, wanted.choice))
    dated = [row for row in rows if row["begin"]]
    names = context.labels.names(row["kind"] for row in dated)
    bars = tuple(
        Bar(
            Thing(row["item"], row["name"]),
            Thing(row["kind"], names[row["kind"]]),
            row["begin"],
            row["end"],
            dates_in_words(row["begin"], row["end"]),
            row["whole"],
        )
        for row in dated
    )
    total = context.index.count(events, wanted.choice)
    return TimelinePage(
        years_of(context.labels, wanted.choice), bars, total - len(rows), len(rows) - len(dated), wanted
    )


def map_page(context: PageContext) -> MapPage:
    """Return the places of events."""
    places = read_lists()["places"]
    rows = [row for row in context.index.rows(places, FacetSelection(), "events", True, MOST) if row["events"]]
    context.record("The places of the map", compose(places, FacetSelection()))
    names = context.labels.names(row["kind"] for row in rows)
    spots = tuple(
        Spot(
            Thing(row["item"], row["name"]),
            Thing(row["kind"], names[row["kind"]]),
            row["events"],
            row["lat"],
            row["long"],
        )
        for row in rows
    )
    return MapPage(spots, sum(spot.lat is not None for spot in spots), _marks(context))


def _marks(context: PageContext) -> tuple[Mark, ...]:
    events = read_lists()["events"]
    context.record("The events of the map", compose(events, FacetSelection()))
    return tuple(
        Mark(Thing(row["item"], row["name"]), row["lat"], row["long"], row["begin"], row["end"])
        for row in context.index.rows(events, FacetSelection(), "lat", False, MOST)
        if row["lat"] is not None
    )
