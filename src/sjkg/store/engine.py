"""The quad store on disk (Oxigraph): written once by a build, then only read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from sjkg.errors import BadQuery, NotAcceptable, UnusableSnapshot
from sjkg.store.formats import DATASET_FORMATS, GRAPH_FORMATS, RESULT_FORMATS, Format, format_named
from sjkg.store.query_errors import locate_error
from sjkg.store.syntax import QueryFacts, examine
from sjkg.store.terms import Term, to_engine
from sjkg.vocab import PREFIXES

DEFAULT_FORMATS = MappingProxyType({"bindings": "json", "boolean": "json", "graph": "turtle"})
KINDS = {ox.QuerySolutions: "bindings", ox.QueryBoolean: "boolean", ox.QueryTriples: "graph"}
PLURALS = {"bindings": "a table", "boolean": "true or false", "graph": "a graph"}


@dataclass(frozen=True)
class Answer:
    """A whole answer: its kind (bindings, boolean or graph), its format and its bytes."""

    kind: str
    format: Format
    body: bytes


@dataclass(frozen=True)
class Scope:
    """The graphs a query sees, by IRI: those merged into its default graph, and those GRAPH can name. None: all."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None


def write_store(quads: Path, folder: Path) -> None:
    """Load an N-Quads file into a new store in `folder`, in native code."""
    store = ox.Store(str(folder))
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()


class QuadStore:
    """A store opened for reading.

    groups: graphs that stand for several others (asserted, inferred, …), each with the graphs it stands for.
    """

    def __init__(self, folder: Path, groups: Mapping[str, Iterable[str]]):
        try:
            self._store = ox.Store.read_only(str(folder))
        except OSError as error:
            raise UnusableSnapshot(f"{folder} is no readable store ({error}); build again") from None
        self._groups = {name: tuple(members) for name, members in groups.items()}

    def query(
        self,
        text: str,
        formats: Mapping[str, str] = DEFAULT_FORMATS,
        *,
        scope: Scope = Scope(),
        bindings: Mapping[str, Term] = MappingProxyType({}),
    ) -> Answer:
        """Evaluate a query and return its whole answer.

        formats: the format's name for each kind of answer (bindings, boolean, graph). scope: overrides FROM and FROM NAMED
        in the text, as the protocol has it; without either the default graph is the union of all graphs. bindings: terms
        for variables, put in by the engine, never into the text.
        Raises BadQuery (with line, column and token), ReadOnly, ServiceRefused, or NotAcceptable when `formats` has none
        for the kind of answer.
        """
        facts = examine(text)
        results = self._evaluate(facts, self._scope(facts, scope), bindings)
        kind = KINDS[type(results)]
        if kind not in formats:
            raise NotAcceptable(f"the answer is {PLURALS[kind]}, which cannot be written in the format asked for")
        if kind == "graph":
            chosen = format_named(formats[kind], GRAPH_FORMATS)
            return Answer(kind, chosen, ox.serialize(results, format=chosen.engine, prefixes=_prefixes_for(chosen)))
        chosen = format_named(formats[kind], RESULT_FORMATS)
        return Answer(kind, chosen, results.serialize(format=chosen.engine))

    def _evaluate(self, facts: QueryFacts, scope: Scope, bindings: Mapping[str, Term]):
        default = None if scope.default is None else [ox.NamedNode(iri) for iri in scope.default]
        named = None if scope.named is None else [ox.NamedNode(iri) for iri in scope.named]
        try:
            return self._store.query(
                facts.text,
                prefixes=dict(PREFIXES),
                use_default_graph_as_union=default is None,
                default_graph=default,
                named_graphs=named,
                substitutions={ox.Variable(name): to_engine(term) for name, term in bindings.items()},
            )
        except SyntaxError as error:
            raise locate_error(facts.text, str(error)) from None
        except (ValueError, RuntimeError) as error:
            raise BadQuery(f"the query cannot be evaluated: {error}") from None

    def _scope(self, facts: QueryFacts, scope: Scope) -> Scope:
        """Return the graphs in force: the protocol's, or else the query's own, or else all."""
        if scope.default is None and scope.named is None:
            if not facts.from_graphs and not facts.from_named:
                return Scope()
            scope = Scope(facts.from_graphs, facts.from_named)
        return Scope(self._members(scope.default or ()), self._members(scope.named or ()))

    def _members(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Replace each group by its members."""
        return tuple(dict.fromkeys(member for name in names for member in self._groups.get(name, (name,))))


def convert(quads: Path, target: Format, graphs: set[str] | None = None) -> bytes:
    """Return the N-Quads file in another format, keeping every literal as it was written.

    graphs: only these. Formats that know no graphs get the triples of all of them, each once.
    """
    parsed = ox.parse(path=str(quads), format=ox.RdfFormat.N_QUADS)
    chosen = (quad for quad in parsed if graphs is None or quad.graph_name.value in graphs)
    if target.name not in DATASET_FORMATS:
        chosen = dict.fromkeys(quad.triple for quad in chosen)
    return ox.serialize(chosen, format=target.engine, prefixes=_prefixes_for(target))


def _prefixes_for(chosen: Format) -> dict[str, str] | None:
    """Return our prefixes for the formats that write them."""
    return dict(PREFIXES) if chosen.name in ("turtle", "trig", "rdfxml") else None
