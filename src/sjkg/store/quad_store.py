"""Queries over the stores on disk (Oxigraph), which a build wrote and which are then only read."""

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
from sjkg.store.convert import WITH_PREFIXES
from sjkg.store.datasets import Dataset, Datasets, Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, find_format
from sjkg.store.query_result import QueryResult

DEFAULT_FORMATS = MappingProxyType({"bindings": "json", "boolean": "json", "graph": "turtle"})
KINDS = {ox.QuerySolutions: "bindings", ox.QueryBoolean: "boolean", ox.QueryTriples: "graph"}
NAMES_BEGIN = {name: f"{name}:" for name in PREFIXES}
PLURALS = {"bindings": "a table", "boolean": "true or false", "graph": "a graph"}


class QuadStore:
    """The stores of a snapshot, opened for reading.

    groups: graphs that stand for several others (asserted, inferred, …), each with the graphs it stands for.
    services: the IRIs of the endpoints that a query may ask with SERVICE.
    """

    def __init__(self, folder: Path, groups: Mapping[str, Iterable[str]], services: Collection[str] = ()):
        self._datasets, self._services = Datasets(folder, groups), services

    def query(
        self,
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = Scope(),
        bindings: Mapping[str, Term] = MappingProxyType({}),
    ) -> QueryResult:
        """Evaluate a query and return its whole answer.

        formats: the format's name for each kind of answer (bindings, boolean, graph). scope: overrides FROM and FROM NAMED
        in the text, as the protocol has it; without either the default graph is the merge of all graphs. bindings: terms
        for variables, put in by the engine, never into the text.
        Raises BadQuery (with line, column and token), ReadOnly, ServiceRefused, ServiceFailed, or NotAcceptable when
        `formats` has none for the kind of answer.
        """
        output = BytesIO()
        kind, chosen, is_deterministic = self.write_answer(output, text, formats, scope=scope, bindings=bindings)
        return QueryResult(kind, chosen, output.getvalue(), is_deterministic)

    def write_answer(
        self,
        output: IO[bytes],
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = Scope(),
        bindings: Mapping[str, Term] = MappingProxyType({}),
    ) -> tuple[str, Format, bool]:
        """Evaluate a query as `query` does, but write the answer to a file.

        Returns its kind, its format, and whether asking again gives the same.
        """
        facts = inspect_query(text, self._services)
        dataset = self._datasets.choose(_in_force(facts, scope))
        try:
            results = evaluate(dataset, facts.text, _prefixes_for_reading(facts.text), bindings)
            return *write(results, output, formats), facts.is_deterministic
        except (OSError, RuntimeError) as error:
            if not facts.uses_service:
                raise
            why = str(error).splitlines()[0]
            raise ServiceFailed(
                f"an endpoint that this query asks did not answer it ({why}); ask it directly"
            ) from None


def evaluate(
    dataset: Dataset, text: str, prefixes: dict[str, str], bindings: Mapping[str, Term] = MappingProxyType({})
):
    """Return the engine's results of a query that was found harmless. Raises BadQuery."""
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


def write(results, output: IO[bytes], formats: Mapping[str, str]) -> tuple[str, Format]:
    """Write the engine's results to a file; return the kind of the answer and its format. Raises NotAcceptable."""
    kind = KINDS[type(results)]
    try:
        if kind not in formats:
            raise NotAcceptable(f"the answer is {PLURALS[kind]}, which cannot be written in the format asked for")
        chosen = find_format(formats[kind], GRAPH_FORMATS if kind == "graph" else RESULT_FORMATS)
        if kind == "graph":
            ox.serialize(results, output, format=chosen.engine, prefixes=_prefixes_for_writing(chosen))
        else:
            results.serialize(output, format=chosen.engine)
        return kind, chosen
    finally:
        del results  # in this thread, to which the engine binds them: an error that remembers them may end in another


def _in_force(facts: QueryInfo, scope: Scope) -> Scope:
    """Return the graphs in force: the protocol's, or else the query's own, or else all."""
    if scope.is_all and (facts.from_graphs or facts.from_named):
        return Scope(facts.from_graphs, facts.from_named)
    return scope


def _prefixes_for_reading(text: str) -> dict[str, str]:
    """Return those of our prefixes that a text can mean; the engine takes as long to learn all as to look one thing up."""
    return {name: PREFIXES[name] for name, begin in NAMES_BEGIN.items() if begin in text}


def _prefixes_for_writing(chosen: Format) -> dict[str, str] | None:
    """Return our prefixes for the formats that write them."""
    return dict(PREFIXES) if chosen.name in WITH_PREFIXES else None
