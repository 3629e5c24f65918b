"""The WSGI application: Flask with the blueprints of all routes, wrapped in middleware for HTTP."""

import threading

from flask import Flask

from sjkg.core.settings import Settings
from sjkg.pipeline.check_posted import TurtleChecker
from sjkg.snapshot.index.lists import LIST_NAMES
from sjkg.web import (
    api_docs,
    dataset,
    explain,
    graph_store,
    linked_data,
    ops,
    pages,
    reconcile,
    schema,
    sparql,
    validate,
)
from sjkg.web.fast_path import FastPath
from sjkg.web.http.access_log import AccessLog
from sjkg.web.http.metrics import Metrics
from sjkg.web.http.middleware import HttpMiddleware
from sjkg.web.http.problem import handle_error
from sjkg.web.http.request_body import RequestBodyReader
from sjkg.web.served import CurrentSnapshotFile, SnapshotSwitcher

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        *(sparql, graph_store, linked_data, schema, dataset, api_docs),
        *(explain, validate, reconcile, pages, ops),
    )
)


def create_app(settings: Settings, current_file: CurrentSnapshotFile) -> Flask:
    """Return the application of a server process, with its threads and query workers started.

    It serves the snapshot (build folder) that `current_file` names, and switches when the file names another one.
    Order of the middleware: access log, request body reader, HTTP semantics with the response cache, fast path for point
    queries (one triple pattern with a given subject), Flask.
    Raises UnusableSnapshot when the snapshot cannot be read, and BrokenInput when a saved query cannot be read.
    """
    metrics = Metrics()
    current = SnapshotSwitcher(settings, current_file, metrics.observe_pool)
    current.start_threads()
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # werkzeug would redirect to the host in the request's Host header
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_body_bytes
    app.extensions["sjkg"] = {
        "current": current,
        "settings": settings,
        "metrics": metrics,
        "checker": TurtleChecker(settings),
    }
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(Exception, handle_error)
    routes = frozenset(
        "/" + first for first in (*LIST_NAMES, *(rule.rule.split("/")[1] for rule in app.url_map.iter_rules()))
    )
    fast_path = FastPath(app.wsgi_app, lambda: current.now.public_queue)
    http = HttpMiddleware(
        fast_path, lambda: current.version, settings.cache_mib * 1024 * 1024, AccessLog.record_cache_outcome
    )
    threading.Thread(target=_compile_templates, args=[app], daemon=True).start()
    body_reader = RequestBodyReader(http, settings.max_body_bytes)
    app.wsgi_app = AccessLog(body_reader, metrics, routes, settings.log)  # type: ignore[method-assign]  # Flask's documented way
    return app


def _compile_templates(app: Flask) -> None:
    """Compile all Jinja templates in advance; otherwise the first use of one would take up to 50 ms longer."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
