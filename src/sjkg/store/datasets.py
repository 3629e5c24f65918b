"""The RDF datasets that a query can be evaluated over (SPARQL 1.1 §13), and the Oxigraph stores that hold them.

A group of graphs (such as all asserted ones) has an IRI that names the merge of its members, which are named graphs; the union
names the merge of all graphs. Such a merge is a graph like any other after FROM, FROM NAMED and GRAPH, but GRAPH with a
variable matches it only where FROM NAMED or named-graph-uri names it, so that no triple is counted once more for each group.
A view is a graph computed by CONSTRUCT queries, such as all triples in the terms of another vocabulary. It is named like a
group, but has no members; it is in no group and not in the union. It is computed at its first use and kept in memory.
A default graph is a set of triples (RDF 1.1 Semantics §5, SPARQL 1.1 §13.2), but the engine counts a triple once for
each graph that holds it. Therefore the graphs of a default graph are merged first: all graphs, and the graphs of each group,
when the stores are written; any other combination when a query needs it.
The graphs of external datasets are in a store of their own (`sjkg.store.external`), beside copies of ours; it is used for
queries that name one of them. The IRI of a family of these with a slash after it stands for each graph of the family.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Self

import pyoxigraph as ox

from sjkg.columnar.store import ColumnStore
from sjkg.core.errors import BadQuery
from sjkg.core.terms import Iri, is_valid_term
from sjkg.core.vocabulary import PREFIXES, is_external, own
from sjkg.sparql.inspection import QueryInfo, inspect_query
from sjkg.store.external import ExternalStore, GraphName, needs_external, open_store
from sjkg.store.graph_terms import GraphTerms
from sjkg.store.store_writer import ALL, folder_name, load_quads, select_large

MAX_CACHED_MERGES = 8
MAX_MERGED_TRIPLES = 2_000_000  # in the default graph of one query

GraphGroups = Mapping[str, Sequence[str]]  # IRI of a group of named graphs to the IRIs of its members
# IRI of a computed graph to the CONSTRUCT queries that make it, by the path of their files in the knowledge base
GraphViews = Mapping[str, Mapping[str, str]]
NO_VIEWS: GraphViews = MappingProxyType({})


@dataclass(frozen=True)
class Scope:
    """The graphs that a query may see, given by IRIs of named graphs, of groups of these, or the union of all.

    default: the graphs that are merged into the default graph. named: the graphs that GRAPH can match. If both are None, all
    graphs are named graphs, and their merge is the default graph. If only one of the two is None, that one is empty.
    """

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    @property
    def is_all(self) -> bool:
        """Return whether the query may see all graphs."""
        return self.default is None and self.named is None

    @property
    def graphs(self) -> tuple[str, ...]:
        """Return all IRIs of the scope; none for one of all graphs."""
        return (*(self.default or ()), *(self.named or ()))

    def check(self) -> None:
        """Raise BadQuery if a name in the scope is not an absolute IRI."""
        for name in self.graphs:
            if not is_valid_term(Iri(name)):
                raise BadQuery(f"“{name}” is not the absolute IRI of a graph; write it in full")


ALL_GRAPHS = Scope()


@dataclass(frozen=True)
class GraphNames:
    """The IRIs that stand for the graphs of a snapshot (an immutable build of the graph) in queries.

    groups: a dict from the IRI of each group of graphs to the IRIs of its members. views: a dict from the IRI of each computed
    graph to the queries that make it, by file.
    """

    groups: GraphGroups
    views: GraphViews

    def select_scope(self, info: QueryInfo, scope: Scope = ALL_GRAPHS) -> Scope:
        """Return the graphs to query, from the scope of the request and the properties `info` of the query's text.

        They are `scope`; if that is all graphs, those of the FROM and FROM NAMED clauses of the query; without these, all.
        If a query without these clauses has the IRI of a group, a view or an external graph after GRAPH, the named graphs are
        those after GRAPH, and the default graph is the merge of all graphs.
        Raises BadQuery if such a query also has a variable after GRAPH, because the engine would match the group to it.
        """
        if not scope.is_all:
            return scope
        if info.from_graphs or info.from_named:
            return Scope(info.from_graphs, info.from_named)
        group = next((name for name in info.graphs if self.is_computed(name) or is_external(name)), None)
        if group is None:
            return scope
        if info.has_graph_variable:
            kind = "the merge of several graphs" if self.is_computed(group) else "a graph of an external dataset"
            raise BadQuery(
                f"this query has <{group}>, {kind}, after one GRAPH and a variable after another, which is "
                "not possible; select the graphs that it can use with FROM and FROM NAMED"
            )
        return Scope((own().union,), info.graphs)

    def is_computed(self, name: str) -> bool:
        """Return whether the IRI `name` is that of no named graph but of a merge of graphs or of a view.

        A merge is the union of all graphs, or that of a group of graphs, ours or external ones.
        """
        return (
            name in (own().union, *own().external_groups)
            or name in self.views
            or (name in self.groups and name not in self.groups[name])
        )

    def are_beside(self, names: Iterable[str]) -> bool:
        """Return whether one of the IRIs is that of a graph that is not part of the graph: a view, or an external one."""
        return any(name in self.views or is_external(name) for name in names)


@dataclass(frozen=True)
class Dataset:
    """An RDF dataset: a store, and the arguments default_graph and named_graphs for `pyoxigraph.Store.query`.

    default: the graphs of the store that form the default graph; None for the store's own default graph. named: the graphs
    of the store that GRAPH can match; None for all. terms: the properties and classes of the default graph; none if they are not
    known.
    """

    store: ox.Store
    default: list[GraphName] | None = None
    named: list[ox.NamedNode | ox.BlankNode] | None = None
    terms: GraphTerms = field(default_factory=dict)


class Datasets:
    """The stores of a snapshot (an immutable build of the graph), opened for reading; threads may share it.

    names: the IRIs that stand for its graphs. columns: the tables for queries that read large parts of all graphs; None if there
    are none.
    """

    def __init__(
        self,
        all_graphs: ox.Store,
        groups: GraphGroups,
        of_group: Mapping[str, ox.Store],
        views: GraphViews = NO_VIEWS,
        external: ExternalStore | None = None,
        columns: ColumnStore | None = None,
    ):
        """Use stores that are open.

        all_graphs: the store of all graphs. groups: a dict from the IRI of each group of graphs to the IRIs of its members.
        of_group: a dict from the IRI of each group of at least two graphs to the store of these graphs. views: a dict from
        the IRI of each computed graph to the queries that make it, by file. external: the store of external graphs; None
        if there are none. columns: the tables of the default graph of the store of all graphs; None if there are none.
        """
        self.names, self.columns = GraphNames(groups, views), columns
        self._groups, self._all, self._of_group, self._views = groups, all_graphs, of_group, views
        self._external = external
        self._merge = lru_cache(maxsize=MAX_CACHED_MERGES)(self._merge_graphs)
        self._view = lru_cache(maxsize=None)(self._compute_view)

    @classmethod
    def open(
        cls, folder: Path, groups: GraphGroups, views: GraphViews = NO_VIEWS, *, with_private: bool = False
    ) -> Self:
        """Open the stores that `write_stores` and `write_external` wrote into subfolders of `folder`.

        groups: the same as for `write_stores`, a dict from the IRI of each group of graphs to the IRIs of its members.
        views: as for the constructor. with_private: whether queries may see private datasets. Raises UnusableSnapshot when
        a store cannot be read.
        """
        of_group = {name: open_store(folder / folder_name(name)) for name in select_large(groups)}
        external = ExternalStore.find(folder, with_private=with_private)
        return cls(open_store(folder / ALL), groups, of_group, views, external, ColumnStore.find(folder))

    @classmethod
    def load(cls, quads: Path) -> Self:
        """Load a file of N-Quads with named graphs into a store in memory, without any groups of graphs."""
        store = ox.Store()
        load_quads(store, quads.read_bytes().splitlines(keepends=True))
        return cls(store, {}, {})

    @classmethod
    def load_triples(cls, triples: Path) -> Self:
        """Load a file of N-Triples into the default graph of a store in memory; blank nodes get other labels."""
        store = ox.Store()
        store.bulk_load(path=triples, format=ox.RdfFormat.N_TRIPLES)
        return cls(store, {}, {})

    @classmethod
    def of_triples(cls, lines: Iterable[bytes]) -> Self:
        """Load lines of N-Triples into the default graph of a store in memory; blank nodes keep their labels."""
        store = ox.Store()
        store.bulk_extend(ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS))
        return cls(store, {}, {})

    def choose(self, scope: Scope) -> Dataset:
        """Return the RDF dataset with the default graph and the named graphs of a scope.

        The IRI of a group of graphs stands for the merge of its members, that of a view for its triples, and an unknown IRI
        for an empty graph. If no store holds what is needed (a default graph of several graphs, or a group as a named graph),
        a new store in memory is made of it; the last MAX_CACHED_MERGES of these stores are kept. Raises BadQuery if a name in the
        scope is not an absolute IRI, or if such a new store would have more than MAX_MERGED_TRIPLES triples.
        """
        scope.check()
        if scope.is_all:
            return Dataset(self._all)
        default, named = (tuple(dict.fromkeys(self._expand(names or ()))) for names in (scope.default, scope.named))
        nodes: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(name) for name in named]
        if any(map(self.names.is_computed, named)):
            pass  # the engine has no graph of that name
        elif self._external and needs_external((*default, *named)):
            found = None if {*self._groups, *self._views}.intersection(default) else self._external.parts(*default)
            if found is not None:
                return Dataset(self._external.store, list(found), nodes, self._external.terms(found))
        elif len(default) <= 1:
            store, parts = self._locate(default[0]) if default else (self._all, ())
            if store is self._all or set(named) <= set(self._groups.get(default[0], ())):
                return Dataset(store, list(parts), nodes)
        return Dataset(self._merge(frozenset(default), frozenset(named)), [ox.DefaultGraph()], nodes)

    def _expand(self, names: Iterable[str]) -> Iterator[str]:
        """Yield names of graphs, with the external graphs below a name that ends in a slash, such as …/graph/datasets/, instead of it."""
        for name in names:
            is_family = name.endswith("/") and name[:-1] in own().external_families
            yield from self._external.graphs.members(name[:-1]) if is_family and self._external else (name,)

    def _compute_view(self, name: str) -> ox.Store:
        """Return a new store in memory whose default graph has the triples that the queries of the view `name` make.

        Raises BadQuery, with the file, for a query that is not valid or no CONSTRUCT.
        """
        store = ox.Store()
        for file, text in self._views[name].items():
            dataset = self.choose(self.names.select_scope(inspect_query(text)))
            try:
                made = dataset.store.query(
                    text, prefixes=dict(PREFIXES), default_graph=dataset.default, named_graphs=dataset.named
                )
            except SyntaxError as error:
                raise BadQuery(
                    f"the graph <{name}> cannot be computed: its rule {file} is not valid SPARQL ({error.msg}); correct "
                    "this file of the knowledge base, not your query"
                ) from None
            if not isinstance(made, ox.QueryTriples):
                raise BadQuery(
                    f"the graph <{name}> cannot be computed: its rule {file} is not a CONSTRUCT; correct this file of the "
                    "knowledge base, not your query"
                )
            store.bulk_extend(ox.Quad(*triple) for triple in made)
        return store

    def _locate(self, name: str) -> tuple[ox.Store, tuple[GraphName, ...]]:
        """Return the store with the triples that the IRI `name` stands for, and the graphs in it that have them.

        The IRI is that of a named graph, of a group of them or of a view, or the union of all. No triple is in two of the
        graphs.
        """
        if name in self._views:
            return self._view(name), (ox.DefaultGraph(),)
        if self._external and is_external(name):
            return self._external.store, self._external.parts(name) or ()
        if name in (own().union, own().everyone):
            return self._all, (ox.DefaultGraph(),)
        if name in self._of_group:
            return self._of_group[name], (ox.DefaultGraph(),)
        return self._all, (ox.NamedNode(next(iter(self._groups.get(name, ())), name)),)

    def _merge_graphs(self, default: frozenset[str], named: frozenset[str]) -> ox.Store:
        """Return a new store in memory whose default graph is the merge of `default`, with the named graphs `named`.

        default, named: IRIs of named graphs, of groups of these, or the union of all. Raises BadQuery if the new
        store would have more than MAX_MERGED_TRIPLES triples.
        """
        merged = ox.Store()
        targets: list[tuple[str, GraphName]] = [(name, ox.DefaultGraph()) for name in default]
        for name, target in targets + [(name, ox.NamedNode(name)) for name in named]:
            store, parts = self._locate(name)
            merged.bulk_extend(
                ox.Quad(quad.subject, quad.predicate, quad.object, target)
                for graph in parts
                for quad in store.quads_for_pattern(None, None, None, graph)
            )
            if len(merged) > MAX_MERGED_TRIPLES:
                raise BadQuery(
                    f"the selected graphs (FROM and FROM NAMED, or the parameters of the request) have more than "
                    f"{MAX_MERGED_TRIPLES:,} triples; select fewer graphs"
                )
        return merged
