"""Page model of a place: names, location, and the events there."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page, read_names
from sjkg.site.event_map import DrawnSpot, spots_of
from sjkg.site.lists import InferredEvents, read_inferred_events
from sjkg.site.model import Name, Property, Source, Thing
from sjkg.site.remarks import Remark, read_remarks
from sjkg.site.wording import begin_sort_key, event_date_in_words
from sjkg.snapshot.index.map_spots import events_near

MAX_NEAR = 40
GEOGRAPHY = (
    *("relativeTo", "near", "direction", "distanceText", "placePartOf", "borderOf", "controlledBy", "hasPlacePart"),
)


@dataclass(frozen=True)
class Happening:
    """An event at a place. date: as text, or “no date given”. sources: the named graphs of the statement."""

    event: Thing
    date: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class PlacePage:
    """Content of the page of a place.

    geography: statements about position, parts and control. coordinates: latitude and longitude in degrees, as in the
    graph, or None. coordinate_sources: the named graphs of the latitude. happenings: events for which the place is stated, by date, undated ones last. inferred_events: those
    with a part there, and those at parts of the place. near: events at sites that are described by their direction or
    distance from it, each with its date as text, by date. remarks: by the editors, on
    errors and doubts. spots: the positions for a map, of the place and of sites that are described by their direction
    or distance from it.
    """

    entity: EntityPage
    names: tuple[Name, ...]
    geography: tuple[Property, ...]
    coordinates: tuple[str, str] | None
    coordinate_sources: tuple[Source, ...]
    happenings: tuple[Happening, ...]
    inferred_events: InferredEvents
    near: tuple[tuple[Thing, str], ...]
    remarks: tuple[Remark, ...]
    spots: tuple[DrawnSpot, ...]


def place_page(context: PageContext, iri: str) -> PlacePage:
    """Return the page (dataclass for HTML and JSON) of a place: names, geography, and the events there.

    context: access to the snapshot (built graph); records executed queries. iri: of the place. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    first = {prop.iri.rpartition("#")[2]: prop.values[0].text for prop in entity.statements}
    return PlacePage(
        entity=entity,
        names=read_names(entity.statements),
        geography=tuple(
            sorted(
                (prop for prop in entity.statements if prop.iri.removeprefix(ONTOLOGY) in GEOGRAPHY),
                key=lambda prop: GEOGRAPHY.index(prop.iri.removeprefix(ONTOLOGY)),
            )
        ),
        coordinates=(first["lat"], first["long"]) if "lat" in first and "long" in first else None,
        coordinate_sources=next((p.values[0].sources for p in entity.statements if p.iri.endswith("#lat")), ()),
        happenings=_read_happenings(context, iri),
        inferred_events=read_inferred_events(context, "inferredPlace", iri),
        near=tuple(
            (Thing(row["item"], row["name"]), event_date_in_words(row))
            for row in events_near(context.index, iri, MAX_NEAR)
        ),
        remarks=read_remarks(context, iri),
        spots=spots_of(context.index, iri),
    )


def _read_happenings(context: PageContext, iri: str) -> tuple[Happening, ...]:
    """Return the events for which the place `iri` is stated, by date, undated ones last."""
    graphs: dict[str, dict[str, None]] = {}
    for row in sorted(context.query("place-events", thing=Iri(iri)), key=begin_sort_key):
        graphs.setdefault(row["event"].value, {})[row["graph"].value] = None
    dated = context.index.events_of(graphs)
    return tuple(
        Happening(
            event,
            event_date_in_words(dated[event.iri]),
            tuple(context.labels.source(graph) for graph in graphs[event.iri]),
        )
        for event in context.labels.things(graphs)
    )
