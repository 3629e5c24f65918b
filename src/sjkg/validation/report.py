"""Reports of findings (results of checks) as text, JSON, or SARIF for code review tools.

REPORTS maps the names of the formats, text, json and sarif, to the functions that write them.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import sjkg
from sjkg.core.findings import Finding, count_findings
from sjkg.core.messages import count_noun
from sjkg.core.terms import show_controls
from sjkg.core.vocabulary import SHAPES, curie

SARIF_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(findings: list[Finding], omitted: int = 0) -> str:
    """Return a line for each finding, beginning with “file:line:column: severity: message”, and a last line of counts.

    omitted: the number of further findings, which are left out; the last line says so.
    """
    lines = [*(_format_line(finding) for finding in findings), summary(count_findings(findings))]
    return "\n".join([*lines, omission(omitted)] if omitted else lines) + "\n"


def omission(omitted: int) -> str:
    """Return a clause that says that a report leaves out `omitted` findings (at least 1), and how to see them."""
    return f"{count_noun(omitted, 'finding')} not listed here: correct the others and validate again"


def _format_line(finding: Finding) -> str:
    """Return the line for a finding: place, severity, message, [focus], (value: …) and <rule>, control characters escaped."""
    focus = f" [{node_name(finding.focus)}]" if finding.focus else ""
    value = f" (value: {node_name(finding.value)})" if finding.value and finding.value != finding.focus else ""
    text = f"{finding.severity}: {finding.message}{focus}{value} <{_rule_name(finding.rule)}>"
    return f"{finding.place or '(no place)'}: {show_controls(text)}"


def summary(counts: dict[str, int]) -> str:
    """Return numbers of findings in words, such as “1 violation, 2 warnings”; “no findings” where all are 0.

    counts: a dict from each severity to the number of its findings.
    """
    parts = [count_noun(count, severity) for severity, count in counts.items() if count]
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


def as_sarif(findings: list[Finding], omitted: int = 0) -> str:
    """Return a SARIF log, as JSON text, of one run with a result for each finding.

    omitted: the number of further findings, which are left out; a notification of the tool (§3.20.21) says so.
    Source: SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/
    """
    driver = {
        "name": "sjkg",
        "version": sjkg.__version__,
        "rules": [{"id": _rule_name(rule)} for rule in sorted({finding.rule for finding in findings})],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_to_sarif_result(finding) for finding in findings],
    }
    if omitted:
        notification = {"level": "warning", "message": {"text": omission(omitted)}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [notification]}]
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
