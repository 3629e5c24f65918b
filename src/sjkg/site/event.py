"""Page model of an event.

A participation is the part of one actor in one event, with roles and a side. A claim is a figure or assertion that
somebody makes; a figure is a claim with a number, or a word for one. Figures are never added up, because they may
overlap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES
from sjkg.site.claims import COMPARISON, COUNTS, LOSSES, OUTCOME, STRENGTHS, Claim, Figures, read_claims, select_figures
from sjkg.site.comparison import read_candidates
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.disputes import Disputes, read_disputes_within
from sjkg.site.entity import TYPE, EntityPage, begin_of, entity_page, order_by_date, read_names, related_groups
from sjkg.site.event_map import DrawnSpot, spots_of
from sjkg.site.figure_charts import FigureChart, figure_charts
from sjkg.site.model import Name, Property, PropertyGroups, Source, Thing
from sjkg.site.remarks import Disagreement, Remark, read_disagreements, read_remarks
from sjkg.site.source_comparison import compare_event
from sjkg.site.source_figures import own_outcomes
from sjkg.site.source_model import SourceComparison, SourceOutcome
from sjkg.site.wording import EventDate, event_date_in_words, read_event_date
from sjkg.snapshot.index.precomputed import Row
from sjkg.snapshot.index.read import (
    NearbyEvent,
    SqlRow,
    first_after,
    last_before,
    same_place,
    same_time,
    within_distance,
)

MAX_NEIGHBOURS, MAX_IN_ORDER = 12, 6
CASUALTIES = f"{PREFIXES['quantity']}casualties"
COMMANDING = {f"{PREFIXES['role']}{name}" for name in ("commander", "leader", "commander-or-leader")}
CAUSING = ("ledTo", "motivated", "enabled")
HINDERING = ("prevented", "thwarted")
RELATIONS = {
    "Part of the event": (("directSubEventOf", "subEventOf"), ()),
    "Parts of this event": (("hasSubEvent",), ("directSubEventOf",)),
    "Earlier events": (("after",), ("before",)),
    "Later events": (("before",), ("after",)),
    "Causes": (("retaliationFor", "consequenceOf"), CAUSING),
    "Consequences": ((*CAUSING, "causedOrContributedTo"), ("retaliationFor",)),
    "Prevented or made to fail by": ((), HINDERING),
    "Prevented or made to fail": (HINDERING, ()),
    "May be the same event as": (("possiblySameEventAs",), ()),
    "Treaties": (("concernsTreaty",), ()),
}


@dataclass(frozen=True)
class Participant:
    """The participation of an actor in an event, with its roles and the strengths claimed for it.

    within: the event, or the part of it, in which the actor took part. participation: IRI of the participation. side:
    the side of the conflict (a concept) that the actor was on, or None. side_is_ours: the editors concluded the side,
    the article does not state it. strengths: claims about the number of people and equipment of the actor in `within`.
    source: the named graph of the participation.
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

    span: the date of the event. disagreements: editors' remarks on contradictions. disputes: contradictions in which claims
    about the event or its parts take part. places: properties for the place and
    the article's words for it. outcomes: how the event itself ended, and who won. participants: pairs of a side of the conflict, as the text of its members, and its
    participants; the side "" (no side) comes last. losses: figures (claims of a number) of losses in the event itself;
    losses_of_parts: in its parts. has_numbered_losses: one of these has a number. compared_losses: comparisons of casualties
    without numbers, in the event and its parts. strengths, counts: figures of strengths and of other things, in the event and its
    parts. loss_charts, strength_charts: losses and strengths as charts of the event and its parts. claims: other claims about the event itself; claims_of_parts: about its parts. related: parts, causes,
    consequences and other relations, in groups with a title, events by date. dates: date as text of each related event
    by IRI. is_military: it is a military event, for which figures could be expected. remarks: by the editors, on errors and doubts. before, after: by their dates, the last 6 events
    that were over before this one began, and the first 6 that began when it was over. same_time: events whose time
    overlaps; same_place: events that share a place; close_by: events within 150 km; of each at most 12, without parts of
    this event and events that it is a part of. spots: coordinates of the event and its places, for a map. candidates: other events of the
    same kind, with which it can be compared. sources: what other datasets say of it, None if none of their records is linked with it.
    """

    entity: EntityPage
    names: tuple[Name, ...]
    span: EventDate
    disagreements: tuple[Disagreement, ...]
    disputes: Disputes
    places: tuple[Property, ...]
    outcomes: tuple[SourceOutcome, ...]
    participants: tuple[tuple[str, tuple[Participant, ...]], ...]
    losses: tuple[Figures, ...]
    losses_of_parts: tuple[Figures, ...]
    has_numbered_losses: bool
    compared_losses: tuple[Claim, ...]
    strengths: tuple[Figures, ...]
    counts: tuple[Figures, ...]
    loss_charts: tuple[FigureChart, ...]
    strength_charts: tuple[FigureChart, ...]
    claims: tuple[Claim, ...]
    claims_of_parts: tuple[Claim, ...]
    related: PropertyGroups
    dates: dict[str, str]
    remarks: tuple[Remark, ...]
    before: tuple[Thing, ...]
    after: tuple[Thing, ...]
    same_time: tuple[Thing, ...]
    same_place: tuple[Thing, ...]
    close_by: tuple[NearbyEvent, ...]
    spots: tuple[DrawnSpot, ...]
    candidates: tuple[Thing, ...]
    is_military: bool
    sources: SourceComparison | None

    @property
    def has_outcomes_of_parts(self) -> bool:
        """True if a claim about a part of the event says how that ended."""
        return any(claim.kind.iri == OUTCOME for claim in self.claims_of_parts)

    @property
    def has_commanders(self) -> bool:
        """True if a commander or leader is among the participants."""
        return any(COMMANDING & {role.iri for role in part.roles} for _, all_ in self.participants for part in all_)


def event_page(context: PageContext, iri: str) -> EventPage:
    """Return the page (dataclass for HTML and JSON) of an event: date, places, participants, figures and others.

    context: access to the snapshot (built graph); records executed queries. iri: of the event. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    labels, index = context.labels, context.index
    entity = entity_page(context, iri)
    rows = context.query("event-claims", thing=Iri(iri))
    claims = read_claims(labels, rows)
    own = [claim for claim in claims if claim.about.iri == iri]
    parts = [claim for claim in claims if claim.about.iri != iri]
    figures = {*LOSSES, *STRENGTHS, *COUNTS}
    related = related_groups(entity, RELATIONS)
    events = {value.iri for _, properties in related for prop in properties for value in prop.values if value.iri}
    participants = read_participants(labels, context.query("event-participants", thing=Iri(iri)), claims)
    dated = index.events_of({*events, *(c.about.iri for c in parts), *(p.within.iri for p in participants)})
    classes = {value.iri for prop in entity.statements if prop.iri == TYPE for value in prop.values}
    losses, losses_of_parts = select_figures(own, LOSSES), _order_figures(dated, iri, select_figures(parts, LOSSES))
    strengths = _order_figures(dated, iri, select_figures(claims, STRENGTHS))
    return EventPage(
        entity=entity,
        names=read_names(entity.statements),
        span=read_event_date(entity.statements),
        disagreements=read_disagreements(labels, context.query("disagreements-about", thing=Iri(iri))),
        disputes=read_disputes_within(context, {"within": (iri,)}),
        places=tuple(p for p in entity.statements if p.iri in (f"{ONTOLOGY}occurredAt", f"{ONTOLOGY}locationText")),
        outcomes=tuple(
            sorted(own_outcomes(labels, context.query("outcomes", thing=Iri(iri))), key=lambda each: not each.victors)
        ),
        participants=_group_by_side(
            labels, sorted(participants, key=lambda part: (part.within.iri != iri, begin_of(dated, part.within.iri)))
        ),
        losses=losses,
        losses_of_parts=losses_of_parts,
        has_numbered_losses=any(
            number is not None
            for group in (*losses, *losses_of_parts)
            for claim in group.claims
            for number in (claim.exact, claim.least, claim.greatest)
        ),
        compared_losses=tuple(
            claim
            for claim in claims
            if claim.kind.iri == COMPARISON and claim.quantity and claim.quantity.iri == CASUALTIES
        ),
        strengths=strengths,
        counts=_order_figures(dated, iri, select_figures(claims, COUNTS)),
        loss_charts=figure_charts(context, (*losses, *losses_of_parts), iri),
        strength_charts=figure_charts(context, strengths, iri),
        claims=tuple(claim for claim in own if claim.kind.iri not in figures),
        claims_of_parts=_order_by_event(dated, (claim for claim in parts if claim.kind.iri not in figures)),
        related=order_by_date(related, dated),
        dates={event: event_date_in_words(dated[event]) for event in events & dated.keys()},
        remarks=read_remarks(context, iri),
        before=labels.things(last_before(index, iri, MAX_IN_ORDER)),
        after=labels.things(first_after(index, iri, MAX_IN_ORDER)),
        same_time=labels.things(same_time(index, iri, MAX_NEIGHBOURS)),
        same_place=labels.things(same_place(index, iri, MAX_NEIGHBOURS)),
        close_by=tuple(within_distance(index, iri, MAX_NEIGHBOURS)),
        spots=spots_of(index, iri),
        candidates=read_candidates(context, "events", iri, (kind.iri for kind in entity.types)),
        is_military=f"{ONTOLOGY}MilitaryEvent" in classes,
        sources=compare_event(context, entity, rows) if iri in labels.linked.records else None,
    )


def _order_figures(dated: Mapping[str, SqlRow], iri: str, groups: Iterable[Figures]) -> tuple[Figures, ...]:
    """Return groups of figures with those of the event `iri` first, then those of its parts by the dates of the parts.

    dated: rows of the list of events by IRI.
    """

    def position(group: Figures) -> tuple[bool, str, str, str]:
        return group.about.iri != iri, *begin_of(dated, group.about.iri), group.about.iri

    return tuple(sorted(groups, key=position))


def _order_by_event(dated: Mapping[str, SqlRow], claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return claims by the first possible day of the events they are about, those of one event together.

    dated: rows of the list of events by IRI.
    """

    def position(claim: Claim) -> tuple[str, str, str, int]:
        return *begin_of(dated, claim.about.iri), claim.about.iri, claim.source.number or 0

    return tuple(sorted(claims, key=position))


def _group_by_side(
    labels: SnapshotLabels, participants: Iterable[Participant]
) -> tuple[tuple[str, tuple[Participant, ...]], ...]:
    """Return pairs of a side of the conflict, as the text of its members, and its participants.

    Sides are sorted by that text, with "" (no side) last. Within a side the participations of one actor are adjacent.
    """
    sides: dict[str, dict[str, list[Participant]]] = {}
    for participant in participants:
        actors = sides.setdefault(labels.side_name(participant.side.iri) if participant.side else "", {})
        actors.setdefault(participant.actor.iri, []).append(participant)
    return tuple(
        (side, tuple(part for parts in sides[side].values() for part in parts))
        for side in sorted(sides, key=lambda side: (not side, side))
    )


def read_participants(labels: SnapshotLabels, rows: Iterable[Row], claims: Iterable[Claim] = ()) -> list[Participant]:
    """Return one Participant for each ?participation in query rows, in order of first occurrence.

    rows: with ?participation, ?event, ?actor, ?graph and optional ?role, ?side, ?sideGraph; several rows of one
    participation differ in role only. Rows whose ?graph is the graph of OWL inferences are ignored. claims: a claim
    about the strength of an actor in an event is added to the participants with this actor and event; others are
    ignored.
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
        actors = {thing.iri for thing in (claim.party, claim.counted) if thing}
        for actor in actors if claim.kind.iri in STRENGTHS else ():
            strengths.setdefault((actor, claim.about.iri), []).append(claim)

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
