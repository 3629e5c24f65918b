"""Request body reading, with a limit on concurrent readers.

Granian reads a body in the thread that handles the request and has no timeout for it. The limit keeps slow uploads
from occupying every thread: requests without a body are not affected by them.
"""

from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from threading import Semaphore
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.web.http.problem import refuse

MAX_READERS = 8
WAIT_S = 0.25  # for a free reader; a body that arrives at once is read in microseconds
TOO_MANY = (
    "the server is still receiving too many other request bodies; repeat the request in a moment, or send it as GET"
)


class RequestBodyReader:
    """WSGI middleware that reads the body into memory before the application is called.

    max_bytes: bodies with a longer Content-Length are left unread, for the application to refuse.
    """

    def __init__(self, app: WSGIApplication, max_bytes: int) -> None:
        self._app, self._max_bytes = app, max_bytes
        self._readers = Semaphore(MAX_READERS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._is_to_be_read(environ):
            if not self._readers.acquire(timeout=WAIT_S):
                return refuse(start_response, HTTPStatus.SERVICE_UNAVAILABLE, TOO_MANY, Retry_After="1")
            try:
                environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(self._max_bytes + 1))
            finally:
                self._readers.release()
        return self._app(environ, start_response)

    def _is_to_be_read(self, environ: WSGIEnvironment) -> bool:
        """Return True when there is a body of a permitted or of an unknown length."""
        length: str = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal():
            return 0 < int(length) <= self._max_bytes
        return "HTTP_TRANSFER_ENCODING" in environ
