"""The page of a place."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.columns import dates_in_words
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import EntityPage, entity_page, read_names
from sjkg.site.map import DrawnSpot, spots_of
from sjkg.site.model import Name, Property, Source, Thing
from sjkg.site.remarks import Remark, read_remarks
from sjkg.snapshot.index.precomputed import Row

GEOGRAPHY = ("placePartOf", "hasPlacePart", "relativeTo", "direction", "distanceText", "borderOf", "controlledBy")


@dataclass(frozen=True)
class Happening:
    """An event at a place, or at a part of it, with the days it may have spanned."""

    event: Thing
    at: Thing
    date: str
    source: Source


@dataclass(frozen=True)
class PlacePage:
    """A place: where it lies, who claims it, what happened there in order of date."""

    entity: EntityPage
    names: tuple[Name, ...]
    geography: tuple[Property, ...]
    coordinates: tuple[str, str] | None
    happenings: tuple[Happening, ...]
    remarks: tuple[Remark, ...]
    spots: tuple[DrawnSpot, ...]


def place_page(context: PageContext, iri: str) -> PlacePage:
    """Return the page of a place. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    by_name = {prop.iri.rpartition("#")[2]: prop for prop in entity.statements}
    coordinates = tuple(by_name[name].values[0].text for name in ("lat", "long") if name in by_name)
    return PlacePage(
        entity=entity,
        names=read_names(entity.statements),
        geography=tuple(prop for prop in entity.statements if prop.iri.removeprefix(ONTOLOGY) in GEOGRAPHY),
        coordinates=coordinates if len(coordinates) == 2 else None,
        happenings=_happenings(context.labels, context.query("place-events", thing=Iri(iri))),
        remarks=read_remarks(context.labels, context.query("remarks-on", thing=Iri(iri))),
        spots=spots_of(context.index, iri),
    )


def _happenings(labels: SnapshotLabels, rows: list[Row]) -> tuple[Happening, ...]:
    names = labels.names(row[key].value for row in rows for key in ("event", "at"))
    ordered = sorted(rows, key=lambda row: (row["begin"].value if "begin" in row else "9", row["event"].value))
    return tuple(
        dict.fromkeys(
            Happening(
                Thing(row["event"].value, names[row["event"].value]),
                Thing(row["at"].value, names[row["at"].value]),
                dates_in_words(row["begin"].value, row["end"].value) if "begin" in row else "no date given",
                labels.source(row["graph"].value),
            )
            for row in ordered
        )
    )
