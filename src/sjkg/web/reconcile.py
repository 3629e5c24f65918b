"""The reconciliation service at /reconcile, by which OpenRefine matches names in users' tables with things of the graph.

Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

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
    """Return candidates for each name of a batch, the best first, or the service manifest when there is no batch.

    Source: Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
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
    """Return things whose names are similar to the parameter “prefix”, with their ids, names and types.

    Source: Reconciliation Service API 0.2, “Suggest Services”,
    https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
    """
    return jsonify(suggest(current_served().labels, request.args.get("prefix", "")))


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
