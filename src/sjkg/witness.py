"""The triples that bear out a SPARQL pattern in a graph: those of its triple patterns, and those along its paths."""

from collections import deque
from collections.abc import Iterator, Mapping

from rdflib import Graph, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

PARTS = ("p", "p1", "p2")  # of an algebra; filters are elsewhere and bear nothing out


def witnesses(algebra: CompValue, graph: Graph, row: Mapping) -> list[tuple]:
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
