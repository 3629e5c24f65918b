"""Operations: liveness (/health), readiness (/ready) and metrics (/metrics)."""

from typing import TypedDict

from flask import Blueprint, Response, jsonify

from sjkg.web.context import current_metrics, current_served
from sjkg.web.http.metrics import CONTENT_TYPE
from sjkg.web.openapi import Documentation

blueprint = Blueprint("health", __name__)


class Status(TypedDict):
    """The status of a server process. snapshot: the hash of the served snapshot's inputs."""

    status: str
    snapshot: str
    triples: int
    version: str


STATUS_TYPES = {"application/json": Status}


@blueprint.get("/health")
@Documentation(produces=STATUS_TYPES)
def health() -> Response:
    """Return “ok” while the process answers requests."""
    return _status_response("ok")


@blueprint.get("/ready")
@Documentation(produces=STATUS_TYPES, errors=[503, 504])
def ready() -> Response:
    """Return “ready” when the public query queue answers a query, otherwise the error that the query met."""
    current_served().public_queue.query("ASK {}")
    return _status_response("ready")


@blueprint.get("/metrics")
@Documentation(produces={CONTENT_TYPE.partition(";")[0]: None})
def metrics() -> Response:
    """Return request, query and worker metrics in the text format of Prometheus."""
    response = Response(current_metrics().render(), content_type=CONTENT_TYPE)
    response.cache_control.no_store = True
    return response


def _status_response(word: str) -> Response:
    """Return the status of this process with this word."""
    manifest = current_served().snapshot.manifest
    status = Status(
        status=word, snapshot=manifest.inputs_sha256, triples=manifest.triples, version=manifest.versions["sjkg"]
    )
    response = jsonify(status)
    response.cache_control.no_store = True
    return response
