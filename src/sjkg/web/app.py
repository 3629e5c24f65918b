"""The WSGI application: Flask with the blueprints of all routes, wrapped in middleware for HTTP, and a queue of page views."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from sjkg.core.settings import Settings
from sjkg.pipeline.check_posted import TurtleChecker
from sjkg.snapshot.index.lists import LIST_NAMES
from sjkg.web import dataset, explain, linked_data, links, ops, pages, reconcile, sparql, validate
from sjkg.web.context import current_client
from sjkg.web.current_file import CurrentSnapshotFile
from sjkg.web.fast_path import FastPath
from sjkg.web.http.access_log import AccessLog
from sjkg.web.http.clients import MAX_VIEWS_RUNNING, MAX_VIEWS_WAITING, UNQUEUED
from sjkg.web.http.connection import RequestBodyReader, close_stalled_connection
from sjkg.web.http.log_writer import STANDARD_ERROR
from sjkg.web.http.metrics import Metrics
from sjkg.web.http.middleware import HttpMiddleware
from sjkg.web.http.precompressed import send_precompressed
from sjkg.web.http.problem import handle_error
from sjkg.web.http.public_path import LinkPrefixer, PathRemover
from sjkg.web.http.sending import SendingLimiter
from sjkg.web.served import STATIC, SnapshotSwitcher
from sjkg.workers.fair_queue import FairQueue

BLUEPRINTS = tuple(
    module.blueprint for module in (sparql, linked_data, dataset, links, explain, validate, reconcile, pages, ops)
)


class Site(Flask):
    """Flask with a fair queue of the views that compute in this process: pages, documents, explanations, reconciliation.

    settings: the source of query_wait_s, the longest time that a view waits. SPARQL queries and checks of posted Turtle have
    queues of their own; requests of the operator, such as /health, are not queued.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(__name__)
        self._places = FairQueue(MAX_VIEWS_RUNNING, MAX_VIEWS_WAITING, settings.query_wait_s)

    def send_static_file(self, filename: str) -> Response:
        """Return the response with a static file; with its compressed form if the build made one and the client accepts it.

        Raises NotFound if there is no such file.
        """
        return send_precompressed(str(STATIC), filename) or super().send_static_file(filename)

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view of the current request when it has a place in the queue, and return its result.

        Raises what the view raises, and Overloaded or TooManyRequests if there is no place for it.
        """
        if request.blueprint in UNQUEUED:
            return super().dispatch_request()
        dispatch = super().dispatch_request
        return self._places.run(current_client(), lambda _: dispatch())


def create_app(
    settings: Settings,
    current_file: CurrentSnapshotFile,
    process_index: int = 0,
    write_line: Callable[[bytes], object] = partial(os.write, STANDARD_ERROR),
) -> Flask:
    """Return the application of a server process, with its threads and query workers started.

    It serves the snapshot (build folder) that `current_file` names, and switches when the file names another one.
    process_index: index of the server process among all of them, from 0.
    Order of the middleware: access log, limiter of responses being sent, remover of the site's path, request body reader, HTTP semantics with the response
    cache, fast path for light queries (a few triple patterns that start at a given node), prefixer of links, Flask. Remover and
    prefixer are there only if the public URL has a path.
    write_line: writes a line of the access log, with its line feed.
    Raises UnusableSnapshot when the snapshot cannot be read, and BrokenInput when a saved query cannot be read.
    """
    metrics = Metrics(process_index)
    current = SnapshotSwitcher(settings, current_file, metrics.observe_pool, metrics.restore_files)
    current.start_threads()
    app = Site(settings)
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
    site_path = settings.site_path
    inner = LinkPrefixer(app.wsgi_app, site_path) if site_path else app.wsgi_app
    fast_path = FastPath(inner, lambda: current.now.public_queue, settings.trusted_proxies)
    http = HttpMiddleware(
        fast_path, lambda: current.version, settings.cache_mib * 1024 * 1024, AccessLog.record_cache_outcome
    )
    threading.Thread(target=_compile_templates, args=[app], daemon=True).start()
    body_reader = RequestBodyReader(http, settings.max_body_bytes)
    outer = PathRemover(body_reader, site_path) if site_path else body_reader
    limiter = SendingLimiter(outer, settings.max_unsent_bytes, close_stalled_connection)
    app.wsgi_app = AccessLog(limiter, metrics, routes, settings.log, write_line)  # type: ignore[method-assign]  # Flask's documented way
    return app


def _compile_templates(app: Flask) -> None:
    """Compile all Jinja templates in advance; otherwise the first use of one would take up to 50 ms longer.

    Stop when a file cannot be read, as for want of descriptors; a request for a page will report it.
    """
    with suppress(OSError):
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
