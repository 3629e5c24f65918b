"""Messages between a server process and a query worker, over a local socket: a head, a body, and perhaps an open file.

Requests are pickled. Replies are JSON and bytes: nothing that a worker says is executed by the one who asked it.
"""

import socket
import struct
from collections.abc import Callable
from typing import IO, NamedTuple

from sjkg.core import errors
from sjkg.store.query_result import AnonymousFile

FRAME = struct.Struct("!IQ")
TIMEVAL = struct.Struct("@ll")
ROOM_BYTES = 64 * 1024  # most messages come whole in one read

Idle = Callable[[], None]
NEVER_IDLE: Idle = lambda: None


class Message(NamedTuple):
    """What was received: the head, the body, and the file that came along."""

    head: bytes
    body: bytes
    file: AnonymousFile | None


class Channel:
    """One end of the connection.

    wait_s: after how long a read or write that waits calls `idle`, which may raise to end it, and then waits on; without
    it, for as long as it takes. The kernel keeps the time: a socket's own timeout would cost more system calls, and
    each of them lets another thread of this process in.
    """

    def __init__(self, connection: socket.socket, wait_s: float | None = None):
        self._connection = connection
        self._read = b""  # of the next message
        if wait_s:
            for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                connection.setsockopt(socket.SOL_SOCKET, direction, TIMEVAL.pack(int(wait_s), int(wait_s % 1 * 1e6)))

    def send(self, head: bytes, body: bytes = b"", file: IO[bytes] | None = None, idle: Idle = NEVER_IDLE) -> None:
        """Send a message. Raises OSError when nobody is there any more."""
        parts = [FRAME.pack(len(head), len(body)), head, body]
        if file:
            sent = _retry_on_timeout(socket.send_fds, idle, self._connection, parts, [file.fileno()])
        else:
            sent = _retry_on_timeout(self._connection.sendmsg, idle, parts)
        if sent < sum(map(len, parts)):
            left = memoryview(b"".join(parts))[sent:]
            while left:
                left = left[_retry_on_timeout(self._connection.send, idle, left) :]

    def receive(self, idle: Idle = NEVER_IDLE) -> Message:
        """Wait for a message. Raises EOFError when the other side is gone."""
        descriptors: list[int] = []
        while len(self._read) < FRAME.size:
            received, descriptors, _, _ = _retry_on_timeout(socket.recv_fds, idle, self._connection, ROOM_BYTES, 1)
            self._take(received)
        head_bytes, body_bytes = FRAME.unpack_from(self._read)
        end_of_head = FRAME.size + head_bytes
        end = end_of_head + body_bytes
        if len(self._read) < end:
            self._read_on(end, idle)
        message, self._read = self._read[:end], self._read[end:]
        file = AnonymousFile(descriptors[0]) if descriptors else None
        return Message(message[FRAME.size : end_of_head], message[end_of_head:], file)

    def close(self) -> None:
        self._connection.close()

    def _take(self, received: bytes) -> None:
        if not received:
            raise EOFError("the connection ended")
        self._read += received

    def _read_on(self, end: int, idle: Idle) -> None:
        """Read until there are so many bytes."""
        parts, missing = [self._read], end - len(self._read)
        while missing:
            parts.append(_retry_on_timeout(self._connection.recv, idle, missing, socket.MSG_WAITALL))
            if not parts[-1]:
                raise EOFError("the connection ended within a message")
            missing -= len(parts[-1])
        self._read = b"".join(parts)


def _retry_on_timeout(act: Callable, idle: Idle, *arguments):
    """Do something that may wait; call `idle` each time it has waited for as long as the connection lets it."""
    while True:
        try:
            return act(*arguments)
        except BlockingIOError:
            idle()


def describe_error(error: errors.SjkgError) -> dict:
    """Return an error as the head of a reply says it."""
    return {"error": type(error).__name__, "message": str(error), "more": vars(error)}


def restore_error(head: dict) -> errors.SjkgError:
    """Return the error that the head of a reply tells of."""
    error = getattr(errors, head["error"])(head["message"])
    vars(error).update(head["more"])
    return error
