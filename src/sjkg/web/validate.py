"""/validate: whether Turtle that somebody sends could stand in the graph, as a page, JSON, SARIF or text."""

import json
from dataclasses import asdict

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.core.errors import NotAcceptable
from sjkg.core.findings import Finding, count_findings
from sjkg.pipeline.check_posted import POSTED, Checker
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.validation.report import REPORTS, node_name, summary
from sjkg.web.context import current_settings
from sjkg.web.http.disconnect import Client
from sjkg.web.http.negotiation import HTML, choose
from sjkg.web.pages.show import render_json, render_page
from sjkg.web.sparql_protocol import FORM, read_body

blueprint = Blueprint("validate", __name__)
blueprint.add_app_template_global(node_name)
blueprint.add_app_template_global(summary, "summary_of_findings")

TURTLE = GRAPH_FORMATS["turtle"].media_type
TYPES = {"json": "application/json", "html": HTML, "sarif": "application/sarif+json", "text": "text/plain"}


@blueprint.get("/validate")
def form() -> Response:
    """Show the form to paste Turtle into."""
    return _page("", None)


@blueprint.get("/validate.json")
def form_as_json() -> Response:
    """Give the form as every page's twin is; what is found in a text comes as JSON from /validate itself."""
    return render_json(_shown("", None))


@blueprint.post("/validate")
def validate() -> Response:
    """Check a body that is Turtle, or the field “turtle” of a form; a text that cannot be read is a finding like others."""
    chosen = _negotiate(request.args.get("format"))
    text = _read_text()
    checker: Checker = current_app.extensions["sjkg"]["checker"]
    findings = checker.check(text, Client(request.environ["REMOTE_ADDR"]).is_disconnected)
    if chosen == "html":
        return _page(text.decode(errors="replace"), findings)
    written = _as_json(findings) if chosen == "json" else REPORTS[chosen](findings)
    return _fleeting(Response(written, content_type=f"{TYPES[chosen]}; charset=utf-8"))


def _page(text: str, findings: list[Finding] | None) -> Response:
    twin = url_for("validate.form_as_json")
    return _fleeting(Response(render_page("validate.html", _shown(text, findings), twin=twin), mimetype=HTML))


def _shown(text: str, findings: list[Finding] | None) -> dict:
    """Return what the page says. findings: None where nothing was checked."""
    settings = current_settings()
    return {
        "text": text,
        "file": POSTED,
        "findings": findings,
        "counts": count_findings(findings or []),
        "max_bytes": settings.max_body_bytes,
        "deadline_s": settings.check_deadline_s,
    }


def _fleeting(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response


def _as_json(findings: list[Finding]) -> str:
    counts = count_findings(findings)
    report = {"conforms": not counts["violation"], "counts": counts, "findings": [asdict(each) for each in findings]}
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _read_text() -> bytes:
    """Return the text. Raises UnsupportedMediaType or BadParameter where there is none."""
    if request.mimetype == FORM:
        return request.form.get("turtle", "").replace("\r\n", "\n").encode()
    if request.mimetype != TURTLE:
        raise UnsupportedMediaType(f"send Turtle as {TURTLE}, or as the field “turtle” of a form ({FORM})")
    return read_body("the text")


def _negotiate(name: str | None) -> str:
    """Return the name of the report, given by itself, by its media type, or by the Accept header."""
    names = {media_type: each for each, media_type in TYPES.items()}
    chosen = names.get(name, name) if name else names.get(choose(names))
    if chosen not in TYPES:
        raise NotAcceptable(f"findings come as {', '.join(TYPES.values())}; ask for one of these by Accept or format")
    return chosen
