"""The reconciliation service at /reconcile, by which OpenRefine matches rows of tables with entities and adds columns.

Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

import json
import re
from typing import TypedDict, TypeVar

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.core.errors import BadParameter, UnknownName
from sjkg.core.vocabulary import own
from sjkg.site.reconciliation.candidates import ReconciliationResult
from sjkg.site.reconciliation.entity_types import DescribedType
from sjkg.site.reconciliation.extension import Extension, PropertyProposal, ProposedProperty
from sjkg.site.reconciliation.manifest import SUGGESTED
from sjkg.site.reconciliation.queries import DEFAULT_LIMIT, MAX_LIMIT
from sjkg.site.reconciliation.suggestions import EntitySuggestion
from sjkg.web.context import current_address, current_served, current_settings
from sjkg.web.http.connection import FORM
from sjkg.web.http.negotiation import HTML
from sjkg.web.openapi import Documentation, Parameter

T = TypeVar("T")

blueprint = Blueprint("reconcile", __name__)

# Of the preview only: a page with a style sheet and without scripts, which any site may show in a frame
FRAMED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
}

QUERIES = Parameter(
    "queries",
    "A batch of queries: a JSON object with an object for each query. Without “queries” and “extend” the service manifest is returned.",
    example='{"q0": {"query": "{search}", "limit": 3}}',
)
EXTEND = Parameter("extend", "A data extension query: a JSON object with the lists “ids” and “properties”.")
CURSOR = Parameter("cursor", "The number of suggestions to skip.", {"type": "integer", "minimum": 0})
LIMIT = Parameter(
    "limit", "The number of suggestions at most.", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
)

EXAMPLES = {"entity": "{event-id}", "type": "Battle", "property": "begin"}


class FlyoutResponse(TypedDict):
    """A short description of an entity, type or property. id: as given. html: a piece of HTML."""

    id: str
    html: str


@blueprint.route("/reconcile", methods=["GET", "POST"])
@Documentation(
    produces={"application/json": dict[str, ReconciliationResult] | Extension | dict[str, object]},
    parameters=[QUERIES, EXTEND],
    body={FORM: {"type": "object", "properties": {each.name: each.schema for each in (QUERIES, EXTEND)}}},
    is_costly=True,
)
def service() -> Response:
    """Return candidates for each query of a batch, or values of properties for a data extension query, or else the manifest.

    Candidates are the entities that a row of a table may mean, the best first. A query has a name, or the id, the IRI or the
    URL of the page of an entity here or in another dataset, and properties such as “begin”. The result of a malformed query
    has no candidates and an error.
    Source: Reconciliation Service API 0.2,
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
    """
    has_body = bool(request.mimetype or request.content_length)
    if request.method == "POST" and has_body and request.mimetype not in (FORM, "multipart/form-data"):
        raise UnsupportedMediaType(
            f"a body of this type is not supported; send the field “queries” or “extend” of a form ({FORM})"
        )
    batch, extension = request.values.get("queries"), request.values.get("extend")
    if batch is not None and extension is not None:
        raise BadParameter("the parameters “queries” and “extend” exclude each other; send two requests")
    reconciliation = current_served().reconciliation
    if batch is not None:
        return jsonify(reconciliation.reconcile(_parse_json("queries", batch), _addresses()))
    if extension is not None:
        return jsonify(reconciliation.extend(_parse_json("extend", extension)))
    if "query" in request.values:
        raise BadParameter(
            "the parameter “query” (version 0.1 of the Reconciliation Service API) is not supported; send a batch as the parameter “queries”"
        )
    if request.method == "POST":
        raise BadParameter(
            "the form has neither “queries” nor “extend”; send a JSON object with an object for each query as the field “queries”"
        )
    logo = current_address() + url_for("static", filename="icon.svg")
    return jsonify(reconciliation.manifest(own().about.title, current_address(), logo))


@blueprint.get("/reconcile/suggest/entity")
@Documentation(
    produces={"application/json": dict[str, list[EntitySuggestion]]},
    parameters=[
        Parameter("prefix", "The beginning of a name, or the id or IRI of an entity.", example="Kha"),
        Parameter("type", "A class, whose entities come first."),
        CURSOR,
        LIMIT,
    ],
    is_costly=True,
)
def suggest_entity() -> Response:
    """Return entities whose names are similar to the parameter “prefix”, with their ids, names and types.

    Source: Reconciliation Service API 0.2, “Suggest Services”,
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
    """
    prefix, type_name = request.args.get("prefix", ""), request.args.get("type", "")
    return _send_page(current_served().reconciliation.suggest_entities(prefix, type_name, _addresses()))


@blueprint.get("/reconcile/suggest/type")
@Documentation(
    produces={"application/json": dict[str, list[DescribedType]]},
    parameters=[Parameter("prefix", "A part of the id, name or definition of a class.", example="batt"), CURSOR, LIMIT],
    is_costly=True,
)
def suggest_type() -> Response:
    """Return the classes of entities with the parameter “prefix” in id, name or definition, the best match first.

    Without the parameter, all classes are returned.

    Source: Reconciliation Service API 0.2, “Suggest Services”
    """
    return _send_page(current_served().reconciliation.suggest_types(request.args.get("prefix", "")))


@blueprint.get("/reconcile/suggest/property")
@Documentation(
    produces={"application/json": dict[str, list[ProposedProperty]]},
    parameters=[
        Parameter("prefix", "A part of the id, name or description of a property.", example="beg"),
        CURSOR,
        LIMIT,
    ],
    is_costly=True,
)
def suggest_property() -> Response:
    """Return the properties with the parameter “prefix” in id, name or description, the best match first.

    Without the parameter, all properties are returned.

    Source: Reconciliation Service API 0.2, “Suggest Services”
    """
    return _send_page(current_served().reconciliation.suggest_properties(request.args.get("prefix", "")))


@blueprint.get(f"/reconcile/flyout/<any({', '.join(SUGGESTED)}):subject>")
@Documentation(
    produces={"application/json": FlyoutResponse},
    parameters=lambda subject: [Parameter("id", f"The id of the {subject}.", example=EXAMPLES[subject])],
    is_costly=True,
)
def flyout(subject: str) -> Response:
    """Return a short description of a suggested entity, type or property as a piece of HTML.

    Source: Reconciliation Service API 0.2, “Flyout Services”
    """
    text = request.args.get("id", "")
    shown = current_served().reconciliation.preview(subject, text)
    html = render_template("reconcile-flyout.html", preview=shown, address=current_address())
    return jsonify(FlyoutResponse(id=text, html=html.strip()))


@blueprint.get("/reconcile/preview")
@Documentation(
    produces={HTML: None},
    parameters=[Parameter("id", "The id of an entity.", example=EXAMPLES["entity"])],
    errors=[404],
    is_costly=True,
)
def preview() -> Response:
    """Return a small page about an entity, which any site may show in a frame.

    Source: Reconciliation Service API 0.2, “Preview Service”
    """
    try:
        shown, status = current_served().reconciliation.preview("entity", request.args.get("id", "")), 200
    except UnknownName as error:
        page = render_template("reconcile-preview.html", preview=None, sentence=str(error), address=current_address())
        return Response(page, 404, FRAMED, mimetype=HTML)
    page = render_template("reconcile-preview.html", preview=shown, address=current_address())
    return Response(page, status, FRAMED, mimetype=HTML)


@blueprint.get("/reconcile/extend/propose")
@Documentation(
    produces={"application/json": PropertyProposal},
    parameters=[
        Parameter("type", "A class, of whose entities the properties are wanted; without it all.", example="Battle"),
        Parameter("limit", "The number of properties at most.", {"type": "integer", "minimum": 1}),
    ],
    is_costly=True,
)
def propose() -> Response:
    """Return the properties with which a table of entities of a class can be extended, the most useful first.

    Source: Reconciliation Service API 0.2, “Data Extension Property Proposals”
    """
    limit = _read_number("limit", 1, least=1) if request.args.get("limit") else None
    return jsonify(current_served().reconciliation.propose(request.args.get("type", ""), limit))


def _send_page(found: list[T]) -> Response:
    """Return a response with the part of a list of suggestions that the parameters “cursor” and “limit” select."""
    cursor, limit = _read_number("cursor", 0, least=0), _read_number("limit", DEFAULT_LIMIT, least=1)
    return jsonify({"result": found[cursor : cursor + min(limit, MAX_LIMIT)]})


def _addresses() -> tuple[str, ...]:
    """Return the URLs of the site that users may have copied addresses from: the public one and that of the request."""
    return current_settings().address, request.host_url.rstrip("/") + current_settings().site_path


def _read_number(name: str, default: int, least: int) -> int:
    """Return the URL parameter `name` as a whole number; `default` when it is absent.

    Raises BadParameter unless it is a number of at most nine digits and not less than `least`.
    """
    text = request.args.get(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
        raise BadParameter(f"the parameter “{name}” must be a whole number from {least} to 999999999")
    return int(text)


def _parse_json(name: str, text: str) -> object:
    """Return the value of a JSON text. name, text: of the URL parameter or form field.

    Raises BadParameter when it is not JSON, is nested too deeply, or contains a number with thousands of digits or a
    surrogate without its pair, which cannot be written as UTF-8.
    """
    try:
        value: object = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise BadParameter(f"the parameter “{name}” is not JSON ({error}); send a JSON object") from None
    except RecursionError:
        raise BadParameter(
            f"the parameter “{name}” has brackets nested too deeply; send an object of objects"
        ) from None
    except UnicodeEncodeError:
        raise BadParameter(
            f"the parameter “{name}” contains an unpaired surrogate (\\ud800 to \\udfff); write the character itself"
        ) from None
    except ValueError:
        raise BadParameter(f"the parameter “{name}” contains a number with thousands of digits; shorten it") from None
    return value
