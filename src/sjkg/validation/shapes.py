"""Findings of SHACL shapes. Each validation result becomes a finding with the file and line of its triple."""

from collections.abc import Collection

from sjkg.core.facts import Facts
from sjkg.core.findings import Finding
from sjkg.core.ntriples import TextTerm, plain_text
from sjkg.kb.sources import Sources
from sjkg.validation.shacl_constraints import NotCore
from sjkg.validation.shacl_core import Result, Shapes, Validation


def check_shapes(
    data: Facts, shapes: Facts, sources: Sources, focus_nodes: Collection[TextTerm] | None = None
) -> list[Finding]:
    """Return a finding for each validation result of the triples `data` against the shapes `shapes`.

    sources: give files and lines of triples. focus_nodes: only findings about these nodes are returned; None for all.
    SHACL Core is evaluated by `shacl_core`, shapes with more than that by pyshacl. Raises BrokenInput when the shapes
    are not well-formed or cannot be evaluated.
    Source: Shapes Constraint Language, https://www.w3.org/TR/shacl/
    """
    try:
        results = list(Validation(data, Shapes(shapes)).results(focus_nodes))
    except NotCore:
        from sjkg.validation.shacl import pyshacl_results  # here: pyshacl takes 0.2 s to be imported

        results = [r for r in pyshacl_results(data, shapes) if focus_nodes is None or r.focus in focus_nodes]
    return [_to_finding(result, sources) for result in results]


def _to_finding(result: Result, sources: Sources) -> Finding:
    """Return the finding for a validation result; `sources` give file and line."""
    path = result.path if isinstance(result.path, str) else None
    file, line = sources.locate(result.focus, path, result.value)
    return Finding(
        severity=result.severity,
        message=result.message,
        rule=plain_text(result.shape),
        focus=plain_text(result.focus),
        path=path and plain_text(path),
        value=result.value and plain_text(result.value),
        file=file,
        line=line,
    )
