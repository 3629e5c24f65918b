"""The entry points of the public API: open a knowledge graph and query it, validate files.

The graph is read from a snapshot (an immutable folder with the built graph) or from a remote SPARQL endpoint.
"""

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
    snapshots: the folder for snapshots (built graphs), by default in the user's cache. The first call builds a snapshot,
    which takes some seconds; later ones reuse it until a file of the knowledge base changes.
    deadline_s, memory_bytes: maximum seconds and memory of one query, which runs in a child process that is killed above
    them. For an endpoint, memory_bytes is the maximum size of a result.
    progress: called with the name of each stage of a build as it begins.
    Raises BadParameter for a source that is neither a folder nor a URL, BrokenInput for files that cannot be read, and
    Violations for files that violate shapes or other rules of the knowledge base.
    """
    if isinstance(source, str) and re.match(r"[a-zA-Z][\w+.-]*://", source):
        return KnowledgeGraph(source, packaged_kb(), Endpoint(source, deadline_s, memory_bytes), None)
    kb = (packaged_kb() if source is None else Path(source)).resolve()
    if not kb.is_dir():
        raise BadParameter(f"“{source}” is neither a folder nor the URL of a SPARQL endpoint; check the path")
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
    """A knowledge graph opened with `sjkg.open`. Threads may share it. As a context manager it closes itself.

    A remote endpoint supports queries only: thing() and the methods for its kinds, explain() and graph() raise
    BadParameter.
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
        """End the child process that evaluates queries. Further calls do nothing."""
        if not self._is_closed and isinstance(self._source, QueryQueue):
            self._source.close()
        self._is_closed = True

    @cached_property
    def saved_queries(self) -> Mapping[str, SavedQuery]:
        """A dict from name to saved query, each with title, description, parameters and text."""
        return read_queries(self._kb)

    def query(self, query: str, /, **parameters: Value) -> "Result | bool | Graph":
        """Evaluate a SPARQL 1.1 query, or the saved query with that name.

        query: exactly the name of a saved query, else the text of a query. The project's prefixes need not be declared.
        parameters: those of a saved query; a thing as the last part of its IRI, a prefixed name or an IRI, a date as a
        date or “1939-08-20”.
        Returns a Result for SELECT, a bool for ASK, and an rdflib.Graph for CONSTRUCT and DESCRIBE.
        Raises BadQuery (with line, column and token), ReadOnly for updates, UnknownName for a single word that is not the
        name of a saved query, BadParameter for unknown or invalid parameters and a closed graph, DeadlineExceeded and
        LimitExceeded; for a remote endpoint also Overloaded and ServiceFailed.
        """
        return _to_python(self._evaluate(self._to_query_text(query, parameters)))

    def select(self, query: str, /, **parameters: Value) -> Result:
        """Evaluate a SELECT query, given as SPARQL text or by the name of a saved query, and return its rows.

        parameters: those of a saved query, as Python values or text. Raises BadQuery for an invalid query and for a query
        of another form, UnknownName, BadParameter, DeadlineExceeded, LimitExceeded, and for a remote endpoint Overloaded
        and ServiceFailed.
        """
        result = self.query(query, **parameters)
        if not isinstance(result, Result):
            raise BadQuery(
                "this is not a SELECT query; use query(), which returns a bool or a graph for the other forms"
            )
        return result

    def thing(self, name: str) -> Thing:
        """Return the label, types and statements of a thing, class or property.

        name: its IRI or prefixed name. Raises UnknownThing, with similar names, for an IRI without triples, and Retired
        for a deprecated one.
        """
        iri = expand(name)
        return self._thing(iri, name)

    def event(self, slug: str) -> Thing:
        """Return an event. slug: the last part of its IRI, such as “battle-of-lake-khasan”, a prefixed name or an IRI.

        Raises UnknownThing, with similar names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("event", slug)

    def actor(self, slug: str) -> Thing:
        """Return an actor (a state, army, unit, group or person). slug: last part of its IRI, or the IRI.

        Raises UnknownThing, with similar names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("actor", slug)

    def place(self, slug: str) -> Thing:
        """Return a place. slug: the last part of its IRI, a prefixed name or an IRI.

        Raises UnknownThing, with similar names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("place", slug)

    def treaty(self, slug: str) -> Thing:
        """Return a treaty. slug: the last part of its IRI, a prefixed name or an IRI.

        Raises UnknownThing, with similar names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("treaty", slug)

    def claim(self, slug: str) -> Thing:
        """Return a claim (a figure or assertion that somebody makes). slug: last part of its IRI, or the IRI.

        Raises UnknownThing, with similar names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("claim", slug)

    def passage(self, slug: str) -> Thing:
        """Return a passage (a stretch of the article's text). slug: last part of its IRI, or the IRI.

        Raises UnknownThing, with similar names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("passage", slug)

    def explain(self, subject: Value, predicate: Value, value: Value) -> "Explanation":
        """Return a proof of a triple, of least depth, down to the files and lines that assert its premises.

        subject, predicate, value: terms in Turtle syntax with the project's prefixes (“event:halhamiao-incident”,
        “"text"@en”, “a”, “5”), or values of a query result; a plain str of a result has to be put in double quotes.
        Raises NotExplainable for a triple that is not in the graph, UnknownName for an IRI that occurs nowhere, and
        BadParameter for an invalid term.
        """
        from sjkg.api.explanation import Explanation

        subject, predicate, value = map(write_value, (subject, predicate, value))
        return Explanation(self._explainer.why(subject, predicate, value)[0])

    def graph(self, name: str = "union") -> "Graph":
        """Return a named graph or a group of them as an rdflib.Graph; literals keep their lexical form.

        name: union (all triples), asserted (from files), derived (by rules of the project), inferred (by OWL 2 RL), or one
        named graph by its IRI or prefixed name. Raises UnknownName for another name.
        """
        from sjkg.api.graphs import read_graph

        snapshot = self._snapshot
        return read_graph(snapshot.quads, snapshot.manifest.select_graphs(name))

    def _evaluate(self, text: str) -> QueryResult:
        """Evaluate a SPARQL text; return its result in SPARQL JSON, or an RDF format. Raises BadParameter when closed."""
        if self._is_closed:
            raise BadParameter("this graph is closed; open it again with sjkg.open")
        return self._source.query(text) if isinstance(self._source, Endpoint) else self._source.query(text, FORMATS)

    def _to_query_text(self, query: str, parameters: Mapping[str, Value]) -> str:
        """Return the SPARQL text for the name of a saved query, its parameters as a VALUES block, or for a SPARQL text.

        Raises UnknownName for a single word that is not the name of a saved query, and BadParameter for unknown or invalid
        parameters, or any when `query` is a SPARQL text.
        """
        if query in self.saved_queries:
            saved = self.saved_queries[query]
            return inline_bindings(saved.body, saved.bind({name: str(value) for name, value in parameters.items()}))
        if re.fullmatch(r"[\w-]+", query.strip()):
            find_query(self.saved_queries, query)  # raises UnknownName with the nearest names
        if parameters:
            raise BadParameter("only saved queries take parameters; write the values into the text, or use VALUES")
        return query

    def _thing_of_kind(self, kind: str, slug: str) -> Thing:
        """Return the thing named `slug`: the last part of an IRI of things of that kind, a prefixed name, or an IRI.

        kind: event, actor, place, treaty, claim or passage. Raises UnknownThing, and Retired for a deprecated IRI.
        """
        return self._thing(expand(slug) if ":" in slug else f"{IDS}{kind}/{slug}", slug)

    def _thing(self, iri: str, name: str) -> Thing:
        """Return the thing with an IRI. name: the name that the caller gave, with which similar ones are searched.

        Raises UnknownThing, with similar names, and Retired for a deprecated IRI.
        """
        try:
            if iri.startswith(IDS):
                check_known(SortedQuads(self._snapshot.folder), iri)
            if not is_valid_term(IriTerm(iri)):
                raise UnknownThing(iri, ())
            return Thing(entity_page(PageContext(self._labels), iri))
        except UnknownName as error:
            raise UnknownThing(iri, getattr(error, "suggestions", ()) or self._find_similar(iri, name)) from None

    def _find_similar(self, iri: str, name: str) -> tuple[str, ...]:
        """Return at most MAX_SUGGESTIONS IRIs with names similar to `name`, or to the IRI of an ontology term, best first.

        Things of the same kind, which have the same IRI up to the last /, come before others.
        """
        if not iri.startswith(IDS):
            return close_matches(iri, self._labels.term_names)
        hits = [hit.thing for hit in self._labels.search.find(slug_words(name.rpartition(":")[2]))]
        kind = iri[: iri.rfind("/") + 1]
        return tuple(sorted(hits, key=lambda hit: not hit.startswith(kind))[:MAX_SUGGESTIONS])

    @property
    def _snapshot(self) -> Snapshot:
        """The snapshot (an immutable folder with the built graph). Raises BadParameter for a remote endpoint."""
        if self._opened is None:
            raise BadParameter(
                f"{self._name} is a remote endpoint, which only answers queries; open the packaged graph or a folder to use "
                "methods other than query() and select()"
            )
        return self._opened

    @cached_property
    def _labels(self) -> SnapshotLabels:
        """The labels of the snapshot's things and terms, and its search by name. Raises BadParameter for an endpoint."""
        snapshot = self._snapshot
        assert isinstance(self._source, QueryQueue)  # a graph with a snapshot has a queue
        return SnapshotLabels(self._source, Index(snapshot.index))

    @cached_property
    def _explainer(self) -> "Explainer":
        """The prover over the triples of the snapshot, which are read on first use. Raises BadParameter for an endpoint."""
        from sjkg.proofs.storage import read_explainer

        return read_explainer(self._snapshot.proofs)


def validate(path: str | Path, *, kb: str | Path | None = None) -> list[Finding]:
    """Return findings about a Turtle file, checked as if it were part of a knowledge base, or about a whole knowledge base.

    path: a Turtle file, or the folder of a knowledge base. kb: the folder of the knowledge base that a file is checked
    with, None for the packaged one; not used for a folder.
    Each finding has severity (violation, warning or info), message, rule, file and line. Violations come first; without
    one, a graph can be built from the files.
    Raises BrokenInput for a folder without Turtle files of a knowledge base.
    """
    from sjkg.pipeline.check import check_files

    path = Path(path)
    if path.is_dir():
        return check_files(path.resolve(), ()).findings
    return check_files((packaged_kb() if kb is None else Path(kb)).resolve(), (path,)).findings


def _to_python(result: QueryResult) -> "Result | bool | Graph":
    """Return a serialised query result as a Result (SELECT), bool (ASK) or rdflib graph (CONSTRUCT, DESCRIBE).

    Raises ServiceFailed when its body is not valid in its format.
    """
    try:
        if result.kind == "graph":
            from sjkg.api.graphs import parse_graph

            return parse_graph(result.body, result.format.media_type)
        parsed = json.loads(result.body)
        return bool(parsed["boolean"]) if result.kind == "boolean" else read_result(parsed)
    except (SyntaxError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ServiceFailed(f"the query result is not valid {result.format.name}: {error}") from None
