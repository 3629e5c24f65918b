"""/health: is this process there? /ready: does it answer a query now? /metrics: what has the server done?"""

from flask import Blueprint, Response, jsonify

from sjkg.web.context import current_metrics, current_served
from sjkg.web.http.metrics import CONTENT_TYPE

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health():
    return _status("ok")


@blueprint.get("/ready")
def ready():
    """Ask the workers something, in the lane of the users; an error says what is the matter."""
    current_served().public_queue.query("ASK {}")
    return _status("ready")


@blueprint.get("/metrics")
def metrics():
    response = Response(current_metrics().render(), content_type=CONTENT_TYPE)
    response.cache_control.no_store = True
    return response


def _status(word: str) -> Response:
    manifest = current_served().snapshot.manifest
    response = jsonify(
        status=word, snapshot=manifest.inputs_sha256, triples=manifest.triples, version=manifest.versions["sjkg"]
    )
    response.cache_control.no_store = True
    return response
