"""Queues of queries in front of query workers: a public one for those that users write, an internal one for the site's pages.

A query runs in a query worker, a child process with a deadline and a memory limit. A fair queue decides which queries run,
which ones wait, and which ones are refused.
"""

import json
import pickle
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sjkg.core.errors import ClientDisconnected, SjkgError, Unsortable
from sjkg.core.settings import Settings
from sjkg.core.terms import Iri, Term, is_valid_term
from sjkg.core.vocabulary import shorten
from sjkg.sparql.empty_aggregates import find_empty_aggregates, may_have_empty_aggregates
from sjkg.sparql.empty_results import find_no_match
from sjkg.sparql.own_terms import UnknownTerm
from sjkg.sparql.query_text import read_query_text
from sjkg.store.datasets import ALL_GRAPHS, NO_VIEWS, GraphGroups, GraphViews, Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.store.light_queries import Degrees, LightQueryStore
from sjkg.store.quad_store import DEFAULT_FORMATS
from sjkg.store.query_result import QueryResult
from sjkg.store.remote_source import RemoteSource
from sjkg.workers.child_process import DisconnectCheck
from sjkg.workers.fair_queue import SERVER, Client, FairQueue, Preempted
from sjkg.workers.query_processes import WorkerPool
from sjkg.workers.query_worker import Assignment, WorkerRequest

RESERVE = 1  # workers beyond the queries that may run at once, so that one is ready while another is being replaced
YEAR_S = 365 * 24 * 3600
MAX_INTERNAL_RUNNING = 1
# the longest time to search for the reason of an empty result: a tenth of the deadline of a query, and MAX_SEARCH_S seconds
SEARCH_SHARE = 10
MAX_SEARCH_S = 1.0
SEARCH_FORMATS = {"bindings": "json", "boolean": "json"}

Observer = Callable[[str, str], None]  # called with a subject (worker or query) and an event
TermCheck = Callable[[str, Scope, Mapping[str, Term]], tuple[UnknownTerm, ...]]
"""Returns the IRIs in a query that are nowhere in the graph; called with the text, scope and bindings of a valid query."""


def observe_nothing(subject: str, event: str) -> None:
    """Do nothing: the default observer, which ignores events of queries and workers."""


def accept_all_terms(text: str, scope: Scope, bindings: Mapping[str, Term]) -> tuple[UnknownTerm, ...]:
    """Return an empty tuple: the default check of terms."""
    return ()


class QueryPool:
    """Two query queues that share query workers.

    public: for queries that users write, limited by the settings max_running_queries and max_waiting_queries.
    internal: for the queries of the site's own pages, MAX_INTERNAL_RUNNING at once; any number may wait.
    workers: the pool of query workers.
    close: kills the workers, after which a query raises RuntimeError.
    """

    def __init__(
        self,
        folder: Path,
        groups: GraphGroups,
        settings: Settings,
        observe: Observer = observe_nothing,
        degrees: Degrees = MappingProxyType({}),
        find_unknown: TermCheck = accept_all_terms,
        views: GraphViews = NO_VIEWS,
        remote: RemoteSource | None = None,
    ):
        """Start the workers.

        folder: the folder of the Oxigraph stores of a snapshot (build of the graph).
        groups: a dict from the IRI of each group of named graphs (asserted, inferred, …) to the IRIs of its members.
        settings: deadline, memory, result size, number of running and waiting queries, allowed SERVICE endpoints.
        observe: called with “worker” and started, ended, busy or idle, and after each query with “query” and its outcome
        (“answered”, or the name of the error's class).
        degrees: those of the properties in the store, by which queries are found that need no worker.
        find_unknown: returns the `unknown_terms` of a result.
        views: a dict from the IRI of each computed graph to the CONSTRUCT queries that make it.
        remote: the endpoint that evaluates all queries, also light ones, instead of the stores; None for the stores.
        Raises UnusableSnapshot when the store of all graphs cannot be opened.
        """
        address = f"{settings.address}/sparql"  # the base IRI by SPARQL 1.1 §4.1.1 and RFC 3986 §5.1.3
        base_iri = address if is_valid_term(Iri(address)) else None
        # first: it may raise, before any worker is started
        light_queries = None if remote else LightQueryStore(folder, degrees, base_iri)
        assignment = Assignment(
            folder,
            groups,
            settings.services,
            settings.query_deadline_s,
            settings.max_answer_bytes,
            base_iri,
            dict(views),
            remote=remote,
        )
        count = settings.max_running_queries + MAX_INTERNAL_RUNNING + RESERVE
        self.workers = workers = WorkerPool(
            assignment, settings.query_memory_bytes, count, lambda event: observe("worker", event)
        )
        public = FairQueue(
            settings.max_running_queries,
            settings.max_waiting_queries,
            settings.query_wait_s,
            settings.query_deadline_s,
        )
        self.public = QueryQueue(workers, public, observe, light_queries, find_unknown)
        internal = FairQueue(MAX_INTERNAL_RUNNING, sys.maxsize, settings.query_wait_s)
        self.internal = QueryQueue(workers, internal, observe, find_unknown=find_unknown)
        self.close = workers.close


def open_queue(
    folder: Path,
    groups: GraphGroups,
    *,
    deadline_s: float = YEAR_S,
    memory_bytes: int | None = None,
    max_answer_bytes: int | None = None,
    max_running: int = 1,
    max_waiting: int = 0,
    find_unknown: TermCheck = accept_all_terms,
    views: GraphViews = NO_VIEWS,
    with_private: bool = True,
    remote: RemoteSource | None = None,
) -> "QueryQueue":
    """Return a new query queue with workers of its own, for a command, a Python session or an MCP server.

    A crash of the engine ends only a worker. SERVICE is refused, and so are relative IRIs without BASE, because there is no
    address to resolve them against. The stores are opened by the worker; if that fails, each query raises UnusableSnapshot.

    folder: the folder of the Oxigraph stores of a snapshot (build of the graph).
    groups: a dict from the IRI of each group of named graphs (asserted, inferred, …) to the IRIs of its members.
    deadline_s: the longest time in seconds that a query may run, and also that it may wait before. memory_bytes: limit of
    a worker's memory, None for no limit. max_answer_bytes: limit of the size of a result, None for `memory_bytes`.
    max_running: number of workers, and so of queries that may run at once. max_waiting: number of queries that may wait
    meanwhile. find_unknown: finds the IRIs of a query that occur nowhere in the graph, for `unknown_terms` of its result.
    views: a dict from the IRI of each computed graph to the CONSTRUCT queries that make it. with_private: whether queries may
    see private datasets. remote: the endpoint that evaluates queries instead of the stores; None for the stores.
    """
    max_bytes = max_answer_bytes or memory_bytes or sys.maxsize
    assignment = Assignment(
        folder, groups, (), deadline_s, max_bytes, views=dict(views), with_private=with_private, remote=remote
    )
    workers = WorkerPool(assignment, memory_bytes, max_running, lambda event: None)
    places = FairQueue(max_running, max_waiting, deadline_s, deadline_s if max_running > 1 else None)
    return QueryQueue(workers, places, find_unknown=find_unknown)


class QueryQueue:
    """Evaluation of SPARQL queries by query workers, with a limited number of running and waiting queries.

    Threads may share it.
    """

    def __init__(
        self,
        workers: WorkerPool,
        places: FairQueue,
        observe: Observer = observe_nothing,
        light_queries: LightQueryStore | None = None,
        find_unknown: TermCheck = accept_all_terms,
    ):
        """Evaluate queries in `workers` when they have a place in the fair queue `places`.

        workers: the pool of workers, which queues may share; it must have at least one worker for each running query.
        observe: called after each query with “query” and “answered” or the name of the error's class.
        light_queries: a store that answers light queries (a few triple patterns that start at a given node) in this process,
        outside these limits; None to send all queries to workers.
        find_unknown: returns the `unknown_terms` of a result.
        """
        self._workers, self._places, self._observe = workers, places, observe
        self._light_queries, self._find_unknown = light_queries, find_unknown

    def close(self) -> None:
        """Kill the workers, also for the other queues that share them; a later query raises RuntimeError."""
        self._workers.close()

    def query(
        self,
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = ALL_GRAPHS,
        bindings: Mapping[str, Term] = MappingProxyType({}),
        client: Client = SERVER,
        explains_empty: bool = False,
    ) -> QueryResult:
        """Evaluate a SPARQL query and return its complete, serialized result.

        text: the query, of any form. formats: a dict from each acceptable kind of result (bindings for SELECT, boolean for
        ASK, graph for CONSTRUCT and DESCRIBE) to the short name of the format to write, such as
        {"bindings": "csv", "graph": "turtle"}; NotAcceptable is raised for a result of a kind that it lacks.
        scope: the graphs to query, instead of those in FROM and FROM NAMED. The default scope keeps FROM and FROM NAMED, and
        queries all graphs if the query has neither.
        bindings: a dict from the name of a variable, without “?”, to the RDF term to substitute for it.
        client: asks for the query; the query is stopped when it closes its connection (ClientDisconnected).
        explains_empty: whether to search for the `empty_reason` of a result of a deterministic query, in a query worker and for at most the SEARCH_SHAREth part of the deadline.
        Raises BadQuery, ReadOnly, ServiceRefused, ServiceFailed or NotAcceptable for the query itself; Overloaded when too
        many queries wait or none ended in time, TooManyRequests if that is so because of this client; DeadlineExceeded, or
        LimitExceeded for memory, stack or size of the result; Unsortable or EngineFailed when the engine crashed;
        UnusableSnapshot; RuntimeError after `close`.
        """
        try:
            result = None
            if self._light_queries and scope.is_all and not bindings:
                result = self._light_queries.query(text, formats)
            request = WorkerRequest(text, dict(formats), scope, dict(bindings), sorts_by_kind=False)
            if result is None:
                result = self._places.run(client, partial(self._evaluate, request, explains_empty=explains_empty))
            elif explains_empty and result.is_empty and self._places.has_free_place:
                result = self._places.run(client, partial(self._explain, result, request))
        except SjkgError as error:
            self._observe("query", type(error).__name__)
            raise
        self._observe("query", "answered")
        unknown = self._find_unknown(text, scope, bindings)
        return replace(result, unknown_terms=unknown) if unknown else result

    def _evaluate(
        self, request: WorkerRequest, is_disconnected: DisconnectCheck, *, explains_empty: bool
    ) -> QueryResult:
        """Send a query that may run now to a worker and return the result.

        When the engine panics on ORDER BY over values that it cannot compare, send the query once more with a sort key for
        the kind of value, within the same deadline. Raises the error of the last attempt.
        """
        started = time.monotonic()
        try:
            reply = self._workers.evaluate(_pickle(request), is_disconnected)
        except Unsortable:
            used_s = time.monotonic() - started
            reply = self._workers.evaluate(_pickle(request._replace(sorts_by_kind=True)), is_disconnected, used_s)
        by_name = GRAPH_FORMATS if reply.kind == "graph" else RESULT_FORMATS
        result = QueryResult(reply.kind, by_name[reply.format], reply.content, reply.is_deterministic)
        if explains_empty and (result.is_empty or _may_have_empty_columns(result, request.text)):
            return self._explain(result, request, is_disconnected)
        return result

    def _explain(self, result: QueryResult, request: WorkerRequest, is_disconnected: DisconnectCheck) -> QueryResult:
        """Return a result with the reason why it, or an aggregate in it, is empty, if that is found in time.

        Each attempt is a query of its own, sent to a worker. Raises ClientDisconnected.
        """
        if not result.is_deterministic or self._find_unknown(request.text, request.scope, request.bindings):
            return result  # a term that does not exist is the reason already
        deadline_s = self._workers.deadline_s
        until = time.monotonic() + min(deadline_s / SEARCH_SHARE, MAX_SEARCH_S)

        def evaluate(text: str, is_of_all: bool) -> dict[str, Any]:
            scope = ALL_GRAPHS if is_of_all else request.scope
            attempt = WorkerRequest(text, SEARCH_FORMATS, scope, request.bindings, sorts_by_kind=False)
            used_s = deadline_s - (until - time.monotonic())
            reply = self._workers.evaluate(_pickle(attempt), is_disconnected, used_s)
            found: dict[str, Any] = json.loads(reply.content if isinstance(reply.content, bytes) else b"{}")
            return found

        names = dict.fromkeys((*(request.scope.default or ()), *(request.scope.named or ())))
        selected = ", ".join(map(shorten, names))
        text = read_query_text(request.text).plain
        try:
            if not result.is_empty:
                rows = result.bindings if result.format.name == "json" else evaluate(text, False)["results"]["bindings"]
                return replace(result, empty_reason=find_empty_aggregates(text, rows, evaluate))
            no_match = find_no_match(text, selected and f"FROM {selected}", evaluate)
        except ClientDisconnected:
            raise
        except (SjkgError, Preempted):  # of an attempt, such as the end of the time for the search
            return result
        return replace(result, empty_reason=no_match.message) if no_match else result


def _may_have_empty_columns(result: QueryResult, text: str) -> bool:
    """Return whether to look for aggregates without a value in a result that is not empty."""
    return result.kind == "bindings" and isinstance(result.content, bytes) and may_have_empty_aggregates(text)


def _pickle(request: WorkerRequest) -> bytes:
    """Return a query request as a pickled plain tuple, in the order of its fields."""
    return pickle.dumps(tuple(request), pickle.HIGHEST_PROTOCOL)
