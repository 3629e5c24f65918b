"""The network page: actors, the events they took part in, and the states they acted for."""

from dataclasses import dataclass
from typing import Literal

from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.paths import local_page_path

MAX_CENTRES = 40


NodeKind = Literal["event", "actor", "power"]


@dataclass(frozen=True)
class Node:
    """A node. kind “power”: a state, or client state, that actors act for."""

    iri: str
    path: str
    name: str
    kind: NodeKind


@dataclass(frozen=True)
class Edge:
    """An edge from an actor to an event (words: its roles) or to a power (words: “acts for”). source, target: IRIs."""

    source: str
    target: str
    words: str


@dataclass(frozen=True)
class Part:
    """An actor's part in an event, as a row of the table. roles: as text."""

    actor: Thing
    event: Thing
    roles: str
    powers: tuple[Thing, ...]


@dataclass(frozen=True)
class NetworkPage:
    """The network as a graph and as a table (`parts`). centres: at most MAX_CENTRES nodes, those with most edges first."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    centres: tuple[Thing, ...]
    parts: tuple[Part, ...]


def network_page(context: PageContext) -> NetworkPage:
    """Return the network of all participations."""
    roles, powers = _roles_and_powers(context)
    actors, events = {actor for actor, _ in roles}, {event for _, event in roles}
    states = {power for found in powers.values() for power in found}
    names = context.labels.names(actors | events | states)
    kinds: dict[str, NodeKind] = {}
    kinds.update((iri, "event") for iri in events)
    kinds.update((iri, "actor") for iri in actors)
    kinds.update((iri, "power") for iri in states)
    edges = [Edge(actor, event, ", ".join(words) or "took part") for (actor, event), words in roles.items()]
    edges += [Edge(actor, power, "acts for") for actor, found in powers.items() for power in found]
    ends = [end for edge in edges for end in (edge.source, edge.target)]
    centres = sorted(actors | states, key=lambda iri: (-ends.count(iri), names[iri]))[:MAX_CENTRES]
    things = {iri: Thing(iri, name) for iri, name in names.items()}
    parts = (
        Part(things[actor], things[event], ", ".join(words), tuple(things[power] for power in powers.get(actor, ())))
        for (actor, event), words in roles.items()
    )
    return NetworkPage(
        tuple(Node(iri, local_page_path(iri), names[iri], kind) for iri, kind in sorted(kinds.items())),
        tuple(edges),
        tuple(things[iri] for iri in centres),
        tuple(sorted(parts, key=lambda part: (part.actor.name, part.event.name))),
    )


def _roles_and_powers(
    context: PageContext,
) -> tuple[dict[tuple[str, str], dict[str, None]], dict[str, dict[str, None]]]:
    """Return the roles of each (actor, event), and the powers of each actor, as ordered sets."""
    roles: dict[tuple[str, str], dict[str, None]] = {}
    powers: dict[str, dict[str, None]] = {}
    for row in context.query("network"):
        actor, event = row["actor"].value, row["event"].value
        words = roles.setdefault((actor, event), {})
        if "role" in row:
            words[row["role"].value] = None
        if "power" in row:
            powers.setdefault(actor, {})[row["power"].value] = None
    return roles, powers
