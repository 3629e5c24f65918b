"""The triples that bear out a SPARQL pattern in a graph: those of its triple patterns, and those along its paths.

Evaluation of the knowledge base's own queries (rules, quality checks) on graphs in memory.

A user's query is never evaluated here: rdflib would fetch what FROM names and accepts texts that are no SPARQL.
"""

from collections import deque
from collections.abc import Iterator, Mapping

from pyparsing import ParseException
from rdflib import Graph, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.evaluate import evalPart
from rdflib.plugins.sparql.evalutils import _fillTemplate
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query, QueryContext
from rdflib.query import Result
from rdflib.term import Variable

from sjkg.kb.queries import QueryFile, broken_query

PARTS = ("p", "p1", "p2")  # of an algebra; filters are elsewhere and bear nothing out


def row_provenance(algebra: CompValue, graph: Graph, row: Mapping) -> list[tuple]:
    """Return the triples that made a pattern true with the bindings of `row`, each once, in the order of the patterns."""
    found: dict[tuple, None] = {}
    for pattern in _patterns(algebra):
        s, p, o = (row.get(term) if isinstance(term, Variable) else term for term in pattern)
        if s is not None and p is not None and o is not None:
            found |= dict.fromkeys(path_witness(graph, s, p, o) or ())
    return list(found)


def _patterns(node: CompValue) -> Iterator[tuple]:
    if node.name == "BGP":
        yield from node.triples
    for part in PARTS:
        if isinstance(node.get(part), CompValue):
            yield from _patterns(node[part])


def path_witness(graph: Graph, s, path, o) -> list[tuple] | None:
    """Return the triples along a property path from `s` to `o`, a shortest way of a repeated one; None where there is none."""
    if isinstance(path, URIRef):
        return [(s, path, o)] if (s, path, o) in graph else None
    if isinstance(path, InvPath):
        return path_witness(graph, o, path.arg, s)
    if isinstance(path, AlternativePath):
        return next((found for way in path.args if (found := path_witness(graph, s, way, o)) is not None), None)
    if isinstance(path, SequencePath):
        return _along(graph, s, path.args, o)
    if isinstance(path, MulPath):
        return _repeated(graph, s, path, o)
    if isinstance(path, NegatedPath):
        return next(([(s, p, o)] for p in graph.predicates(s, o) if (s, path, o) in graph), None)
    raise TypeError(f"{path!r} is no property path")


def _along(graph: Graph, s, steps: list, o) -> list[tuple] | None:
    first, *rest = steps
    if not rest:
        return path_witness(graph, s, first, o)
    for middle in sorted(set(graph.objects(s, first))):
        if (tail := _along(graph, middle, rest, o)) is not None:
            return [*path_witness(graph, s, first, middle), *tail]
    return None


def _repeated(graph: Graph, s, path: MulPath, o) -> list[tuple] | None:
    if path.zero and s == o:
        return []
    ways: dict = {s: []}
    waiting = deque([s])
    while waiting:
        node = waiting.popleft()
        for other in sorted(set(graph.objects(node, path.path))):
            way = [*ways[node], *path_witness(graph, node, path.path, other)]
            if other == o:
                return way
            if other not in ways and path.more:
                ways[other] = way
                waiting.append(other)
    return None


def evaluate(query: QueryFile, graph: Graph) -> Result:
    """Evaluate a query of the knowledge base over a graph in memory.

    Raises BrokenInput when it is not SPARQL, or names data elsewhere (FROM, SERVICE): rdflib would fetch it.
    """
    return graph.query(_prepare(query))


def construct(query: QueryFile, graph: Graph) -> Iterator[tuple[Graph, list[tuple]]]:
    """Yield what each row of a CONSTRUCT query constructs, with the triples that made the row.

    Raises BrokenInput as `evaluate` does, and for a query of another kind.
    """
    algebra = _prepare(query).algebra
    if algebra.name != "ConstructQuery":
        raise broken_query(query.path, "constructs nothing; a rule is a CONSTRUCT query", 1)
    for row in evalPart(QueryContext(graph, initBindings={}), algebra.p):
        constructed = Graph(bind_namespaces="none")
        for triple in _fillTemplate(algebra.template, row):
            constructed.add(triple)
        yield constructed, row_provenance(algebra.p, graph, row)


def _prepare(query: QueryFile) -> Query:
    try:
        prepared = prepareQuery(query.text)
    except ParseException as error:
        raise broken_query(query.path, f"not SPARQL: {error.msg}", error.lineno) from None
    except Exception as error:  # rdflib raises bare Exceptions, for an unknown prefix among others
        raise broken_query(query.path, f"not SPARQL: {error}", 1) from None
    if prepared.algebra.datasetClause or _has_service(prepared.algebra):
        raise broken_query(
            query.path, "names data elsewhere by FROM or SERVICE; a rule or check reads this graph only", 1
        )
    return prepared


def _has_service(node) -> bool:
    if isinstance(node, CompValue):
        return node.name == "ServiceGraphPattern" or any(_has_service(child) for child in node.values())
    return isinstance(node, list | tuple) and any(_has_service(child) for child in node)
