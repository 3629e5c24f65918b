"""The RDF datasets that a query can be evaluated over (SPARQL 1.1 §13).

A default graph is a set of triples (RDF 1.1 Semantics §5, SPARQL 1.1 §13.2), but the engine counts a triple once for
each graph that holds it. Therefore graphs that form a default graph together are merged first: all of them, and each
group of graphs, when the stores are written; any other choice when a query needs it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from sjkg.core.errors import BadQuery, UnusableSnapshot

ALL = "all"  # folder of the store of all graphs
MAX_CACHED_MERGES = 8
MAX_MERGED_TRIPLES = 2_000_000


GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


@dataclass(frozen=True)
class Scope:
    """The choice of a query's dataset, by the IRIs of graphs or of groups of graphs.

    default: graphs that are merged into the default graph. named: graphs that GRAPH can match. None for both: all graphs.
    """

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    @property
    def is_all(self) -> bool:
        """Tell whether the query sees all graphs."""
        return self.default is None and self.named is None


ALL_GRAPHS = Scope()


@dataclass(frozen=True)
class Dataset:
    """A store, and the graphs in it that form the default graph and the named graphs, as `Store.query` takes them."""

    store: ox.Store
    default: list[GraphName] | None = None
    named: list[ox.NamedNode | ox.BlankNode] | None = None


def write_stores(quads: Path, folder: Path, groups: Mapping[str, Iterable[str]]) -> None:
    """Load an N-Quads file into new stores below `folder`: one of all graphs, and one of each group of several graphs.

    Each holds its graphs as named graphs, and their merge as the default graph.
    groups: for each group's IRI, the IRIs of the graphs it stands for.
    """
    _write_store(quads, folder / ALL, None)
    for name, members in _large(groups).items():
        _write_store(quads, folder / _folder_name(name), frozenset(members))


def _write_store(quads: Path, folder: Path, graphs: frozenset[str] | None) -> None:
    """Load the named graphs with these IRIs, or all, from an N-Quads file, and their merge."""
    folder.mkdir(parents=True)
    named, merged = folder / "named.nq", folder / "merged.nt"
    endings = None if graphs is None else {f"<{name}> .".encode() for name in graphs}
    with quads.open("rb") as lines, named.open("wb") as with_names, merged.open("wb") as without:
        for line in lines:
            triple, space, ending = line.rstrip(b"\n").rpartition(b" <")
            if endings is None or space[1:] + ending in endings:
                with_names.write(line)
                without.write(triple + b" .\n")
    store = ox.Store(str(folder))
    store.bulk_load(path=str(named), format=ox.RdfFormat.N_QUADS)
    store.bulk_load(path=str(merged), format=ox.RdfFormat.N_TRIPLES)
    store.optimize()
    store.flush()
    named.unlink()
    merged.unlink()


class Datasets:
    """The stores of a snapshot, opened for reading."""

    def __init__(self, folder: Path, groups: Mapping[str, Iterable[str]]):
        """Open the stores below `folder`, with the groups they were written with. Raises UnusableSnapshot."""
        self._groups = {name: tuple(members) for name, members in groups.items()}
        self._all = open_store(folder, ALL)
        self._of_group = {name: open_store(folder, _folder_name(name)) for name in _large(self._groups)}
        self._merge = lru_cache(maxsize=MAX_CACHED_MERGES)(self._merge_graphs)

    def choose(self, scope: Scope) -> Dataset:
        """Return the dataset of a scope. Raises BadQuery when its default graph is too large to be merged."""
        if scope.is_all:
            return Dataset(self._all)
        default, named = dict.fromkeys(scope.default or ()), self._members(scope.named or ())
        nodes: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(name) for name in named]
        if len(default) == 1:
            (group,) = default
            if group in self._of_group and set(named) <= set(self._groups[group]):
                return Dataset(self._of_group[group], [ox.DefaultGraph()], nodes)
        members = self._members(default)
        if len(members) > 1:
            return Dataset(self._merge(frozenset(members), frozenset(named)), [ox.DefaultGraph()], nodes)
        return Dataset(self._all, [ox.NamedNode(name) for name in members], nodes)

    def _members(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return IRIs of graphs, with each group replaced by its members."""
        return tuple(dict.fromkeys(member for name in names for member in self._groups.get(name, (name,))))

    def _merge_graphs(self, default: frozenset[str], named: frozenset[str]) -> ox.Store:
        """Return a store in memory with the merge of `default` as its default graph, and the graphs of `named`.

        Raises BadQuery above MAX_MERGED_TRIPLES.
        """
        merged = ox.Store()
        for name in default:
            merged.bulk_extend(ox.Quad(*quad.triple) for quad in self._quads(name))
            if len(merged) > MAX_MERGED_TRIPLES:
                raise BadQuery(
                    f"the graphs after FROM hold more than {MAX_MERGED_TRIPLES} triples together; name fewer, "
                    "or one of the groups of graphs, or use GRAPH"
                )
        for name in named:
            merged.bulk_extend(self._quads(name))
        return merged

    def _quads(self, graph: str) -> Iterator[ox.Quad]:
        """Return the quads of a named graph."""
        return self._all.quads_for_pattern(None, None, None, ox.NamedNode(graph))


def _large(groups: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return the groups of several graphs, which have stores of their own."""
    return {name: tuple(members) for name, members in groups.items() if len(tuple(members)) > 1}


def _folder_name(group: str) -> str:
    """Return the name of the folder of a group's store."""
    return group.rpartition("/")[2]


def open_store(folder: Path, name: str) -> ox.Store:
    """Open one of a snapshot's stores for reading, by its folder's name. Raises UnusableSnapshot."""
    try:
        return ox.Store.read_only(str(folder / name))
    except OSError as error:
        raise UnusableSnapshot(f"{folder / name} is not a readable store ({error}); build again") from None
