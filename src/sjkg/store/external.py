"""The stores of the graphs of external datasets, beside which ours can be queried.

A store of external graphs is made once for a set of datasets. A snapshot (build of our graph) gets a copy of it, in which the tables are hard
links, with our graphs added; the default graph of that copy is the merge of ours. A group of graphs stands for the merge of
its members, in which each triple counts once. So that large graphs need not be stored twice, a merge is a list of graphs of the store
without common triples: large members as they are, and a graph named like the group with the triples of all others.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from sjkg.core.errors import UnusableSnapshot
from sjkg.core.vocabulary import is_external, own
from sjkg.store.graph_terms import GraphTerms, add_terms

# the names of the folders of the stores of all graphs, ours and the external ones, without and with private datasets
EVERYONE_STORE, PRIVATE_STORE = "everyone", "private"
LAYOUT = ".json"  # ending of the file beside such a folder with its `ExternalGraphs`
NAMES = ".names.sqlite"  # ending of the file with the names of the things in external graphs; the whole name beside a cached store

GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


@dataclass(frozen=True)
class ExternalGraphs:
    """The external graphs of a store.

    graphs: a dict from the IRI of each graph to its number of triples. groups: a dict from the IRI of each group of graphs to the
    graphs of the store, without common triples, that make its merge; the union of all of ours stands for the default graph.
    overlaps: the pairs of graphs of the store, our single graphs apart, that have a triple in common. terms: a dict from the IRI of
    each of these graphs, and of the union of all of ours, to its properties and classes.
    """

    graphs: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overlaps: tuple[tuple[str, str], ...] = ()
    terms: Mapping[str, GraphTerms] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the content of a file that `write` wrote. Raises UnusableSnapshot when it cannot be read."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            groups = {name: tuple(members) for name, members in content["groups"].items()}
            overlaps = tuple((first, second) for first, second in content["overlaps"])
            return cls(content["graphs"], groups, overlaps, content["terms"])
        except (OSError, ValueError, KeyError) as error:
            raise UnusableSnapshot(f"{path} cannot be read ({error}); build again with “sjkg build”") from None

    def write(self, path: Path) -> None:
        """Write this to a file."""
        path.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", encoding="utf-8")

    def select(self, name: str) -> set[str]:
        """Return the external graphs that an IRI stands for: itself, or the members of a group; none if it is neither."""
        if name == own().everyone:
            return {graph for graph in self.graphs if not graph.startswith(f"{own().origins}/")}
        return {name} & self.graphs.keys() or ({*self.members(name)} if name in own().external_groups else set())

    def members(self, family: str) -> list[str]:
        """Return the IRIs of the graphs of a family, such as TRANSLATED, sorted."""
        return sorted(name for name in self.graphs if name.startswith(f"{family}/"))


class ExternalStore:
    """A store of our graphs and external ones, opened at its first use; threads may share it."""

    def __init__(self, folder: Path):
        """Use the store in a folder, with the file of its graphs beside it. Raises UnusableSnapshot when that cannot be read."""
        self.name, self._folder = folder.name, folder
        self.graphs = ExternalGraphs.read(folder.with_name(folder.name + LAYOUT))

    @classmethod
    def find(cls, folder: Path, *, with_private: bool) -> Self | None:
        """Return the store among those in a folder; None if no dataset was added. with_private: whether to use private ones."""
        names = (PRIVATE_STORE, EVERYONE_STORE) if with_private else (EVERYONE_STORE,)
        return next((cls(folder / name) for name in names if (folder / name).is_dir()), None)

    @property
    def names(self) -> Path:
        """Return the path of the file with the names of the things in external graphs."""
        return self._folder.with_name(self._folder.name + NAMES)

    @cached_property
    def store(self) -> ox.Store:
        """Return the opened store. Raises UnusableSnapshot when that fails."""
        return open_store(self._folder)

    def parts(self, *names: str) -> tuple[GraphName, ...] | None:
        """Return graphs of the store without common triples whose merge is that of some graphs; None if there are none.

        names: IRIs of external graphs, of groups of these, and of the union of all of ours; or one of a single graph of ours.
        """
        parts = dict.fromkeys(part for name in names for part in self.graphs.groups.get(name, (name,)))
        if len(names) > 1:
            is_known = all(part == own().union or is_external(part) for part in parts)
            if not is_known or self._overlaps.intersection(combinations(sorted(parts), 2)):
                return None
        return tuple(map(graph_node, parts))

    def terms(self, parts: Iterable[GraphName]) -> GraphTerms:
        """Return the properties and classes of graphs of the store without common triples."""
        names = (part.value if isinstance(part, ox.NamedNode) else own().union for part in parts)
        return add_terms(self.graphs.terms.get(name, {}) for name in names)

    @cached_property
    def _overlaps(self) -> frozenset[tuple[str, str]]:
        """The pairs of graphs that have a triple in common."""
        return frozenset(self.graphs.overlaps)


def graph_node(name: str) -> GraphName:
    """Return the name of a graph in a store with ours and external graphs; the union of ours is its default graph."""
    return ox.DefaultGraph() if name == own().union else ox.NamedNode(name)


def needs_external(names: Iterable[str]) -> bool:
    """Return whether one of the IRIs is that of an external graph or of a group of such graphs."""
    return any(map(is_external, names))


def open_store(folder: Path) -> ox.Store:
    """Open the Oxigraph store in a folder for reading. Raises UnusableSnapshot if it fails."""
    try:
        return ox.Store.read_only(str(folder))
    except OSError as error:
        raise UnusableSnapshot(
            f"the store {folder} cannot be opened ({error}); build again with “sjkg build”"
        ) from None
