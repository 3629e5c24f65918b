"""The reconciliation service at /reconcile, by which OpenRefine matches names in users' tables with things of the graph.

Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

import json
import re

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.core.errors import BadParameter
from sjkg.describe.dataset import TITLE
from sjkg.site.reconcile import DEFAULT_LIMIT, MAX_LIMIT, ReconciliationResult, Suggestion, manifest, reconcile, suggest
from sjkg.web.context import current_address, current_served, current_settings
from sjkg.web.http.connection import FORM
from sjkg.web.openapi import Documentation, Parameter

blueprint = Blueprint("reconcile", __name__)

QUERIES = Parameter(
    "queries",
    "A batch of queries: a JSON object with an object for each query. Without it the service manifest is returned.",
    example='{"q0": {"query": "Khasan", "limit": 3}}',
)


@blueprint.route("/reconcile", methods=["GET", "POST"])
@Documentation(
    produces={"application/json": dict[str, ReconciliationResult] | dict[str, object]},
    parameters=[QUERIES],
    body={FORM: {"type": "object", "required": ["queries"], "properties": {"queries": QUERIES.schema}}},
    is_costly=True,
)
def service() -> Response:
    """Return candidates for each query of a batch, the best first, or the service manifest when there is no batch.

    A query can be a name, or the id, the IRI or the URL of the page of an entity. The result of a malformed query has
    no candidates and an error.
    Source: Reconciliation Service API 0.2,
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
    """
    has_body = bool(request.mimetype or request.content_length)
    if request.method == "POST" and has_body and request.mimetype not in (FORM, "multipart/form-data"):
        raise UnsupportedMediaType(
            f"a body of this type is not supported; send the batch of queries as the field “queries” of a form ({FORM})"
        )
    batch = request.values.get("queries")
    if batch is not None:
        return jsonify(reconcile(current_served().labels, _parse_json(batch), _addresses()))
    if "extend" in request.values:
        raise BadParameter(
            "the parameter “extend” (data extension) is not supported; send a batch of names as the parameter “queries”"
        )
    if "query" in request.values:
        raise BadParameter(
            "the parameter “query” (version 0.1 of the Reconciliation Service API) is not supported; send a batch as the parameter “queries”"
        )
    if request.method == "POST":
        raise BadParameter("the form field “queries” is missing; send a JSON object with an object for each query")
    return jsonify(manifest(TITLE, current_address()))


@blueprint.get("/reconcile/suggest/entity")
@Documentation(
    produces={"application/json": dict[str, list[Suggestion]]},
    parameters=[
        Parameter("prefix", "The beginning of a name, or the id or IRI of an entity.", example="Kha"),
        Parameter("cursor", "The number of suggestions to skip.", {"type": "integer", "minimum": 0}),
        Parameter(
            "limit", "The number of suggestions at most.", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}
        ),
    ],
    is_costly=True,
)
def suggest_entity() -> Response:
    """Return things whose names are similar to the parameter “prefix”, with their ids, names and types.

    Source: Reconciliation Service API 0.2, “Suggest Services”,
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
    """
    cursor, limit = _read_number("cursor", 0, least=0), _read_number("limit", DEFAULT_LIMIT, least=1)
    return jsonify(suggest(current_served().labels, request.args.get("prefix", ""), _addresses(), cursor, limit))


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


def _parse_json(batch: str) -> object:
    """Return the value of a JSON text. batch: the URL parameter or form field “queries”.

    Raises BadParameter when it is not JSON, is nested too deeply, or contains a number with thousands of digits or a
    surrogate without its pair, which cannot be written as UTF-8.
    """
    try:
        value: object = json.loads(batch)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise BadParameter(
            f"the parameter “queries” is not JSON ({error}); send a JSON object with an object for each query"
        ) from None
    except RecursionError:
        raise BadParameter(
            "the parameter “queries” has brackets nested too deeply; send an object of objects"
        ) from None
    except UnicodeEncodeError:
        raise BadParameter(
            "the parameter “queries” contains an unpaired surrogate (\\ud800 to \\udfff); write the character itself"
        ) from None
    except ValueError:
        raise BadParameter("the parameter “queries” contains a number with thousands of digits; shorten it") from None
    return value
