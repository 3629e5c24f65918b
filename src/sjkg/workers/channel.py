"""Messages between a server process and a query worker, over a local socket: a head, a body, and perhaps an open file.

Requests are pickled. Replies are JSON and bytes, so that nothing a worker sends is executed by the server process.
The standard library's `multiprocessing.connection` passes no open file within a message and cannot call back while it waits.
"""

import socket
import struct
from collections.abc import Callable
from typing import IO, Any, NamedTuple, TypeVar

from sjkg.core import errors
from sjkg.store.query_result import AnonymousFile

FRAME = struct.Struct("!IQ")
TIMEVAL = struct.Struct("@ll")
READ_BYTES = 64 * 1024  # most messages come whole in one read

OnTimeout = Callable[[], None]
T = TypeVar("T")


def wait_on() -> None:
    """Do nothing, so that a read or write waits for as long as it takes."""


class Message(NamedTuple):
    """A received message: the head, the body, and the file that came along."""

    head: bytes
    body: bytes
    file: AnonymousFile | None


class Channel:
    """One end of the connection.

    poll_s: time after which a read or write that still waits calls `on_timeout`, which may raise to end it, and then waits
    on; by default no such calls. The kernel keeps the time (SO_RCVTIMEO): a socket's own timeout would cost more system
    calls, each of which lets another thread of this process run first.
    """

    def __init__(self, connection: socket.socket, poll_s: float | None = None):
        self._connection = connection
        self._unread = b""  # the beginning of the next message
        if poll_s:
            for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                connection.setsockopt(socket.SOL_SOCKET, direction, TIMEVAL.pack(int(poll_s), int(poll_s % 1 * 1e6)))

    def send(
        self, head: bytes, body: bytes = b"", file: IO[bytes] | None = None, on_timeout: OnTimeout = wait_on
    ) -> None:
        """Send a message. Raises OSError when the other side has closed the connection."""
        parts = [FRAME.pack(len(head), len(body)), head, body]
        if file:
            sent = _retry_on_timeout(socket.send_fds, on_timeout, self._connection, parts, [file.fileno()])
        else:
            sent = _retry_on_timeout(self._connection.sendmsg, on_timeout, parts)
        if sent < sum(map(len, parts)):
            left = memoryview(b"".join(parts))[sent:]
            while left:
                left = left[_retry_on_timeout(self._connection.send, on_timeout, left) :]

    def receive(self, on_timeout: OnTimeout = wait_on) -> Message:
        """Wait for a message. Raises EOFError when the other side has closed the connection."""
        descriptors: list[int] = []
        while len(self._unread) < FRAME.size:
            received, descriptors, _, _ = _retry_on_timeout(
                socket.recv_fds, on_timeout, self._connection, READ_BYTES, 1
            )
            if not received:
                raise EOFError("the connection ended")
            self._unread += received
        head_bytes, body_bytes = FRAME.unpack_from(self._unread)
        end_of_head = FRAME.size + head_bytes
        end = end_of_head + body_bytes
        if len(self._unread) < end:
            self._read_until(end, on_timeout)
        message, self._unread = self._unread[:end], self._unread[end:]
        file = AnonymousFile(descriptors[0]) if descriptors else None
        return Message(message[FRAME.size : end_of_head], message[end_of_head:], file)

    def close(self) -> None:
        """Close this end of the connection."""
        self._connection.close()

    def _read_until(self, length: int, on_timeout: OnTimeout) -> None:
        """Read until `length` bytes are unread. Raises EOFError."""
        parts, missing = [self._unread], length - len(self._unread)
        while missing:
            parts.append(_retry_on_timeout(self._connection.recv, on_timeout, missing, socket.MSG_WAITALL))
            if not parts[-1]:
                raise EOFError("the connection ended within a message")
            missing -= len(parts[-1])
        self._unread = b"".join(parts)


def _retry_on_timeout(call: Callable[..., T], on_timeout: OnTimeout, *arguments: object) -> T:
    """Return the result of a system call; call `on_timeout` each time that the kernel's timeout has ended it."""
    while True:
        try:
            return call(*arguments)
        except BlockingIOError:
            on_timeout()


def describe_error(error: errors.SjkgError) -> dict[str, Any]:
    """Return the head of the reply that reports an error: its class, its message and its other attributes."""
    return {"error": type(error).__name__, "message": str(error), "attributes": vars(error)}


def restore_error(head: dict[str, Any]) -> errors.SjkgError:
    """Return the error that the head of a reply reports."""
    error: errors.SjkgError = getattr(errors, head["error"])(head["message"])
    vars(error).update(head["attributes"])
    return error
