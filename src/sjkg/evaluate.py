"""Evaluation of the knowledge base's own queries (rules, quality checks) on graphs in memory.

A user's query is never evaluated here: rdflib would fetch what FROM names and accepts texts that are no SPARQL.
"""

from collections.abc import Iterator

from pyparsing import ParseException
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.evaluate import evalPart
from rdflib.plugins.sparql.evalutils import _fillTemplate
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query, QueryContext
from rdflib.query import Result

from sjkg.query_files import QueryFile, broken_query
from sjkg.witness import witnesses


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
        yield constructed, witnesses(algebra.p, graph, row)


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
