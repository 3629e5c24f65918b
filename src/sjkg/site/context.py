"""The context that page builders work in: labels of one snapshot, and per page the query runner and its record."""

from collections.abc import Iterable
from functools import cached_property

from sjkg.core.terms import Iri, Term, read_json_term, to_ntriples
from sjkg.core.vocabulary import BASE, DERIVED, GRAPHS, IDS, INFERRED, curie
from sjkg.site.model import PassageRef, Source, SourceSort, Thing
from sjkg.site.page_queries import ExecutedQuery, inline_bindings, page_queries
from sjkg.site.paths import slug_words
from sjkg.site.texts import EXTERNAL_LABELS
from sjkg.snapshot.index.name_search import Search
from sjkg.snapshot.index.precomputed import Row, precomputed_rows
from sjkg.snapshot.index.read import Index
from sjkg.sparql.tokens import insert_first
from sjkg.store.quad_store import QuadStore
from sjkg.workers.query_queue import QueryQueue

SORTS_OF_GRAPHS: dict[str, SourceSort] = {
    INFERRED: "inferred",
    DERIVED: "derived",
    f"{GRAPHS}editorial": "editorial",
    f"{GRAPHS}ontology": "ontology",
}
ONTOLOGY_GRAPHS = tuple(f"{GRAPHS}{name}/" for name in ("vocab", "shapes", "closure-shapes", "alignments"))


class SnapshotLabels:
    """Labels of terms, things, passages and graphs of one snapshot, its index and its name search.

    Thread-safe; vocabulary terms and passages are read from `store` at first use and kept.
    """

    def __init__(self, store: QuadStore | QueryQueue, index: Index):
        """Use `store` for queries and `index` for labels, lists and precomputed rows of the same snapshot."""
        self.store, self.index = store, index
        self.search = Search(index)
        self._sources: dict[str, Source] = {}

    @cached_property
    def term_names(self) -> dict[str, str]:
        """Labels of the terms of our ontology and vocabularies and of some external ones, by IRI."""
        return {**{row["term"].value: row["label"].value for row in self._terms}, **EXTERNAL_LABELS}

    @cached_property
    def definitions(self) -> dict[str, str]:
        """Definitions of the terms of our ontology and vocabularies, by IRI."""
        return {row["term"].value: row["definition"].value for row in self._terms if "definition" in row}

    @cached_property
    def _terms(self) -> list[Row]:
        """Rows of the page query “terms”."""
        return PageContext(self).query("terms")

    @cached_property
    def passages(self) -> tuple[PassageRef, ...]:
        """All passages in the order of the article."""
        rows = PageContext(self).query("passages")
        return tuple(
            PassageRef(row["passage"].value, number, row["section"].value, row["opens"].value)
            for number, row in enumerate(rows, 1)
        )

    @cached_property
    def passage_of(self) -> dict[str, PassageRef]:
        """All passages by IRI."""
        return {passage.iri: passage for passage in self.passages}

    def warm_up(self) -> None:
        """Fill the caches, so that the first page does not wait for them."""
        self.side_name("")
        self.source("")
        self.search.find("a")

    def name(self, iri: str, label: str | None = None) -> str:
        """Return `label` if given, else the label of a vocabulary term, “passage N”, the words of our IRI, or a CURIE."""
        if label or (label := self.term_names.get(iri)):
            return label
        if iri in self.passage_of:
            return f"passage {self.passage_of[iri].number}"
        return slug_words(iri) if iri.startswith(BASE) else curie(iri)

    def side_name(self, side: str) -> str:
        """Return the members of a side, as “The Soviet Union and the Mongolian People's Republic”, from its definition."""
        return self.definitions.get(side, self.name(side)).rstrip(".")

    def title(self, iri: str) -> str | None:
        """Return the page title of an IRI, or None if the graph does not describe it."""
        if iri in self.passage_of:
            return f"{self.name(iri).capitalize()}: {self.passage_of[iri].section}"
        return self.index.names_of([iri]).get(iri) or self.term_names.get(iri)

    def names(self, iris: Iterable[str]) -> dict[str, str]:
        """Return a label for each of `iris`: the preferred English name, or else as `name` does."""
        wanted = set(iris)
        known = self.index.names_of(iri for iri in wanted if iri.startswith(IDS))
        return {iri: self.name(iri, known.get(iri)) for iri in wanted}

    def things(self, iris: Iterable[str]) -> tuple[Thing, ...]:
        """Return `iris` with their labels, in the same order."""
        listed = list(iris)
        names = self.names(listed)
        return tuple(Thing(iri, names[iri]) for iri in listed)

    def source(self, graph: str) -> Source:
        """Return the classification of the named graph `graph`."""
        if graph not in self._sources:
            self._sources[graph] = self._source(graph)
        return self._sources[graph]

    def _source(self, graph: str) -> Source:
        """Return the classification of a named graph, not yet cached."""
        if graph in self.passage_of:
            passage = self.passage_of[graph]
            name = f"passage {passage.number}, {passage.section}: “{passage.opens} …”"
            return Source(graph, "passage", name, passage.number)
        sort = SORTS_OF_GRAPHS.get(graph, "identity")
        if graph.startswith(ONTOLOGY_GRAPHS):
            sort = "ontology"
        if graph.startswith(f"{GRAPHS}links/"):
            sort = "elsewhere"
        return Source(graph, sort, sort)


class PageContext:
    """The state of one page under construction: the labels of its snapshot, and the queries executed for it so far.

    Page builders take it as their first parameter; `executed` is shown to readers.
    """

    def __init__(self, labels: SnapshotLabels):
        """Build pages of the snapshot that `labels` belongs to."""
        self.labels, self.index = labels, labels.index
        self.executed: list[ExecutedQuery] = []

    def query(self, name: str, **bindings: Term) -> list[Row]:
        """Return the rows (variable to term; unbound variables are absent) of the page query `name` for `bindings`.

        Rows come from the snapshot's index where they are precomputed, else from the store. The bindings are inlined as
        VALUES, which the engine plans with the rest of the query (0.5 instead of 48 ms for the participants of an event).
        """
        query = page_queries()[name]
        sparql = inline_bindings(query.sparql, bindings)
        rows = precomputed_rows(self.index, name, *(term.value for term in bindings.values()))
        return self._execute(query.title, sparql, rows)

    def query_for_things(self, name: str, things: Iterable[str]) -> list[Row]:
        """Return the rows of the page query `name` with ?thing bound to each IRI of `things`."""
        query = page_queries()[name]
        listed = " ".join(to_ntriples(Iri(thing)) for thing in things)
        return self._execute(query.title, insert_first(query.sparql, f"VALUES ?thing {{ {listed} }}"))

    def _execute(self, title: str, sparql: str, rows: list[Row] | None = None) -> list[Row]:
        """Record the query and return `rows`, or the store's result if there are none."""
        self.record(title, sparql)
        if rows is not None:
            return rows
        found = self.labels.store.query(sparql).bindings
        return [{variable: read_json_term(term) for variable, term in row.items()} for row in found]

    def record(self, title: str, sparql: str) -> None:
        """Add a query that gives what the page shows to `executed`."""
        self.executed.append(ExecutedQuery(title, sparql))
