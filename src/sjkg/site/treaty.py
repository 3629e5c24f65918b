"""The page of a treaty."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES
from sjkg.site.claims import Thing
from sjkg.site.columns import dates_in_words
from sjkg.site.context import Asker, Frame, Row, Source
from sjkg.site.entity import EntityPage, Name, entity_page, extend, read_names
from sjkg.site.related import Groups, around
from sjkg.site.remarks import Remark, read_remarks

STEPS = {
    "Parties": (("treatyParty",), ()),
    "Supplements": (("supplements",), ()),
    "Supplemented by": ((), ("supplements",)),
    "Claims about it": ((), ("about",)),
    "Works about it": ((), (PREFIXES["dcterms"] + "subject",)),
}


@dataclass(frozen=True)
class Step:
    """An event that concerns the treaty, its days in words, and where that is said."""

    event: Thing
    date: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class TreatyPage(EntityPage):
    """A treaty: its names and parties, and in order of date what came of it."""

    names: tuple[Name, ...]
    around: Groups
    steps: tuple[Step, ...]
    remarks: tuple[Remark, ...]


def treaty_page(asker: Asker, frame: Frame, iri: str) -> TreatyPage:
    """Return the page of a treaty. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    return extend(
        page,
        TreatyPage,
        names=read_names(page.statements),
        around=around(page, STEPS),
        steps=_steps(frame, asker.ask("treaty-events", thing=Iri(iri))),
        remarks=read_remarks(frame, asker.ask("remarks-on", thing=Iri(iri))),
    )


def _steps(frame: Frame, rows: list[Row]) -> tuple[Step, ...]:
    """Return the events in order of date, undated ones last; of one day, first the one that most of the others follow."""

    def place(row: Row) -> tuple[str, int, str]:
        return row["begin"].value if "begin" in row else "9", -int(row["followers"].value), row["event"].value

    gathered: dict[str, list[Row]] = {}
    for row in sorted(rows, key=place):
        gathered.setdefault(row["event"].value, []).append(row)
    names = frame.names(gathered)
    return tuple(
        Step(
            Thing(event, names[event]),
            dates_in_words(row["begin"].value, row["end"].value) if "begin" in (row := members[0]) else "",
            tuple(dict.fromkeys(frame.source(member["graph"].value) for member in members)),
        )
        for event, members in gathered.items()
    )
