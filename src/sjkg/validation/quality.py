"""Quality queries: SELECT queries in the folder shapes/quality/ of a knowledge base. Each result row is a finding.

The variables ?focus, ?path and ?value of a row give subject, predicate and object concerned. Header lines give severity,
message (with the placeholders {focus} and {value}) and the graph to query (“# when: …”).
"""

from pathlib import Path

from rdflib import Graph
from rdflib.term import Node

from sjkg.core.findings import SEVERITIES, Finding
from sjkg.core.vocabulary import shorten
from sjkg.derive.evaluate import run_select
from sjkg.kb.files import KnowledgeBase
from sjkg.kb.queries import QueryFile, query_file_error, read_query_files
from sjkg.validation.shacl import node_text

QUALITY = "shapes/quality"


def check_quality(data: Graph, when: str, root: Path, kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each result row of the quality queries over `data`.

    when: "asserted", "schema" or "closure"; only queries with this value in the header line “# when: …” are run.
    root: the folder of the knowledge base. kb: the knowledge base, which gives files and lines of triples.
    Raises BrokenInput, with file and line, when a file is not a valid SELECT query or its header is incomplete.
    """
    queries = [query for query in read_query_files(root / QUALITY) if query.value("when") == when]
    return [finding for query in queries for finding in _run_query(query, data, kb)]


def _run_query(query: QueryFile, data: Graph, kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each result row of one quality query over `data`; `kb` gives files and lines.

    Raises BrokenInput when the header has no message or valid severity, or the query is not a valid SELECT query.
    """
    severity = next((known for known in SEVERITIES if known == query.value("severity")), None)
    message = query.value("message")
    if severity is None or not message:
        needed = "“# message: …”" if severity else f"“# severity: …” with one of {', '.join(SEVERITIES)}"
        raise query_file_error(query.path, f"the header has no {needed}; add this line", 1)
    findings = []
    for row in run_select(query, data):
        focus, path, value = row.get("focus"), row.get("path"), row.get("value")
        file, line = kb.locate(focus, path, value)
        text = message.replace("{focus}", _to_text(focus)).replace("{value}", _to_text(value))
        findings.append(
            Finding(
                severity,
                text,
                rule=query.name,
                focus=node_text(focus),
                path=node_text(path),
                value=node_text(value),
                file=file,
                line=line,
            )
        )
    return findings


def _to_text(node: Node | None) -> str:
    """Return a node as text for a message: an IRI as a prefixed name, a literal without quotes, “None” for None."""
    return shorten(str(node)) if node is not None and node_text(node) == str(node) else str(node)
