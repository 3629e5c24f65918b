"""SPARQL in files of their own: a header of comments that says what the query is, then the query.

Only queries of the knowledge base (rules, quality checks) are evaluated here, on graphs in memory; a user's
query never is.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pyparsing import ParseException
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.query import Result

from sjkg.errors import BrokenInput
from sjkg.findings import Finding

HEADER = re.compile(r"#\s*([a-z]+):\s*(.*)")


@dataclass(frozen=True)
class QueryFile:
    """One .rq file: its name (the file's, without ending), its header by key, and its text."""

    name: str
    path: Path
    header: tuple[tuple[str, str], ...]
    text: str

    def value(self, key: str, default: str = "") -> str:
        """Return the first header line of that key."""
        return next((value for found, value in self.header if found == key), default)

    def values(self, key: str) -> list[str]:
        """Return all header lines of that key."""
        return [value for found, value in self.header if found == key]


def read_query_files(folder: Path) -> list[QueryFile]:
    """Return the .rq files of a folder, by name. Raises BrokenInput when one has no title."""
    return [read_query_file(path) for path in sorted(folder.glob("*.rq"))]


def read_query_file(path: Path) -> QueryFile:
    """Return one .rq file. Raises BrokenInput when it has no title."""
    text = path.read_text(encoding="utf-8")
    lines = [HEADER.fullmatch(line.strip()) for line in text.split("\n") if line.startswith("#")]
    query = QueryFile(path.stem, path, tuple(match.groups() for match in lines if match), text)
    if not query.value("title"):
        raise _broken(path, "the header has no title; begin the file with “# title: …”", 1)
    return query


def evaluate(query: QueryFile, graph: Graph) -> Result:
    """Evaluate a query of the knowledge base over a graph in memory.

    Raises BrokenInput when it is not SPARQL, or names data elsewhere (FROM, SERVICE): rdflib would fetch it.
    """
    try:
        prepared = prepareQuery(query.text)
    except ParseException as error:
        raise _broken(query.path, f"not SPARQL: {error.msg}", error.lineno) from None
    except Exception as error:  # rdflib raises bare Exceptions, for an unknown prefix among others
        raise _broken(query.path, f"not SPARQL: {error}", 1) from None
    if prepared.algebra.datasetClause or _has_service(prepared.algebra):
        raise _broken(query.path, "names data elsewhere by FROM or SERVICE; a rule or check reads this graph only", 1)
    return graph.query(prepared)


def _has_service(node) -> bool:
    if isinstance(node, CompValue):
        return node.name == "ServiceGraphPattern" or any(_has_service(child) for child in node.values())
    return isinstance(node, list | tuple) and any(_has_service(child) for child in node)


def _broken(path: Path, message: str, line: int) -> BrokenInput:
    finding = Finding("violation", message, rule="query", file=path.name, line=line)
    return BrokenInput(f"{path.name}: {message}", (finding,))
