"""Evaluation of the knowledge base's own queries (rules, quality checks) on rdflib graphs, with the provenance of rows.

The provenance of a result row is the list of triples of the graph that the query's patterns matched.
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

from sjkg.kb.queries import QueryFile, query_file_error
from sjkg.turtle.triples import Triple, graph_of

SUBPATTERNS = ("p", "p1", "p2")  # keys of an algebra node; filters stand elsewhere and have no triples


def row_provenance(algebra: CompValue, graph: Graph, row: Mapping[Variable, Node]) -> list[Triple]:
    """Return the triples of `graph` that the triple patterns of a SPARQL algebra match with the bindings of `row`.

    They come in the order of the patterns, without duplicates; of a property path, all triples along a match. Those of
    negated patterns and filters are left out, as are patterns with an unbound variable.
    """
    found: dict[Triple, None] = {}
    for pattern in _find_triple_patterns(algebra):
        s, p, o = (row.get(term) if isinstance(term, Variable) else term for term in pattern)
        if s is not None and p is not None and o is not None:
            found |= dict.fromkeys(path_witness(graph, s, p, o) or ())
    return list(found)


def _find_triple_patterns(node: CompValue) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the (subject, predicate, object) patterns of rdflib's SPARQL algebra; a predicate may be a property path."""
    if node.name == "BGP":
        yield from node.triples
    for part in SUBPATTERNS:
        if isinstance(node.get(part), CompValue):
            yield from _find_triple_patterns(node[part])


def path_witness(graph: Graph, s: Node, path: Path | Node, o: Node) -> list[Triple] | None:
    """Return the triples of `graph` along a property path (or IRI) from `s` to `o`; None when it does not connect them.

    Of a path with * or +, a shortest match is taken. Raises TypeError when `path` is not a property path of rdflib.
    Source: SPARQL 1.1 §9, https://www.w3.org/TR/sparql11-query/#propertypaths
    """
    if isinstance(path, URIRef):
        return [(s, path, o)] if (s, path, o) in graph else None
    if isinstance(path, InvPath):
        return path_witness(graph, o, path.arg, s)
    if isinstance(path, AlternativePath):
        return next((found for way in path.args if (found := path_witness(graph, s, way, o)) is not None), None)
    if isinstance(path, SequencePath):
        return _sequence_witness(graph, s, path.args, o)
    if isinstance(path, MulPath):
        return _repetition_witness(graph, s, path, o)
    if isinstance(path, NegatedPath):
        return next(([(s, p, o)] for p in graph.predicates(s, o) if (s, path, o) in graph), None)
    raise TypeError(f"{path!r} is not a property path")


def _sequence_witness(graph: Graph, s: Node, steps: Sequence[Path | Node], o: Node) -> list[Triple] | None:
    """Return the triples along a sequence of property paths from `s` to `o`; None when it does not connect them."""
    first, *rest = steps
    if not rest:
        return path_witness(graph, s, first, o)
    for middle in _find_objects(graph, s, first):
        if (tail := _sequence_witness(graph, middle, rest, o)) is not None:
            return [*(path_witness(graph, s, first, middle) or ()), *tail]
    return None


def _repetition_witness(graph: Graph, s: Node, path: MulPath, o: Node) -> list[Triple] | None:
    """Return the triples along a shortest match of a path with ?, * or + from `s` to `o`; None without a match."""
    if path.zero and s == o:
        return []
    ways: dict[Node, list[Triple]] = {s: []}
    queue = deque([s])
    while queue:
        node = queue.popleft()
        for other in _find_objects(graph, node, path.path):
            way = [*ways[node], *(path_witness(graph, node, path.path, other) or ())]
            if other == o:
                return way
            if other not in ways and path.more:
                ways[other] = way
                queue.append(other)
    return None


def _find_objects(graph: Graph, s: Node, path: Path | Node) -> list[Any]:
    """Return the nodes that a property path (or IRI) leads to from `s`, sorted to make results reproducible."""
    return sorted(set[Any](graph.objects(s, path)))


def run_select(query: QueryFile, graph: Graph) -> list[Mapping[str, Node]]:
    """Return the result rows of a SELECT query file: dicts from variable name to term, without unbound variables.

    Raises BrokenInput, with file and line, when the file is not SPARQL, has FROM or SERVICE, which rdflib would fetch, or
    is not a SELECT query.
    """
    prepared = _parse_query(query)
    if prepared.algebra.name != "SelectQuery":
        raise query_file_error(query.path, "is not a SELECT query; write the quality query as SELECT", 1)
    return [cast(ResultRow, row).asdict() for row in graph.query(prepared)]


def run_construct(query: QueryFile, graph: Graph) -> Iterator[tuple[Graph, list[Triple]]]:
    """Yield, for each solution of a CONSTRUCT query file, the constructed triples and the triples that it matched.

    Raises BrokenInput, with file and line, when the file is not SPARQL, has FROM or SERVICE, which rdflib would fetch, or
    is not a CONSTRUCT query.
    """
    algebra = _parse_query(query).algebra
    if algebra.name != "ConstructQuery":
        raise query_file_error(query.path, "is not a CONSTRUCT query; write the rule as CONSTRUCT", 1)
    for row in evalPart(QueryContext(graph, initBindings={}), algebra.p):
        yield graph_of(_fillTemplate(algebra.template, row)), row_provenance(algebra.p, graph, row)


def _parse_query(query: QueryFile) -> Query:
    """Return the query of a file, parsed by rdflib.

    Raises BrokenInput, with file and line, when the file is not SPARQL, or has FROM or SERVICE.
    """
    try:
        prepared = prepareQuery(query.text)
    except ParseException as error:
        raise query_file_error(query.path, f"is not valid SPARQL: {error.msg}", error.lineno) from None
    except Exception as error:  # rdflib raises bare Exceptions, for an unknown prefix among others
        raise query_file_error(query.path, f"is not valid SPARQL: {error}", 1) from None
    if prepared.algebra.datasetClause or _has_service(prepared.algebra):
        raise query_file_error(
            query.path, "has FROM or SERVICE; remove it, a rule or quality query reads the knowledge base only", 1
        )
    return prepared


def _has_service(node: object) -> bool:
    """Return whether a node of rdflib's SPARQL algebra is, or contains, a SERVICE pattern."""
    if isinstance(node, CompValue):
        return node.name == "ServiceGraphPattern" or any(_has_service(child) for child in node.values())
    return isinstance(node, list | tuple) and any(_has_service(child) for child in node)
