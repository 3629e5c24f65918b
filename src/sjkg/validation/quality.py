"""Quality queries: the SPARQL queries in shapes/quality/, each of whose rows is a finding."""

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
    """Return a finding for each row of the quality queries over `data`.

    when: run the queries with this value in the header line “# when: …”: asserted, schema or closure.
    root: the folder of the knowledge base. kb: its files, for the places of findings.
    Raises BrokenInput, with file and line, when a query is not SPARQL or its header is incomplete.
    """
    queries = [query for query in read_query_files(root / QUALITY) if query.value("when") == when]
    return [finding for query in queries for finding in _run(query, data, kb)]


def _run(query: QueryFile, data: Graph, kb: KnowledgeBase) -> list[Finding]:
    """Return the findings of one query."""
    severity = next((known for known in SEVERITIES if known == query.value("severity")), None)
    message = query.value("message")
    if severity is None or not message:
        needed = f"“# severity: {' | '.join(SEVERITIES)}” and “# message: …”"
        raise query_file_error(query.path, f"the header needs {needed}", 1)
    findings = []
    for row in run_select(query, data):
        focus, path, value = row.get("focus"), row.get("path"), row.get("value")
        file, line = kb.locate(focus, path, value)
        text = message.replace("{focus}", _readable(focus)).replace("{value}", _readable(value))
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


def _readable(node: Node | None) -> str:
    """Return a node for a message: an IRI as a prefixed name, a literal without quotes."""
    return shorten(str(node)) if node is not None and node_text(node) == str(node) else str(node)
