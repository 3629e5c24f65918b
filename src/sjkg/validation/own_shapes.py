"""Validation of RDF files against SHACL shapes in other RDF files: the program of a child process.

`python -m sjkg.validation.own_shapes COUNT FILE …`, of which the first COUNT files are the shapes, writes a JSON object with
the keys is_readable and findings. Nothing is fetched: no owl:imports, no SERVICE, no FROM, and the process can open no
connection.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path

from rdflib import RDF, BNode, Graph
from rdflib.namespace import SH
from rdflib.term import Node

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding, has_violations, sort_findings
from sjkg.kb.rdf_files import parse_rdf_file
from sjkg.turtle.triples import parse_term
from sjkg.validation.literals import check_lines
from sjkg.validation.result_messages import ResultMessages
from sjkg.validation.shacl import SEVERITIES, node_text, validation_report
from sjkg.validation.shapes_syntax import check_shapes_graph

RULE = "shapes"  # the rule of findings about the shapes themselves
NETWORK_EVENTS = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request")


@dataclass
class _Source:
    """The triples of some RDF files with their places.

    graph: all triples. lines: a dict with the keys (s, p, o), (s, p), (s,) and (None, None, o) of each triple; the value is
    the file and line (None if unknown) of the first triple with these terms. labels: from each blank node to its name in
    the file. prefixes: from each prefix that the files declare to its namespace. findings: on ill-typed literals.
    """

    graph: Graph = field(default_factory=lambda: Graph(bind_namespaces="none"))
    lines: dict[tuple[Node | None, ...], tuple[str, int | None]] = field(default_factory=dict)
    labels: dict[BNode, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, path: Path) -> None:
        """Add the triples of an RDF file. Raises BrokenInput, with a finding, when it cannot be read or is not valid."""
        parsed = parse_rdf_file(path, path.resolve().as_uri())
        self.findings += [
            replace(finding, line=finding.line or None) for finding in check_lines(parsed.lines, str(path))
        ]
        term = cache(parse_term)
        for texts, line in parsed.lines.items():
            s, p, o = map(term, texts)
            self.graph.add((s, p, o))
            for key in ((s, p, o), (s, p), (s,), (None, None, o)):
                self.lines.setdefault(key, (str(path), line or None))
        self.labels |= {BNode(node[2:]): label for node, label in parsed.labels.items()}
        self.prefixes |= parsed.prefixes

    def locate(self, s: Node | None, p: Node | None = None, o: Node | None = None) -> tuple[str | None, int | None]:
        """Return the file and line of the triple s p o, or (None, None).

        If there is no such triple, return the place of a triple s p, else of the rdf:type of s, else of any triple with s as
        subject, else with s as object.
        """
        keys: tuple[tuple[Node | None, ...], ...] = ((s, p, o), (s, p), (s, RDF.type), (s,), (None, None, s))
        return next((self.lines[key] for key in keys if key in self.lines), (None, None))

    def text(self, node: Node | None) -> str | None:
        """Return a node as text for a finding, None for None.

        It is an IRI, a literal in N3, a blank node's label in its file (_:x), or “a blank node” for one without label.
        """
        if not isinstance(node, BNode):
            return node_text(node)
        return f"_:{self.labels[node]}" if node in self.labels else "a blank node"


def _read_all(paths: Sequence[Path]) -> _Source:
    """Return the triples of all files. Raises one BrokenInput with the findings of all that cannot be read."""
    source, findings = _Source(), list[Finding]()
    for path in paths:
        try:
            source.add(path)
        except BrokenInput as error:
            findings += error.findings
    if findings:
        raise BrokenInput("a file of data or shapes cannot be read; correct the errors listed", tuple(findings))
    return source


def find_results(shape_files: Sequence[Path], data_files: Sequence[Path]) -> tuple[list[Finding], bool]:
    """Return the sorted findings of validating data files, taken together, against shapes files; and True.

    Ill-typed literals in the data are findings, too. Return False as the second value when nothing was validated, because a file cannot be read, or the shapes are not
    well-formed or not supported; the findings then say why.
    """
    try:
        shapes, data = _read_all(shape_files), _read_all(data_files)
        messages = ResultMessages(shapes.graph, {**data.prefixes, **shapes.prefixes}, {**data.labels, **shapes.labels})
        errors = check_shapes_graph(shapes.graph, messages)
        findings = []
        for message, (s, p, o), severity in errors:
            file, line = shapes.locate(s, p, o) if s is not None else (str(shape_files[0]), None)
            focus, path = (shapes.text(node) for node in (s, p))
            findings.append(Finding(severity, message, RULE, focus, path, None, file, line))
        if has_violations(findings):
            return sort_findings(findings), False
        report = validation_report(data.graph, shapes.graph)
    except BrokenInput as error:
        found = error.findings or (Finding("violation", str(error), RULE, file=str(shape_files[0])),)
        return sort_findings(found), False
    findings += data.findings
    findings += [_to_finding(report, result, data, shapes, messages) for result in report.objects(predicate=SH.result)]
    return sort_findings(findings), True


def _to_finding(report: Graph, result: Node, data: _Source, shapes: _Source, messages: ResultMessages) -> Finding:
    """Return the finding for a validation result, with the file and line of its triple in the data, else of its shape.

    Its triple has the focus node, path and value of the result; `_Source.locate` says what replaces a missing one.

    A severity other than those of SHACL counts as violation. The rule is the IRI of the shape; for a blank node, of the
    shape around it, or of the constraint component if none has an IRI.
    """
    focus, path, value, shape = (
        report.value(result, by) for by in (SH.focusNode, SH.resultPath, SH.value, SH.sourceShape)
    )
    file, line = data.locate(focus, path, value)
    if file is None:
        file, line = shapes.locate(shape)
    rule, seen = shape, set[Node | None]()
    while isinstance(rule, BNode) and rule not in seen:
        seen.add(rule)
        rule = next(shapes.graph.subjects(None, rule), rule)
    component = str(report.value(result, SH.sourceConstraintComponent))
    return Finding(
        severity=SEVERITIES.get(report.value(result, SH.resultSeverity), "violation"),
        message=messages.message(report, result),
        rule=component if rule is None or isinstance(rule, BNode) else str(rule),
        focus=data.text(focus),
        path=None if isinstance(path, BNode) else node_text(path),
        value=data.text(value),
        file=file,
        line=line,
    )


def _refuse_connections(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse network access: an audit hook (sys.addaudithook) that raises PermissionError for the events NETWORK_EVENTS."""
    if event in NETWORK_EVENTS:
        raise PermissionError(
            "a shape tried to open a network connection, which is not allowed; remove imports and SERVICE from the shapes"
        )


def main(count: str, *names: str) -> None:
    """Validate files in this process; write a JSON object with is_readable and findings to standard output.

    count: the number of shapes files. names: the paths of the shapes files, then of the data files.
    """
    sys.addaudithook(_refuse_connections)
    paths = [Path(name) for name in names]
    findings, is_readable = find_results(paths[: int(count)], paths[int(count) :])
    sys.stdout.write(json.dumps({"is_readable": is_readable, "findings": [asdict(finding) for finding in findings]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
