"""Reading of request bodies into memory, with a limit on how many are read at the same time.

The server (Granian) reads a body in the thread that handles the request and has no timeout for it. With the limit, slow
uploads cannot occupy every thread, and requests without a body are always handled.
"""

from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from threading import Semaphore
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.web.http.headers import ERROR_HEADERS
from sjkg.web.http.problem import Problem, send_problem

MAX_READERS = 8
WAIT_S = 0.25  # for a free reader; a body that arrives at once is read in microseconds
TOO_MANY = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "the server is still receiving too many other request bodies; repeat the request in a moment, or send it as GET",
    headers={**ERROR_HEADERS, "Retry-After": "1"},
)


class RequestBodyReader:
    """WSGI middleware that reads the request body into memory before it calls the application.

    It sends 503 with Retry-After when MAX_READERS bodies are being read and none is complete within WAIT_S seconds.
    max_bytes: a body with a larger Content-Length is left unread, and the application sends 413 for it.
    """

    def __init__(self, app: WSGIApplication, max_bytes: int) -> None:
        self._app, self._max_bytes = app, max_bytes
        self._readers = Semaphore(MAX_READERS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._has_readable_body(environ):
            if not self._readers.acquire(timeout=WAIT_S):
                return send_problem(TOO_MANY, start_response)
            try:
                environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(self._max_bytes + 1))
            finally:
                self._readers.release()
        return self._app(environ, start_response)

    def _has_readable_body(self, environ: WSGIEnvironment) -> bool:
        """Return True when the request has a body of 1 to `max_bytes` bytes, or one of unknown length."""
        length: str = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal():
            return 0 < int(length) <= self._max_bytes
        return "HTTP_TRANSFER_ENCODING" in environ
