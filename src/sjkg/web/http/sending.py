"""Responses to slow clients: bounds on their number, their size together, and the time in which a client takes nothing.

The server (Granian) sends a body from memory without telling when it is sent, and an iterable body from the request's
thread, which waits while the client takes nothing, without a timeout. So every body above MAX_FREE_BYTES, and every
body that is not a list in memory, is sent as an iterable of pieces, whose end frees its memory or temporary file. Such
a response is a large one here. The kernel closes a connection whose client takes nothing for long, by the timeout that
module `connection` sets.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.web.http.headers import ERROR_HEADERS, HeaderList
from sjkg.web.http.problem import Problem, send_problem

BODY_BYTES = "sjkg.body_bytes"  # key in the WSGI environment: the size of an iterable body, before compression
MAX_SENDING = 32  # large responses at once; each occupies a request thread
# Bodies in memory of at most this size are not limited: one for each of 1024 connections is 64 MiB.
MAX_FREE_BYTES = 64 * 1024
PIECE_BYTES = 64 * 1024  # Granian takes up to four pieces before they are sent
MIN_STALL_S = 2  # a connection that has taken nothing for this time may be closed to make place for another response
PLACE_WAIT_S = 2  # for a place; most responses are sent in milliseconds
POLL_S = 0.1
BUSY = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "too many other clients are still receiving large responses; send the request again in a moment, or ask for less",
    headers={**ERROR_HEADERS, "Retry-After": "2"},
)


class SendingLimiter:
    """WSGI middleware that bounds the large responses being sent: at most MAX_SENDING, with `max_bytes` of bodies together.

    When a large response finds no place, the connection that has taken nothing for longest is closed, if that is
    MIN_STALL_S or more; if no place is free within PLACE_WAIT_S seconds, 503 is sent instead. A single response may be
    larger than `max_bytes`. The application notes the size of an iterable body in the WSGI environment, under
    BODY_BYTES.
    close_stalled: closes one connection that has taken nothing for at least this time in seconds; returns False if
    there is none.
    """

    def __init__(self, app: WSGIApplication, max_bytes: int, close_stalled: Callable[[float], bool]) -> None:
        self._app, self._max_bytes, self._close_stalled = app, max_bytes, close_stalled
        self._count = self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun: tuple[str, HeaderList] = "", []

        def start(status: str, headers: HeaderList, exc_info: object = None, /) -> Callable[[bytes], Any]:
            nonlocal begun
            begun = status, headers
            # In place of the `write` function of PEP 3333, which no part of this application calls.
            return headers.clear  # type: ignore[return-value]

        body = self._app(environ, start)
        size = sum(map(len, body)) if isinstance(body, list) else environ.get(BODY_BYTES, 0)
        if size > MAX_FREE_BYTES or not isinstance(body, list):
            if not self._wait_for_place(size):
                if hasattr(body, "close"):
                    body.close()
                return send_problem(BUSY, start_response)
            body = SentBody(body, lambda: self._free_place(size))
        start_response(*begun)
        return body

    def _wait_for_place(self, size: int) -> bool:
        """Count one more response with a body of `size` bytes, as soon as it is within the limits.

        Return False if it is not within PLACE_WAIT_S seconds.
        """
        until = time.monotonic() + PLACE_WAIT_S
        while not self._take_place(size):
            if time.monotonic() > until:
                return False
            self._close_stalled(MIN_STALL_S)
            time.sleep(POLL_S)
        return True

    def _take_place(self, size: int) -> bool:
        """Count one more response with a body of `size` bytes if that is within the limits; return whether it is."""
        with self._lock:
            is_free = self._count < MAX_SENDING and (not self._count or self._bytes + size <= self._max_bytes)
            if is_free:
                self._count += 1
                self._bytes += size
            return is_free

    def _free_place(self, size: int) -> None:
        """Count one response less, with a body of `size` bytes."""
        with self._lock:
            self._count -= 1
            self._bytes -= size


class SentBody:
    """The iterable body of a response that is being sent, in pieces of at most PIECE_BYTES.

    on_end: called once, when all of it was taken or the connection was closed.
    """

    def __init__(self, body: Iterable[bytes], on_end: Callable[[], None]) -> None:
        self._body, self._on_end = body, on_end
        self._pieces = _split(body)
        self._has_ended = False

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        """Close the body that this one was made from and call `on_end`, unless that was done."""
        if self._has_ended:
            return
        self._has_ended = True
        self._pieces.close()
        if hasattr(self._body, "close"):
            self._body.close()
        self._body = []
        self._on_end()


def _split(body: Iterable[bytes]) -> Generator[bytes, None, None]:
    """Yield the chunks of a body in pieces of at most PIECE_BYTES."""
    for chunk in body:
        for start in range(0, len(chunk), PIECE_BYTES):
            yield chunk[start : start + PIECE_BYTES]
