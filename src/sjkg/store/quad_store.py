"""Evaluation of SPARQL queries in this process, over the read-only Oxigraph stores of a snapshot (build of the graph)."""

from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import IO

import pyoxigraph as ox

from sjkg.core.errors import BadQuery, NotAcceptable, ServiceFailed
from sjkg.core.terms import Term, to_oxigraph
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.error_messages import locate_error
from sjkg.sparql.inspection import QueryInfo, inspect_query
from sjkg.store.datasets import ALL_GRAPHS, Dataset, Datasets, GraphGroups, Scope
from sjkg.store.formats import FORMATS_OF_KINDS, GRAPH_FORMATS, RESULT_FORMATS, Format, ResultKind, find_format
from sjkg.store.query_result import QueryResult

DEFAULT_FORMATS: Mapping[str, str] = MappingProxyType({"bindings": "json", "boolean": "json", "graph": "turtle"})
NO_BINDINGS: Mapping[str, Term] = MappingProxyType({})
PREFIX_LABELS = {name: f"{name}:" for name in PREFIXES}
KIND_NAMES: Mapping[ResultKind, str] = {"bindings": "a table", "boolean": "true or false", "graph": "a graph"}

EngineResults = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class QuadStore:
    """The stores of a snapshot, opened for SPARQL queries in this process, without a deadline or a memory limit."""

    def __init__(self, folder: Path, groups: GraphGroups, services: Collection[str] = ()):
        """Open the stores in subfolders of `folder`. Raises UnusableSnapshot when one cannot be read.

        groups: for the IRI of each group of named graphs (asserted, inferred, …), the IRIs of its members.
        services: the IRIs of the endpoints that are allowed after SERVICE.
        """
        self._datasets, self._services = Datasets(folder, groups), services

    def query(
        self,
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = ALL_GRAPHS,
        bindings: Mapping[str, Term] = NO_BINDINGS,
    ) -> QueryResult:
        """Evaluate a SPARQL query and return its complete, serialized result.

        formats: for each kind of result (bindings, boolean, graph) the short name of the format to write.
        scope: the graphs to query; it overrides FROM and FROM NAMED in the text (SPARQL 1.1 Protocol §2.1.4). Without
        either, the query sees all graphs, and the default graph is their merge.
        bindings: for names of variables, without “?”, the RDF terms that the engine substitutes.
        Raises BadQuery (for a syntax error with line, column and token), ReadOnly for an update, ServiceRefused for an
        endpoint that is not allowed, ServiceFailed when an endpoint fails, NotAcceptable when `formats` lacks the kind of
        the result, and UnknownName for an unknown format.
        """
        output = BytesIO()
        kind, chosen, is_deterministic = self.write_result(output, text, formats, scope=scope, bindings=bindings)
        return QueryResult(kind, chosen, output.getvalue(), is_deterministic)

    def write_result(
        self,
        output: IO[bytes],
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = ALL_GRAPHS,
        bindings: Mapping[str, Term] = NO_BINDINGS,
    ) -> tuple[ResultKind, Format, bool]:
        """Evaluate a SPARQL query and write its serialized result to the stream `output`.

        formats: for each kind of result (bindings, boolean, graph) the short name of the format to write. scope: the graphs
        to query; it overrides FROM and FROM NAMED. bindings: for names of variables, the terms to substitute.
        Return the kind of the result, its format, and whether the same query gives the same result again.
        Raises BadQuery, ReadOnly, ServiceRefused, ServiceFailed, NotAcceptable, UnknownName, and whatever `output.write`
        raises, such as LimitExceeded; `output` may then hold a part of the result.
        """
        info = inspect_query(text, self._services)
        dataset = self._datasets.choose(_effective_scope(info, scope))
        try:
            results = evaluate(dataset, info.text, _possible_prefixes(info.text), bindings)
            return *serialize(results, output, formats), info.is_deterministic
        except (OSError, RuntimeError) as error:
            if not info.uses_service:
                raise
            reason = str(error).splitlines()[0]
            raise ServiceFailed(
                f"an endpoint that this query calls with SERVICE did not answer it ({reason}); send the query there directly"
            ) from None


def evaluate(
    dataset: Dataset, text: str, prefixes: dict[str, str], bindings: Mapping[str, Term] = NO_BINDINGS
) -> EngineResults:
    """Evaluate a query with the engine and return its result objects, which are computed while they are read.

    text: a query that `inspect_query` accepted, so that no disallowed SERVICE is called. prefixes: namespace IRIs for
    prefixes that the text need not declare. bindings: for names of variables, the terms to substitute.
    Raises BadQuery, for a syntax error with line, column and token.
    """
    try:
        return dataset.store.query(
            text,
            prefixes=prefixes,
            default_graph=dataset.default,
            named_graphs=dataset.named,
            substitutions={ox.Variable(name): to_oxigraph(term) for name, term in bindings.items()},
        )
    except SyntaxError as error:
        raise locate_error(text, str(error)) from None
    except (ValueError, RuntimeError) as error:
        raise BadQuery(f"the query cannot be evaluated: {error}") from None


def serialize(results: EngineResults, output: IO[bytes], formats: Mapping[str, str]) -> tuple[ResultKind, Format]:
    """Write the engine's result objects to `output` and return the kind of the result and its format.

    formats: for each kind of result (bindings, boolean, graph) the short name of the format to write.
    Raises NotAcceptable when `formats` lacks the kind of the result, and UnknownName for an unknown format.
    """
    try:
        if isinstance(results, ox.QueryTriples):
            graph_format = find_format(_format_name("graph", formats), GRAPH_FORMATS)
            prefixes = dict(PREFIXES) if graph_format.has_prefixes else None
            ox.serialize(results, output, format=graph_format.engine, prefixes=prefixes)
            return "graph", graph_format
        kind: ResultKind = "boolean" if isinstance(results, ox.QueryBoolean) else "bindings"
        result_format = find_format(_format_name(kind, formats), RESULT_FORMATS)
        results.serialize(output, format=result_format.engine)
        return kind, result_format
    finally:
        del results  # the engine's objects must be freed in their own thread; an error's traceback may reach another


def _format_name(kind: ResultKind, formats: Mapping[str, str]) -> str:
    """Return the value of `formats` for a kind of result. Raises NotAcceptable, naming usable formats, if it has none."""
    if kind not in formats:
        raise NotAcceptable(
            f"the result is {KIND_NAMES[kind]}, which cannot be written in the requested format; choose one of "
            f"{', '.join(FORMATS_OF_KINDS[kind])}"
        )
    return formats[kind]


def _effective_scope(info: QueryInfo, scope: Scope) -> Scope:
    """Return the graphs to query: `scope`, or if that is all graphs, those of the FROM clauses of the query, if any."""
    if scope.is_all and (info.from_graphs or info.from_named):
        return Scope(info.from_graphs, info.from_named)
    return scope


def _possible_prefixes(text: str) -> dict[str, str]:
    """Return those of the project's prefixes, with namespace IRIs, whose name and colon occur anywhere in a query text.

    Declaring all of them takes as long as a query of one triple pattern.
    """
    return {name: PREFIXES[name] for name, label in PREFIX_LABELS.items() if label in text}
