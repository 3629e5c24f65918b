"""Writing of stores of external graphs, and of our graphs beside them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from sjkg.core.vocabulary import own
from sjkg.store.external import LAYOUT, ExternalGraphs, GraphName, graph_node
from sjkg.store.store_writer import copy_store, load_quads

ABOUT, STORE = "about.json", "store"  # of a cached store of external graphs: the file with these, and the folder
MIN_KEPT = 50_000  # triples of a graph that is not copied into a merge
NO_GRAPHS = ExternalGraphs()


class ExternalWriter:
    """A new store of external graphs, or an old one that is changed; `close` completes it."""

    def __init__(self, folder: Path, earlier: ExternalGraphs = NO_GRAPHS):
        """Open the store in a folder. earlier: the graphs that it has already."""
        self._store = ox.Store(str(folder))
        self._graphs, self._groups, self._overlaps = dict(earlier.graphs), dict(earlier.groups), set(earlier.overlaps)
        self._members_of = {group: self._members(group) for group in own().external_families}
        self._members_of[own().everyone] = [*self._members(own().published), *self._members(own().translated)]
        # the graphs of which it is not known whether they have triples in common with others
        self._changed: set[str] = set()
        self._has_ours = False
        self._found_predicates: dict[str, frozenset[ox.NamedNode]] = {}

    def load(self, graph: str, triples: Path) -> None:
        """Load a file of N-Triples into a graph; blank nodes keep their labels.

        `bulk_load`, which is fast but would give blank nodes other labels, loads the lines without these.
        """
        name, plain, blank = ox.NamedNode(graph), triples.with_suffix(".plain"), triples.with_suffix(".blank")
        with triples.open("rb") as lines, plain.open("wb") as without, blank.open("wb") as others:
            for line in lines:
                (others if b"_:" in line else without).write(line)
        self._store.bulk_load(path=str(plain), format=ox.RdfFormat.N_TRIPLES, to_graph=name)
        parsed = ox.parse(path=str(blank), format=ox.RdfFormat.N_TRIPLES)
        self._store.bulk_extend(_in_graph(quad, name) for quad in parsed)
        plain.unlink()
        blank.unlink()
        self._graphs[graph] = self._count(name)
        self._changed.add(graph)

    def construct(self, queries: Iterable[str], source: str, prefixes: Mapping[str, str], target: Path) -> None:
        """Write the triples that CONSTRUCT queries make of a graph to the file `target` as N-Triples."""
        with target.open("wb") as output:
            for text in queries:
                made = self._store.query(text, prefixes=dict(prefixes), default_graph=[ox.NamedNode(source)])
                ox.serialize(cast(ox.QueryTriples, made), output, ox.RdfFormat.N_TRIPLES)

    def remove(self, graph: str) -> None:
        """Remove a graph."""
        self._store.remove_graph(ox.NamedNode(graph))
        self._graphs.pop(graph, None)
        self._changed.add(graph)

    def remove_dataset(self, name: str) -> None:
        """Remove the graphs of the dataset with a name."""
        for graph in [graph for graph in self._graphs if graph.rpartition("/")[2] == name]:
            self.remove(graph)

    def uses_terms_below(self, graph: str, namespace: str) -> bool:
        """Return whether a graph has a property or class in a namespace."""
        text = f'ASK {{ {{ {{ ?s ?term ?o }} UNION {{ ?s a ?term }} }} FILTER(STRSTARTS(STR(?term), "{namespace}")) }}'
        return bool(self._store.query(text, default_graph=[ox.NamedNode(graph)]))

    def add_ours(self, quads: bytes, links: bytes) -> None:
        """Add our graphs, and the graphs of links with the datasets, both as N-Quads; the default graph becomes the merge of ours."""
        load_quads(self._store, quads.splitlines(keepends=True))
        self._has_ours = True
        self._changed.add(own().union)
        linked = list(ox.parse(links, format=ox.RdfFormat.N_QUADS))
        self._store.bulk_extend(linked)
        for graph in {quad.graph_name for quad in linked}:
            if isinstance(graph, ox.NamedNode):
                self._graphs[graph.value] = self._count(graph)
                self._changed.add(graph.value)

    def close(self) -> ExternalGraphs:
        """Write the merges of the groups, complete the store and return its graphs."""
        families = {group: self._members(group) for group in own().external_families}
        for group, members in families.items():
            self._merge(group, members)
        ours = [own().union] if self._has_ours else []
        everyone = [*families[own().published], *families[own().translated]]
        self._merge(own().everyone, everyone, (*families[own().linked], *ours))
        self._find_overlaps()
        self._store.flush()
        return ExternalGraphs(dict(sorted(self._graphs.items())), self._groups, tuple(sorted(self._overlaps)))

    def _find_overlaps(self) -> None:
        """Find the pairs of graphs that have a triple in common, of which at least one has changed; our single graphs apart."""
        self._overlaps = {pair for pair in self._overlaps if self._changed.isdisjoint(pair)}
        merges = (*own().external_groups, *([own().union] if self._has_ours else []))
        sizes = {**self._graphs, **{name: size for name in merges if (size := self._count(graph_node(name)))}}
        large = sorted((name for name in sizes if sizes[name] >= MIN_KEPT), key=lambda name: -sizes[name])
        small = sorted(sizes.keys() - set(large))
        graphs_of: dict[ox.Triple, list[str]] = {}
        for name in small:
            for quad in self._store.quads_for_pattern(None, None, None, graph_node(name)):
                graphs_of.setdefault(quad.triple, []).append(name)
        self._overlaps |= {pair for names in graphs_of.values() for pair in combinations(names, 2)}
        for number, name in enumerate(large):
            for other in (*large[number + 1 :], *small):
                pair = (min(name, other), max(name, other))
                if not self._changed.isdisjoint(pair) and self._overlap(name, other):
                    self._overlaps.add(pair)
        self._changed.clear()
        self._found_predicates.clear()

    def _members(self, family: str) -> list[str]:
        """Return the IRIs of the graphs of a family, those with most triples first."""
        found = [name for name in self._graphs if name.startswith(f"{family}/")]
        return sorted(found, key=lambda name: (-self._graphs[name], name))

    def _merge(self, group: str, members: Sequence[str], added: Sequence[str] = ()) -> None:
        """Find graphs of the store, without common triples, that have the triples of all members, and note them in `_groups`.

        Large members without a triple of larger ones are such graphs; the triples of all others are written into one named
        like the group. Of a group whose members have not changed, only the small graphs `added` are, as those of ours.
        """
        is_same = (
            group in self._groups and self._members_of.get(group) == [*members] and self._changed.isdisjoint(members)
        )
        if not is_same:
            self._store.remove_graph(ox.NamedNode(group))
            self._changed.add(group)
            self._groups[group] = self._choose_parts(group, members)
            self._members_of[group] = [*members]
        kept = [name for name in self._groups[group] if name != group]
        if added and len(members) + len(added) == 1:
            self._groups[group] = tuple(added)
        elif added:
            for name in added:
                self._copy(name, group, kept)
            self._groups[group] = (*kept, group)
            self._changed.add(group)

    def _choose_parts(self, group: str, members: Sequence[str]) -> tuple[str, ...]:
        """Return the graphs that make the merge of some members, as `_merge` says; the one named like the group is new."""
        if len(members) < 2:
            return tuple(members)
        kept: list[str] = []
        for name in sorted(members, key=lambda name: -self._graphs[name]):
            if self._graphs[name] >= MIN_KEPT and not any(self._overlap(each, name) for each in kept):
                kept.append(name)
            else:
                self._copy(name, group, kept)
        return (*kept, group)

    def _copy(self, name: str, target: str, kept: Sequence[str]) -> None:
        """Copy the triples of a graph that are in none of the graphs `kept` into another graph."""
        nodes, node = [graph_node(each) for each in kept], ox.NamedNode(target)
        quads = self._store.quads_for_pattern(None, None, None, graph_node(name))
        self._store.bulk_extend(
            _in_graph(quad, node) for quad in quads if not any(_in_graph(quad, each) in self._store for each in nodes)
        )

    def _overlap(self, larger: str, smaller: str) -> bool:
        """Return whether two graphs have a triple in common: of each property of both, the triples are joined."""
        pair = [graph_node(name) for name in (smaller, larger)]
        for predicate in self._predicates(smaller) & self._predicates(larger):
            pattern = f"{{ ?s {predicate} ?o }}"
            parts = (pattern if isinstance(node, ox.DefaultGraph) else f"{{ GRAPH {node} {pattern} }}" for node in pair)
            if self._store.query(f"ASK {{ {' '.join(parts)} }}"):
                return True
        return False

    def _predicates(self, graph: str) -> frozenset[ox.NamedNode]:
        """Return the properties of the triples of a graph."""
        if (known := self._found_predicates.get(graph)) is None:
            rows = self._store.query("SELECT DISTINCT ?p { ?s ?p ?o }", default_graph=[graph_node(graph)])
            known = frozenset(row["p"] for row in cast(ox.QuerySolutions, rows))
            self._found_predicates[graph] = known
        return known

    def _count(self, graph: GraphName) -> int:
        """Return the number of triples of a graph."""
        rows = self._store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph=[graph])
        return int(next(cast(ox.QuerySolutions, rows))["n"].value)


def _in_graph(quad: ox.Quad, graph: GraphName) -> ox.Quad:
    """Return the triple of a quad in another graph."""
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def write_external(cached: Path, folder: Path, quads: Path, links: Path) -> None:
    """Write a store with our graphs beside external ones to the new folder `folder`, and its graphs to a file beside it.

    cached: the folder of the cached store of the external graphs. quads: our graphs, links: the graphs of links, as N-Quads.
    """
    copy_store(cached / STORE, folder)
    writer = ExternalWriter(folder, ExternalGraphs.read(cached / ABOUT))
    writer.add_ours(quads.read_bytes(), links.read_bytes())
    writer.close().write(folder.with_name(folder.name + LAYOUT))
