"""SPARQL queries over the stores of a snapshot (Oxigraph), which a build wrote and which are then only read."""

from collections.abc import Collection, Iterable, Mapping
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
from sjkg.store.datasets import ALL_GRAPHS, Dataset, Datasets, Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, ResultKind, find_format
from sjkg.store.query_result import QueryResult

DEFAULT_FORMATS: Mapping[str, str] = MappingProxyType({"bindings": "json", "boolean": "json", "graph": "turtle"})
NO_BINDINGS: Mapping[str, Term] = MappingProxyType({})
PREFIX_LABELS = {name: f"{name}:" for name in PREFIXES}
KIND_NAMES: Mapping[ResultKind, str] = {"bindings": "a table", "boolean": "true or false", "graph": "a graph"}

EngineResults = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class QuadStore:
    """The stores of a snapshot, opened for queries in this process, without a deadline or a memory limit."""

    def __init__(self, folder: Path, groups: Mapping[str, Iterable[str]], services: Collection[str] = ()):
        """Open the stores below `folder`. Raises UnusableSnapshot.

        groups: for the IRI of each group of graphs (asserted, inferred, …), the IRIs of the graphs it stands for.
        services: the IRIs of the endpoints that a query may ask with SERVICE.
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
        """Evaluate a query and return its complete result.

        formats: the name of the format for each kind of result (bindings, boolean, graph).
        scope: the dataset; it overrides FROM and FROM NAMED in the text (SPARQL 1.1 Protocol §2.1.4). Without either, the
        default graph is the merge of all graphs.
        bindings: values for variables, which the engine substitutes as terms, not in the text.
        Raises BadQuery (with line, column and token), ReadOnly, ServiceRefused, ServiceFailed, or NotAcceptable when
        `formats` has none for the kind of result.
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
        """Evaluate a query as `query` does, but write the result to `output`.

        Returns its kind, its format, and whether it is deterministic.
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
                f"an endpoint that this query asks with SERVICE did not answer it ({reason}); send the query there directly"
            ) from None


def evaluate(
    dataset: Dataset, text: str, prefixes: dict[str, str], bindings: Mapping[str, Term] = NO_BINDINGS
) -> EngineResults:
    """Return the engine's results of a query, which must have passed `inspect_query`. Raises BadQuery.

    prefixes: namespace IRIs for prefixes that the text need not declare.
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
    """Write the engine's results to `output`; return their kind and format. Raises NotAcceptable."""
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
    """Return the name of the format for a kind of result. Raises NotAcceptable."""
    if kind not in formats:
        raise NotAcceptable(f"the result is {KIND_NAMES[kind]}, which cannot be written in the format asked for")
    return formats[kind]


def _effective_scope(info: QueryInfo, scope: Scope) -> Scope:
    """Return the dataset that applies: that of the protocol, or else that of the query's FROM clauses, or else all."""
    if scope.is_all and (info.from_graphs or info.from_named):
        return Scope(info.from_graphs, info.from_named)
    return scope


def _possible_prefixes(text: str) -> dict[str, str]:
    """Return those of the project's prefixes that occur in a text; to declare all takes as long as a point query."""
    return {name: PREFIXES[name] for name, label in PREFIX_LABELS.items() if label in text}
