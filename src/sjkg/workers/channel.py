"""Messages between a server process and a query worker (a child process that evaluates queries), over a local socket.

A message has a head, a body (both bytes) and optionally an open file. On the wire: the lengths of head and body
(big-endian, 4 and 8 bytes), the head, the body; the file's descriptor as ancillary data (SCM_RIGHTS) of the first bytes.
The head of a request is a pickled object. The head of a reply is JSON, so that nothing from a worker can execute code in the
server process. The standard library's `multiprocessing.connection` cannot pass a file with a message or call back while it
waits.
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


def ignore_timeout() -> None:
    """Do nothing: the default callback, with which a read or write waits without limit."""


class Message(NamedTuple):
    """A received message: its head, its body (may be empty), and the open file sent with it, or None."""

    head: bytes
    body: bytes
    file: AnonymousFile | None


class Channel:
    """One end of a connection over a stream socket, for messages in both directions, used by one thread at a time.

    connection: the connected socket, which `close` closes.
    poll_s: while `send` or `receive` waits, it calls its argument `on_timeout` every `poll_s` seconds, and that callback may
    raise an exception to end the wait. None: the callback is never called.
    The kernel measures the interval (SO_RCVTIMEO, SO_SNDTIMEO): `socket.settimeout` would cost more system calls, each of
    which lets another thread of this process run first.
    """

    def __init__(self, connection: socket.socket, poll_s: float | None = None):
        self._connection = connection
        self._unread = b""  # the beginning of the next message
        if poll_s:
            for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                connection.setsockopt(socket.SOL_SOCKET, direction, TIMEVAL.pack(int(poll_s), int(poll_s % 1 * 1e6)))

    def send(
        self, head: bytes, body: bytes = b"", file: IO[bytes] | None = None, on_timeout: OnTimeout = ignore_timeout
    ) -> None:
        """Send a message with this head, body and optional open file; the file itself is not closed.

        on_timeout: called after each `poll_s` of waiting; its exceptions pass through and leave the message incomplete.
        Raises OSError when the other side has closed the connection.
        """
        parts = [FRAME.pack(len(head), len(body)), head, body]
        if file:
            sent = _retry_on_timeout(socket.send_fds, on_timeout, self._connection, parts, [file.fileno()])
        else:
            sent = _retry_on_timeout(self._connection.sendmsg, on_timeout, parts)
        if sent < sum(map(len, parts)):
            left = memoryview(b"".join(parts))[sent:]
            while left:
                left = left[_retry_on_timeout(self._connection.send, on_timeout, left) :]

    def receive(self, on_timeout: OnTimeout = ignore_timeout) -> Message:
        """Wait for the next message and return it.

        on_timeout: called after each `poll_s` of waiting; its exceptions pass through.
        Raises EOFError when the other side has closed the connection.
        """
        descriptors: list[int] = []
        while len(self._unread) < FRAME.size:
            received, descriptors, _, _ = _retry_on_timeout(
                socket.recv_fds, on_timeout, self._connection, READ_BYTES, 1
            )
            if not received:
                raise EOFError("the other process (server or query worker) closed the connection or ended")
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
        """Read from the socket until the buffer of unread bytes holds exactly `length` bytes, of which it must hold fewer.

        Raises EOFError when the other side closes the connection before that.
        """
        parts, missing = [self._unread], length - len(self._unread)
        while missing:
            parts.append(_retry_on_timeout(self._connection.recv, on_timeout, missing, socket.MSG_WAITALL))
            if not parts[-1]:
                raise EOFError("the other process (server or query worker) ended in the middle of a message")
            missing -= len(parts[-1])
        self._unread = b"".join(parts)


def _retry_on_timeout(call: Callable[..., T], on_timeout: OnTimeout, *arguments: object) -> T:
    """Return the result of `call(*arguments)`, a system call on a socket.

    After each timeout by the kernel (BlockingIOError), call `on_timeout` and repeat the system call.
    """
    while True:
        try:
            return call(*arguments)
        except BlockingIOError:
            on_timeout()


def describe_error(error: errors.SjkgError) -> dict[str, Any]:
    """Return an error as a JSON-able dict with the keys error (name of its class), message and attributes (a dict)."""
    return {"error": type(error).__name__, "message": str(error), "attributes": vars(error)}


def restore_error(head: dict[str, Any]) -> errors.SjkgError:
    """Return the error that `describe_error` turned into this dict, as a new object of the same class."""
    error: errors.SjkgError = getattr(errors, head["error"])(head["message"])
    vars(error).update(head["attributes"])
    return error
