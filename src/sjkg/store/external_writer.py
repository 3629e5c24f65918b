"""Writing of stores of external graphs, and of our graphs beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import combinations, count, islice
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox

from sjkg.core.vocabulary import own
from sjkg.store.external import LAYOUT, NAMES, ExternalGraphs, GraphName, graph_node
from sjkg.store.external_things import StoredThing, read_things
from sjkg.store.graph_terms import CLASS, TYPE, GraphTerms, add_terms, count_terms, shared_terms
from sjkg.store.store_writer import copy_store, load_lines

ABOUT, STORE = "about.json", "store"  # of a cached store of external graphs: the file with these, and the folder
MIN_KEPT = 50_000  # triples of a graph that is not copied into a merge
PART_TRIPLES = 500_000  # that are loaded at once
THREADS = 2  # that load and construct beside each other; the engine's work is outside of Python's lock
PLAIN, BLANK = ".plain", ".blank"  # endings of files of N-Triples without and with blank nodes
NO_GRAPHS = ExternalGraphs()


class ExternalWriter:
    """A new store of external graphs, or an old one that is changed; `close` completes it."""

    def __init__(self, folder: Path, earlier: ExternalGraphs = NO_GRAPHS):
        """Open the store in a folder. earlier: the graphs that it has already."""
        self._store = ox.Store(str(folder))
        self._graphs, self._groups, self._overlaps = dict(earlier.graphs), dict(earlier.groups), set(earlier.overlaps)
        self._terms: dict[str, GraphTerms] = dict(earlier.terms)
        self._members_of = {group: self._members(group) for group in own().external_families}
        self._members_of[own().everyone] = [*self._members(own().published), *self._members(own().translated)]
        # the graphs of which it is not known whether they have triples in common with others
        self._changed: set[str] = set()
        self._compared: dict[tuple[str, str], bool] = {}  # pairs of graphs to whether they have triples in common
        self._has_ours = False
        self._copied: set[tuple[str, str]] = (
            set()
        )  # pairs of a graph and of a group whose graph has all its triples already

    def load(self, files: Mapping[str, Sequence[Path]]) -> None:
        """Load files of N-Triples into graphs; blank nodes keep their labels. files: a dict from the IRI of each graph to its files."""
        with ThreadPoolExecutor(THREADS) as pool:
            loading = {
                graph: [
                    (terms, pool.submit(self._load_part, graph, part)) for file in some for part, terms in _split(file)
                ]
                for graph, some in files.items()
            }
            for graph, parts in loading.items():
                self._note(graph, parts)

    def construct(
        self, queries: Iterable[str], source: str, prefixes: Mapping[str, str], target: str, folder: Path
    ) -> None:
        """Load the triples that CONSTRUCT queries make of a graph into the graph `target`. folder: for temporary files."""
        if self._graphs[source] >= MIN_KEPT:
            self._store.optimize()  # which takes less time than it saves

        def run(number: int, text: str) -> GraphTerms:
            file = folder / f"constructed-{number}.nt"
            made = self._store.query(text, prefixes=dict(prefixes), default_graph=[ox.NamedNode(source)])
            cast(ox.QueryTriples, made).serialize(str(file), ox.RdfFormat.N_TRIPLES)
            loaded = []
            for part, terms in _split(file):
                self._load_part(target, part)
                loaded.append(terms)
            file.unlink()
            return add_terms(loaded)

        with ThreadPoolExecutor(THREADS) as pool:
            running = [pool.submit(run, number, text) for number, text in enumerate(queries)]
            self._note(target, [(each.result(), each) for each in running])

    def _load_part(self, graph: str, part: Path) -> None:
        """Load a file of N-Triples into a graph and delete it.

        `bulk_load`, which is fast but would give blank nodes other labels, loads the files without these.
        """
        node = ox.NamedNode(graph)
        if part.suffix == BLANK:
            parsed = ox.parse(path=str(part), format=ox.RdfFormat.N_TRIPLES)
            self._store.bulk_extend(_in_graph(quad, node) for quad in parsed)
        else:
            self._store.bulk_load(path=str(part), format=ox.RdfFormat.N_TRIPLES, to_graph=node)
        part.unlink()

    def _note(self, graph: str, parts: Iterable[tuple[GraphTerms, Future[Any]]]) -> None:
        """Note the content of a graph, when all parts are loaded. parts: the terms of each, and the loading of it."""
        loaded = [(loading.result(), terms)[1] for terms, loading in parts]
        self._terms[graph] = add_terms(loaded)
        self._graphs[graph] = self._count(ox.NamedNode(graph))
        self._changed.add(graph)

    def remove(self, graph: str) -> None:
        """Remove a graph."""
        self._store.remove_graph(ox.NamedNode(graph))
        self._graphs.pop(graph, None)
        self._terms.pop(graph, None)
        self._changed.add(graph)

    def remove_dataset(self, name: str) -> None:
        """Remove the graphs of the dataset with a name."""
        for graph in [graph for graph in self._graphs if graph.rpartition("/")[2] == name]:
            self.remove(graph)

    def uses_terms_below(self, graph: str, namespace: str) -> bool:
        """Return whether a graph has a property or class in a namespace."""
        if TYPE not in self._terms[graph]:
            return any(term.removeprefix(CLASS).startswith(f"<{namespace}") for term in self._terms[graph])
        text = f'ASK {{ {{ {{ ?s ?term ?o }} UNION {{ ?s a ?term }} }} FILTER(STRSTARTS(STR(?term), "{namespace}")) }}'
        return bool(self._store.query(text, default_graph=[ox.NamedNode(graph)]))

    def things(self, *graphs: str) -> Iterator[StoredThing]:
        """Yield the things with an IRI of the first of some graphs that has triples."""
        found = next((name for name in graphs if self._graphs.get(name)), None)
        if found:
            yield from read_things(self._store, found)

    def add_ours(self, quads: bytes, links: bytes) -> None:
        """Add our graphs, and the graphs of links with the datasets, both as N-Quads; the default graph becomes the merge of ours.

        All are loaded at once, with the copies for the merge of everyone's graphs.
        """
        ours, linked = (text.splitlines(keepends=True) for text in (quads, links))
        triples = {own().union: {line.rsplit(b" ", 2)[0] + b" " for line in ours}}
        for line in linked:
            triple, graph, _ = line.rsplit(b" ", 2)
            triples.setdefault(graph[1:-1].decode(), set()).add(triple + b" ")
        everyone = f"<{own().everyone}> ".encode()
        copies = [triple + everyone + b".\n" for some in triples.values() for triple in some]
        merged = [triple + b".\n" for triple in triples[own().union]]
        load_lines(self._store, [*ours, *merged, *linked, *copies])
        self._has_ours = True
        for name, some in triples.items():
            self._terms[name] = count_terms(some)
            self._changed.add(name)
            self._copied.add((name, own().everyone))
            if name != own().union:
                self._graphs[name] = len(some)

    def close(self, *, is_cached: bool = False) -> ExternalGraphs:
        """Write the merges of the groups, complete the store and return its graphs.

        is_cached: whether to merge its tables, so that copies of it share them.
        """
        families = {group: self._members(group) for group in own().external_families}
        for group, members in families.items():
            self._merge(group, members)
        ours = [own().union] if self._has_ours else []
        everyone = [*families[own().published], *families[own().translated]]
        self._merge(own().everyone, everyone, (*families[own().linked], *ours))
        self._find_overlaps()
        if is_cached:
            self._store.optimize()
        self._store.flush()
        return ExternalGraphs(
            dict(sorted(self._graphs.items())), self._groups, tuple(sorted(self._overlaps)), self._terms
        )

    def _find_overlaps(self) -> None:
        """Find the pairs of graphs that have a triple in common, of which at least one has changed; our single graphs apart."""
        pairs = {pair for pair in combinations(sorted(self._terms), 2) if not self._changed.isdisjoint(pair)}
        self._overlaps = (self._overlaps - pairs) | {pair for pair in pairs if self._overlap(*pair)}
        self._changed.clear()
        self._compared.clear()

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
            self.remove(group)
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
        for name in members:
            if name not in kept:
                self._copy(name, group, kept)
        return (*kept, group)

    def _copy(self, name: str, target: str, kept: Sequence[str]) -> None:
        """Copy the triples of a graph that are in none of the graphs `kept` into another graph."""
        skipped: set[ox.Triple] = set()
        for each in kept:
            common = {*self._common(name, each)}
            self._compared[_pair(name, each)] = bool(common)
            skipped |= common
        node = ox.NamedNode(target)
        if (name, target) in self._copied:
            for triple in skipped:
                self._store.remove(_in_graph(triple, node))
        else:
            quads = self._store.quads_for_pattern(None, None, None, graph_node(name))
            self._store.bulk_extend(_in_graph(quad, node) for quad in quads if quad.triple not in skipped)
        self._terms[target] = add_terms((self._terms.get(target, {}), self._terms[name]))

    def _overlap(self, first: str, second: str) -> bool:
        """Return whether two graphs have a triple in common."""
        pair = _pair(first, second)
        if pair not in self._compared:
            is_apart = any(other in self._groups.get(group, ()) for group, other in (pair, pair[::-1]))
            self._compared[pair] = not is_apart and next(self._common(*pair), None) is not None
        return self._compared[pair]

    def _common(self, first: str, second: str) -> Iterator[ox.Triple]:
        """Yield the triples that two graphs have in common."""
        orders = ((first, second), (second, first))
        shared = [(shared_terms(self._terms[name], self._terms[other]), name, other) for name, other in orders]
        terms, name, other = min(shared, key=lambda each: sum(each[0].values()))
        node, others = graph_node(name), graph_node(other)
        for term in terms:
            iri = ox.NamedNode(term.removeprefix(CLASS)[1:-1])
            pattern = (ox.NamedNode(TYPE[1:-1]), iri) if term.startswith(CLASS) else (iri, None)
            for quad in self._store.quads_for_pattern(None, pattern[0], pattern[1], node):
                if _in_graph(quad, others) in self._store:
                    yield quad.triple

    def _count(self, graph: GraphName) -> int:
        """Return the number of triples of a graph."""
        rows = self._store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph=[graph])
        return int(next(cast(ox.QuerySolutions, rows))["n"].value)


def _split(file: Path) -> Iterator[tuple[Path, GraphTerms]]:
    """Copy the lines of a file of N-Triples into files of at most PART_TRIPLES, those with blank nodes apart from others.

    Yield the path of each, and the properties and classes of its triples.
    """
    with file.open("rb") as lines:
        for number in count():
            some = list(islice(lines, PART_TRIPLES))
            if not some:
                return
            for ending, has_blank in ((PLAIN, False), (BLANK, True)):
                if chosen := [line for line in some if (b"_:" in line) == has_blank]:
                    part = file.with_suffix(f".{number}{ending}")
                    part.write_bytes(b"".join(chosen))
                    yield part, count_terms(chosen)


def _pair(first: str, second: str) -> tuple[str, str]:
    """Return two names in alphabetical order."""
    return min(first, second), max(first, second)


def _in_graph(triple: ox.Triple | ox.Quad, graph: GraphName) -> ox.Quad:
    """Return a triple, or that of a quad, in a graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def write_external(cached: Path, folder: Path, quads: Path, links: Path) -> None:
    """Write a store with our graphs beside external ones to the new folder `folder`, its graphs and the names of its things to files beside it.

    cached: the folder of the cached store of the external graphs. quads: our graphs, links: the graphs of links, as N-Quads.
    """
    copy_store(cached / STORE, folder)
    writer = ExternalWriter(folder, ExternalGraphs.read(cached / ABOUT))
    writer.add_ours(quads.read_bytes(), links.read_bytes())
    writer.close().write(folder.with_name(folder.name + LAYOUT))
    folder.with_name(folder.name + NAMES).hardlink_to(cached / NAMES)
