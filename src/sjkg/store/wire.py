"""Messages between a server process and a query worker, over a local socket: a head, a body, and perhaps an open file.

Requests are pickled. Replies are JSON and bytes: nothing that a worker says is executed by the one who asked it.
"""

import socket
import struct
from typing import IO, NamedTuple

from sjkg import errors
from sjkg.store.answers import OpenFile

FRAME = struct.Struct("!IQ")


class Message(NamedTuple):
    """What was received: the head, the body, and the file that came along."""

    head: bytes
    body: bytes
    file: OpenFile | None


def send(connection: socket.socket, head: bytes, body: bytes = b"", file: IO[bytes] | None = None) -> None:
    """Send a message. Raises OSError when nobody is there any more, TimeoutError when the connection has a timeout."""
    parts = [FRAME.pack(len(head), len(body)), head, body]
    sent = socket.send_fds(connection, parts, [file.fileno()]) if file else connection.sendmsg(parts)
    if sent < sum(map(len, parts)):
        connection.sendall(memoryview(b"".join(parts))[sent:])


def receive(connection: socket.socket) -> Message:
    """Wait for a message. Raises EOFError when the other side is gone, TimeoutError when the connection has a timeout."""
    frame, descriptors, _, _ = socket.recv_fds(connection, FRAME.size, 1)
    file = OpenFile(descriptors[0]) if descriptors else None
    head_bytes, body_bytes = FRAME.unpack(frame + _read(connection, FRAME.size - len(frame)))
    received = _read(connection, head_bytes + body_bytes)
    return Message(received[:head_bytes], received[head_bytes:], file)


def _read(connection: socket.socket, size: int) -> bytes:
    """Return exactly so many bytes."""
    received = connection.recv(size, socket.MSG_WAITALL) if size else b""
    if len(received) == size:
        return received
    parts, missing = [received], size - len(received)
    while missing:
        if not parts[-1]:
            raise EOFError("the connection ended within a message")
        parts.append(connection.recv(missing))
        missing -= len(parts[-1])
    return b"".join(parts)


def describe_error(error: errors.SjkgError) -> dict:
    """Return an error as the head of a reply says it."""
    return {"error": type(error).__name__, "message": str(error), "more": vars(error)}


def restore_error(head: dict) -> errors.SjkgError:
    """Return the error that the head of a reply tells of."""
    error = getattr(errors, head["error"])(head["message"])
    vars(error).update(head["more"])
    return error
