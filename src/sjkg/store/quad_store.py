"""Evaluation of SPARQL queries in this process, over the read-only Oxigraph stores of a snapshot (build of the graph)."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import IO, Self

import pyoxigraph as ox

from sjkg.core.errors import NotAcceptable, ServiceFailed
from sjkg.core.terms import Term, to_oxigraph
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.error_messages import locate_error, locate_unsupported
from sjkg.sparql.inspection import inspect_query
from sjkg.sparql.join_order import reorder
from sjkg.sparql.query_text import QueryText
from sjkg.sparql.rewriting import rewrite
from sjkg.sparql.text_search import search_first
from sjkg.store.datasets import ALL_GRAPHS, NO_VIEWS, Dataset, Datasets, GraphGroups, GraphViews, Scope
from sjkg.store.formats import (
    FORMATS_OF_KINDS,
    GRAPH_FORMATS,
    RESULT_FORMATS,
    Format,
    GraphFormat,
    ResultFormat,
    ResultKind,
    find_format,
)
from sjkg.store.query_result import QueryResult
from sjkg.store.serialization import write_graph, write_result

DEFAULT_FORMATS: Mapping[str, str] = MappingProxyType({"bindings": "json", "boolean": "json", "graph": "turtle"})
NO_BINDINGS: Mapping[str, Term] = MappingProxyType({})
PREFIXES_BY_ENDING = {
    ending: [name for name in PREFIXES if name.endswith(ending)] for ending in {n[-2:] for n in PREFIXES}
}
ALL_FORMATS = frozenset((*RESULT_FORMATS, *GRAPH_FORMATS))
KIND_NAMES: Mapping[ResultKind, str] = {"bindings": "a table", "boolean": "true or false", "graph": "a graph"}

EngineResults = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class QuadStore:
    """The stores of a snapshot (build of the graph), opened for SPARQL queries in this process.

    The evaluation has neither a deadline nor a memory limit.
    """

    def __init__(self, datasets: Datasets, services: Collection[str] = (), base_iri: str | None = None):
        """Use the datasets of stores that are open.

        services: the IRIs of the endpoints that are allowed after SERVICE.
        base_iri: the IRI that relative IRIs are resolved against in a query without BASE; None to refuse them.
        """
        self._datasets, self._services, self._base_iri = datasets, services, base_iri

    @classmethod
    def open(
        cls,
        folder: Path,
        groups: GraphGroups,
        services: Collection[str] = (),
        base_iri: str | None = None,
        views: GraphViews = NO_VIEWS,
        *,
        with_private: bool = False,
    ) -> Self:
        """Open the stores in subfolders of `folder`. Raises UnusableSnapshot when one cannot be read.

        groups: a dict from the IRI of each group of named graphs (asserted, inferred, …) to the IRIs of its members.
        services, base_iri: as for the constructor. views: a dict from the IRI of each computed graph to its
        queries by file. with_private: whether queries may see private external datasets.
        """
        return cls(Datasets.open(folder, groups, views, with_private=with_private), services, base_iri)

    def query(
        self,
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = ALL_GRAPHS,
        bindings: Mapping[str, Term] = NO_BINDINGS,
    ) -> QueryResult:
        """Evaluate a SPARQL query and return its complete, serialized result.

        formats: a dict from the kind of result (bindings, boolean, graph) to the short name of the format to write, as in
        {"bindings": "csv"}; only the kind of the actual result must be there.
        scope: the graphs to query; it overrides FROM and FROM NAMED in the text (SPARQL 1.1 Protocol §2.1.4). Without scope
        and FROM, the query sees all graphs, and the default graph is their merge.
        bindings: a dict from names of variables, without “?”, to the RDF terms that replace them.
        Raises BadQuery (for a syntax error with line, column and token), ReadOnly for an update, ServiceRefused for an
        endpoint that is not allowed, ServiceFailed when an endpoint fails, NotAcceptable when `formats` has no format, or an
        unsuitable one, for the kind of the result, and UnknownName when there is no format with that short name.
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

        Return a tuple: the kind of the result, its format, and whether the same query gives the same result again.
        text, formats, scope, bindings, and the errors raised: as for `query`. Errors of `output.write`, such as
        LimitExceeded, are raised, too. After an error, `output` may hold a part of the result.
        """
        info = inspect_query(text, self._services, self._base_iri)
        prefixes = _possible_prefixes(info.query.plain)
        chosen = self._datasets.names.select_scope(info, scope)
        if self._datasets.columns and chosen.is_all and not bindings and not info.uses_service:
            rows = self._datasets.columns.query(info.query.plain, prefixes, self._base_iri)
            if rows is not None:
                return *serialize(rows, output, formats), info.is_deterministic
        dataset = self._datasets.choose(chosen)
        try:
            results = evaluate(dataset, info.query, prefixes, self._base_iri, bindings)
            return *serialize(results, output, formats), info.is_deterministic
        except (OSError, RuntimeError) as error:
            if not info.uses_service:
                raise
            reason = str(error).splitlines()[0]
            raise ServiceFailed(
                f"an endpoint that this query calls with SERVICE did not answer it ({reason}); send the query there directly"
            ) from None


def evaluate(
    dataset: Dataset,
    query: QueryText,
    prefixes: dict[str, str],
    base_iri: str | None,
    bindings: Mapping[str, Term] = NO_BINDINGS,
    rewritten: str | None = None,
) -> EngineResults:
    """Evaluate a query with the engine and return its result objects, which are computed while they are read.

    query: a text that `inspect_query` accepted, so that no disallowed SERVICE is called. prefixes: a dict from each prefix
    that the text need not declare, without colon, to its namespace IRI. base_iri: the IRI that relative IRIs are resolved
    against in a query without BASE; None to refuse them. bindings: a dict from names of variables, without “?”, to the RDF
    terms that replace them. rewritten: the text to evaluate instead of that of `query`; None for that of `query`
    with the changes of `rewrite` (GROUP_CONCAT of any values, the order of variables of SELECT *). Without bindings, the
    changes of `reorder` follow and, where the terms of the dataset are known, those of `search_first`.
    Raises BadQuery; for a syntax error with line, column and token.
    """
    if rewritten is None:
        rewritten = rewrite(query.plain, prefixes, base_iri)
        rewritten = rewritten if bindings else reorder(rewritten)
    if dataset.terms and not bindings:
        rewritten = search_first(rewritten, dataset.terms)
    try:
        try:
            return _query(dataset, rewritten, prefixes, base_iri, bindings)
        except SyntaxError:
            return _query(dataset, query.plain, prefixes, base_iri, bindings)
    except SyntaxError as error:
        raise locate_error(query, str(error), base_iri) from None
    except (ValueError, RuntimeError) as error:
        raise locate_unsupported(query, str(error), base_iri) from None


def parse_query(query: QueryText, base_iri: str | None) -> tuple[ResultKind, str]:
    """Return the kind of a query's result, and its text with the changes that `evaluate` makes, without evaluating it.

    Parameters and errors are those of `evaluate`.
    """
    prefixes = _possible_prefixes(query.plain)
    rewritten = rewrite(query.plain, prefixes, base_iri)
    for text in (rewritten, query.plain):
        with suppress(SyntaxError, ValueError, RuntimeError):
            return _kind_of(_query(Dataset(ox.Store()), text, prefixes, base_iri, NO_BINDINGS)), text
    return _kind_of(evaluate(Dataset(ox.Store()), query, prefixes, base_iri)), query.plain  # raises the error


def _query(
    dataset: Dataset, text: str, prefixes: dict[str, str], base_iri: str | None, bindings: Mapping[str, Term]
) -> EngineResults:
    """Evaluate exactly this query text with the engine; the other arguments are those of `evaluate`.

    Raises SyntaxError, ValueError and RuntimeError of the engine.
    """
    return dataset.store.query(
        text,
        base_iri=base_iri,
        prefixes=prefixes,
        default_graph=dataset.default,
        named_graphs=dataset.named,
        substitutions={ox.Variable(name): to_oxigraph(term) for name, term in bindings.items()},
    )


def serialize(results: EngineResults, output: IO[bytes], formats: Mapping[str, str]) -> tuple[ResultKind, Format]:
    """Write the engine's result objects to `output`, and return the kind of the result and its format.

    formats: a dict from the kind of result (bindings, boolean, graph) to the short name of the format to write, as in
    {"bindings": "csv"}. Raises NotAcceptable when `formats` has no format for the kind of the result, or one that is only for
    other kinds or cannot express the result, and UnknownName when there is no format with that short name.
    """
    try:
        if isinstance(results, ox.QueryTriples):
            graph_format = find_format(_format_name("graph", formats), GRAPH_FORMATS)
            write_graph(results, output, graph_format)
            return "graph", graph_format
        kind = _kind_of(results)
        result_format = find_format(_format_name(kind, formats), RESULT_FORMATS)
        write_result(results, output, result_format)
        return kind, result_format
    finally:
        del results  # the engine's objects must be freed in their own thread; an error's traceback may reach another


def choose_format(kind: ResultKind, formats: Mapping[str, str]) -> ResultFormat | GraphFormat:
    """Return the format in which to write a result of a kind. Parameters and errors are those of `serialize`."""
    if kind == "graph":
        return find_format(_format_name(kind, formats), GRAPH_FORMATS)
    return find_format(_format_name(kind, formats), RESULT_FORMATS)


def _kind_of(results: EngineResults) -> ResultKind:
    """Return the kind of a result of the engine."""
    if isinstance(results, ox.QueryTriples):
        return "graph"
    return "boolean" if isinstance(results, ox.QueryBoolean) else "bindings"


def _format_name(kind: ResultKind, formats: Mapping[str, str]) -> str:
    """Return the short name that `formats`, a dict from kinds of results to short names, has for a kind of result.

    Raises NotAcceptable, with the usable formats, if it has no name for that kind, or the name of a format that exists for
    other kinds of results only. Any other name, also one of no format, is returned.
    """
    name, usable = formats.get(kind), FORMATS_OF_KINDS[kind]
    if name is None or (name in ALL_FORMATS and name not in usable):
        raise NotAcceptable(
            f"the result is {KIND_NAMES[kind]}, which cannot be written in the requested format; ask for "
            f"{', '.join(each.description for each in usable.values())}"
        )
    return name


def _possible_prefixes(text: str) -> dict[str, str]:
    """Return a dict from each prefix of the project that may be used in a query text, without colon, to its namespace IRI.

    A prefix may be used if it and a colon occur anywhere in the text. To declare all prefixes would take as long as to
    evaluate a query of one triple pattern, and to search for each of them a tenth of that.
    """
    return {
        name: PREFIXES[name]
        for part in text.split(":")[:-1]
        for name in PREFIXES_BY_ENDING.get(part[-2:], ())
        if part.endswith(name)
    }
