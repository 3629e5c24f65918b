"""Page model of a place."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.context import PageContext
from sjkg.site.date_text import NO_DATE, begin_sort_key, row_date_in_words
from sjkg.site.entity import EntityPage, entity_page, read_names
from sjkg.site.map import DrawnSpot, spots_of
from sjkg.site.model import Name, Property, Source, Thing
from sjkg.site.remarks import Remark, read_remarks

GEOGRAPHY = ("placePartOf", "hasPlacePart", "relativeTo", "direction", "distanceText", "borderOf", "controlledBy")


@dataclass(frozen=True)
class Happening:
    """An event at a place.

    at: the place, or the part of it. date: the days that the event may have spanned, as text, or “no date given”.
    source: the named graph of the statement.
    """

    event: Thing
    at: Thing
    date: str
    source: Source


@dataclass(frozen=True)
class PlacePage:
    """Content of the page of a place.

    geography: statements about position, parts and control. coordinates: latitude and longitude in degrees, as in the
    graph, or None. happenings: events there by date, undated ones last. spots: for a map; empty without coordinates.
    """

    entity: EntityPage
    names: tuple[Name, ...]
    geography: tuple[Property, ...]
    coordinates: tuple[str, str] | None
    happenings: tuple[Happening, ...]
    remarks: tuple[Remark, ...]
    spots: tuple[DrawnSpot, ...]


def place_page(context: PageContext, iri: str) -> PlacePage:
    """Return the page (dataclass for HTML and JSON) of a place: names, geography, and the events there.

    context: access to the snapshot; records executed queries. iri: of the place. Raises UnknownName if the graph has no
    statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    first = {prop.iri.rpartition("#")[2]: prop.values[0].text for prop in entity.statements}
    return PlacePage(
        entity=entity,
        names=read_names(entity.statements),
        geography=tuple(prop for prop in entity.statements if prop.iri.removeprefix(ONTOLOGY) in GEOGRAPHY),
        coordinates=(first["lat"], first["long"]) if "lat" in first and "long" in first else None,
        happenings=_read_happenings(context, iri),
        remarks=read_remarks(context, iri),
        spots=spots_of(context.index, iri),
    )


def _read_happenings(context: PageContext, iri: str) -> tuple[Happening, ...]:
    """Return the events at the place `iri` and its parts by date, undated ones last; an event once for each source."""
    labels = context.labels
    rows = sorted(context.query("place-events", thing=Iri(iri)), key=begin_sort_key)
    events, places = (labels.things(row[key].value for row in rows) for key in ("event", "at"))
    return tuple(
        dict.fromkeys(
            Happening(event, place, row_date_in_words(row) or NO_DATE, labels.source(row["graph"].value))
            for event, place, row in zip(events, places, rows, strict=True)
        )
    )
