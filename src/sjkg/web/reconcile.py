"""/reconcile: names of other people's tables matched with things of the graph, for OpenRefine and its like."""

import json

from flask import Blueprint, Response, jsonify, request

from sjkg.core.errors import BadParameter
from sjkg.describe.dataset import TITLE
from sjkg.site.reconcile import manifest, read_queries, reconcile, suggest
from sjkg.web.context import current_served, current_settings

blueprint = Blueprint("reconcile", __name__)


@blueprint.route("/reconcile", methods=["GET", "POST"])
def service() -> Response:
    """Answer the batch in the parameter “queries”, or say what the service is where there is none."""
    batch = request.values.get("queries")
    if batch is None:
        return jsonify(manifest(TITLE, current_settings().address))
    return jsonify(reconcile(current_served().labels, read_queries(_read_json(batch))))


@blueprint.get("/reconcile/suggest/entity")
def suggest_entity() -> Response:
    """Answer what the parameter “prefix” begins."""
    return jsonify(suggest(current_served().labels, request.args.get("prefix", "")))


def _read_json(batch: str) -> object:
    """Return what a text says in JSON. Raises BadParameter where it is none, or says what no answer could repeat."""
    try:
        said = json.loads(batch)
        json.dumps(said, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise BadParameter(f"“queries” is no JSON: {error}") from None
    except (ValueError, RecursionError):
        raise BadParameter(
            "“queries” has half a character (\\ud800 to \\udfff alone), a number of thousands of digits or brackets within"
            " brackets without end; send an object with an object for each query"
        ) from None
    return said
