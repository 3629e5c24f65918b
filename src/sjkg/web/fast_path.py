"""A fast path for GET /sparql?query=…, in front of Flask.

It avoids Flask's request object, routing and hooks, which take longer than a light query. The
responses are byte-identical to those of the Flask view. Requests with other parameters, with a query that is not UTF-8, and
those that prefer an HTML page are passed on to Flask.
Source: SPARQL 1.1 Protocol §2.1.1, https://www.w3.org/TR/sparql11-protocol/#query-via-get
"""

from binascii import a2b_qp
from collections.abc import Callable, Iterable
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.web.http.access_log import RECORD
from sjkg.web.http.cache import QUERY_PATH
from sjkg.web.http.clients import identify_client
from sjkg.web.http.negotiation import HTML
from sjkg.web.http.problem import prefers_html_problem, send_problem, to_problem
from sjkg.web.sparql_protocol import negotiate, result_headers
from sjkg.workers.query_queue import QueryQueue

PREFIX = "query="


class FastPath:
    """WSGI middleware that answers GET /sparql?query=… itself and passes other requests on to `app`.

    queue: returns the queue of the query workers of the snapshot that is served now. trusted_proxies: the setting of
    that name, the addresses whose header X-Forwarded-For is believed.
    """

    def __init__(self, app: WSGIApplication, queue: Callable[[], QueryQueue], trusted_proxies: tuple[str, ...]) -> None:
        self._app, self._queue, self._trusted_proxies = app, queue, trusted_proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        text, accept = read_plain_query(environ), environ.get("HTTP_ACCEPT")
        if text is None or prefers_html_problem(accept):
            return self._app(environ, start_response)
        environ[RECORD].query = text
        result = None
        try:
            formats = negotiate(accept, ())
            if HTML not in formats.values():
                client = identify_client(environ, self._trusted_proxies)
                result = self._queue().query(text, formats, client=client, explains_empty=True)
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
        and parameters.isprintable()
        and not environ.get("CONTENT_TYPE")
    )
    try:
        return decode_parameter(parameters.removeprefix(PREFIX)).decode() if is_plain else None
    except UnicodeDecodeError:
        return None


def decode_parameter(encoded: str) -> bytes:
    """Return the bytes of a value of a query string (application/x-www-form-urlencoded), printable ASCII; + is a space.

    Quoted-printable (RFC 2045) is the same but for its sign, =, and Python decodes it in C: for a query, ten times as fast
    as urllib. A % without two hexadecimal digits after it makes the result longer than it should be; then urllib decodes.
    """
    spaced = encoded.replace("+", " ")
    decoded = a2b_qp(spaced.replace("=", "=3D").replace("%", "="))
    return decoded if len(decoded) == len(spaced) - 2 * spaced.count("%") else unquote_to_bytes(spaced)
