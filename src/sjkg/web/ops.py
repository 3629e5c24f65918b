"""HTTP routes for operations: liveness (/health), readiness (/ready) and Prometheus metrics (/metrics)."""

from typing import TypedDict

from flask import Blueprint, Response, jsonify

from sjkg.web.context import current_metrics, current_served
from sjkg.web.http.metrics import CONTENT_TYPE
from sjkg.web.openapi import Documentation

blueprint = Blueprint("health", __name__)


class Status(TypedDict):
    """The JSON body of /health and /ready: the status of a server process.

    status: “ok” or “ready”. snapshot: the hash (SHA-256) of the inputs of the served snapshot. triples: their number in it.
    version: the version of the program that built it.
    """

    status: str
    snapshot: str
    triples: int
    version: str


STATUS_TYPES = {"application/json": Status}


@blueprint.get("/health")
@Documentation(produces=STATUS_TYPES)
def health() -> Response:
    """Return the status “ok”, with snapshot, triples and version, while the process answers requests."""
    return _status_response("ok")


@blueprint.get("/ready")
@Documentation(produces=STATUS_TYPES, errors=[503, 504])
def ready() -> Response:
    """Return the status “ready”, with snapshot, triples and version, when a query worker answers a query.

    Otherwise the response is the problem document of the query's error, such as 503 when too many queries wait.
    """
    current_served().public_queue.query("ASK {}")
    return _status_response("ready")


@blueprint.get("/metrics")
@Documentation(produces={CONTENT_TYPE.partition(";")[0]: None})
def metrics() -> Response:
    """Return the metrics of requests, queries and query workers of all server processes, in the text format of Prometheus."""
    response = Response(current_metrics().render(), content_type=CONTENT_TYPE)
    response.cache_control.no_store = True
    return response


def _status_response(status: str) -> Response:
    """Return a response, not to be cached, with a Status as JSON: this status and facts of the served snapshot."""
    manifest = current_served().snapshot.manifest
    response = jsonify(
        Status(
            status=status, snapshot=manifest.inputs_sha256, triples=manifest.triples, version=manifest.versions["sjkg"]
        )
    )
    response.cache_control.no_store = True
    return response
