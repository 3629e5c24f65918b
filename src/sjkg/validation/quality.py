"""Quality queries: SELECT queries in the folder shapes/quality/ of a knowledge base. Each result row is a finding.

The variables ?focus, ?path and ?value of a row give subject, predicate and object concerned. Header lines give severity,
message (with the placeholders {focus} and {value}) and the graph to query (“# when: …”).
"""

from collections.abc import Collection, Iterable
from pathlib import Path

from sjkg.core.findings import SEVERITIES, Finding
from sjkg.core.ntriples import TextTerm, literal_parts, plain_text
from sjkg.core.vocabulary import shorten
from sjkg.derive.evaluate import QueryResults
from sjkg.kb.queries import QueryFile, query_file_error, read_kb_queries
from sjkg.kb.sources import Sources
from sjkg.store.fact_store import FactStore, Row

QUALITY = "shapes/quality"


def check_quality(
    data: FactStore,
    when: str,
    root: Path,
    sources: Sources,
    results: QueryResults,
    changed: Collection[TextTerm] = (),
    focus_nodes: Collection[TextTerm] | None = None,
) -> list[Finding]:
    """Return a finding for each result row of the quality queries over `data`.

    when: the kind of triples in `data`: "asserted", "schema" (of the ontology) or "closure" (with inferred triples); only
    queries with this value in the header line “# when: …” are run.
    root: the folder of the knowledge base. sources: give files and lines of triples. results: give the rows of the queries.
    changed: the predicates of the triples that are not the same in `data` and in the data of an earlier run, whose rows
    `results` may reuse. focus_nodes: terms in N-Triples; only findings about these nodes are returned; None for all.
    Raises BrokenInput, with file and line, when a file is not a valid SELECT query or its header is incomplete.
    """
    queries = [query for query in read_kb_queries(root, QUALITY) if query.value("when") == when]
    return [
        finding
        for query in queries
        for finding in _to_findings(query, results.run(query, data, changed), sources, focus_nodes)
    ]


def _to_findings(
    query: QueryFile, rows: Iterable[Row], sources: Sources, focus_nodes: Collection[TextTerm] | None
) -> list[Finding]:
    """Return a finding for each result row of a quality query whose ?focus is one of `focus_nodes`.

    focus_nodes: terms in N-Triples; None for a finding for every row.
    Raises BrokenInput when the header of the query has no message or valid severity.
    """
    severity = next((known for known in SEVERITIES if known == query.value("severity")), None)
    message = query.value("message")
    if severity is None or not message:
        needed = "“# message: …”" if severity else f"“# severity: …” with one of {', '.join(SEVERITIES)}"
        raise query_file_error(query.path, f"the header has no {needed}; add this line", 1)
    findings = []
    for row in rows:
        focus, path, value = row.get("focus"), row.get("path"), row.get("value")
        if focus_nodes is not None and focus not in focus_nodes:
            continue
        file, line = sources.locate(focus, path, value)
        text = message.replace("{focus}", _to_text(focus)).replace("{value}", _to_text(value))
        focus, path, value = (node and plain_text(node) for node in (focus, path, value))
        findings.append(Finding(severity, text, query.name, focus, path, value, file, line))
    return findings


def _to_text(term: TextTerm | None) -> str:
    """Return a term as text for a message: an IRI as a prefixed name, a literal without quotes, “None” for None."""
    if term is None:
        return "None"
    return literal_parts(term).lexical if term.startswith('"') else shorten(plain_text(term))
