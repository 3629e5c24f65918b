"""Opening a graph and asking it: the entry points of the public API."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sjkg.api.endpoint import Endpoint
from sjkg.api.result import Result, read_result
from sjkg.api.thing import Thing
from sjkg.api.values import Value, write_value
from sjkg.core.errors import BadParameter, BadQuery, ServiceFailed, UnknownName, UnknownThing
from sjkg.core.findings import Finding
from sjkg.core.settings import Settings, default_snapshots, packaged_kb
from sjkg.core.terms import Iri as IriTerm
from sjkg.core.terms import is_valid_term
from sjkg.core.vocabulary import IDS, close_matches, expand
from sjkg.describe.thing import check_known
from sjkg.kb.queries import SavedQuery, find_query, read_queries
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import entity_page
from sjkg.site.page_queries import inline_bindings
from sjkg.site.paths import slug_words
from sjkg.snapshot.folder import Snapshot, find_snapshot
from sjkg.snapshot.index.read import Index
from sjkg.snapshot.input_hash import hash_inputs
from sjkg.store.query_result import QueryResult
from sjkg.store.sorted_quads import SortedQuads
from sjkg.workers.query_queue import QueryQueue, open_queue

if TYPE_CHECKING:
    from rdflib import Graph

    from sjkg.api.explanation import Explanation
    from sjkg.proofs.explainer import Explainer

FORMATS = {"bindings": "json", "boolean": "json", "graph": "nt"}
MAX_WAITING = 64  # queries of other threads
MAX_SUGGESTIONS = 3


def open_graph(
    source: str | Path | None = None,
    *,
    snapshots: str | Path | None = None,
    deadline_s: float = Settings.query_deadline_s,
    memory_bytes: int = Settings.query_memory_bytes,
    progress: Callable[[str], None] = lambda stage: None,
) -> "KnowledgeGraph":
    """Open a knowledge graph; available as `sjkg.open`.

    source: None for the graph that comes with the package, the folder of a knowledge base, or the http(s) URL of a
    SPARQL endpoint.
    snapshots: the folder for the built form of the graph, by default in the user's cache. The first opening builds it, which
    takes some seconds; later ones reuse it until a file changes.
    deadline_s, memory_bytes: the most that one query may take; it runs in a process of its own, which is killed beyond that.
    progress: called with the name of each stage of a build.
    Raises BadParameter for a source that is neither a folder nor a URL, BrokenInput for files that cannot be read, and
    Violations for files that break the rules of the ontology.
    """
    if isinstance(source, str) and re.match(r"[a-zA-Z][\w+.-]*://", source):
        return KnowledgeGraph(source, packaged_kb(), Endpoint(source, deadline_s, memory_bytes), None)
    kb = (packaged_kb() if source is None else Path(source)).resolve()
    if not kb.is_dir():
        raise BadParameter(f"“{source}” is neither a folder nor the URL of a SPARQL endpoint")
    folder = (default_snapshots() if snapshots is None else Path(snapshots)).resolve()
    snapshot = find_snapshot(folder, hash_inputs(kb))
    if snapshot is None:
        from sjkg.snapshot.build import build  # loads the reasoner and the validator, half a second

        snapshot = build(kb, folder, progress)
    queue = open_queue(
        snapshot.store,
        snapshot.manifest.groups,
        deadline_s=deadline_s,
        memory_bytes=memory_bytes,
        max_waiting=MAX_WAITING,
    )
    return KnowledgeGraph("the packaged graph" if source is None else str(kb), kb, queue, snapshot)


class KnowledgeGraph:
    """A graph that was opened with `sjkg.open`. Threads may share it. As a context manager it closes itself.

    An endpoint only answers queries; thing(), event() and the like, explain() and graph() need the packaged graph or a folder.
    """

    def __init__(self, name: str, kb: Path, source: QueryQueue | Endpoint, snapshot: Snapshot | None):
        self._name, self._kb, self._source, self._opened = name, kb, source, snapshot
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        size = f", {self._opened.manifest.triples} triples" if self._opened else ""
        return f"<KnowledgeGraph: {self._name}{size}>"

    def close(self) -> None:
        """End the process that evaluates queries. Closing twice does nothing."""
        if not self._is_closed and isinstance(self._source, QueryQueue):
            self._source.close()
        self._is_closed = True

    @cached_property
    def saved_queries(self) -> Mapping[str, SavedQuery]:
        """The saved queries by name, each with title, description, parameters and text."""
        return read_queries(self._kb)

    def query(self, query: str, /, **parameters: Value) -> "Result | bool | Graph":
        """Evaluate a SPARQL 1.1 query, or the saved query of that name.

        query: exactly the name of a saved query, else the text of a query. The project's prefixes need not be declared.
        parameters: for a saved query; things by slug, prefixed name or IRI, dates as date or “1939-08-20”.
        Returns a Result for SELECT, a bool for ASK, and an rdflib.Graph for CONSTRUCT and DESCRIBE.
        Raises BadQuery (with line, column and token), ReadOnly for updates, UnknownName for a name that no saved query
        has, BadParameter, DeadlineExceeded or LimitExceeded.
        """
        return _read_answer(self._evaluate(self._text(query, parameters)))

    def select(self, query: str, /, **parameters: Value) -> Result:
        """Evaluate a SELECT query as query() does. Raises BadQuery for a query of another form."""
        result = self.query(query, **parameters)
        if not isinstance(result, Result):
            raise BadQuery(
                "this is not a SELECT query; use query(), which returns a bool or a graph for the other forms"
            )
        return result

    def thing(self, name: str) -> Thing:
        """Return everything that the graph says about a thing, class or property.

        name: its IRI or prefixed name. Raises UnknownThing, with the nearest names, and Retired for an IRI out of use.
        """
        iri = expand(name)
        return self._thing(iri, name)

    def event(self, slug: str) -> Thing:
        """Return an event by the last part of its IRI, for example “battle-of-lake-khasan”. Raises as thing() does."""
        return self._thing_of_kind("event", slug)

    def actor(self, slug: str) -> Thing:
        """Return an actor (a state, army, unit, group or person) by the last part of its IRI. Raises as thing() does."""
        return self._thing_of_kind("actor", slug)

    def place(self, slug: str) -> Thing:
        """Return a place by the last part of its IRI. Raises as thing() does."""
        return self._thing_of_kind("place", slug)

    def treaty(self, slug: str) -> Thing:
        """Return a treaty by the last part of its IRI. Raises as thing() does."""
        return self._thing_of_kind("treaty", slug)

    def claim(self, slug: str) -> Thing:
        """Return a claim (a figure or an attributed statement) by the last part of its IRI. Raises as thing() does."""
        return self._thing_of_kind("claim", slug)

    def passage(self, slug: str) -> Thing:
        """Return a passage of the article by the last part of its IRI. Raises as thing() does."""
        return self._thing_of_kind("passage", slug)

    def explain(self, subject: Value, predicate: Value, value: Value) -> "Explanation":
        """Return a proof of a triple, of least depth, down to the files and lines that assert its premises.

        Terms are written as in Turtle with the project's prefixes (“event:halhamiao-incident”, “"text"@en”, “a”, “5”), or
        are values that a query returned, except that a str, which has no language, has to be put in double quotes.
        Raises NotThere for a triple that is not in the graph, UnknownName for an IRI that occurs nowhere, and BadParameter.
        """
        from sjkg.api.explanation import Explanation

        subject, predicate, value = map(write_value, (subject, predicate, value))
        return Explanation(self._explainer.why(subject, predicate, value)[0])

    def graph(self, name: str = "union") -> "Graph":
        """Return a graph as an rdflib.Graph with every literal as it was written in its file.

        name: union (all triples), asserted, derived, inferred, or one named graph by its IRI or prefixed name.
        Raises UnknownName.
        """
        from sjkg.api.graphs import read_graph

        snapshot = self._snapshot
        return read_graph(snapshot.quads, snapshot.manifest.select_graphs(name))

    def _evaluate(self, text: str) -> QueryResult:
        """Return the result of a query text, serialised."""
        if self._is_closed:
            raise BadParameter("this graph is closed; open it again with sjkg.open")
        return self._source.query(text) if isinstance(self._source, Endpoint) else self._source.query(text, FORMATS)

    def _text(self, query: str, parameters: Mapping[str, Value]) -> str:
        """Return the text of a query; of a saved one with its parameters as a VALUES block."""
        if query in self.saved_queries:
            saved = self.saved_queries[query]
            return inline_bindings(saved.body, saved.bind({name: str(value) for name, value in parameters.items()}))
        if re.fullmatch(r"[\w-]+", query.strip()):
            find_query(self.saved_queries, query)  # raises UnknownName with the nearest names
        if parameters:
            raise BadParameter("only saved queries take parameters; write the values into the text, or use VALUES")
        return query

    def _thing_of_kind(self, kind: str, slug: str) -> Thing:
        """Return a thing by slug, prefixed name or IRI. Raises UnknownThing."""
        return self._thing(expand(slug) if ":" in slug else f"{IDS}{kind}/{slug}", slug)

    def _thing(self, iri: str, name: str) -> Thing:
        """Return the thing with an IRI. name: what the caller called it, by which similar names are found."""
        try:
            if iri.startswith(IDS):
                check_known(SortedQuads(self._snapshot.folder), iri)
            if not is_valid_term(IriTerm(iri)):
                raise UnknownThing(iri, ())
            return Thing(entity_page(PageContext(self._labels), iri))
        except UnknownName as error:
            raise UnknownThing(iri, getattr(error, "suggestions", ()) or self._similar(iri, name)) from None

    def _similar(self, iri: str, name: str) -> tuple[str, ...]:
        """Return at most MAX_SUGGESTIONS IRIs with the most similar names: of things, or of terms for the IRI of a term."""
        if not iri.startswith(IDS):
            return close_matches(iri, self._labels.term_names)
        hits = [hit.thing for hit in self._labels.search.find(slug_words(name.rpartition(":")[2]))]
        kind = iri[: iri.rfind("/") + 1]
        return tuple(sorted(hits, key=lambda hit: not hit.startswith(kind))[:MAX_SUGGESTIONS])

    @property
    def _snapshot(self) -> Snapshot:
        """The snapshot. Raises BadParameter for an endpoint."""
        if self._opened is None:
            raise BadParameter(
                f"{self._name} is an endpoint, which only answers queries; for this, open the packaged graph or a folder"
            )
        return self._opened

    @property
    def _queue(self) -> QueryQueue:
        """The queue of the snapshot's query worker. Raises BadParameter for an endpoint, or when closed."""
        if not isinstance(self._source, QueryQueue):
            raise BadParameter(f"{self._name} is an endpoint, which only answers queries")
        return self._source

    @cached_property
    def _labels(self) -> SnapshotLabels:
        """The labels of terms and passages."""
        return SnapshotLabels(self._queue, Index(self._snapshot.index))

    @cached_property
    def _explainer(self) -> "Explainer":
        """The prover over the facts of the snapshot, which are read on first use."""
        from sjkg.proofs.storage import read_explainer

        return read_explainer(self._snapshot.proofs)


def validate(path: str | Path, *, kb: str | Path | None = None) -> list[Finding]:
    """Return what is wrong in a Turtle file, checked as if it were part of the knowledge base, or in a whole knowledge base.

    path: a Turtle file, or the folder of a knowledge base. kb: the knowledge base that a file is checked against, by
    default the packaged one.
    Returns findings, the gravest first, each with severity (violation, warning, info), message, rule, file and line; no
    violation among them means that the files can be built.
    Raises BrokenInput for a folder that is not a knowledge base.
    """
    from sjkg.pipeline.check import check_files

    path = Path(path)
    if path.is_dir():
        return check_files(path.resolve(), ()).findings
    return check_files((packaged_kb() if kb is None else Path(kb)).resolve(), (path,)).findings


def _read_answer(answer: QueryResult) -> "Result | bool | Graph":
    """Return the result of a query as Python has it. Raises ServiceFailed where it is not in the format it claims."""
    try:
        if answer.kind == "graph":
            from sjkg.api.graphs import parse_graph

            return parse_graph(answer.body, answer.format.media_type)
        parsed = json.loads(answer.body)
        return bool(parsed["boolean"]) if answer.kind == "boolean" else read_result(parsed)
    except (SyntaxError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ServiceFailed(f"the response is not the {answer.format.name} that it claims to be: {error}") from None
