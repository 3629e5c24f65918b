"""Asking on behalf of one page: by the name of a query, from the index where it keeps the rows, remembering what was asked.

What every page needs to speak of a graph: the names of its terms, and the passages in the article's order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import quote

from sjkg.core.terms import Iri, Term, read_json_term, to_ntriples
from sjkg.core.vocabulary import BASE, DERIVED, GRAPHS, IDS, INFERRED, curie
from sjkg.kb.queries import read_query_files
from sjkg.site.external_labels import EXTERNAL_LABELS
from sjkg.site.paths import slug_words
from sjkg.snapshot.index.names import Search
from sjkg.snapshot.index.precomputed import Row, precomputed_rows, read_precomputed
from sjkg.snapshot.index.read import Index
from sjkg.sparql.tokens import insert_first
from sjkg.store.quad_store import QuadStore
from sjkg.workers.query_queue import QueryQueue

FOLDER = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class ExecutedQuery:
    """A query behind a page, written out so that it can be asked again as it stands."""

    title: str
    sparql: str


class Asker:
    """The questions of one page; `asked` keeps them for its readers."""

    def __init__(self, store: QuadStore | QueryQueue, index: Index):
        self._store, self._index = store, index
        self.asked: list[ExecutedQuery] = []

    def ask(self, name: str, **bindings: Term) -> list[Row]:
        """Return the rows of the page query of that name; a variable without value is not in its row.

        What is asked is what readers are shown. The engine plans a VALUES block with the rest of the query, bindings given
        beside it not (0.5 instead of 48 ms for who took part in an event).
        """
        title, text = page_queries()[name]
        sparql = write_out(text, bindings)
        kept = precomputed_rows(self._index, name, *(term.value for term in bindings.values()))
        if kept is None:
            return self._run(title, sparql)
        self.note(title, sparql)
        return kept

    def ask_about(self, name: str, things: Iterable[str]) -> list[Row]:
        """Return the rows of a page query for each of several things, as ?thing."""
        title, text = page_queries()[name]
        listed = " ".join(to_ntriples(Iri(thing)) for thing in things)
        return self._run(title, insert_first(text, f"VALUES ?thing {{ {listed} }}"))

    def _run(self, title: str, sparql: str) -> list[Row]:
        rows = self._store.query(sparql).bindings
        self.note(title, sparql)
        return [{variable: read_json_term(term) for variable, term in row.items()} for row in rows]

    def note(self, title: str, sparql: str) -> None:
        """Remember a query that gives what the page shows."""
        self.asked.append(ExecutedQuery(title, sparql))


@cache
def page_queries() -> dict[str, tuple[str, str]]:
    """Return title and text of each query of the pages, by name."""
    return {
        file.name: (file.value("title"), "\n".join(line for line in file.text.split("\n") if not line.startswith("# ")))
        for file in (*read_query_files(FOLDER), *read_precomputed().values())
    }


def write_out(text: str, bindings: dict[str, Term]) -> str:
    """Return a query with its bindings as a VALUES block at the begin of its WHERE."""
    if not bindings:
        return text
    names = " ".join(f"?{name}" for name in bindings)
    values = " ".join(to_ntriples(term) for term in bindings.values())
    return insert_first(text, f"VALUES ({names}) {{ ({values}) }}")


ARTICLE = "https://en.wikipedia.org/wiki/Soviet%E2%80%93Japanese_border_conflicts"
NOTE_MARKER = re.compile(r"\[\d+\]")
GRAPH_NAMES = {
    INFERRED: "inferred",
    DERIVED: "derived",
    f"{GRAPHS}editorial": "editorial",
    f"{GRAPHS}ontology": "ontology",
}
OF_TERMS = tuple(f"{GRAPHS}{name}/" for name in ("vocab", "shapes", "closure-shapes", "alignments"))


@dataclass(frozen=True)
class Source:
    """Where a statement stands: the graph, what sort of graph it is, and how a reader would name it.

    sort: passage (the article says it there), identity (an editor named the thing), editorial (a conclusion of ours),
    derived (computed by a rule), inferred (by reasoning), elsewhere (from another dataset, with its evidence) or ontology.
    number: of the passage.
    """

    graph: str
    sort: str
    name: str
    number: int | None = None


@dataclass(frozen=True)
class PassageRef:
    """A passage as other pages name it: its number in the article's order, from 1."""

    iri: str
    number: int
    section: str
    opens: str


class Frame:
    """The names of terms and passages of one store, read once, and the index of its snapshot."""

    def __init__(self, store: QuadStore | QueryQueue, index: Index):
        self._store = store
        self.index = index
        self.search = Search(index)
        self._sources: dict[str, Source] = {}

    @cached_property
    def term_names(self) -> dict[str, str]:
        return {**{row["term"].value: row["label"].value for row in self._terms}, **EXTERNAL_LABELS}

    @cached_property
    def definitions(self) -> dict[str, str]:
        return {row["term"].value: row["definition"].value for row in self._terms if "definition" in row}

    @cached_property
    def _terms(self) -> list[Row]:
        return Asker(self._store, self.index).ask("terms")

    @cached_property
    def passages(self) -> tuple[PassageRef, ...]:
        rows = Asker(self._store, self.index).ask("passages")
        return tuple(
            PassageRef(row["passage"].value, number, row["section"].value, row["opens"].value)
            for number, row in enumerate(rows, 1)
        )

    @cached_property
    def passage_of(self) -> dict[str, PassageRef]:
        return {passage.iri: passage for passage in self.passages}

    def warm_up(self) -> None:
        """Read now what would be read at the first page, so that its reader does not wait for it."""
        self.side_name("")
        self.source("")
        self.search.find("a")

    def name(self, iri: str, label: str | None = None) -> str:
        """Return what to call a thing: its label, or the name of a term, or a passage by number, or the words of its IRI."""
        if label or (label := self.term_names.get(iri)):
            return label
        if iri in self.passage_of:
            return f"passage {self.passage_of[iri].number}"
        return slug_words(iri) if iri.startswith(BASE) else curie(iri)

    def side_name(self, side: str) -> str:
        """Return a side as who is on it: “The Soviet Union and the Mongolian People's Republic”."""
        return self.definitions.get(side, self.name(side)).rstrip(".")

    def title(self, iri: str) -> str | None:
        """Return the name of a thing that is in the graph, None for one that is not."""
        if iri in self.passage_of:
            return f"{self.name(iri).capitalize()}: {self.passage_of[iri].section}"
        return self.index.names_of([iri]).get(iri) or self.term_names.get(iri)

    def names(self, iris: Iterable[str]) -> dict[str, str]:
        """Return what to call each of several things."""
        wanted = set(iris)
        known = self.index.names_of(iri for iri in wanted if iri.startswith(IDS))
        return {iri: self.name(iri, known.get(iri)) for iri in wanted}

    def source(self, graph: str) -> Source:
        """Return what sort of graph a statement stands in."""
        if graph not in self._sources:
            self._sources[graph] = self._source(graph)
        return self._sources[graph]

    def _source(self, graph: str) -> Source:
        if graph in self.passage_of:
            passage = self.passage_of[graph]
            name = f"passage {passage.number}, {passage.section}: “{passage.opens} …”"
            return Source(graph, "passage", name, passage.number)
        sort = GRAPH_NAMES.get(graph, "identity")
        if graph.startswith(OF_TERMS):
            sort = "ontology"
        if graph.startswith(f"{GRAPHS}links/"):
            sort = "elsewhere"
        return Source(graph, sort, sort)


def text_fragment(opens: str, closes: str) -> str:
    """Return the address of the words of a passage in the article, as browsers scroll to them; note markers, which are
    numbered anew as the article changes, are left out.

    Source: URL Fragment Text Directives, https://wicg.github.io/scroll-to-text-fragment/
    """
    bare = (NOTE_MARKER.sub("", words).strip() for words in (opens, closes))
    start, end = (quote(words, safe="").replace("-", "%2D") for words in bare)
    return f"{ARTICLE}#:~:text={start},{end}"
