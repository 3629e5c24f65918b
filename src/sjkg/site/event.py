"""Page model of an event.

A participation is the part of one actor in one event, with roles and a side. A claim is a figure or assertion that
somebody makes; a figure is a claim with a number, or a word for one. Figures are never added up, because they may
overlap.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import COUNTS, LOSSES, STRENGTHS, Claim, Figures, read_claims, select_figures
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.date_text import EventDate, read_event_date
from sjkg.site.entity import EntityPage, entity_page, read_names
from sjkg.site.map import DrawnSpot, spots_of
from sjkg.site.model import Name, Property, PropertyGroups, Source, Thing
from sjkg.site.relations import related_groups
from sjkg.site.remarks import Disagreement, Remark, read_disagreements, read_remarks
from sjkg.snapshot.index.nearby import NearbyEvent, same_place, same_time, within_distance
from sjkg.snapshot.index.precomputed import Row

MAX_NEIGHBOURS = 12
CAUSING = ("ledTo", "motivated", "enabled", "prevented")
RELATIONS = {
    "Part of the event": (("directSubEventOf", "subEventOf"), ()),
    "Parts of this event": (("hasSubEvent",), ("directSubEventOf",)),
    "Earlier events": (("after",), ("before",)),
    "Later events": (("before",), ("after",)),
    "Causes": (("retaliationFor", "consequenceOf"), CAUSING),
    "Consequences": ((*CAUSING, "causedOrContributedTo"), ("retaliationFor",)),
    "May be the same event as": (("possiblySameEventAs",), ()),
    "Treaties": (("concernsTreaty",), ()),
}


@dataclass(frozen=True)
class Participant:
    """The participation of an actor in an event, with its roles and the strengths claimed for it.

    within: the event, or the part of it, in which the actor took part. participation: IRI of the participation.
    side_is_ours: the editors concluded the side, the article does not state it. strengths: claims about the number of
    its people and equipment in `within`. source: the named graph of the participation.
    """

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
    """Content of the page of an event.

    span: its date. disagreements: remarks on contradictions. places: places and their wordings. participants: by side,
    each side as its members, or "" for no side, which comes last. losses, counts: figures of the event (counts: of its
    parts, too); losses_of_parts: of its parts; strengths: of both. claims: other claims about the event itself.
    related: parts, causes, consequences and other relations. same_time, same_place, close_by: at most 12 events each.
    spots: its coordinates for a map.
    """

    entity: EntityPage
    names: tuple[Name, ...]
    span: EventDate
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
    close_by: tuple[NearbyEvent, ...]
    spots: tuple[DrawnSpot, ...]


def event_page(context: PageContext, iri: str) -> EventPage:
    """Return the page (dataclass for HTML and JSON) of an event: date, places, participants, figures and others.

    context: access to the snapshot; records executed queries. iri: of the event. Raises UnknownName if the graph has no
    statement with it as subject or object.
    """
    labels, index = context.labels, context.index
    entity = entity_page(context, iri)
    claims = read_claims(labels, context.query("event-claims", thing=Iri(iri)))
    own = [claim for claim in claims if claim.about.iri == iri]
    parts = [claim for claim in claims if claim.about.iri != iri]
    figures = {*LOSSES, *STRENGTHS, *COUNTS}
    return EventPage(
        entity=entity,
        names=read_names(entity.statements),
        span=read_event_date(entity.statements),
        disagreements=read_disagreements(labels, context.query("disagreements-about", thing=Iri(iri))),
        places=tuple(p for p in entity.statements if p.iri in (f"{ONTOLOGY}occurredAt", f"{ONTOLOGY}locationText")),
        participants=_group_by_side(
            labels, read_participants(labels, context.query("event-participants", thing=Iri(iri)), claims)
        ),
        losses=select_figures(own, LOSSES),
        losses_of_parts=select_figures(parts, LOSSES),
        strengths=select_figures(claims, STRENGTHS),
        counts=select_figures(claims, COUNTS),
        claims=tuple(claim for claim in own if claim.kind.iri not in figures),
        related=related_groups(entity, RELATIONS),
        remarks=read_remarks(context, iri),
        same_time=labels.things(same_time(index, iri, MAX_NEIGHBOURS)),
        same_place=labels.things(same_place(index, iri, MAX_NEIGHBOURS)),
        close_by=tuple(within_distance(index, iri, MAX_NEIGHBOURS)),
        spots=spots_of(index, iri),
    )


def _group_by_side(
    labels: SnapshotLabels, participants: Iterable[Participant]
) -> tuple[tuple[str, tuple[Participant, ...]], ...]:
    """Return the participants by side, sides by label and "" (no side) last; those of one actor are adjacent."""
    sides: dict[str, dict[str, list[Participant]]] = {}
    for participant in participants:
        actors = sides.setdefault(labels.side_name(participant.side.iri) if participant.side else "", {})
        actors.setdefault(participant.actor.iri, []).append(participant)
    return tuple(
        (side, tuple(part for parts in sides[side].values() for part in parts))
        for side in sorted(sides, key=lambda side: (not side, side))
    )


def read_participants(labels: SnapshotLabels, rows: Iterable[Row], claims: Iterable[Claim] = ()) -> list[Participant]:
    """Return one Participant for each asserted ?participation in query rows, in order of first occurrence.

    rows: with ?participation, ?event, ?actor, ?graph and optional ?role, ?side, ?sideGraph; rows of a participation
    differ in role. claims: each strength among them is added to the participant whose actor and event it is about.
    """
    by_participation: dict[str, list[Row]] = {}
    for row in rows:
        if labels.source(row["graph"].value).sort != "inferred":
            by_participation.setdefault(row["participation"].value, []).append(row)
    keys = ("actor", "event", "role", "side")
    names = labels.names(
        row[key].value for members in by_participation.values() for row in members for key in keys if key in row
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

    return [participant(members) for members in by_participation.values()]
