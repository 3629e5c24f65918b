"""Plain queries, answered in front of Flask: GET /sparql?query=… for a table or a graph, as nearly all programs ask.

The answers are those of Flask, byte for byte; what is saved is a request object, routing and hooks, which cost more than to
look one thing up. All else goes on to Flask: other parameters, bytes that are no UTF-8, pages, and every error.
"""

from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes

from sjkg.store.datasets import Scope
from sjkg.store.query_result import QueryResult
from sjkg.web.http.access_log import RECORD
from sjkg.web.http.cache import QUERY_PATH
from sjkg.web.http.negotiation import HTML
from sjkg.web.sparql import FAILURE, QueryRequest, evaluate, headers_of, negotiate
from sjkg.workers.query_queue import QueryQueue

PLAIN = "query="


class FastPath:
    """The middleware. store: where queries are asked now."""

    def __init__(self, app: Callable, store: Callable[[], QueryQueue]):
        self._app, self._store = app, store

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        try:
            answer = self._answer(environ)
        except Exception as error:  # Flask tells it, as it tells all others
            return self._app({**environ, FAILURE: error}, start_response)
        if answer is None:
            return self._app(environ, start_response)
        start_response("200 OK", headers_of(answer))
        return answer.chunks

    def _answer(self, environ: dict) -> QueryResult | None:
        """Return the answer to a plain query, None where the request is something else."""
        text = read_plain(environ)
        if text is None:
            return None
        environ[RECORD].query = text
        chosen = negotiate(environ.get("HTTP_ACCEPT"), None)
        if HTML in chosen.values():
            return None
        return evaluate(self._store(), QueryRequest(text, Scope(), None), chosen, environ["REMOTE_ADDR"])


def read_plain(environ: dict) -> str | None:
    """Return the query of a GET that says nothing else, None where the request is something else."""
    parameters = environ.get("QUERY_STRING", "")
    is_plain = (
        environ["PATH_INFO"] == QUERY_PATH
        and environ["REQUEST_METHOD"] == "GET"
        and parameters.startswith(PLAIN)
        and "&" not in parameters
        and parameters.isascii()
        and not environ.get("CONTENT_TYPE")
    )
    try:
        return unquote_to_bytes(parameters.removeprefix(PLAIN).replace("+", " ")).decode() if is_plain else None
    except UnicodeDecodeError:
        return None
