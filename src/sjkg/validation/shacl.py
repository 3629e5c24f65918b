"""SHACL validation with pyshacl. Each validation result becomes a finding with the file and line of its triple."""

from pyshacl import validate
from rdflib import BNode, Graph, Literal
from rdflib.namespace import SH
from rdflib.term import Node

from sjkg.core.findings import Finding, Severity
from sjkg.kb.files import KnowledgeBase
from sjkg.turtle.triples import graph_of

SEVERITIES: dict[Node | None, Severity] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
TARGET_PREDICATES = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)


def check_shapes(data: Graph, shapes: Graph, kb: KnowledgeBase) -> list[Finding]:
    """Return a finding for each validation result of the graph `data` against the shapes graph `shapes`.

    kb: the knowledge base, which gives files and lines of triples.
    Source: Shapes Constraint Language, https://www.w3.org/TR/shacl/
    """
    _, results, _ = validate(data, shacl_graph=_retarget(shapes), inference="none", advanced=False, meta_shacl=False)
    return [_to_finding(results, result, kb) for result in results.subjects(predicate=SH.resultSeverity)]


def _retarget(shapes: Graph) -> Graph:
    """Return a shapes graph with the same validation results that pyshacl evaluates faster.

    Each property shape gets the targets of the node shape that lists it (equivalent by SHACL §2.1.3), so that pyshacl
    runs it once over all focus nodes and not once for each: 0.5 s instead of 1.2 s on our graph. Node shapes that are
    deactivated or that another shape refers to stay unchanged.
    """
    retargeted = graph_of(shapes)
    targets = [(shape, by, target) for by in TARGET_PREDICATES for shape, target in shapes.subject_objects(by)]
    for shape, by, target in targets:
        if (None, None, shape) in shapes or (shape, SH.deactivated, None) in shapes:
            continue
        for rule in shapes.objects(shape, SH.property):
            retargeted.add((rule, by, target))
            retargeted.remove((shape, SH.property, rule))
    return retargeted


def _to_finding(results: Graph, result: Node, kb: KnowledgeBase) -> Finding:
    """Return the finding for `result`, a node of type sh:ValidationResult in `results`; `kb` gives file and line."""
    focus, path, value = (results.value(result, p) for p in (SH.focusNode, SH.resultPath, SH.value))
    file, line = kb.locate(focus, path, value)
    return Finding(
        severity=SEVERITIES[results.value(result, SH.resultSeverity)],
        message=min(map(str, results.objects(result, SH.resultMessage))),
        rule=str(results.value(result, SH.sourceShape)),
        focus=node_text(focus),
        path=None if isinstance(path, BNode) else node_text(path),
        value=node_text(value),
        file=file,
        line=line,
    )


def node_text(node: Node | None) -> str | None:
    """Return an IRI or blank node label as it is, a literal in N3, and None for None."""
    return None if node is None else node.n3() if isinstance(node, Literal) else str(node)
