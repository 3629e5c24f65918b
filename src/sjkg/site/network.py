"""Page model of the network: actors, the events in which they took part, their sides, and the states for which they acted.

A power is a state, or client state, for which other actors act.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.paths import local_page_path
from sjkg.site.wording import event_date_in_words
from sjkg.snapshot.index.read import SqlRow

NodeKind = Literal["event", "person", "actor", "power"]


@dataclass(frozen=True)
class Node:
    """A node of the network.

    path: URL path of its page. kind: event, person, actor or power (state for which other actors act). date: of an event, as text.
    whole: IRI of the event that an event is part of, if that is in the network, else None.
    """

    iri: str
    path: str
    name: str
    kind: NodeKind
    date: str
    whole: str | None


@dataclass(frozen=True)
class Edge:
    """An edge from an actor to an event in which it took part, or to a power (state) for which it acts.

    source, target: IRIs of actor and event or power. words: labels of the actor's roles, “took part” without role, or
    “acts for”. side: last segment of the IRI of the side on which the actor took part, such as “defenders”, or "".
    """

    source: str
    target: str
    words: str
    side: str


@dataclass(frozen=True)
class Part:
    """The participation of one actor in one event, as a row of the table.

    roles: labels separated by commas, "" without role. side: on which the actor took part, or None. powers: the states
    for which the actor acts.
    """

    actor: Thing
    event: Thing
    roles: str
    side: Thing | None
    powers: tuple[Thing, ...]


@dataclass(frozen=True)
class NetworkPage:
    """The network as a graph (nodes and edges) and as a table (parts: a row for each actor and event).

    nodes: events by date, then actors by name. first: IRI of the event with the most participants, its parts
    included, among those with participants of a side; a drawing can begin with it. None if there is no such event.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    first: str | None
    parts: tuple[Part, ...]


@dataclass
class _Participation:
    """The common content of the rows of one actor and event. Labels and IRIs are keys of dicts, which serve as ordered sets."""

    roles: dict[str, None] = field(default_factory=dict)
    side: str | None = None


def network_page(context: PageContext) -> NetworkPage:
    """Return the page (dataclass for HTML and JSON) of the network of all participations in the graph."""
    found: dict[tuple[str, str], _Participation] = defaultdict(_Participation)
    powers: dict[str, dict[str, None]] = {}
    people = set()
    for row in context.query("network"):
        actor = row["actor"].value
        participation = found[actor, row["event"].value]
        if "role" in row:
            participation.roles[row["role"].value] = None
        if "side" in row:
            participation.side = row["side"].value
        if "power" in row:
            powers.setdefault(actor, {})[row["power"].value] = None
        if "person" in row:
            people.add(actor)
    actors, events = {actor for actor, _ in found}, {event for _, event in found}
    states = {power for acting in powers.values() for power in acting}
    sides = {part.side for part in found.values() if part.side}
    names = context.labels.names(actors | events | states | sides)
    things = {iri: Thing(iri, name) for iri, name in names.items()}
    rows = context.index.events_of(events)

    def kind(actor: str) -> NodeKind:
        return "power" if actor in states else "person" if actor in people else "actor"

    def node(iri: str, kind: NodeKind) -> Node:
        row = rows.get(iri)
        whole = row["whole"] if row and row["whole"] in events else None
        return Node(iri, local_page_path(iri), names[iri], kind, event_date_in_words(row) if row else "", whole)

    edges = [
        Edge(actor, event, ", ".join(part.roles) or "took part", part.side.rpartition("/")[2] if part.side else "")
        for (actor, event), part in found.items()
    ]
    edges += [Edge(actor, power, "acts for", "") for actor, acting in powers.items() for power in acting]
    parts = (
        Part(
            things[actor],
            things[event],
            ", ".join(part.roles),
            things[part.side] if part.side else None,
            tuple(things[power] for power in powers.get(actor, ())),
        )
        for (actor, event), part in found.items()
    )
    in_order = sorted(events, key=lambda iri: _date_sort_key(rows.get(iri), names[iri]))
    nodes = [node(event, "event") for event in in_order]
    nodes += [node(actor, kind(actor)) for actor in sorted(actors | states, key=lambda iri: (names[iri], iri))]
    return NetworkPage(
        tuple(nodes),
        tuple(edges),
        _find_first(found, rows),
        tuple(sorted(parts, key=lambda part: (part.actor.name, part.event.name))),
    )


def _date_sort_key(row: SqlRow | None, name: str) -> tuple[str, str, str]:
    """Return first and last possible day of an event, and its name; unknown days come last."""
    return (row["begin"] or "9999", row["end"] or "9999", name) if row else ("9999", "9999", name)


def _find_first(found: Mapping[tuple[str, str], _Participation], rows: Mapping[str, SqlRow]) -> str | None:
    """Return the event with the most participants of a side, those of its direct parts included; None without any.

    Only an event that is itself part of an event counts: the whole conflict has too many participants for one drawing.
    """
    participants: dict[str, set[str]] = defaultdict(set)
    for (actor, event), part in found.items():
        whole = rows[event]["whole"] if event in rows else None
        for each in _present(event, whole) if part.side else ():
            participants[each].add(actor)
    inner = [event for event in participants if event in rows and rows[event]["whole"]]
    return max(sorted(inner), key=lambda event: len(participants[event]), default=None)


def _present(*iris: str | None) -> Iterable[str]:
    """Yield those that are not None."""
    return (iri for iri in iris if iri)
