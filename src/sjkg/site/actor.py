"""Page models of an actor (a person, a unit, an armed force, a state or another organization) and of a participation.

A participation is the part of one actor in one event, with roles and a side. A claim is a figure or assertion that
somebody makes.
"""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Claim, read_claims
from sjkg.site.comparison import read_candidates
from sjkg.site.context import PageContext
from sjkg.site.entity import TYPE, EntityPage, entity_page, read_names, related_groups
from sjkg.site.event import Participant, read_participants
from sjkg.site.lists import InferredEvents, read_inferred_events
from sjkg.site.model import Name, Property, PropertyGroups, Thing, Value
from sjkg.site.remarks import Remark, read_remarks
from sjkg.site.wording import begin_sort_key, event_date_in_words

BONDS = {
    "Belongs to": ("unitOf", "armedForceOf", "ofState", "clientStateOf", "alignedWith"),
    "Patron of": ("patronOf",),
    "Led by": ("ledBy", "commandedBy"),
    "Leads": ("leads", "commanded"),
    "Rank or office": ("rankText",),
    "Successor of": ("succeeded",),
    "May be the same actor as": ("possiblySameAs",),
}
RELATIONS = {
    "Actor": (("participant",), ()),
    "Role": (("role",), ()),
    "Event": ((), ("hasParticipation",)),
    "Side": (("side",), ()),
}


@dataclass(frozen=True)
class ActorPage:
    """Content of the page of an actor.

    bonds: relations to other actors, as pairs of a group's title and its properties. parts: pairs of the date of an
    event as text (“no date given” if undated) and the actor's participation in it, by date. inferred_events: events to
    which it belongs by inference only, because one of its units took part, or because it took part in a part of the event.
    claims: claims about the actor, or with it as party (actor whose loss or strength it is). said: claims that the actor
    makes. remarks: by the editors, on errors and doubts. candidates: other actors of the same kind, with which it can be
    compared. is_person: it is a person, not a group. ranks: ranks or offices.
    """

    entity: EntityPage
    names: tuple[Name, ...]
    bonds: PropertyGroups
    parts: tuple[tuple[str, Participant], ...]
    inferred_events: InferredEvents
    claims: tuple[Claim, ...]
    said: tuple[Claim, ...]
    remarks: tuple[Remark, ...]
    candidates: tuple[Thing, ...]
    is_person: bool
    ranks: tuple[Value, ...]


def actor_page(context: PageContext, iri: str) -> ActorPage:
    """Return the page (dataclass for HTML and JSON) of an actor: names, relations, participations and claims.

    context: access to the snapshot (built graph); records executed queries. iri: of the actor. Raises UnknownName if
    the graph has no statement with it as subject or object.
    """
    labels = context.labels
    entity = entity_page(context, iri)
    rows = sorted(context.query("actor-participations", thing=Iri(iri)), key=begin_sort_key)
    dated = context.index.events_of(row["event"].value for row in rows)
    claims = read_claims(labels, context.query("actor-claims", thing=Iri(iri)))
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop for prop in entity.statements}
    return ActorPage(
        entity=entity,
        names=read_names(entity.statements),
        bonds=tuple(
            (title, found)
            for title, names in BONDS.items()
            if (found := tuple(by_name[name] for name in names if name in by_name))
        ),
        inferred_events=read_inferred_events(context, "inferredActor", iri),
        parts=tuple((event_date_in_words(dated[part.within.iri]), part) for part in read_participants(labels, rows)),
        claims=tuple(claim for claim in claims if iri not in {speaker.iri for speaker in claim.speakers}),
        said=tuple(claim for claim in claims if iri in {speaker.iri for speaker in claim.speakers}),
        remarks=read_remarks(context, iri),
        candidates=read_candidates(context, "actors", iri, (kind.iri for kind in entity.types)),
        is_person=f"{ONTOLOGY}Person" in {value.iri for value in by_name[TYPE].values},
        ranks=by_name["rankText"].values if "rankText" in by_name else (),
    )


@dataclass(frozen=True)
class ParticipationPage:
    """Content of the page of a participation.

    related: actor, role, event and side. claims: those about its event with its actor as party, that is, about losses
    and strengths of the actor there.
    """

    entity: EntityPage
    related: PropertyGroups
    claims: tuple[Claim, ...]
    remarks: tuple[Remark, ...]


def participation_page(context: PageContext, iri: str) -> ParticipationPage:
    """Return the page (dataclass for HTML and JSON) of a participation: actor, event, roles, side and claims.

    context: access to the snapshot (built graph); records executed queries. iri: of the participation. Raises
    UnknownName if the graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    parties = _iris_of_values(entity.statements, "participant")
    events = _iris_of_values(entity.mentions, "hasParticipation")
    rows = [row for event in events for row in context.query("event-claims", thing=Iri(event))]
    claims = read_claims(context.labels, rows)
    return ParticipationPage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        claims=tuple(c for c in claims if c.about.iri in events and c.party and c.party.iri in parties),
        remarks=read_remarks(context, iri),
    )


def _iris_of_values(properties: tuple[Property, ...], name: str) -> set[str]:
    """Return the IRIs among the values of one property; an empty set if it is not among `properties`.

    name: local name of the property in our ontology, such as “unitOf”.
    """
    return {value.iri for prop in properties if prop.iri == ONTOLOGY + name for value in prop.values if value.iri}
