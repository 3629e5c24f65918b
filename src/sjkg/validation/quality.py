"""Quality queries: one SPARQL query per defect; each row it returns is a finding."""

from pathlib import Path

from rdflib import Graph

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import SEVERITIES, Finding
from sjkg.core.vocabulary import shorten
from sjkg.derive.evaluate import evaluate
from sjkg.kb.files import KnowledgeBase
from sjkg.kb.queries import QueryFile, read_query_files
from sjkg.validation.shacl import node_text

QUALITY = "shapes/quality"


def check_quality(data: Graph, when: str, root: Path, kb: KnowledgeBase) -> list[Finding]:
    """Return what the quality queries meant for this stage (asserted, schema or closure) find in `data`.

    Raises BrokenInput when a query cannot be read or lacks a part of its header.
    """
    queries = [query for query in read_query_files(root / QUALITY) if query.value("when") == when]
    return [finding for query in queries for finding in _run(query, data, kb)]


def _run(query: QueryFile, data: Graph, kb: KnowledgeBase) -> list[Finding]:
    severity, message = query.value("severity"), query.value("message")
    if severity not in SEVERITIES or not message:
        raise BrokenInput(
            f"{query.path.name}: the header needs “# severity: {' | '.join(SEVERITIES)}” and “# message: …”"
        )
    return [_finding(query, severity, message, row.asdict(), kb) for row in evaluate(query, data)]


def _finding(query: QueryFile, severity: str, message: str, row: dict, kb: KnowledgeBase) -> Finding:
    focus, path, value = row.get("focus"), row.get("path"), row.get("value")
    file, line = kb.locate(focus, path, value)
    names = {"{focus}": focus, "{value}": value}
    for place, node in names.items():
        message = message.replace(
            place, shorten(node) if node is not None and node_text(node) == str(node) else str(node)
        )
    return Finding(
        severity,
        message,
        rule=query.name,
        focus=node_text(focus),
        path=node_text(path),
        value=node_text(value),
        file=file,
        line=line,
    )
