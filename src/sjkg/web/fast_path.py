"""A fast path for GET /sparql?query=…, in front of Flask.

It saves Flask's request object, routing and hooks, which cost more than a point query. Responses are byte-identical to
Flask's. Requests with other parameters, with bytes that are not UTF-8, and those that prefer a page go on to Flask.
"""

from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.store.datasets import Scope
from sjkg.store.query_result import QueryResult
from sjkg.web.http.access_log import RECORD
from sjkg.web.http.cache import QUERY_PATH
from sjkg.web.http.negotiation import HTML
from sjkg.web.http.problem import prefers_html_problem, send_problem, to_problem
from sjkg.web.sparql_protocol import QueryRequest, negotiate, result_headers, run_query
from sjkg.workers.query_queue import QueryQueue

PREFIX = "query="


class FastPath:
    """WSGI middleware. queue: returns the query queue of the snapshot that is served now."""

    def __init__(self, app: WSGIApplication, queue: Callable[[], QueryQueue]) -> None:
        self._app, self._queue = app, queue

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        text = read_plain_query(environ)
        if text is None or prefers_html_problem(environ.get("HTTP_ACCEPT")):
            return self._app(environ, start_response)
        environ[RECORD].query = text
        try:
            result = self._run(text, environ)
        except Exception as error:
            return send_problem(to_problem(error, environ), start_response)
        if result is None:
            return self._app(environ, start_response)
        start_response("200 OK", result_headers(result))
        return result.chunks

    def _run(self, text: str, environ: WSGIEnvironment) -> QueryResult | None:
        """Return the result of a query, or None when the request prefers a page to some kind of result."""
        formats = negotiate(environ.get("HTTP_ACCEPT"), None)
        if HTML in formats.values():
            return None
        return run_query(self._queue(), QueryRequest(text, Scope(), None), formats, environ["REMOTE_ADDR"])


def read_plain_query(environ: WSGIEnvironment) -> str | None:
    """Return the query of a GET whose only parameter it is, or None for any other request."""
    parameters = environ.get("QUERY_STRING", "")
    is_plain = (
        environ["PATH_INFO"] == QUERY_PATH
        and environ["REQUEST_METHOD"] == "GET"
        and parameters.startswith(PREFIX)
        and "&" not in parameters
        and parameters.isascii()
        and not environ.get("CONTENT_TYPE")
    )
    try:
        return unquote_to_bytes(parameters.removeprefix(PREFIX).replace("+", " ")).decode() if is_plain else None
    except UnicodeDecodeError:
        return None
