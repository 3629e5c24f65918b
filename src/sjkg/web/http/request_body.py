"""Reads the bodies of requests before anything else does, a few at a time.

A WSGI server reads a body in the thread that answers, and Granian has no timeout for one. So clients that send slowly may
take the places that are meant for it, and no more: whoever asks without a body is answered as ever.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from threading import Semaphore

from sjkg.web.http.problem import refuse

READERS = 8
WAIT_S = 0.25  # for a place; bodies that come at once take microseconds
REFUSAL = "too many requests are still being sent to this server; ask again in a moment, or with GET"


class RequestBodyReader:
    """The middleware. max_bytes: longer bodies are left to the application, which refuses them by their length."""

    def __init__(self, app: Callable, max_bytes: int):
        self._app, self._max_bytes = app, max_bytes
        self._places = Semaphore(READERS)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if self._has_body(environ):
            if not self._places.acquire(timeout=WAIT_S):
                return refuse(start_response, HTTPStatus.SERVICE_UNAVAILABLE, REFUSAL, Retry_After="1")
            try:
                environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(self._max_bytes + 1))
            finally:
                self._places.release()
        return self._app(environ, start_response)

    def _has_body(self, environ: dict) -> bool:
        """Tell whether there is a body to be read: one of a length that is allowed, or of a length that is not told."""
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal():
            return 0 < int(length) <= self._max_bytes
        return "HTTP_TRANSFER_ENCODING" in environ
