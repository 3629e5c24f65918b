"""Routes for machines: liveness, readiness, Prometheus metrics, the OpenAPI document, /llms.txt, robots.txt, sitemap.xml."""

import json
from functools import lru_cache
from typing import Literal, TypedDict

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from sjkg.core.errors import Overloaded
from sjkg.core.settings import Settings
from sjkg.core.vocabulary import own
from sjkg.site.context import thing_paths
from sjkg.site.external_datasets import dataset_path
from sjkg.site.paths import compare_path
from sjkg.snapshot.remote import find_problem
from sjkg.web.context import (
    current_address,
    current_client,
    current_metrics,
    current_problems,
    current_served,
    current_settings,
)
from sjkg.web.http.metrics import CONTENT_TYPE
from sjkg.web.openapi import Documentation, build_document
from sjkg.web.pages.show import FLATTENED, NAVIGATION

blueprint = Blueprint("ops", __name__)

JSON = "application/json"
OVERVIEWS = (
    *("/", *(path for path, _ in NAVIGATION)),
    *(
        "/claims",
        "/remarks",
        "/about",
        "/dataset",
        "/links",
        "/datasets",
        "/validate",
        "/page/ontology",
        "/page/shapes",
    ),
)


class StoreStatus(TypedDict):
    """The store that evaluates queries. kind: “embedded”, stores in this process’s folder, or “remote”, the SPARQL store of `--store`. is_reachable: whether it answers, and a remote one holds this graph."""

    kind: Literal["embedded", "remote"]
    is_reachable: bool


class Status(TypedDict):
    """The JSON body of /health and /ready: the status of a server process.

    status: “ok”, “degraded” (/health, when there are problems) or “ready”. problems: sentences about what does not work at the
    moment and is tried again: query workers that cannot be started, a new snapshot or a script bundle that cannot be read.
    snapshot: the hash (SHA-256) of what the served snapshot was built from. triples: the number of triples in it.
    version: that of the program that built it. store: what evaluates queries.
    """

    status: str
    problems: list[str]
    snapshot: str
    triples: int
    version: str
    store: StoreStatus


STATUS_TYPES = {"application/json": Status}


@blueprint.get("/health")
@Documentation(produces=STATUS_TYPES, errors=[503])
def health() -> Response:
    """Return the status “ok”, or “degraded” with its problems, while the process answers requests.

    Without any query worker it cannot, and the response is 503 with the reason. A store of `--store` that does not answer, or
    does not hold this graph, is a problem: pages and results that are cached are still sent.
    """
    workers = current_served().workers
    if not workers.can_evaluate:
        raise Overloaded(workers.problem)
    problem = find_problem(current_served().snapshot, current_settings())
    return _status_response("degraded" if problem or current_problems() else "ok", problem)


@blueprint.get("/ready")
@Documentation(produces=STATUS_TYPES, errors=[429, 502, 503, 504])
def ready() -> Response:
    """Return the status “ready”, with hash, triples and version of the snapshot, when a query worker answers.

    Otherwise the response is the problem document of the query's error, such as 503 when too many queries wait, or 502 when the
    SPARQL store of `--store` cannot be reached.
    """
    current_served().public_queue.query("ASK {}", client=current_client())
    return _status_response("ready")


@blueprint.get("/metrics")
@Documentation(produces={CONTENT_TYPE.partition(";")[0]: None})
def metrics() -> Response:
    """Return the metrics of requests, queries and query workers of all server processes, in the text format of Prometheus."""
    response = Response(current_metrics().render(), content_type=CONTENT_TYPE)
    response.cache_control.no_store = True
    return response


def _status_response(status: str, store_problem: str = "") -> Response:
    """Return a response, not to be cached, with a Status as JSON: `status`, problems, and facts of the snapshot.

    store_problem: why the store of `--store` cannot be used, "" if it can.
    """
    manifest = current_served().snapshot.manifest
    response = jsonify(
        Status(
            status=status,
            problems=[*current_problems(), *filter(None, [store_problem])],
            snapshot=manifest.inputs_sha256,
            triples=manifest.statistics.triples,
            version=manifest.versions["sjkg"],
            store=StoreStatus(
                kind="remote" if current_settings().store else "embedded", is_reachable=not store_problem
            ),
        )
    )
    response.cache_control.no_store = True
    return response


@blueprint.get("/openapi.json")
@Documentation(produces={JSON: dict[str, object]})
def openapi() -> Response:
    """Return the description of all routes of the server, an OpenAPI 3.1 document in JSON.

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
        title=own().about.title,
        event=own().about.fill("{event-id}"),
        description=own().about.description,
        licence=own().about.licence,
        address=current_address(),
        manifest=served.snapshot.manifest,
        queries=served.queries.values(),
    )
    return Response(text, content_type="text/plain; charset=utf-8")


@blueprint.get("/robots.txt")
@Documentation(produces={"text/plain": None})
def robots() -> Response:
    """Return the rules for crawlers: no filtered lists and no query results; the address of the sitemap.

    Source: RFC 9309, https://www.rfc-editor.org/rfc/rfc9309
    """
    lines = (
        "User-agent: *",
        f"Disallow: {current_settings().site_path}/*?",
        f"Sitemap: {current_address()}/sitemap.xml",
    )
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
@Documentation(produces={"application/xml": None})
def sitemap() -> Response:
    """Return the addresses of all pages: overviews, lists, questions, and things of the index. Filtered lists are left out.

    Source: https://www.sitemaps.org/protocol.html
    """
    served = current_served()
    compared = map(compare_path, served.labels.linked.events())
    questions = (f"/questions/{name}" for name in served.queries)
    datasets = map(dataset_path, served.labels.linked.datasets)
    paths = (*OVERVIEWS, *questions, *datasets, *compared, *thing_paths(served.labels))
    text = render_template(
        "sitemap.xml", address=current_address(), paths=dict.fromkeys(paths), modified=served.snapshot.manifest.modified
    )
    return Response(text, mimetype="application/xml")
