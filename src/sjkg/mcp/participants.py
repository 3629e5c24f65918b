"""Participants of events in the answers of tools: actors with their roles and sides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import own
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.sources import LinkedThing, link_thing, origin_text, origins_of, passage_numbers
from sjkg.site.event import read_participants

QUERIES = {"event": "event-participants", "actor": "actor-participations"}  # by the first part of the IRI of a thing


@dataclass(frozen=True)
class GivenParticipant:
    """The part of an actor in an event.

    within: the event or the part of it in which the actor took part. roles: labels, such as “attacker”. side: of the conflict, "" for
    none; side_concluded: the editors concluded the side.
    """

    actor: LinkedThing
    within: LinkedThing
    roles: tuple[str, ...] = ()
    side: str = ""
    side_concluded: bool = False
    passages: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()


def participants_of(graph: OpenedGraph, iri: str) -> tuple[GivenParticipant, ...]:
    """Return the participants of an event and of its parts, or the participations of an actor; empty for other things."""
    query = QUERIES.get(iri.removeprefix(own().ids).partition("/")[0]) if iri.startswith(own().ids) else None
    if query is None:
        return ()
    found = read_participants(graph.labels, graph.new_context().query(query, thing=Iri(iri)))
    return tuple(
        GivenParticipant(
            actor=link_thing(graph, each.actor.iri, each.actor.name),
            within=link_thing(graph, each.within.iri, each.within.name),
            roles=tuple(role.name for role in each.roles),
            side=graph.labels.side_name(each.side.iri) if each.side else "",
            side_concluded=each.side_is_ours,
            passages=passage_numbers([each.source]),
            origins=origins_of([each.source]),
        )
        for each in found
    )


def participant_lines(participants: Sequence[GivenParticipant]) -> Iterator[str]:
    """Yield the lines of a text that list participants."""
    for each in participants:
        concluded = " (concluded by the editors)" * each.side_concluded
        facts = (", ".join(each.roles), f"side: {each.side}{concluded}" if each.side else "")
        told = "; ".join(filter(None, (f"{each.actor.short} “{each.actor.name}” in {each.within.short}", *facts)))
        yield f"- {told} {origin_text(each.passages, each.origins)}"
