"""Descriptions of the server: the OpenAPI document at /openapi.json, and /llms.txt for language models."""

import json
from functools import lru_cache

from flask import Blueprint, Flask, Response, current_app, render_template

from sjkg.core.settings import Settings
from sjkg.describe.dataset import DESCRIPTION, TITLE
from sjkg.describe.statements import LICENCE
from sjkg.web.context import current_served, current_settings
from sjkg.web.openapi import Documentation, build_document
from sjkg.web.pages.show import FLATTENED

blueprint = Blueprint("api_docs", __name__)

JSON = "application/json"


@blueprint.get("/openapi.json")
@Documentation(produces={JSON: dict[str, object]})
def openapi() -> Response:
    """Return this description of all routes, an OpenAPI 3.1 document in JSON.

    Source: https://spec.openapis.org/oas/v3.1.1
    """
    snapshot = current_served().snapshot.manifest
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # of werkzeug's proxy
    return Response(
        _document(app, current_settings(), snapshot.versions["sjkg"], snapshot.inputs_sha256), mimetype=JSON
    )


@lru_cache(maxsize=1)
def _document(app: Flask, settings: Settings, version: str, snapshot: str) -> str:
    """Return the OpenAPI document of a Flask application as JSON text; the last one is cached.

    version: of sjkg. snapshot: the hash of the served snapshot's inputs; a new one invalidates the cached document, because
    that contains the saved queries of the snapshot.
    """
    return json.dumps(build_document(app, settings, version, FLATTENED), ensure_ascii=False)


@blueprint.get("/llms.txt")
@Documentation(produces={"text/plain": None})
def llms() -> Response:
    """Return an introduction to the data, the saved queries and the API for language models, in Markdown.

    Source: https://llmstxt.org/
    """
    served = current_served()
    text = render_template(
        "llms.txt",
        title=TITLE,
        description=DESCRIPTION,
        licence=LICENCE.value,
        address=current_settings().address,
        manifest=served.snapshot.manifest,
        queries=served.queries.values(),
    )
    return Response(text, content_type="text/plain; charset=utf-8")
