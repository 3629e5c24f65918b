"""Evaluation of the knowledge base's own queries (rules, quality checks) on rdflib graphs, with the provenance of rows.

Queries of users are never evaluated here: rdflib would fetch the documents that FROM names, and accepts invalid queries.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from pyparsing import ParseException
from rdflib import Graph, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.evaluate import evalPart
from rdflib.plugins.sparql.evalutils import _fillTemplate
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query, QueryContext
from rdflib.query import ResultRow
from rdflib.term import Node, Variable

from sjkg.kb.queries import QueryFile, broken_query
from sjkg.turtle.triples import Triple, graph_of

SUBPATTERNS = ("p", "p1", "p2")  # keys of an algebra node; filters stand elsewhere and have no triples


def row_provenance(algebra: CompValue, graph: Graph, row: Mapping[Variable, Node]) -> list[Triple]:
    """Return the triples that match the triple patterns of `algebra` with the bindings of `row`.

    They come in the order of the patterns, without duplicates. Those of negated patterns and filters are left out.
    """
    found: dict[Triple, None] = {}
    for pattern in _triple_patterns(algebra):
        s, p, o = (row.get(term) if isinstance(term, Variable) else term for term in pattern)
        if s is not None and p is not None and o is not None:
            found |= dict.fromkeys(path_witness(graph, s, p, o) or ())
    return list(found)


def _triple_patterns(node: CompValue) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the triple patterns of an algebra; the predicate may be a property path."""
    if node.name == "BGP":
        yield from node.triples
    for part in SUBPATTERNS:
        if isinstance(node.get(part), CompValue):
            yield from _triple_patterns(node[part])


def path_witness(graph: Graph, s: Node, path: Path | Node, o: Node) -> list[Triple] | None:
    """Return the triples along a property path from `s` to `o`, or None when it does not connect them.

    Of a path with * or +, a shortest match is taken. Raises TypeError for an object that is not a property path.
    """
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
    raise TypeError(f"{path!r} is not a property path")


def _along(graph: Graph, s: Node, steps: Sequence[Path | Node], o: Node) -> list[Triple] | None:
    """Return the triples along a sequence of paths, or None."""
    first, *rest = steps
    if not rest:
        return path_witness(graph, s, first, o)
    for middle in _objects(graph, s, first):
        if (tail := _along(graph, middle, rest, o)) is not None:
            return [*(path_witness(graph, s, first, middle) or ()), *tail]
    return None


def _repeated(graph: Graph, s: Node, path: MulPath, o: Node) -> list[Triple] | None:
    """Return the triples along a path with ?, * or +, found by breadth-first search, or None."""
    if path.zero and s == o:
        return []
    ways: dict[Node, list[Triple]] = {s: []}
    queue = deque([s])
    while queue:
        node = queue.popleft()
        for other in _objects(graph, node, path.path):
            way = [*ways[node], *(path_witness(graph, node, path.path, other) or ())]
            if other == o:
                return way
            if other not in ways and path.more:
                ways[other] = way
                queue.append(other)
    return None


def _objects(graph: Graph, s: Node, path: Path | Node) -> list[Any]:
    """Return the nodes that a path leads to from `s`, sorted, so that results are reproducible."""
    return sorted(set[Any](graph.objects(s, path)))


def select(query: QueryFile, graph: Graph) -> list[Mapping[str, Node]]:
    """Return the rows of a SELECT query as variable names to terms; a variable without value is left out.

    Raises BrokenInput, with file and line, when it is not SPARQL or has FROM or SERVICE, which rdflib would fetch, and
    for a query of another form.
    """
    prepared = _prepare(query)
    if prepared.algebra.name != "SelectQuery":
        raise broken_query(query.path, "is not a SELECT query; a check must be one", 1)
    return [cast(ResultRow, row).asdict() for row in graph.query(prepared)]


def construct(query: QueryFile, graph: Graph) -> Iterator[tuple[Graph, list[Triple]]]:
    """Yield, for each row of a CONSTRUCT query, the constructed graph and the triples that the row matched.

    Raises BrokenInput as `select` does, and for a query of another form.
    """
    algebra = _prepare(query).algebra
    if algebra.name != "ConstructQuery":
        raise broken_query(query.path, "is not a CONSTRUCT query; a rule must be one", 1)
    for row in evalPart(QueryContext(graph, initBindings={}), algebra.p):
        yield graph_of(_fillTemplate(algebra.template, row)), row_provenance(algebra.p, graph, row)


def _prepare(query: QueryFile) -> Query:
    """Return the parsed query. Raises BrokenInput as `select` does."""
    try:
        prepared = prepareQuery(query.text)
    except ParseException as error:
        raise broken_query(query.path, f"not SPARQL: {error.msg}", error.lineno) from None
    except Exception as error:  # rdflib raises bare Exceptions, for an unknown prefix among others
        raise broken_query(query.path, f"not SPARQL: {error}", 1) from None
    if prepared.algebra.datasetClause or _has_service(prepared.algebra):
        raise broken_query(query.path, "uses FROM or SERVICE; a rule or check must read the given graph only", 1)
    return prepared


def _has_service(node: object) -> bool:
    """Return whether an algebra contains a SERVICE pattern."""
    if isinstance(node, CompValue):
        return node.name == "ServiceGraphPattern" or any(_has_service(child) for child in node.values())
    return isinstance(node, list | tuple) and any(_has_service(child) for child in node)
