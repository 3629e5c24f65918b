"""The start page."""

from collections.abc import Iterable
from dataclasses import dataclass

from sjkg.queries import StoredQuery
from sjkg.snapshot import Manifest
from sjkg.vocab import ASSERTED, DERIVED, INFERRED, shorten

START_QUESTIONS = (
    "events-in-order",
    "losses-by-event-and-side",
    "events-possibly-on-day",
    "powers-through-client-states",
    "remarks-by-kind",
)


@dataclass(frozen=True)
class StartPage:
    """The start page: figures of the graph, the questions to begin with and all of them by group."""

    triples: int
    asserted: int
    computed: int
    things: tuple[tuple[str, int], ...]
    first: tuple[StoredQuery, ...]
    groups: tuple[tuple[str, tuple[StoredQuery, ...]], ...]


def start_page(manifest: Manifest, queries: dict[str, StoredQuery]) -> StartPage:
    """Return what the start page shows."""
    asserted = sum(manifest.graphs.get(graph, 0) for graph in manifest.groups[ASSERTED])
    things = tuple((shorten(kind).partition(":")[2], manifest.things[kind]) for kind in _main_kinds(manifest))
    return StartPage(
        triples=manifest.triples,
        asserted=asserted,
        computed=sum(manifest.graphs.get(graph, 0) for graph in (DERIVED, INFERRED)),
        things=things,
        first=tuple(queries[name] for name in START_QUESTIONS if name in queries),
        groups=_by_group(queries.values()),
    )


def _main_kinds(manifest: Manifest) -> list[str]:
    """Return the classes a visitor counts by, as far as the graph has them."""
    names = ("Event", "Actor", "Place", "Claim", "Remark", "Passage", "Footnote")
    return [kind for name in names for kind in manifest.things if kind.endswith(f"#{name}")]


def _by_group(queries: Iterable[StoredQuery]) -> tuple[tuple[str, tuple[StoredQuery, ...]], ...]:
    groups: dict[str, list[StoredQuery]] = {}
    for query in queries:
        groups.setdefault(query.group, []).append(query)
    return tuple((name, tuple(members)) for name, members in sorted(groups.items()))
