"""/validate: whether Turtle that somebody sends could stand in the graph, as a page, JSON, SARIF or text."""

import json
from collections import Counter
from dataclasses import asdict

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.checking.process import POSTED, Checker
from sjkg.errors import BadParameter, NotAcceptable
from sjkg.findings import SEVERITIES, Finding
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.validate.report import REPORTS, node_name
from sjkg.web.client import Client
from sjkg.web.context import current_settings
from sjkg.web.negotiation import HTML, choose
from sjkg.web.site.show import show, show_as_json

blueprint = Blueprint("validate", __name__)
blueprint.add_app_template_global(node_name)

FORM = "application/x-www-form-urlencoded"
TURTLE = GRAPH_FORMATS["turtle"].media_type
TYPES = {"json": "application/json", "html": HTML, "sarif": "application/sarif+json", "text": "text/plain"}


@blueprint.get("/validate")
def form() -> Response:
    """Show the form to paste Turtle into."""
    return _page("", None)


@blueprint.get("/validate.json")
def form_as_json() -> Response:
    """Give the form as every page's twin is; what is found in a text comes as JSON from /validate itself."""
    return show_as_json(_shown("", None))


@blueprint.post("/validate")
def validate() -> Response:
    """Check a body that is Turtle, or the field “turtle” of a form; a text that cannot be read is a finding like others."""
    chosen = _negotiate(request.args.get("format"))
    text = _read_text()
    checker: Checker = current_app.extensions["sjkg"]["checker"]
    findings = checker.check(text, Client(request.environ["REMOTE_ADDR"]).is_gone)
    if chosen == HTML:
        return _page(text.decode(errors="replace"), findings)
    written = _as_json(findings) if chosen == TYPES["json"] else REPORTS[_name_of(chosen)](findings)
    return _fleeting(Response(written, content_type=f"{chosen}; charset=utf-8"))


def _page(text: str, findings: list[Finding] | None) -> Response:
    twin = url_for("validate.form_as_json")
    return _fleeting(Response(show("validate.html", _shown(text, findings), twin=twin), mimetype=HTML))


def _shown(text: str, findings: list[Finding] | None) -> dict:
    """Return what the page says. findings: None where nothing was checked."""
    limits = {limit.name: limit.value for limit in current_settings().limits}
    return {
        "text": text,
        "file": POSTED,
        "findings": findings,
        "counts": _counts(findings or []),
        "max_bytes": limits["max_body_bytes"],
        "deadline_s": limits["check_deadline_s"],
    }


def _fleeting(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response


def _as_json(findings: list[Finding]) -> str:
    counts = _counts(findings)
    report = {"conforms": not counts["violation"], "counts": counts, "findings": [asdict(each) for each in findings]}
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _counts(findings: list[Finding]) -> dict[str, int]:
    counted = Counter(finding.severity for finding in findings)
    return {severity: counted[severity] for severity in SEVERITIES}


def _read_text() -> bytes:
    """Return the text. Raises UnsupportedMediaType or BadParameter where there is none."""
    if request.mimetype == FORM:
        return request.form.get("turtle", "").replace("\r\n", "\n").encode()
    if request.mimetype != TURTLE:
        raise UnsupportedMediaType(f"send Turtle as {TURTLE}, or as the field “turtle” of a form ({FORM})")
    body = request.get_data()
    if len(body) < (request.content_length or 0):
        raise BadParameter("the body ended before its Content-Length; send all of the text")
    return body


def _negotiate(name: str | None) -> str:
    """Return the media type of the report, by its name, itself, or the Accept header."""
    chosen = TYPES.get(name, name) if name else choose(TYPES.values())
    if chosen not in TYPES.values():
        raise NotAcceptable(f"findings come as {', '.join(TYPES.values())}; ask for one of these by Accept or format")
    return chosen


def _name_of(media_type: str) -> str:
    return next(name for name, known in TYPES.items() if known == media_type)
