"""The RDF datasets that a query can be evaluated over (SPARQL 1.1 §13), and the Oxigraph stores that hold them.

A group of graphs (such as all asserted ones) has an IRI that stands for its members, which are named graphs.
A default graph is a set of triples (RDF 1.1 Semantics §5, SPARQL 1.1 §13.2), but the engine counts a triple once for
each graph that holds it. Therefore the graphs of a default graph are merged first: all graphs, and the graphs of each group,
when the stores are written; any other combination when a query needs it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from sjkg.core.errors import BadQuery, UnusableSnapshot

ALL = "all"  # folder of the store of all graphs
MAX_CACHED_MERGES = 8
MAX_MERGED_TRIPLES = 2_000_000  # in the default graph of one query

GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
GraphGroups = Mapping[str, Sequence[str]]  # IRI of a group of named graphs to the IRIs of its members


@dataclass(frozen=True)
class Scope:
    """The graphs that a query may see, given by IRIs of named graphs or of groups of named graphs.

    default: the graphs that are merged into the default graph. named: the graphs that GRAPH can match. None for one of them:
    no graphs. None for both: all graphs, as named graphs and merged into the default graph.
    """

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    @property
    def is_all(self) -> bool:
        """Return whether the query may see all graphs."""
        return self.default is None and self.named is None


ALL_GRAPHS = Scope()


@dataclass(frozen=True)
class Dataset:
    """An RDF dataset: a store, and the arguments default_graph and named_graphs for `pyoxigraph.Store.query`.

    default: the graphs in the store that form the default graph. named: those that GRAPH can match. None: as stored.
    """

    store: ox.Store
    default: list[GraphName] | None = None
    named: list[ox.NamedNode | ox.BlankNode] | None = None


def write_stores(quads: Path, folder: Path, groups: GraphGroups) -> None:
    """Load a file of N-Quads into new Oxigraph stores in subfolders of `folder`, which must not exist yet.

    One store holds all graphs, and one the members of each group of at least two graphs. In a store, the graphs are named
    graphs, and the default graph is their merge.
    groups: for the IRI of each group of graphs, the IRIs of its members.
    """
    _write_store(quads, folder / ALL, None)
    for name, members in _select_large(groups).items():
        _write_store(quads, folder / _folder_name(name), frozenset(members))


def _write_store(quads: Path, folder: Path, graphs: frozenset[str] | None) -> None:
    """Create a store in the new folder `folder` from those quads of an N-Quads file that are in one of `graphs`.

    graphs: IRIs of named graphs; None for all. The quads become named graphs, and their triples the default graph.
    """
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
    """The stores of a snapshot (an immutable build of the graph), opened for reading; threads may share it."""

    def __init__(self, folder: Path, groups: GraphGroups):
        """Open the stores that `write_stores` wrote into subfolders of `folder`.

        groups: for the IRI of each group of graphs, the IRIs of its members, as when the stores were written.
        Raises UnusableSnapshot when a store cannot be read.
        """
        self._groups = groups
        self._all = open_store(folder, ALL)
        self._of_group = {name: open_store(folder, _folder_name(name)) for name in _select_large(groups)}
        self._merge = lru_cache(maxsize=MAX_CACHED_MERGES)(self._merge_graphs)

    def choose(self, scope: Scope) -> Dataset:
        """Return the RDF dataset with the default graph and the named graphs of a scope.

        A default graph of several graphs that are no group is merged in memory; MAX_CACHED_MERGES merges are cached. An
        unknown IRI is an empty graph. Raises BadQuery when such a merge has more than MAX_MERGED_TRIPLES triples.
        """
        if scope.is_all:
            return Dataset(self._all)
        default, named = dict.fromkeys(scope.default or ()), self._expand_groups(scope.named or ())
        nodes: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(name) for name in named]
        if len(default) == 1:
            (group,) = default
            if group in self._of_group and set(named) <= set(self._groups[group]):
                return Dataset(self._of_group[group], [ox.DefaultGraph()], nodes)
        members = self._expand_groups(default)
        if len(members) > 1:
            return Dataset(self._merge(frozenset(members), frozenset(named)), [ox.DefaultGraph()], nodes)
        return Dataset(self._all, [ox.NamedNode(name) for name in members], nodes)

    def _expand_groups(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return distinct IRIs of named graphs: those of `names`, with the IRI of each group replaced by its members."""
        return tuple(dict.fromkeys(member for name in names for member in self._groups.get(name, (name,))))

    def _merge_graphs(self, default: frozenset[str], named: frozenset[str]) -> ox.Store:
        """Return a new store in memory whose default graph is the merge of `default`, with the named graphs `named`.

        default, named: IRIs of named graphs. Raises BadQuery when the merge has more than MAX_MERGED_TRIPLES triples.
        """
        merged = ox.Store()
        for name in default:
            merged.bulk_extend(ox.Quad(*quad.triple) for quad in self._quads(name))
            if len(merged) > MAX_MERGED_TRIPLES:
                raise BadQuery(
                    f"the default graph that FROM selects has more than {MAX_MERGED_TRIPLES:,} triples; select fewer graphs "
                    "or a group of graphs with FROM, or use FROM NAMED and GRAPH"
                )
        for name in named:
            merged.bulk_extend(self._quads(name))
        return merged

    def _quads(self, graph: str) -> Iterator[ox.Quad]:
        """Yield the quads of the named graph with the IRI `graph`; none if there is no such graph."""
        return self._all.quads_for_pattern(None, None, None, ox.NamedNode(graph))


def _select_large(groups: GraphGroups) -> GraphGroups:
    """Return the groups with at least two members, which have stores of their own, as group IRI to member IRIs."""
    return {name: members for name, members in groups.items() if len(members) > 1}


def _folder_name(group: str) -> str:
    """Return the name of the folder of a group's store: the last path segment of the group's IRI."""
    return group.rpartition("/")[2]


def open_store(folder: Path, name: str) -> ox.Store:
    """Open the Oxigraph store in the subfolder `name` of `folder` for reading. Raises UnusableSnapshot on failure."""
    try:
        return ox.Store.read_only(str(folder / name))
    except OSError as error:
        raise UnusableSnapshot(
            f"the store {folder / name} cannot be opened ({error}); build again with “sjkg build”"
        ) from None
