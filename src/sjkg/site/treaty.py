"""Page model of a treaty."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import PREFIXES
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page, read_names, related_groups
from sjkg.site.model import Name, PropertyGroups, Source, Thing
from sjkg.site.remarks import Remark, read_remarks
from sjkg.site.wording import event_date_in_words
from sjkg.snapshot.index.precomputed import Row

RELATIONS = {
    "Parties": (("treatyParty",), ()),
    "Supplements": (("supplements",), ()),
    "Supplemented by": ((), ("supplements",)),
    "Claims about this treaty": ((), ("about",)),
    "Works about this treaty": ((), (PREFIXES["dcterms"] + "subject",)),
}


@dataclass(frozen=True)
class TreatyStep:
    """An event that concerns the treaty.

    date: as text, “no date given” if undated. sources: named graphs that state the relation.
    """

    event: Thing
    date: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class TreatyPage:
    """Content of the page of a treaty.

    related: parties, supplements, claims and works. steps: events that concern it in order of date, undated ones last.
    remarks: by the editors, on errors and doubts in the article.
    """

    entity: EntityPage
    names: tuple[Name, ...]
    related: PropertyGroups
    steps: tuple[TreatyStep, ...]
    remarks: tuple[Remark, ...]


def treaty_page(context: PageContext, iri: str) -> TreatyPage:
    """Return the page (dataclass for HTML and JSON) of a treaty: names, parties, and the events that concern it.

    context: access to the snapshot (built graph); records executed queries. iri: of the treaty. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    return TreatyPage(
        entity=entity,
        names=read_names(entity.statements),
        related=related_groups(entity, RELATIONS),
        steps=_read_steps(context, iri),
        remarks=read_remarks(context, iri),
    )


def _read_steps(context: PageContext, iri: str) -> tuple[TreatyStep, ...]:
    """Return the events that concern the treaty `iri`, by first possible day, undated ones last.

    Of events on the same day, the one that is stated to come before (sjkg:before) more of the others is first.
    """

    def position(row: Row) -> tuple[str, int, str]:
        return row["begin"].value if "begin" in row else "9", -int(row["followers"].value), row["event"].value

    labels = context.labels
    by_event: dict[str, list[Row]] = {}
    for row in sorted(context.query("treaty-events", thing=Iri(iri)), key=position):
        by_event.setdefault(row["event"].value, []).append(row)
    dated = context.index.events_of(by_event)
    return tuple(
        TreatyStep(
            event,
            event_date_in_words(dated[event.iri]),
            tuple(dict.fromkeys(labels.source(row["graph"].value) for row in by_event[event.iri])),
        )
        for event in labels.things(by_event)
    )
