"""The page of a place."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Thing
from sjkg.site.columns import dates_in_words
from sjkg.site.context import Asker, Frame, Row, Source
from sjkg.site.entity import EntityPage, Name, Property, entity_page, extend, read_names
from sjkg.site.map import DrawnSpot, spots_of
from sjkg.site.remarks import Remark, read_remarks

GEOGRAPHY = ("placePartOf", "hasPlacePart", "relativeTo", "direction", "distanceText", "borderOf", "controlledBy")


@dataclass(frozen=True)
class Happening:
    """An event at a place, or at a part of it, with the days it may have spanned."""

    event: Thing
    at: Thing
    date: str
    source: Source


@dataclass(frozen=True)
class PlacePage(EntityPage):
    """A place: where it lies, who claims it, what happened there in order of date."""

    names: tuple[Name, ...]
    geography: tuple[Property, ...]
    coordinates: tuple[str, str] | None
    happenings: tuple[Happening, ...]
    remarks: tuple[Remark, ...]
    spots: tuple[DrawnSpot, ...]


def place_page(asker: Asker, frame: Frame, iri: str) -> PlacePage:
    """Return the page of a place. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    by_name = {prop.iri.rpartition("#")[2]: prop for prop in page.statements}
    coordinates = tuple(by_name[name].values[0].text for name in ("lat", "long") if name in by_name)
    return extend(
        page,
        PlacePage,
        names=read_names(page.statements),
        geography=tuple(prop for prop in page.statements if prop.iri.removeprefix(ONTOLOGY) in GEOGRAPHY),
        coordinates=coordinates if len(coordinates) == 2 else None,
        happenings=_happenings(frame, asker.ask("place-events", thing=Iri(iri))),
        remarks=read_remarks(frame, asker.ask("remarks-on", thing=Iri(iri))),
        spots=spots_of(frame.index, iri),
    )


def _happenings(frame: Frame, rows: list[Row]) -> tuple[Happening, ...]:
    names = frame.names(row[key].value for row in rows for key in ("event", "at"))
    ordered = sorted(rows, key=lambda row: (row["begin"].value if "begin" in row else "9", row["event"].value))
    return tuple(
        dict.fromkeys(
            Happening(
                Thing(row["event"].value, names[row["event"].value]),
                Thing(row["at"].value, names[row["at"].value]),
                dates_in_words(row["begin"].value, row["end"].value) if "begin" in row else "no date given",
                frame.source(row["graph"].value),
            )
            for row in ordered
        )
    )
