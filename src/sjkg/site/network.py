"""Page model of the network: actors, the events in which they took part, and the states for which they acted.

A power is a state, or client state, for which other actors act.
"""

from dataclasses import dataclass
from typing import Literal

from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.paths import local_page_path

MAX_CENTRES = 40


NodeKind = Literal["event", "actor", "power"]


@dataclass(frozen=True)
class Node:
    """A node of the network.

    path: URL path of its page. kind: event, actor or power (state for which other actors act); a power that takes part
    in events itself has the kind “power”, too.
    """

    iri: str
    path: str
    name: str
    kind: NodeKind


@dataclass(frozen=True)
class Edge:
    """An edge from an actor to an event in which it took part, or to a power (state) for which it acts.

    source, target: IRIs of actor and event or power. words: labels of the actor's roles, “took part” without role, or
    “acts for”.
    """

    source: str
    target: str
    words: str


@dataclass(frozen=True)
class Part:
    """The participation of one actor in one event, as a row of the table.

    roles: labels separated by commas, "" without role. powers: the states for which the actor acts.
    """

    actor: Thing
    event: Thing
    roles: str
    powers: tuple[Thing, ...]


@dataclass(frozen=True)
class NetworkPage:
    """The network as a graph (nodes and edges) and as a table (parts: a row for each actor and event).

    centres: actors and powers (states for which actors act) among which a reader can choose the centre of the drawing,
    those with most edges first, at most 40.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    centres: tuple[Thing, ...]
    parts: tuple[Part, ...]


def network_page(context: PageContext) -> NetworkPage:
    """Return the page (dataclass for HTML and JSON) of the network of all participations in the graph."""
    roles, powers = _read_roles_and_powers(context)
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


def _read_roles_and_powers(
    context: PageContext,
) -> tuple[dict[tuple[str, str], dict[str, None]], dict[str, dict[str, None]]]:
    """Return the roles of each actor in each event, and the powers (states) for which each actor acts.

    First a dict from the IRIs (actor, event) to the labels of the roles, empty if there are none; then a dict from the
    IRI of an actor to the IRIs of its powers, without actors that have none. Labels and IRIs are the keys of dicts,
    which serve as ordered sets.
    """
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
