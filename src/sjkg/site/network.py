"""The network of actors, events and powers: who took part in what, and for which state."""

from dataclasses import dataclass

from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.paths import page_path

CENTRES = 40


@dataclass(frozen=True)
class Node:
    """An event, an actor, or a power: a state, client states among them, that others act for."""

    iri: str
    path: str
    name: str
    kind: str


@dataclass(frozen=True)
class Edge:
    """A link in words: from an actor to an event by its roles, or from an actor to the power it acts for."""

    source: str
    target: str
    words: str


@dataclass(frozen=True)
class Part:
    """An actor in an event, as a row of the table."""

    actor: Thing
    event: Thing
    roles: str
    powers: tuple[Thing, ...]


@dataclass(frozen=True)
class NetworkPage:
    """The network, as a graph and as a table. centres: what most is linked to, most first, to start from."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    centres: tuple[Thing, ...]
    parts: tuple[Part, ...]


def network_page(context: PageContext) -> NetworkPage:
    """Return the network of everyone who took part in anything."""
    roles, powers = _gather(context)
    actors, events = ({pair[place] for pair in roles} for place in (0, 1))
    states = {power for found in powers.values() for power in found}
    names = context.labels.names(actors | events | states)
    kinds = dict.fromkeys(events, "event") | dict.fromkeys(actors, "actor") | dict.fromkeys(states, "power")
    edges = [Edge(actor, event, ", ".join(words) or "took part") for (actor, event), words in roles.items()]
    edges += [Edge(actor, power, "acts for") for actor, found in powers.items() for power in found]
    ends = [end for edge in edges for end in (edge.source, edge.target)]
    centres = sorted(actors | states, key=lambda iri: (-ends.count(iri), names[iri]))[:CENTRES]
    return NetworkPage(
        tuple(Node(iri, page_path(iri), names[iri], kind) for iri, kind in sorted(kinds.items())),
        tuple(edges),
        tuple(Thing(iri, names[iri]) for iri in centres),
        tuple(
            Part(
                Thing(actor, names[actor]),
                Thing(event, names[event]),
                ", ".join(words),
                tuple(Thing(power, names[power]) for power in powers.get(actor, ())),
            )
            for (actor, event), words in sorted(roles.items(), key=lambda item: tuple(names[iri] for iri in item[0]))
        ),
    )


def _gather(context: PageContext) -> tuple[dict[tuple[str, str], dict[str, None]], dict[str, dict[str, None]]]:
    """Return the roles of each actor in each event, and the powers of each actor, each once and in order."""
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
