"""/openapi.json and /llms.txt: what this server offers, for programs and for language models."""

from pathlib import Path

from flask import Blueprint, Response, render_template, send_file

from sjkg.describe.dataset import DESCRIPTION, TITLE
from sjkg.describe.statements import LICENCE
from sjkg.web.context import current_served, current_settings

blueprint = Blueprint("machines", __name__)

OPENAPI = Path(__file__).with_name("openapi.json")


@blueprint.get("/openapi.json")
def openapi():
    """Describe the paths. Source: OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.0"""
    return send_file(OPENAPI, mimetype="application/json")


@blueprint.get("/llms.txt")
def llms():
    """Say in Markdown what is here and how to ask it. Source: https://llmstxt.org/"""
    text = render_template(
        "llms.txt",
        title=TITLE,
        description=DESCRIPTION,
        licence=LICENCE.value,
        address=current_settings().address,
        manifest=current_served().snapshot.manifest,
        queries=current_served().queries.values(),
    )
    return Response(text, content_type="text/plain; charset=utf-8")
