"""Reports of findings (results of checks) as text, JSON, or SARIF for code review tools.

REPORTS maps the names of the formats, text, json and sarif, to the functions that write them.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import sjkg
from sjkg.core.findings import Finding, count_findings
from sjkg.core.vocabulary import SHAPES, curie

SARIF_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(findings: list[Finding]) -> str:
    """Return a line for each finding, beginning with “file:line:column: severity: message”, and a last line of counts."""
    return "\n".join([*(_format_line(finding) for finding in findings), summary(findings)]) + "\n"


def _format_line(finding: Finding) -> str:
    """Return the line for a finding: place, severity, message, [focus], (value: …) and <rule>."""
    focus = f" [{node_name(finding.focus)}]" if finding.focus else ""
    value = f" (value: {node_name(finding.value)})" if finding.value and finding.value != finding.focus else ""
    return f"{finding.place or '(no place)'}: {finding.severity}: {finding.message}{focus}{value} <{_rule_name(finding.rule)}>"


def summary(findings: list[Finding]) -> str:
    """Return the number of findings of each severity, such as “1 violation, 2 warnings”; “no findings” for none."""
    parts = [
        f"{count} {severity}{'s' if count != 1 and severity != 'info' else ''}"
        for severity, count in count_findings(findings).items()
        if count
    ]
    return ", ".join(parts) if parts else "no findings"


def node_name(node: str) -> str:
    """Return the text of a finding's node for readers: an http(s) IRI as a prefixed name, any other text unchanged."""
    return curie(node) if node.startswith("http") else node


def _rule_name(rule: str) -> str:
    """Return a finding's rule: for the IRI of a shape of the knowledge base its local name, else the rule unchanged."""
    return rule.removeprefix(SHAPES)


def as_json(findings: list[Finding]) -> str:
    """Return a JSON array, as text, with an object for each finding; its keys are the fields of `Finding`."""
    return json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n"


def as_sarif(findings: list[Finding]) -> str:
    """Return a SARIF log, as JSON text, of one run with a result for each finding.

    Source: SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/
    """
    driver = {
        "name": "sjkg",
        "version": sjkg.__version__,
        "rules": [{"id": _rule_name(rule)} for rule in sorted({finding.rule for finding in findings})],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_to_sarif_result(finding) for finding in findings],
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _to_sarif_result(finding: Finding) -> dict[str, Any]:
    """Return the SARIF result object (§3.27) of a finding; focus, path and value are in its property bag."""
    result: dict[str, Any] = {
        "ruleId": _rule_name(finding.rule),
        "level": SARIF_LEVELS[finding.severity],
        "message": {"text": finding.message},
    }
    if finding.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": finding.file}}
        if finding.line:
            place["region"] = {"startLine": finding.line, **({"startColumn": finding.column} if finding.column else {})}
        result["locations"] = [{"physicalLocation": place}]
    details = {key: value for key in ("focus", "path", "value") if (value := getattr(finding, key))}
    return {**result, "properties": details} if details else result


REPORTS: dict[str, Callable[[list[Finding]], str]] = {"text": as_text, "json": as_json, "sarif": as_sarif}
