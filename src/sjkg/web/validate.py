"""Validation of posted Turtle at /validate, as if it were a file of the knowledge base.

The result is a list of findings (a violation, warning or note, with its line), as HTML page, JSON, SARIF 2.1.0 or text.
Source of SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from dataclasses import asdict
from typing import TypedDict

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.core.errors import NotAcceptable
from sjkg.core.findings import Finding, count_findings
from sjkg.pipeline.check_posted import POSTED, TurtleChecker
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.validation.report import REPORTS, node_name, summary
from sjkg.web.context import current_settings
from sjkg.web.http.disconnect import Client
from sjkg.web.http.negotiation import HTML, choose
from sjkg.web.json_schema import TEXT
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import JsonPage, render_json, render_page
from sjkg.web.sparql_protocol import FORM, read_body

blueprint = Blueprint("validate", __name__)
blueprint.add_app_template_global(node_name)
blueprint.add_app_template_global(summary, "summary_of_findings")

TURTLE = GRAPH_FORMATS["turtle"].media_type
TYPES = {"json": "application/json", "html": HTML, "sarif": "application/sarif+json", "text": "text/plain"}


class Report(TypedDict):
    """The findings in a Turtle text. conforms: there is no violation. counts: the number of findings by severity."""

    conforms: bool
    counts: dict[str, int]
    findings: list[Finding]


class ValidationPage(TypedDict):
    """The page with the form for Turtle.

    text: the Turtle in the form. file: the name of the text in findings. findings: those in the text, None before one is
    posted. counts: the number of findings by severity. max_bytes, deadline_s: the limits of size and of time in seconds.
    """

    text: str
    file: str
    findings: list[Finding] | None
    counts: dict[str, int]
    max_bytes: int
    deadline_s: float


@blueprint.get("/validate")
@Documentation(produces={HTML: None})
def form() -> Response:
    """Return a page with a form for Turtle to validate."""
    return _page_response("", None)


@blueprint.get("/validate.json")
@Documentation(produces={"application/json": JsonPage[ValidationPage]})
def form_as_json() -> Response:
    """Return the content of the page with the form as JSON; a POST to /validate returns findings as JSON."""
    return render_json(_page("", None))


@blueprint.post("/validate")
@Documentation(
    produces={TYPES["json"]: Report} | dict.fromkeys(each for name, each in TYPES.items() if name != "json"),
    parameters=[Parameter("format", f"{', '.join(TYPES)} or a media type; takes precedence over the Accept header.")],
    body={TURTLE: TEXT, FORM: {"type": "object", "required": ["turtle"], "properties": {"turtle": TEXT}}},
    errors=[503, 504, 507],
)
def validate() -> Response:
    """Validate Turtle, the body or the field “turtle” of a form, and return the findings in it.

    A syntax error is a finding, too. The format is that of the parameter “format”, or else the one that the Accept header
    prefers.
    """
    chosen = _negotiate(request.args.get("format"))
    text = _read_turtle()
    checker: TurtleChecker = current_app.extensions["sjkg"]["checker"]
    findings = checker.check(text, Client(request.environ["REMOTE_ADDR"]).is_disconnected)
    if chosen == "html":
        return _page_response(text.decode(errors="replace"), findings)
    if chosen == "json":
        counts = count_findings(findings)
        report = {
            "conforms": not counts["violation"],
            "counts": counts,
            "findings": [asdict(each) for each in findings],
        }
        written = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    else:
        written = REPORTS[chosen](findings)
    return _mark_uncacheable(Response(written, content_type=f"{TYPES[chosen]}; charset=utf-8"))


def _page_response(text: str, findings: list[Finding] | None) -> Response:
    """Return the response with the HTML page for a Turtle text. findings: None for the form before a text is posted."""
    page = render_page("validate.html", _page(text, findings), twin=url_for("validate.form_as_json"))
    return _mark_uncacheable(Response(page, mimetype=HTML))


def _page(text: str, findings: list[Finding] | None) -> ValidationPage:
    """Return the content of the page for a Turtle text. findings: None for the form before a text is posted."""
    settings = current_settings()
    return {
        "text": text,
        "file": POSTED,
        "findings": findings,
        "counts": count_findings(findings or []),
        "max_bytes": settings.max_body_bytes,
        "deadline_s": settings.check_deadline_s,
    }


def _mark_uncacheable(response: Response) -> Response:
    """Set the headers “Vary: Accept” and “Cache-Control: no-store” of a response and return it."""
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response


def _read_turtle() -> bytes:
    """Return the Turtle in the body of the request, or in the field “turtle” of a form with line breaks as \\n.

    Raises UnsupportedMediaType for a body of another type, and BadParameter for one shorter than its Content-Length.
    """
    if request.mimetype == FORM:
        return request.form.get("turtle", "").replace("\r\n", "\n").encode()
    if request.mimetype != TURTLE:
        raise UnsupportedMediaType(f"send Turtle as {TURTLE}, or as the field “turtle” of a form ({FORM})")
    return read_body("the text")


def _negotiate(name: str | None) -> str:
    """Return the report format json, html, sarif or text, by the parameter “format” or else the Accept header.

    name: the value of “format”, a report format or a media type; None or empty when absent. Raises NotAcceptable.
    """
    names = {media_type: each for each, media_type in TYPES.items()}
    media_type = name or choose(names)
    chosen = names.get(media_type, media_type) if media_type else None
    if chosen not in TYPES:
        raise NotAcceptable(f"findings come as {', '.join(TYPES.values())}; ask for one of these by Accept or format")
    return chosen
