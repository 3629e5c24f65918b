"""Slow clients and oversized requests: limits on uploads and on parameters, timeouts.

The server (Granian) reads a body in the thread that handles the request and has no timeout for it. With the limit, slow
uploads cannot occupy every thread, and requests without a body are always handled. Connections that stand still are found
by what the kernel knows of each socket of this process, on Linux only.
"""

import logging
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.core.messages import count_noun
from sjkg.web.http.headers import ERROR_HEADERS
from sjkg.web.http.problem import Problem, send_problem

LOGGER = logging.getLogger("sjkg")
MAX_READERS = 8
MAX_PARAMETERS = 1000  # in the query string, and in a form; each one costs microseconds and memory when it is parsed
FORM = "application/x-www-form-urlencoded"
WAIT_S = 0.25  # for a free reader; a body that arrives at once is read in microseconds
SURVEY_S = 2  # between looks at the connections
UNSENT_BYTES = 128 * 1024  # of a connection, that the kernel takes beyond what the client can receive
TCP_NOTSENT_LOWAT = 25  # the option's number on Linux; the module socket has no name for it
TCP_ESTABLISHED = 1  # a state, on Linux
# Of struct tcp_info: state, unacknowledged segments, ms since data were sent and received, bytes that the client has
# acknowledged and sent, unsent bytes; linux/tcp.h
TCP_INFO = struct.Struct("=B23xI16xI4xI64xQQ8xI")
GUARD_S = 0.02  # between looks for uploads that are too long
CHUNK_OVERHEAD = 8  # a chunk of one byte takes six on the wire
RESET = struct.pack("@ii", 1, 0)  # SO_LINGER: do not wait until the client has taken what was sent
TOO_MANY = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "the server is still receiving too many other request bodies; repeat the request in a moment, or send it as GET",
    headers={**ERROR_HEADERS, "Retry-After": "1"},
)
TOO_LARGE = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "the request body is larger than this server reads; send a shorter one",
    headers=ERROR_HEADERS,
)
EMPTY_OR_CUT = Problem(
    HTTPStatus.BAD_REQUEST,
    "the chunked request body is empty, malformed, or ends before its last chunk; send all of it, or send it with Content-Length",
    headers=ERROR_HEADERS,
)
TOO_MANY_PARAMETERS = Problem(
    HTTPStatus.BAD_REQUEST,
    f"the request has more than {MAX_PARAMETERS:,} parameters, the limit of this server; send fewer",
    headers=ERROR_HEADERS,
)


class RequestBodyReader:
    """WSGI middleware that reads the request body into memory before it calls the application.

    It sends 503 with Retry-After when MAX_READERS bodies are being read and none is complete within WAIT_S seconds; 413 when
    a body of unknown length is larger than `max_bytes`; 400 when a body is shorter than its Content-Length, when a chunked body
    of a POST is empty, cut off or malformed, and when the query string or a form has more than MAX_PARAMETERS parameters.
    max_bytes: a body with a larger Content-Length is left unread, and the application sends 413 for it, too.
    """

    def __init__(self, app: WSGIApplication, max_bytes: int) -> None:
        self._app, self._max_bytes = app, max_bytes
        self._readers = threading.Semaphore(MAX_READERS)
        self._guard = UploadGuard(CHUNK_OVERHEAD * max_bytes)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._has_readable_body(environ):
            if not self._readers.acquire(timeout=WAIT_S):
                return send_problem(TOO_MANY, start_response)
            length = environ.get("CONTENT_LENGTH", "")
            try:
                body = self._read(environ, is_chunked=not length.isdecimal())
            finally:
                self._readers.release()
            if length.isdecimal() and len(body) < int(length):
                return send_problem(_cut_body(len(body), int(length)), start_response)
            if len(body) > self._max_bytes:
                return send_problem(TOO_LARGE, start_response)
            if not (body or length) and environ["REQUEST_METHOD"] == "POST":
                return send_problem(EMPTY_OR_CUT, start_response)
            environ["wsgi.input"] = BytesIO(body)
            if body.count(b"&") >= MAX_PARAMETERS and environ.get("CONTENT_TYPE", "").lower().startswith(FORM):
                return send_problem(TOO_MANY_PARAMETERS, start_response)
        if environ.get("QUERY_STRING", "").count("&") >= MAX_PARAMETERS:
            return send_problem(TOO_MANY_PARAMETERS, start_response)
        return self._app(environ, start_response)

    def _read(self, environ: WSGIEnvironment, *, is_chunked: bool) -> bytes:
        """Return the body of a request, at most max_bytes + 1 bytes of it; an empty one for a chunked one that is cut off.

        Only `read` without a size tells Granian's chunked bodies that are cut off or malformed from complete ones.
        """
        if is_chunked and sys.platform == "linux":
            with self._guard.watch():
                return bytes(environ["wsgi.input"].read()[: self._max_bytes + 1])
        return bytes(environ["wsgi.input"].read(self._max_bytes + 1))

    def _has_readable_body(self, environ: WSGIEnvironment) -> bool:
        """Return True when the request has a body of 1 to `max_bytes` bytes, or one of unknown length."""
        length: str = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal():
            return 0 < int(length) <= self._max_bytes
        return "HTTP_TRANSFER_ENCODING" in environ


def _cut_body(size: int, length: int) -> Problem:
    """Return the Problem of a request whose body has `size` bytes, fewer than its Content-Length `length`."""
    detail = (
        f"the request body has {count_noun(size, 'byte')}, fewer than its Content-Length of {length}; send all of it"
    )
    return Problem(HTTPStatus.BAD_REQUEST, detail, headers=ERROR_HEADERS)


@dataclass(frozen=True)
class ConnectionState:
    """State of a TCP connection, from the kernel (struct tcp_info of Linux).

    is_established: False for a listening socket and one that either side has closed. is_unsent: whether data wait to be taken
    by the client. sent_s, received_s: seconds since data were last sent and received. acknowledged_bytes, received_bytes: all
    that the client has acknowledged and sent.
    """

    is_established: bool
    is_unsent: bool
    sent_s: float
    received_s: float
    acknowledged_bytes: int
    received_bytes: int


def _own_sockets() -> Iterator[socket.socket]:
    """Yield the TCP sockets of this process, each as a duplicate that is closed afterwards; none on other systems than Linux."""
    if sys.platform != "linux":
        return
    for path in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            if not path.is_socket():
                continue
            with socket.socket(fileno=os.dup(int(path.name))) as duplicate:
                if duplicate.family in (socket.AF_INET, socket.AF_INET6) and duplicate.type == socket.SOCK_STREAM:
                    yield duplicate


def _state_of(connection: socket.socket) -> ConnectionState:
    """Return the state of a TCP socket. Raises OSError when the system has no such states."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO.size)
    state, pending, sent_ms, received_ms, acknowledged, received, unsent = TCP_INFO.unpack(
        info.ljust(TCP_INFO.size, b"\0")
    )
    is_unsent = bool(pending or unsent)
    return ConnectionState(
        state == TCP_ESTABLISHED, is_unsent, sent_ms / 1000, received_ms / 1000, acknowledged, received
    )


def _reset(connection: socket.socket) -> None:
    """Close a connection at once, without waiting until the client has taken what was sent."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.shutdown(socket.SHUT_RDWR)


class UploadGuard:
    """A watch over uploads of unknown length: closes connections over which more than `max_bytes` come in at a stretch.

    At a stretch means: while nothing of a response was taken by the client.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._count = 0  # of `with` blocks in which the watch is on

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Check the connections of this process while the `with` block runs; one thread does so for all such blocks."""
        with self._lock:
            self._count += 1
            if self._count == 1:
                threading.Thread(target=self._watch_uploads, daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1

    def _watch_uploads(self) -> None:
        """Check all connections every GUARD_S seconds, less often if that takes long, until the last block of `watch` has ended."""
        begun: dict[int, tuple[int, int]] = {}  # bytes acknowledged and received at the begin of a stretch, by inode
        while self._count:
            started = time.perf_counter()
            with suppress(OSError):  # no descriptors left
                for connection in _own_sockets():
                    with suppress(OSError):  # closed meanwhile
                        self._check(connection, begun)
            time.sleep(max(GUARD_S, 20 * (time.perf_counter() - started)))

    def _check(self, connection: socket.socket, begun: dict[int, tuple[int, int]]) -> None:
        """Close a connection over which too much came in since the numbers of bytes in `begun`; update these."""
        state, inode = _state_of(connection), os.fstat(connection.fileno()).st_ino
        acknowledged, received = begun.get(inode, (-1, 0))
        if acknowledged != state.acknowledged_bytes:
            begun[inode] = state.acknowledged_bytes, state.received_bytes
        elif state.received_bytes - received > self._max_bytes:
            _reset(connection)


def close_stalled_connection(min_s: float) -> bool:
    """Close the connection of this process whose client has taken nothing for longest although data wait for it.

    min_s: the least time in seconds. Return False when there is no such connection.
    """
    longest, slowest = min_s, None
    with suppress(OSError), ExitStack() as duplicates:  # no descriptors left, or closed meanwhile
        for connection in _own_sockets():
            state = _state_of(connection)
            if state.is_established and state.is_unsent and state.sent_s >= longest:
                longest, slowest = state.sent_s, duplicates.enter_context(connection.dup())
        if slowest:
            _reset(slowest)
            LOGGER.warning(
                "closed a connection whose client read nothing for %.0f s, to free memory for other responses", longest
            )
            return True
    return False


def survey_connections(send_timeout_s: float, idle_timeout_s: float) -> None:
    """Make the kernel close connections whose client takes nothing for `send_timeout_s`; close those that stand still.

    A connection stands still if nothing was sent or received for `idle_timeout_s` seconds, longer than any response takes, as
    in an upload that is never completed. The listening socket passes the kernel's settings on to new connections.
    """
    for connection in _own_sockets():
        with suppress(OSError):  # closed meanwhile
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(send_timeout_s * 1000))
            connection.setsockopt(socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_BYTES)
            state = _state_of(connection)
            if state.is_established and min(state.sent_s, state.received_s) >= idle_timeout_s:
                _reset(connection)


def start_surveys(send_timeout_s: float, idle_timeout_s: float) -> None:
    """Start a daemon thread that calls `survey_connections` with these arguments every SURVEY_S seconds."""
    arguments = (send_timeout_s, idle_timeout_s)
    threading.Thread(target=_survey_for_ever, args=arguments, daemon=True).start()


def _survey_for_ever(send_timeout_s: float, idle_timeout_s: float) -> None:
    """Call `survey_connections` with these arguments every SURVEY_S seconds; never return."""
    while True:
        with suppress(OSError):  # no descriptors left; the next survey may have some
            survey_connections(send_timeout_s, idle_timeout_s)
        time.sleep(SURVEY_S)
