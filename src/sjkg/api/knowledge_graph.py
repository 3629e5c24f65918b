"""The main entry point of the public API: open a knowledge graph and query it.

The graph is read from a snapshot (an immutable folder with the built graph) or from a remote SPARQL endpoint.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from sjkg.api.comparison import compare_sources
from sjkg.api.result import Result, issue_warnings, read_result
from sjkg.api.thing import Thing
from sjkg.api.values import Value, write_value
from sjkg.core.errors import BadParameter, BadQuery, ServiceFailed, UnknownName, UnknownThing
from sjkg.core.messages import count_noun
from sjkg.core.settings import Settings, default_snapshots, packaged_kb
from sjkg.core.terms import Iri as IriTerm
from sjkg.core.terms import is_valid_term
from sjkg.core.vocabulary import Namespaces, expand, own, using
from sjkg.kb.description import read_description
from sjkg.kb.queries import SavedQuery, find_query, read_queries
from sjkg.pipeline.inputs import read_inputs
from sjkg.profiles.read import profile_views, read_profiles
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import find_entity
from sjkg.snapshot.external_names import ExternalNames
from sjkg.snapshot.folder import Snapshot, find_snapshot
from sjkg.snapshot.index.read import Index
from sjkg.snapshot.known_terms import KnownTerms, open_known_terms
from sjkg.sparql.rewriting import inline_bindings
from sjkg.store.endpoint import Endpoint
from sjkg.store.query_result import QueryResult
from sjkg.store.sorted_quads import SortedQuads
from sjkg.workers.query_queue import QueryQueue, open_queue

if TYPE_CHECKING:
    from rdflib import Graph

    from sjkg.api.explanation import Explanation
    from sjkg.proofs.explainer import Explainer

FORMATS = {"bindings": "json", "boolean": "json", "graph": "nt"}
P = ParamSpec("P")
T = TypeVar("T")
MAX_WAITING = 64  # queries of other threads


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
    snapshots: the folder for snapshots (built graphs), by default in the user's cache. The first call builds a
    snapshot, which takes some seconds; later calls reuse it until a file of the knowledge base changes.
    deadline_s, memory_bytes: maximum run time and memory of one query, which runs in a child process that is killed
    when it exceeds either. For an endpoint, memory_bytes is the maximum size of a result.
    progress: called with the name of each stage of a build, such as “reason”, as the stage begins.
    Raises BadParameter for a source that is neither a folder nor a URL, BrokenInput for files that cannot be read, and
    Violations for files that violate shapes or other rules of the knowledge base.
    """
    if isinstance(source, str) and re.match(r"[a-zA-Z][\w+.-]*://", source):
        return KnowledgeGraph(source, packaged_kb(), Endpoint(source, deadline_s, memory_bytes), None)
    kb = (packaged_kb() if source is None else Path(source)).resolve()
    if not kb.is_dir():
        raise BadParameter(
            f"“{source}” is neither a folder nor the URL of a SPARQL endpoint; correct the path, or begin a URL with http://"
        )
    namespaces = read_description(kb).namespaces
    folder = (default_snapshots() if snapshots is None else Path(snapshots)).resolve()
    with using(namespaces):
        snapshot = find_snapshot(folder, read_inputs(kb).sha256)
        if snapshot is None:
            from sjkg.snapshot.build import build  # loads the reasoner and the validator, half a second

            snapshot = build(kb, folder, progress)
        queue = open_queue(
            snapshot.store,
            snapshot.manifest.groups,
            deadline_s=deadline_s,
            memory_bytes=memory_bytes,
            max_waiting=MAX_WAITING,
            find_unknown=open_known_terms(snapshot, with_private=True).find_unknown,
            views=profile_views(read_profiles(kb)),
        )
    return KnowledgeGraph("the packaged graph" if source is None else str(kb), kb, queue, snapshot, namespaces)


def _with_own_names(
    method: Callable[Concatenate["KnowledgeGraph", P], T],
) -> Callable[Concatenate["KnowledgeGraph", P], T]:
    """Return a method of `KnowledgeGraph` that runs with the names of its knowledge base in use."""

    @wraps(method)
    def run(graph: "KnowledgeGraph", /, *args: P.args, **kwargs: P.kwargs) -> T:
        with using(graph._namespaces):
            return method(graph, *args, **kwargs)

    return run


class KnowledgeGraph:
    """A knowledge graph opened with `sjkg.open`. Threads may share it. As a context manager it closes itself.

    If it was opened with the URL of a remote endpoint, only query(), select() and saved_queries work; thing(), event(),
    actor(), place(), treaty(), claim(), passage(), compare(), explain() and graph() raise BadParameter.
    """

    def __init__(
        self,
        name: str,
        kb: Path,
        source: QueryQueue | Endpoint,
        snapshot: Snapshot | None,
        namespaces: Namespaces = Namespaces(),
    ):
        self._name, self._kb, self._source, self._opened = name, kb, source, snapshot
        self._namespaces, self._is_closed = namespaces, False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        size = f", {count_noun(self._opened.manifest.statistics.triples, 'triple')}" if self._opened else ""
        return f"<KnowledgeGraph: {self._name}{size}>"

    def close(self) -> None:
        """End the child process that evaluates queries; query() and select() raise BadParameter from then on.

        Closing it again does nothing.
        """
        if not self._is_closed and isinstance(self._source, QueryQueue):
            self._source.close()
        self._is_closed = True

    @cached_property
    @_with_own_names
    def saved_queries(self) -> Mapping[str, SavedQuery]:
        """A dict from name to saved query, an object with title, description, parameters and text.

        With a remote endpoint these are the saved queries of the package.
        """
        return read_queries(self._kb)

    @_with_own_names
    def query(self, query: str, /, **parameters: Value) -> "Result | bool | Graph":
        """Evaluate a SPARQL 1.1 query, or the saved query with the given name, and return its result.

        query: the exact name of a saved query (a key of `saved_queries`), or else the text of a query. The project's
        prefixes need not be declared. A relative IRI needs a BASE in the query, because a local graph has no address;
        an endpoint resolves it against its own URL.
        parameters: the values of a saved query's parameters by name. Give a thing as the last part of its IRI, a
        prefixed name or an IRI, and a date as a datetime.date or a str such as “1939-08-20”.
        A warning of class UnknownTermWarning is issued for each IRI of this project in the query that is nowhere in the graph,
        such as a misspelt one; one of class EmptyResultWarning if the result has no rows or triples and the reason was found.
        Returns a Result for SELECT, a bool for ASK, and an rdflib.Graph for CONSTRUCT and DESCRIBE. Raises BadQuery
        (with line, column and token), ReadOnly for updates, UnknownName for a single word that is not the name of a
        saved query, BadParameter for unknown or invalid parameters and a closed graph, DeadlineExceeded and
        LimitExceeded; for a remote endpoint also Overloaded and ServiceFailed.
        """
        return self._run(query, parameters)

    @_with_own_names
    def select(self, query: str, /, **parameters: Value) -> Result:
        """Evaluate a SELECT query, given as SPARQL text or by the name of a saved query, and return its rows.

        query, parameters: as for query(). Raises BadQuery for an ASK, CONSTRUCT or DESCRIBE query, and whatever query()
        raises.
        """
        result = self._run(query, parameters)
        if not isinstance(result, Result):
            raise BadQuery(
                "this is not a SELECT query; use query(), which returns a bool or a graph for the other forms"
            )
        return result

    @_with_own_names
    def thing(self, name: str) -> Thing:
        """Return an object with the label, types and statements of a thing, class or property.

        name: its IRI or prefixed name, such as “event:example”. Raises UnknownThing, with similar names, for
        an IRI without triples, and Retired for a deprecated one.
        """
        return self._thing(expand(name))

    @_with_own_names
    def event(self, slug: str) -> Thing:
        """Return an event. slug: the last part of its IRI, such as “night-raid”, a prefixed name or an IRI.

        Raises UnknownThing, with similar names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("event", slug)

    @_with_own_names
    def actor(self, slug: str) -> Thing:
        """Return an actor (a state, army, unit, group or person).

        slug: the last part of its IRI, such as “first-army”, a prefixed name or an IRI. Raises UnknownThing, with similar
        names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("actor", slug)

    @_with_own_names
    def place(self, slug: str) -> Thing:
        """Return a place. slug, and the errors raised: as for event()."""
        return self._thing_of_kind("place", slug)

    @_with_own_names
    def treaty(self, slug: str) -> Thing:
        """Return a treaty. slug, and the errors raised: as for event()."""
        return self._thing_of_kind("treaty", slug)

    @_with_own_names
    def claim(self, slug: str) -> Thing:
        """Return a claim (a figure or assertion that somebody makes).

        slug, and the errors raised: as for event().
        """
        return self._thing_of_kind("claim", slug)

    @_with_own_names
    def passage(self, slug: str) -> Thing:
        """Return a passage (a stretch of the article's text).

        slug: the last part of its IRI, such as “night-raid”, a prefixed name or an IRI. Raises UnknownThing, with
        similar names, and Retired for a deprecated IRI.
        """
        return self._thing_of_kind("passage", slug)

    @_with_own_names
    def compare(self, event: str) -> Result:
        """Return what the article and other datasets say of an event: a row for each value, columns as in the website's CSV.

        event: as for event(). Raises UnknownName for an unknown event, and BadParameter for another thing.
        """
        return compare_sources(self._labels, event)

    @_with_own_names
    def explain(self, subject: Value, predicate: Value, value: Value, *, profile: str | None = None) -> "Explanation":
        """Return a proof of a triple, down to the files and lines that assert its premises.

        Of all proofs it has the least depth, that is, the fewest OWL 2 RL steps on its longest path.
        subject, predicate, value: the three terms of the triple, each in Turtle syntax with the project's prefixes
        (“event:example”, “"text"@en”, “a”, “5”), or as a value of a query result. A value that is a plain
        str (an xsd:string) would be read as Turtle, so put it in double quotes.
        profile: the name of a profile, such as cidoc-crm, in whose terms the triple is; its last step is then the rule of the
        profile that makes it.
        Raises UnknownName for an unknown profile, NotExplainable for a triple that is not in the graph, UnknownName for an IRI or blank node that does not
        occur in the graph, BadParameter for an invalid term, and LimitExceeded when the search needs too many triples.
        """
        from sjkg.api.explanation import Explanation, explain_by_profile

        terms = tuple(map(write_value, (subject, predicate, value)))
        if profile is None:
            return Explanation(self._explainer.why(*terms)[0])
        explainer = self._explainer  # first: it refuses a graph that is elsewhere
        assert isinstance(self._source, QueryQueue)
        return explain_by_profile(self._kb, profile, explainer, self._source, terms)

    @_with_own_names
    def graph(self, name: str = "union") -> "Graph":
        """Return the triples of one named graph, or of a group of them, as an rdflib.Graph.

        Literals keep their lexical form.
        name: union (all triples); a group of graphs: asserted (from files) and of these article (what the article states),
        editorial (what the editors add) and links (from other datasets), derived (by rules of the project) or inferred (by
        OWL 2 RL); or one named graph by its IRI or prefixed name. Raises UnknownName when there is no such graph.
        """
        from sjkg.api.graphs import read_graph

        snapshot = self._snapshot
        return read_graph(snapshot.quads, snapshot.manifest.select_graphs(name))

    def _run(self, query: str, parameters: Mapping[str, Value]) -> "Result | bool | Graph":
        """Return the result of a query, after a warning for each IRI in it that is nowhere in the graph, and for an empty result.

        query, parameters, and the errors raised: as for query(). The warning is issued at the line that called the public method.
        """
        result = self._evaluate(self._to_query_text(query, parameters))
        issue_warnings(result, stacklevel=5)
        return _to_python(result)

    def _evaluate(self, text: str) -> QueryResult:
        """Evaluate a SPARQL text; return its result as SPARQL JSON (SELECT, ASK) or in an RDF format (other forms).

        Raises BadParameter when this graph is closed, and the errors of query().
        """
        if self._is_closed:
            raise BadParameter("this graph is closed; open it again with sjkg.open")
        if isinstance(self._source, Endpoint):
            return self._source.query(text)
        return self._source.query(text, FORMATS, explains_empty=True)

    def _to_query_text(self, query: str, parameters: Mapping[str, Value]) -> str:
        """Return the text to evaluate for a query, given as for query().

        For the name of a saved query this is its text with the parameters as a VALUES block, else `query` unchanged.
        Raises UnknownName for a single word that is not the name of a saved query, and BadParameter for unknown or invalid
        parameters, or any when `query` is a SPARQL text.
        """
        if query in self.saved_queries:
            saved = self.saved_queries[query]
            return inline_bindings(saved.body, saved.bind({name: str(value) for name, value in parameters.items()}))
        if re.fullmatch(r"[\w-]+", query.strip()):
            find_query(self.saved_queries, query)  # raises UnknownName with the nearest names
        if parameters:
            raise BadParameter(
                "only saved queries take parameters; write the values into the SPARQL text, or use VALUES"
            )
        return query

    def _thing_of_kind(self, kind: str, slug: str) -> Thing:
        """Return the thing with a given name.

        kind: event, actor, place, treaty, claim or passage. slug: the last part of its IRI, which is completed to the
        IRI of a thing of `kind`; or its prefixed name or whole IRI, for which `kind` does not matter.
        Raises UnknownThing, and Retired for a deprecated IRI.
        """
        return self._thing(expand(slug) if ":" in slug else f"{own().ids}{kind}/{slug}")

    def _thing(self, iri: str) -> Thing:
        """Return the thing with an IRI. Raises UnknownThing, with similar IRIs, and Retired for a deprecated IRI."""
        try:
            if not is_valid_term(IriTerm(iri)):
                raise UnknownThing(iri, ())
            return Thing(find_entity(PageContext(self._labels), iri, SortedQuads(self._snapshot.folder)))
        except UnknownName:
            raise UnknownThing(iri, self._known_terms.find_similar(iri)) from None

    @property
    def _snapshot(self) -> Snapshot:
        """The snapshot (an immutable folder with the built graph).

        Raises BadParameter if the graph is behind a remote endpoint.
        """
        if self._opened is None:
            raise BadParameter(
                f"{self._name} is a remote endpoint, which only answers queries; open the packaged graph or a folder to use "
                "methods other than query() and select()"
            )
        return self._opened

    @cached_property
    def _labels(self) -> SnapshotLabels:
        """The labels of the graph's things and terms, and its search by name.

        Raises BadParameter if the graph is behind a remote endpoint.
        """
        snapshot = self._snapshot
        assert isinstance(self._source, QueryQueue)  # a graph with a snapshot has a queue
        return SnapshotLabels(self._source, Index(snapshot.index), ExternalNames.open(snapshot, with_private=True))

    @cached_property
    def _known_terms(self) -> KnownTerms:
        """The IRIs of the graph. Raises BadParameter if the graph is behind a remote endpoint."""
        return open_known_terms(self._snapshot)

    @cached_property
    def _explainer(self) -> "Explainer":
        """The object that finds proofs of the graph's triples, which are read on first use.

        Raises BadParameter if the graph is behind a remote endpoint.
        """
        from sjkg.proofs.explainer import read_explainer

        return read_explainer(self._snapshot.proofs, self._known_terms.find_similar)


def _to_python(result: QueryResult) -> "Result | bool | Graph":
    """Return a serialised query result as a Result (SELECT), bool (ASK) or rdflib graph (CONSTRUCT, DESCRIBE).

    Raises ServiceFailed when the body of the result is not valid in the result's format.
    """
    try:
        if result.kind == "graph":
            from sjkg.api.graphs import parse_graph

            return parse_graph(result.body, result.format.media_type)
        parsed = json.loads(result.body)
        return bool(parsed["boolean"]) if result.kind == "boolean" else read_result(parsed)
    except (SyntaxError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ServiceFailed(
            f"the query result cannot be read as {result.format.name} ({error}); "
            "change the query, or check that the endpoint sends valid results"
        ) from None
