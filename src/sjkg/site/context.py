"""Context of page builders: labels of one snapshot, shared by all pages, and for each page the queries executed for it.

A snapshot is an immutable build folder with the graph, and an SQLite index of labels, lists and precomputed query
results. A passage is a stretch of the article's text; the statements made in it form a named graph with the passage's
IRI. A page query is a SPARQL query of the site in an .rq file of site/queries, or one whose result is precomputed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sjkg.core.terms import Iri, Term, read_json_term, to_ntriples
from sjkg.core.vocabulary import PREFIXES, cached_for_own, curie, own
from sjkg.kb.queries import read_query_files
from sjkg.matching.record_table import RecordTable
from sjkg.site.model import PassageRef, Source, SourceSort, Thing
from sjkg.site.paths import local_page_path, slug_words
from sjkg.site.wording import EXTERNAL_LABELS
from sjkg.snapshot.external_names import ExternalNames
from sjkg.snapshot.index.lists import FRAGMENTS
from sjkg.snapshot.index.precomputed import Row, precomputed_rows, read_precomputed
from sjkg.snapshot.index.read import Index
from sjkg.snapshot.index.search import NO_NAMES, Search
from sjkg.sparql.rewriting import inline_bindings
from sjkg.sparql.tokens import insert_first
from sjkg.store.quad_store import QuadStore
from sjkg.workers.query_queue import QueryQueue

if TYPE_CHECKING:
    from sjkg.site.source_datasets import LinkedDatasets

SORTS_OF_GRAPHS: dict[str, SourceSort] = {
    "inferred": "inferred",
    "derived": "derived",
    "conclusions": "editorial",
    "ontology": "ontology",
}
ONTOLOGY_GRAPHS = tuple(f"{name}/" for name in ("vocab", "shapes", "closure-shapes", "alignments"))
FOLDER = Path(__file__).parent / "queries"


class SnapshotLabels:
    """Labels of terms, things, passages and named graphs of one snapshot, its index and its name search.

    Thread-safe. Labels of ontology terms and the list of passages are queried from the store at first use and then
    cached.
    """

    def __init__(self, store: QuadStore | QueryQueue, index: Index, external: ExternalNames = NO_NAMES):
        """Take the quad store, or a queue of queries to it, and the index and names in external datasets of the same snapshot."""
        self.store, self.index, self.external = store, index, external
        self.search = Search(index, external)
        self._sources: dict[str, Source] = {}
        self._properties: dict[str, tuple[list[Row], list[Row]]] = {}

    @cached_property
    def term_names(self) -> dict[str, str]:
        """Labels of our ontology's and vocabularies' terms, and of some other terms such as rdf:type, by IRI."""
        return {**{row["term"].value: row["label"].value for row in self._terms}, **EXTERNAL_LABELS}

    @cached_property
    def definitions(self) -> dict[str, str]:
        """Definitions of the terms of our ontology and vocabularies, by IRI; terms without definition are absent."""
        return {row["term"].value: row["definition"].value for row in self._terms if "definition" in row}

    @cached_property
    def _terms(self) -> list[Row]:
        """Rows of the query for the terms of our ontology and vocabularies: ?term, ?label and optional ?definition."""
        return PageContext(self).query("terms")

    @cached_property
    def schema_types(self) -> dict[str, tuple[str, ...]]:
        """The names of the classes of schema.org, such as Event, to which each class of our ontology belongs, by its IRI."""
        types: dict[str, tuple[str, ...]] = {}
        for row in PageContext(self).query("schema-types"):
            name = row["other"].value.removeprefix(PREFIXES["schema"])
            types[row["class"].value] = (*types.get(row["class"].value, ()), name)
        return types

    @cached_property
    def kinds(self) -> list[Row]:
        """Rows of the query for the classes of our ontology: ?kind, ?label and optional ?super."""
        return PageContext(self).query("kinds")

    def properties_of(self, kind: str) -> tuple[list[Row], list[Row]]:
        """Return the properties that things of a class have, and those that point to them without having an inverse property.

        Both are rows with ?property and ?things, their number; the first also with ?datatype or ?first, a value. Cached, so
        `kind` must be the IRI of a class of our ontology.
        """
        if kind not in self._properties:
            context = PageContext(self)
            own = context.query("properties-of-kind", kind=Iri(kind))
            pointing = context.query("properties-to-kind", kind=Iri(kind))
            self._properties[kind] = own, [row for row in pointing if row["property"].value in self._one_way]
        return self._properties[kind]

    @cached_property
    def _one_way(self) -> frozenset[str]:
        """The properties of our ontology between things that have no inverse property and are not symmetric."""
        return frozenset(row["property"].value for row in PageContext(self).query("one-way-properties"))

    @cached_property
    def passages(self) -> tuple[PassageRef, ...]:
        """All passages in the order of the article, numbered from 1."""
        rows = PageContext(self).query("passages")
        return tuple(
            PassageRef(row["passage"].value, number, row["section"].value, row["opens"].value)
            for number, row in enumerate(rows, 1)
        )

    @cached_property
    def passage_of(self) -> dict[str, PassageRef]:
        """All passages by IRI."""
        return {passage.iri: passage for passage in self.passages}

    @cached_property
    def linked(self) -> "LinkedDatasets":
        """The datasets of other sources, and the links of their records with things of the graph."""
        from sjkg.site.source_datasets import LinkedDatasets  # here: it needs this module

        return LinkedDatasets(self)

    @cached_property
    def records(self) -> RecordTable:
        """The records of all events, actors, places, treaties and works, for the scorer `sjkg.matching.scorer.match`.

        They have the names of the same things in external datasets, too.
        """
        return self.index.read_records((each.thing, each.name, each.language) for each in self.external.names_of_ours)

    def warm_up(self) -> None:
        """Fill the caches of terms, passages, links and names, so that the first page of a snapshot does not wait for them."""
        self.side_name("")
        self.source("")
        self.linked.events()
        self.search.find("zzz")  # no word begins with it, so that all words are read to find similar ones

    def name(self, iri: str, label: str | None = None) -> str:
        """Return the label of an IRI without a lookup in the index.

        The result is `label` if given; else the label of an ontology term; “passage N” for a passage; the last segment
        of one of our IRIs with spaces for hyphens; or the CURIE of any other IRI.
        """
        if label or (label := self.term_names.get(iri)):
            return label
        if iri in self.passage_of:
            return f"passage {self.passage_of[iri].number}"
        return slug_words(iri) if iri.startswith(own().all_own) else curie(iri)

    def side_name(self, side: str) -> str:
        """Return the members of a side (a concept), such as “France and Spain”.

        This is its definition without the full stop, or its label if it has none. side: IRI of the concept.
        """
        return self.definitions.get(side, self.name(side)).rstrip(".")

    def title(self, iri: str) -> str | None:
        """Return the title of the page of an IRI; None if there is no such title.

        The title is “Passage N: section” for a passage, else the preferred English name, else the label of a term.
        """
        if iri in self.passage_of:
            return f"{self.name(iri).capitalize()}: {self.passage_of[iri].section}"
        return self.index.names_of([iri]).get(iri) or self.term_names.get(iri)

    def names(self, iris: Iterable[str]) -> dict[str, str]:
        """Return a label for each of several IRIs, by IRI.

        It is the first of these that the IRI has: preferred English name (an entity such as an event), label (a term of
        the ontology), “passage N” (a passage), last segment with spaces for hyphens (below our base IRI), or CURIE.
        """
        wanted = set(iris)
        known = self.index.names_of(iri for iri in wanted if iri.startswith(own().ids))
        return {iri: self.name(iri, known.get(iri)) for iri in wanted}

    def things(self, iris: Iterable[str]) -> tuple[Thing, ...]:
        """Return IRIs with their labels, in the same order, duplicates included."""
        listed = list(iris)
        names = self.names(listed)
        return tuple(Thing(iri, names[iri]) for iri in listed)

    def source(self, graph: str) -> Source:
        """Return the origin of the statements in a named graph, such as a passage of the article. Cached.

        graph: the IRI of the named graph. The result has a sort (such as “passage” or “inferred”), a label for readers,
        and for a passage its number in the article.
        """
        if graph not in self._sources:
            name = graph.removeprefix(own().graphs)
            sort = SORTS_OF_GRAPHS.get(name, "identity")
            if name.startswith(ONTOLOGY_GRAPHS):
                sort = "ontology"
            if name.startswith("remarks/"):
                sort = "editorial"
            if name.startswith("links/"):
                sort = "elsewhere"
            source = Source(graph, sort, sort)
            if passage := self.passage_of.get(graph):
                title = f"passage {passage.number}, {passage.section}: “{passage.opens} …”"
                source = Source(graph, "passage", title, passage.number)
            self._sources[graph] = source
        return self._sources[graph]


def thing_paths(labels: SnapshotLabels) -> tuple[str, ...]:
    """Return the URL paths of the pages of all things that have a name in the index, all passages and all our terms, sorted."""
    named = {each.thing for each in labels.index.all_names()}
    terms = (iri for iri in labels.term_names if iri.startswith(own().all_own))
    return tuple(sorted(map(local_page_path, named.union(labels.passage_of, terms))))


class PageContext:
    """State of one page under construction: the labels of its snapshot, and the queries executed for it so far.

    Page builders take it as their first parameter. `executed` is the list of queries that the page shows to its
    readers.
    """

    def __init__(self, labels: SnapshotLabels):
        """Start a page of the snapshot that `labels` belongs to, with no executed queries."""
        self.labels, self.index = labels, labels.index
        self.executed: list[ExecutedQuery] = []

    def query(self, name: str, **bindings: Term) -> list[Row]:
        """Return the rows of a query of the site: dicts of variable name to term, without the unbound variables.

        name: of the .rq file. bindings: terms by variable name; they are inlined as a VALUES block, which the engine
        plans with the rest of the query (0.5 instead of 48 ms for the participants of an event). Rows come from the
        index if the query is precomputed, else from the store. The query is recorded in `executed`.
        """
        query = page_queries()[name]
        sparql = inline_bindings(query.sparql, bindings)
        rows = precomputed_rows(self.index, name, *(term.value for term in bindings.values()))
        return self._execute(query.title, sparql, rows)

    def query_for_things(self, name: str, things: Iterable[str]) -> list[Row]:
        """Return the rows of one query of the site with ?thing bound to each of several IRIs; record it in `executed`.

        Rows are dicts of variable name to term, without the unbound variables. name: of the .rq file. things: the IRIs.
        Rows come from the index if the query is precomputed for all of them, else from the store.
        """
        query, found = page_queries()[name], list(things)
        listed = " ".join(to_ntriples(Iri(thing)) for thing in found)
        computed = [precomputed_rows(self.index, name, thing) for thing in found]
        rows = None if None in computed else [row for of_thing in computed if of_thing for row in of_thing]
        return self._execute(query.title, insert_first(query.sparql, f"VALUES ?thing {{ {listed} }}"), rows)

    def query_graphs(self, name: str, graphs: Sequence[str], things: Iterable[str] | None = None) -> list[Row]:
        """Return the rows of a query of the site over the merge of some graphs; record it in `executed` if `things` are given.

        name: of the .rq file, with WHERE in capital letters. graphs: IRIs of graphs or groups of graphs, also of other datasets.
        things: IRIs to which ?thing is bound; None to leave it unbound.
        """
        query = page_queries()[name]
        clauses = " ".join(f"FROM {to_ntriples(Iri(graph))}" for graph in graphs)
        text = query.sparql.replace("WHERE {", f"{clauses} WHERE {{", 1)
        if things is None:
            return self._run(text)
        listed = " ".join(to_ntriples(Iri(thing)) for thing in things)
        title = f"{query.title} ({', '.join(curie(graph) for graph in graphs)})"
        return self._execute(title, insert_first(text, f"VALUES ?thing {{ {listed} }}"))

    def _execute(self, title: str, sparql: str, rows: list[Row] | None = None) -> list[Row]:
        """Record a query in `executed` and return `rows` if given, else the rows of its execution in the store."""
        self.record(title, sparql)
        if rows is not None:
            return rows
        return self._run(sparql)

    def _run(self, sparql: str) -> list[Row]:
        """Return the rows of a query that is executed in the store."""
        found = self.labels.store.query(sparql).bindings
        return [{variable: read_json_term(term) for variable, term in row.items()} for row in found]

    def record(self, title: str, sparql: str) -> None:
        """Append a query to `executed` without running it.

        title: shown above the query. sparql: complete query text.
        """
        self.executed.append(ExecutedQuery(title, sparql))


@dataclass(frozen=True)
class ExecutedQuery:
    """A query whose result a page shows: its title, and its complete text with all bindings, which readers can run."""

    title: str
    sparql: str


@cached_for_own
def page_queries() -> dict[str, ExecutedQuery]:
    """Return the title and text of each SPARQL query that pages are made with, by its file's name without ending. Cached.

    Saved queries are not among them.

    Texts are without the header, the comment lines “# key: value” at the beginning of an .rq file.
    """
    return {
        file.name: ExecutedQuery(file.title, file.body)
        for file in (*read_query_files(FOLDER, FRAGMENTS), *read_precomputed().values())
    }
