"""SHACL by pyshacl, its results turned into findings with the file and line of the triple at fault."""

from pyshacl import validate
from rdflib import BNode, Graph, Literal
from rdflib.namespace import SH

from sjkg.files import KnowledgeBase
from sjkg.findings import Finding

SEVERITIES = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}


def check_shapes(data: Graph, shapes: Graph, kb: KnowledgeBase) -> list[Finding]:
    """Return what the shapes find in `data`; places come from the files of `kb`.

    Source: SHACL, https://www.w3.org/TR/shacl/
    """
    _, results, _ = validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    return [_finding(results, result, kb) for result in results.subjects(predicate=SH.resultSeverity)]


def _finding(results: Graph, result, kb: KnowledgeBase) -> Finding:
    focus, path, value = (results.value(result, p) for p in (SH.focusNode, SH.resultPath, SH.value))
    file, line = kb.locate(focus, path, value)
    return Finding(
        severity=SEVERITIES[results.value(result, SH.resultSeverity)],
        message=str(min(results.objects(result, SH.resultMessage))),
        rule=str(results.value(result, SH.sourceShape)),
        focus=node_text(focus),
        path=None if isinstance(path, BNode) else node_text(path),
        value=node_text(value),
        file=file,
        line=line,
    )


def node_text(node) -> str | None:
    """Return an IRI as it is and a literal in N3; nothing for nothing."""
    return None if node is None else node.n3() if isinstance(node, Literal) else str(node)
