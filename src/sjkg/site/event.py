"""The page of an event."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import COUNTS, LOSSES, STRENGTHS, Claim, Figures, group_figures, read_claims
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.date_text import Span, read_span
from sjkg.site.entity import EntityPage, entity_page, read_names
from sjkg.site.map import DrawnSpot, spots_of
from sjkg.site.model import Name, Property, PropertyGroups, Source, Thing
from sjkg.site.relations import related_groups
from sjkg.site.remarks import Disagreement, Remark, read_disagreements, read_remarks
from sjkg.snapshot.index.nearby import Near, close_by, same_place, same_time
from sjkg.snapshot.index.precomputed import Row

NEIGHBOURS = 12
CAUSING = ("ledTo", "motivated", "enabled", "prevented")
RELATIONS = {
    "Part of": (("directSubEventOf", "subEventOf"), ()),
    "Its parts": (("hasSubEvent",), ("directSubEventOf",)),
    "Before it": (("after",), ("before",)),
    "After it": (("before",), ("after",)),
    "Causes": (("retaliationFor", "consequenceOf"), CAUSING),
    "Consequences": ((*CAUSING, "causedOrContributedTo"), ("retaliationFor",)),
    "Possibly the same": (("possiblySameEventAs",), ()),
    "Treaties": (("concernsTreaty",), ()),
}


@dataclass(frozen=True)
class Participant:
    """An actor's part in an event, or in a part of it (`within`), with roles and strengths."""

    actor: Thing
    within: Thing
    participation: str
    roles: tuple[Thing, ...]
    side: Thing | None
    side_is_ours: bool
    strengths: tuple[Claim, ...]
    source: Source


@dataclass(frozen=True)
class EventPage:
    """An event: its names and dates, who took part, figures side by side, and the events around it."""

    entity: EntityPage
    names: tuple[Name, ...]
    span: Span
    disagreements: tuple[Disagreement, ...]
    places: tuple[Property, ...]
    participants: tuple[tuple[str, tuple[Participant, ...]], ...]
    losses: tuple[Figures, ...]
    losses_of_parts: tuple[Figures, ...]
    strengths: tuple[Figures, ...]
    counts: tuple[Figures, ...]
    claims: tuple[Claim, ...]
    related: PropertyGroups
    remarks: tuple[Remark, ...]
    same_time: tuple[Thing, ...]
    same_place: tuple[Thing, ...]
    close_by: tuple[Near, ...]
    spots: tuple[DrawnSpot, ...]


def event_page(context: PageContext, iri: str) -> EventPage:
    """Return the page of an event. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    claims = read_claims(context.labels, context.query("event-claims", thing=Iri(iri)))
    own = [claim for claim in claims if claim.about.iri == iri]
    parts = [claim for claim in claims if claim.about.iri != iri]
    figures = {*LOSSES, *STRENGTHS, *COUNTS}
    return EventPage(
        entity=entity,
        names=read_names(entity.statements),
        span=read_span(entity.statements),
        disagreements=read_disagreements(context.labels, context.query("disagreements-about", thing=Iri(iri))),
        places=_of(entity.statements, "occurredAt", "locationText"),
        participants=_participants(context.labels, context.query("event-participants", thing=Iri(iri)), claims),
        losses=group_figures(own, LOSSES),
        losses_of_parts=group_figures(parts, LOSSES),
        strengths=group_figures(claims, STRENGTHS),
        counts=group_figures(claims, COUNTS),
        claims=tuple(claim for claim in own if claim.kind.iri not in figures),
        related=related_groups(entity, RELATIONS),
        remarks=read_remarks(context.labels, context.query("remarks-on", thing=Iri(iri))),
        same_time=_things(context.labels, same_time(context.index, iri, NEIGHBOURS)),
        same_place=_things(context.labels, same_place(context.index, iri, NEIGHBOURS)),
        close_by=tuple(close_by(context.index, iri, NEIGHBOURS)),
        spots=spots_of(context.index, iri),
    )


def _things(labels: SnapshotLabels, iris: list[str]) -> tuple[Thing, ...]:
    names = labels.names(iris)
    return tuple(Thing(iri, names[iri]) for iri in iris)


def _of(statements: Iterable[Property], *names: str) -> tuple[Property, ...]:
    wanted = {ONTOLOGY + name for name in names}
    return tuple(prop for prop in statements if prop.iri in wanted)


def _participants(
    labels: SnapshotLabels, rows: Iterable[Row], claims: Iterable[Claim]
) -> tuple[tuple[str, tuple[Participant, ...]], ...]:
    """Return who took part, by side, the parts of each actor together; those of no side come last."""
    sides: dict[str, dict[str, list[Participant]]] = {}
    for participant in read_participants(labels, rows, claims):
        actors = sides.setdefault(labels.side_name(participant.side.iri) if participant.side else "", {})
        actors.setdefault(participant.actor.iri, []).append(participant)
    return tuple(
        (side, tuple(part for parts in sides[side].values() for part in parts))
        for side in sorted(sides, key=lambda side: (not side, side))
    )


def read_participants(labels: SnapshotLabels, rows: Iterable[Row], claims: Iterable[Claim] = ()) -> list[Participant]:
    """Return each participation once, in the order of the rows, with all its roles and the strengths of its actor."""
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        if labels.source(row["graph"].value).sort != "inferred":
            gathered.setdefault(row["participation"].value, []).append(row)
    keys = ("actor", "event", "role", "side")
    names = labels.names(
        row[key].value for members in gathered.values() for row in members for key in keys if key in row
    )
    strengths: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        if claim.kind.iri in STRENGTHS and claim.party:
            strengths.setdefault((claim.party.iri, claim.about.iri), []).append(claim)

    def participant(members: list[Row]) -> Participant:
        row = members[0]
        roles = dict.fromkeys(member["role"].value for member in members if "role" in member)
        actor, event = row["actor"].value, row["event"].value
        return Participant(
            Thing(actor, names[actor]),
            Thing(event, names[event]),
            row["participation"].value,
            tuple(Thing(role, names[role]) for role in roles),
            Thing(row["side"].value, names[row["side"].value]) if "side" in row else None,
            "sideGraph" in row and labels.source(row["sideGraph"].value).sort == "editorial",
            tuple(strengths.get((actor, event), ())),
            labels.source(row["graph"].value),
        )

    return [participant(members) for members in gathered.values()]
