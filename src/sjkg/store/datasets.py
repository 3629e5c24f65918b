"""The datasets that a query can be asked over.

A default graph is a set of triples (RDF 1.1 Semantics §5, SPARQL 1.1 §13.2), but the engine counts a triple once for
each graph that holds it. So graphs that form a default graph together are merged first: all of them, and each group of
graphs, when the store is written; any other choice when it is asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from sjkg.core.errors import BadQuery, UnusableSnapshot

ALL = "all"
MERGED_SCOPES = 8
MAX_MERGED_TRIPLES = 2_000_000


@dataclass(frozen=True)
class Scope:
    """The graphs a query sees, by IRI: those merged into its default graph, and those GRAPH can name. None: all."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    @property
    def is_all(self) -> bool:
        return self.default is None and self.named is None


@dataclass(frozen=True)
class Dataset:
    """A store with the graphs in it that are the default graph and the named ones, as the engine takes them."""

    store: ox.Store
    default: list | None = None
    named: list | None = None


def write_stores(quads: Path, folder: Path, groups: Mapping[str, Iterable[str]]) -> None:
    """Load an N-Quads file into new stores below `folder`, in native code.

    Each store holds the named graphs, and in its default graph their merge: one store for all graphs, one for each
    group of several.
    """
    _write_store(quads, folder / ALL, None)
    for name, members in _large(groups).items():
        _write_store(quads, folder / _folder_name(name), frozenset(members))


def _write_store(quads: Path, folder: Path, graphs: frozenset[str] | None) -> None:
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
    """The stores of a snapshot, opened for reading.

    groups: graphs that stand for several others (asserted, inferred, …), each with the graphs it stands for.
    """

    def __init__(self, folder: Path, groups: Mapping[str, Iterable[str]]):
        self._groups = {name: tuple(members) for name, members in groups.items()}
        self._all = open_store(folder, ALL)
        self._of_group = {name: open_store(folder, _folder_name(name)) for name in _large(self._groups)}
        self._merge = lru_cache(maxsize=MERGED_SCOPES)(self._merge_graphs)

    def choose(self, scope: Scope) -> Dataset:
        """Return the dataset of a scope. Raises BadQuery when its default graph is too large to be merged."""
        if scope.is_all:
            return Dataset(self._all)
        default, named = dict.fromkeys(scope.default or ()), self._members(scope.named or ())
        nodes = [ox.NamedNode(name) for name in named]
        if len(default) == 1 and (group := self._of_group.get(*default)) and self._is_within(named, *default):
            return Dataset(group, [ox.DefaultGraph()], nodes)
        members = self._members(default)
        if len(members) > 1:
            return Dataset(self._merge(frozenset(members), frozenset(named)), [ox.DefaultGraph()], nodes)
        return Dataset(self._all, [ox.NamedNode(name) for name in members], nodes)

    def _is_within(self, named: tuple[str, ...], group: str) -> bool:
        return set(named) <= set(self._groups[group])

    def _members(self, names: Iterable[str]) -> tuple[str, ...]:
        """Replace each group by its members."""
        return tuple(dict.fromkeys(member for name in names for member in self._groups.get(name, (name,))))

    def _merge_graphs(self, default: frozenset[str], named: frozenset[str]) -> ox.Store:
        """Return a store in memory whose default graph is the merge of some graphs, with these named ones beside it."""
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

    def _quads(self, graph: str):
        return self._all.quads_for_pattern(None, None, None, ox.NamedNode(graph))


def _large(groups: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return the groups that stand for more than one graph."""
    return {name: tuple(members) for name, members in groups.items() if len(tuple(members)) > 1}


def _folder_name(group: str) -> str:
    return group.rpartition("/")[2]


def open_store(folder: Path, name: str) -> ox.Store:
    """Open one of a snapshot's stores for reading. Raises UnusableSnapshot."""
    try:
        return ox.Store.read_only(str(folder / name))
    except OSError as error:
        raise UnusableSnapshot(f"{folder / name} is no readable store ({error}); build again") from None
