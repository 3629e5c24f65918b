"""The page of a treaty."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES
from sjkg.site.columns import dates_in_words
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import EntityPage, entity_page, read_names
from sjkg.site.model import Name, PropertyGroups, Source, Thing
from sjkg.site.relations import related_groups
from sjkg.site.remarks import Remark, read_remarks
from sjkg.snapshot.index.precomputed import Row

RELATIONS = {
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
class TreatyPage:
    """A treaty: its names and parties, and in order of date what came of it."""

    entity: EntityPage
    names: tuple[Name, ...]
    related: PropertyGroups
    steps: tuple[Step, ...]
    remarks: tuple[Remark, ...]


def treaty_page(context: PageContext, iri: str) -> TreatyPage:
    """Return the page of a treaty. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    return TreatyPage(
        entity=entity,
        names=read_names(entity.statements),
        related=related_groups(entity, RELATIONS),
        steps=_steps(context.labels, context.query("treaty-events", thing=Iri(iri))),
        remarks=read_remarks(context.labels, context.query("remarks-on", thing=Iri(iri))),
    )


def _steps(labels: SnapshotLabels, rows: list[Row]) -> tuple[Step, ...]:
    """Return the events in order of date, undated ones last; of one day, first the one that most of the others follow."""

    def place(row: Row) -> tuple[str, int, str]:
        return row["begin"].value if "begin" in row else "9", -int(row["followers"].value), row["event"].value

    gathered: dict[str, list[Row]] = {}
    for row in sorted(rows, key=place):
        gathered.setdefault(row["event"].value, []).append(row)
    names = labels.names(gathered)
    return tuple(
        Step(
            Thing(event, names[event]),
            dates_in_words(row["begin"].value, row["end"].value) if "begin" in (row := members[0]) else "",
            tuple(dict.fromkeys(labels.source(member["graph"].value) for member in members)),
        )
        for event, members in gathered.items()
    )
