"""Writing of stores of external graphs, and of our graphs beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from sjkg.core.vocabulary import own
from sjkg.store.external import LAYOUT, ExternalGraphs, GraphName, graph_node
from sjkg.store.store_writer import copy_store, load_quads

ABOUT, STORE = "about.json", "store"  # of a cached store of external graphs: the file with these, and the folder
MIN_KEPT = 50_000  # triples of a graph that is not copied into a merge


class ExternalWriter:
    """A new store of external graphs, or an old one that is changed; `close` completes it."""

    def __init__(self, folder: Path, graphs: Mapping[str, int] | None = None):
        """Open the store in a folder. graphs: those that it has already, with their numbers of triples."""
        self._store = ox.Store(str(folder))
        self._graphs = dict(graphs or {})

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
        linked = list(ox.parse(links, format=ox.RdfFormat.N_QUADS))
        self._store.bulk_extend(linked)
        for graph in {quad.graph_name for quad in linked}:
            if isinstance(graph, ox.NamedNode):
                self._graphs[graph.value] = self._count(graph)

    def close(self, *, with_ours: bool) -> ExternalGraphs:
        """Write the merges of the groups, complete the store and return its graphs. with_ours: whether our graphs are in it."""
        families = {
            group: self._members(group) for group in (own().published, own().translated, own().linked, own().origins)
        }
        everyone = [own().union, *families[own().published], *families[own().translated], *families[own().linked]]
        wanted = {own().linked: families[own().linked], own().everyone: everyone} if with_ours else families
        groups = {group: self._merge(group, members) for group, members in wanted.items()}
        overlaps = self._find_overlaps(with_ours=with_ours)
        self._store.flush()
        return ExternalGraphs(dict(sorted(self._graphs.items())), groups, overlaps)

    def _find_overlaps(self, *, with_ours: bool) -> tuple[tuple[str, str], ...]:
        """Return the pairs of graphs of the store, our single graphs apart, that have a triple in common."""
        merges = (*own().external_groups, *([own().union] if with_ours else []))
        sizes = {**self._graphs, **{name: size for name in merges if (size := self._count(graph_node(name)))}}
        large = sorted((name for name in sizes if sizes[name] >= MIN_KEPT), key=lambda name: -sizes[name])
        small = sorted(sizes.keys() - set(large))
        graphs_of: dict[ox.Triple, list[str]] = {}
        for name in small:
            for quad in self._store.quads_for_pattern(None, None, None, graph_node(name)):
                graphs_of.setdefault(quad.triple, []).append(name)
        found = {pair for names in graphs_of.values() for pair in combinations(names, 2)}
        for number, name in enumerate(large):
            others = [*large[number + 1 :], *small]
            found |= {
                (min(name, each), max(name, each))
                for each in others
                if any(self._not_in([name], each, is_inverted=True))
            }
        return tuple(sorted(found))

    def _members(self, family: str) -> list[str]:
        """Return the IRIs of the graphs of a family, those with most triples first."""
        found = [name for name in self._graphs if name.startswith(f"{family}/")]
        return sorted(found, key=lambda name: (-self._graphs[name], name))

    def _merge(self, group: str, members: Sequence[str]) -> tuple[str, ...]:
        """Return graphs of the store, without common triples, with the triples of all members.

        Large members without a triple of larger ones are such graphs; the triples of all others are written into one named
        like the group.
        """
        if len(members) < 2:
            return tuple(members)
        kept: list[str] = []
        rest = ox.NamedNode(group)
        self._store.remove_graph(rest)
        for name in sorted(members, key=lambda name: -self._graphs.get(name, 0)):
            if self._graphs.get(name, 0) >= MIN_KEPT and not any(self._not_in(kept, name, is_inverted=True)):
                kept.append(name)
            else:
                self._store.bulk_extend(_in_graph(quad, rest) for quad in self._not_in(kept, name))
        return (*kept, group)

    def _not_in(self, graphs: Sequence[str], name: str, *, is_inverted: bool = False) -> Iterator[ox.Quad]:
        """Yield the quads of the graph `name` whose triple is in none of `graphs`, or if inverted, those whose is in one."""
        nodes = [graph_node(graph) for graph in graphs]
        for quad in (
            self._store.quads_for_pattern(None, None, None, graph_node(name)) if nodes or not is_inverted else ()
        ):
            if any(_in_graph(quad, node) in self._store for node in nodes) == is_inverted:
                yield quad

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
    external = ExternalGraphs.read(cached / ABOUT)
    writer = ExternalWriter(folder, external.graphs)
    writer.add_ours(quads.read_bytes(), links.read_bytes())
    made = writer.close(with_ours=True)
    groups = {**external.groups, **made.groups}
    ExternalGraphs(made.graphs, groups, made.overlaps).write(folder.with_name(folder.name + LAYOUT))
