"""Validation of posted Turtle at /validate, as if it were a file of the knowledge base.

The result is a list of findings (a violation, warning or note, with its line), as HTML page, JSON, SARIF 2.1.0 or text.
Source of SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from dataclasses import asdict
from typing import TypedDict

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.core.findings import Excerpt, Finding, count_findings
from sjkg.pipeline.check_posted import POSTED, TurtleChecker
from sjkg.store.formats import GRAPH_FORMATS, Format
from sjkg.validation.report import as_sarif, as_text, node_name, omission, summary
from sjkg.web.context import current_address, current_client, current_served, current_settings
from sjkg.web.http.connection import FORM
from sjkg.web.http.negotiation import HTML, negotiate_format
from sjkg.web.json_schema import TEXT
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import JsonPage, render_json, render_page

blueprint = Blueprint("validate", __name__)
blueprint.add_app_template_global(node_name)
blueprint.add_app_template_global(summary, "summary_of_findings")
blueprint.add_app_template_global(omission, "omission_of_findings")

TURTLE = GRAPH_FORMATS["turtle"].media_type
TYPES = {"json": "application/json", "html": HTML, "sarif": "application/sarif+json", "text": "text/plain"}
FORMATS = {name: Format(name, media_type) for name, media_type in TYPES.items()}


class Report(TypedDict):
    """The first findings (violations, warnings, notes) in a Turtle text, with long messages and terms shortened.

    conforms: there is no violation. counts: the number of all findings by severity. omitted: the number of findings
    that are left out.
    """

    conforms: bool
    counts: dict[str, int]
    findings: list[Finding]
    omitted: int


class ValidationPage(TypedDict):
    """The page with the form for Turtle.

    text: the Turtle in the form. file: the name of the text in findings. findings: the first violations, warnings and
    notes in it, None before a text is posted. counts: the number of all findings by severity. omitted: the number of
    those that are left out. max_bytes, deadline_s: the limits of size and of time in seconds. address: URL of the site,
    without a slash at the end.
    """

    text: str
    file: str
    findings: list[Finding] | None
    counts: dict[str, int]
    omitted: int
    max_bytes: int
    deadline_s: float
    address: str


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
    errors=[429, 503, 504, 507],
    is_costly=True,
)
def validate() -> Response:
    """Validate Turtle, the body or the field “turtle” of a form, and return the findings in it.

    The text is checked as if it were a file of the knowledge base; a syntax error is a finding, too. There are at most
    1,000 findings, and long terms are shortened. The format is that of the parameter “format”, or else the one that the
    Accept header prefers.
    """
    chosen = negotiate_format(FORMATS).name
    text = _read_turtle()
    checker: TurtleChecker = current_app.extensions["sjkg"]["checker"]
    checked = checker.check(text, current_served().snapshot.proofs, current_client())
    if chosen == "html":
        return _page_response(text.decode(errors="replace"), checked)
    if chosen == "json":
        report = {
            "conforms": not checked.counts["violation"],
            **asdict(checked),
            "omitted": checked.omitted,
        }
        written = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    else:
        written = (as_sarif if chosen == "sarif" else as_text)(checked.findings, checked.omitted)
    return _mark_uncacheable(Response(written, content_type=f"{TYPES[chosen]}; charset=utf-8"))


def _page_response(text: str, checked: Excerpt | None) -> Response:
    """Return the response with the HTML page for a Turtle text.

    checked: the findings in the text; None for the form before a text is posted.
    """
    page = render_page("validate.html", _page(text, checked), twin=url_for("validate.form_as_json"))
    return _mark_uncacheable(Response(page, mimetype=HTML))


def _page(text: str, checked: Excerpt | None) -> ValidationPage:
    """Return the page (dict for HTML and JSON) with the findings in a Turtle text and the form for another one.

    checked: the findings in the text; None for the form before a text is posted.
    """
    settings = current_settings()
    return {
        "text": text,
        "file": POSTED,
        "findings": checked.findings if checked else None,
        "counts": checked.counts if checked else count_findings([]),
        "omitted": checked.omitted if checked else 0,
        "max_bytes": settings.max_body_bytes,
        "deadline_s": settings.check_deadline_s,
        "address": current_address(),
    }


def _mark_uncacheable(response: Response) -> Response:
    """Set the headers “Vary: Accept” and “Cache-Control: no-store” of a response and return it."""
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response


def _read_turtle() -> bytes:
    """Return the Turtle in the body of the request, or in the field “turtle” of a form with line breaks as \\n.

    Raises UnsupportedMediaType for a body of another type.
    """
    if request.mimetype == FORM:
        return request.form.get("turtle", "").replace("\r\n", "\n").encode()
    if request.mimetype != TURTLE:
        raise UnsupportedMediaType(
            f"a body of this type cannot be validated; send Turtle as {TURTLE}, or as the field “turtle” of a form ({FORM})"
        )
    return request.get_data()
