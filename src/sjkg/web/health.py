"""/health: is this process answering, and from which snapshot?"""

from flask import Blueprint, jsonify

from sjkg.web.context import current_snapshot

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health():
    manifest = current_snapshot().manifest
    response = jsonify(
        status="ok", snapshot=manifest.inputs_sha256, triples=manifest.triples, version=manifest.versions["sjkg"]
    )
    response.cache_control.no_store = True
    return response
