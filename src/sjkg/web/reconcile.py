"""The reconciliation service /reconcile, which matches names in users' tables with things of the graph (OpenRefine)."""

import json

from flask import Blueprint, Response, jsonify, request

from sjkg.core.errors import BadParameter
from sjkg.describe.dataset import TITLE
from sjkg.site.reconcile import Candidate, Suggestion, manifest, read_queries, reconcile, suggest
from sjkg.web.context import current_served, current_settings
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.sparql_protocol import FORM

blueprint = Blueprint("reconcile", __name__)

QUERIES = Parameter(
    "queries",
    "A batch of queries: a JSON object with an object for each query. Without it the service manifest is returned.",
    example='{"q0": {"query": "Khasan", "limit": 3}}',
)


@blueprint.route("/reconcile", methods=["GET", "POST"])
@Documentation(
    produces={"application/json": dict[str, dict[str, list[Candidate]]] | dict[str, object]},
    parameters=[QUERIES],
    body={FORM: {"type": "object", "required": ["queries"], "properties": {"queries": QUERIES.schema}}},
)
def service() -> Response:
    """Return candidates for a batch of names, or the service manifest when there is no batch.

    Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
    """
    batch = request.values.get("queries")
    if batch is None:
        return jsonify(manifest(TITLE, current_settings().address))
    return jsonify(reconcile(current_served().labels, read_queries(_parse_json(batch))))


@blueprint.get("/reconcile/suggest/entity")
@Documentation(
    produces={"application/json": dict[str, list[Suggestion]]},
    parameters=[Parameter("prefix", "The beginning of a name.", example="Kha")],
)
def suggest_entity() -> Response:
    """Return things whose names are similar to the parameter “prefix”."""
    return jsonify(suggest(current_served().labels, request.args.get("prefix", "")))


def _parse_json(batch: str) -> object:
    """Return the value of a JSON text. Raises BadParameter when it is malformed or cannot be written as UTF-8 again."""
    try:
        value: object = json.loads(batch)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise BadParameter(f"the parameter “queries” is not JSON: {error}") from None
    except (ValueError, RecursionError):
        raise BadParameter(
            "the parameter “queries” contains an unpaired surrogate (\\ud800 to \\udfff), a number with thousands of "
            "digits or brackets nested too deeply; send an object with an object for each query"
        ) from None
    return value
