"""A fast path for GET /sparql?query=…, in front of Flask.

It avoids Flask's request object, routing and hooks, which take longer than a query for the triples of one subject. The
responses are byte-identical to those of the Flask view. Requests with other parameters, with a query that is not UTF-8, and
those that prefer an HTML page are passed on to Flask.
Source: SPARQL 1.1 Protocol §2.1.1, https://www.w3.org/TR/sparql11-protocol/#query-via-get
"""

from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.store.datasets import Scope
from sjkg.web.http.access_log import RECORD
from sjkg.web.http.cache import QUERY_PATH
from sjkg.web.http.negotiation import HTML
from sjkg.web.http.problem import prefers_html_problem, send_problem, to_problem
from sjkg.web.sparql_protocol import QueryRequest, negotiate, result_headers, run_query
from sjkg.workers.query_queue import QueryQueue

PREFIX = "query="


class FastPath:
    """WSGI middleware that answers GET /sparql?query=… itself and passes other requests on to `app`.

    queue: returns the queue of the query workers of the snapshot that is served now.
    """

    def __init__(self, app: WSGIApplication, queue: Callable[[], QueryQueue]) -> None:
        self._app, self._queue = app, queue

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        text = read_plain_query(environ)
        if text is None or prefers_html_problem(environ.get("HTTP_ACCEPT")):
            return self._app(environ, start_response)
        environ[RECORD].query = text
        result = None
        try:
            formats = negotiate(environ.get("HTTP_ACCEPT"), None)
            if HTML not in formats.values():
                request = QueryRequest(text, Scope(), None)
                result = run_query(self._queue(), request, formats, environ["REMOTE_ADDR"])
        except Exception as error:
            return send_problem(to_problem(error, environ), start_response)
        if result is None:
            return self._app(environ, start_response)
        start_response("200 OK", result_headers(result))
        return result.chunks


def read_plain_query(environ: WSGIEnvironment) -> str | None:
    """Return the decoded SPARQL query of a request GET /sparql?query=… without further parameters, None for any other.

    None also when the query is not UTF-8.
    """
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
