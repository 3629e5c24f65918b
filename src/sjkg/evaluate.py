"""Evaluation of the knowledge base's own queries (rules, quality checks) on graphs in memory.

A user's query is never evaluated here: rdflib would fetch what FROM names and accepts texts that are no SPARQL.
"""

from pyparsing import ParseException
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.query import Result

from sjkg.query_files import QueryFile, broken_query


def evaluate(query: QueryFile, graph: Graph) -> Result:
    """Evaluate a query of the knowledge base over a graph in memory.

    Raises BrokenInput when it is not SPARQL, or names data elsewhere (FROM, SERVICE): rdflib would fetch it.
    """
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
    return graph.query(prepared)


def _has_service(node) -> bool:
    if isinstance(node, CompValue):
        return node.name == "ServiceGraphPattern" or any(_has_service(child) for child in node.values())
    return isinstance(node, list | tuple) and any(_has_service(child) for child in node)
