"""Requests to one HTTP service at a given URL, with connections that are kept open, a deadline and no redirects.

A request goes to the host of the URL, or to the proxy that the environment names for it (HTTPS_PROXY, NO_PROXY, …), and
nowhere else. Certificates are verified (SSL_CERT_FILE names other authorities than those of the system).
"""

import http.client
import json
import os
import time
import weakref
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO
from urllib.parse import SplitResult, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

from sjkg import __version__
from sjkg.core.errors import BadParameter, DeadlineExceeded, LimitExceeded, ServiceFailed

CHUNK_BYTES = 64 * 1024
MAX_ERROR_BYTES = 4000
MAX_DETAIL_CHARS = 300  # of the message of a service that is passed on
MAX_IDLE_CONNECTIONS = 8


class Deadline:
    """A time on the monotonic clock by which something is to be done. seconds: from its creation to that time."""

    def __init__(self, seconds: float):
        self.seconds, self._until = seconds, time.monotonic() + seconds

    def left_s(self) -> float:
        """Return the seconds that are left. Raises TimeoutError if there are none."""
        if (left := self._until - time.monotonic()) <= 0:
            raise TimeoutError
        return left


class HttpReply:
    """The response to a request, whose body can be read once, in parts.

    status, reason: its status code and reason phrase. headers: its headers.
    """

    def __init__(self, service: "HttpService", connection: http.client.HTTPConnection, until: Deadline, max_bytes: int):
        """Wait for the response. Raises OSError or HTTPException when none comes."""
        self._service, self._until, self._left_bytes = service, until, max_bytes
        self._socket = connection.sock
        self._socket.settimeout(until.left_s())
        self._response = connection.getresponse()
        self.status, self.reason, self.headers = self._response.status, self._response.reason, self._response.headers
        self._missing_bytes = self._response.length  # of a body with Content-Length; None for any other
        self._max_bytes, self._unread = max_bytes, b""
        self.is_complete = self._missing_bytes == 0

    @property
    def media_type(self) -> str:
        """Return the media type of the body, without parameters, in small letters; text/plain if none is given."""
        return self.headers.get_content_type()

    @property
    def has_end(self) -> bool:
        """Return whether a cut body can be told from a complete one: it has a length or is sent in chunks (RFC 9112 §6)."""
        return self._response.length is not None or bool(self._response.chunked)

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes of the body, b"" at its end; all that is left for a negative size.

        Raises DeadlineExceeded at the deadline, LimitExceeded above the maximum size, and ServiceFailed when the connection
        breaks before the end.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(CHUNK_BYTES), b""))
        if not self._unread:
            self._unread = self._receive()
        part, self._unread = self._unread[:size], self._unread[size:]
        return part

    def _receive(self) -> bytes:
        """Return the next part of the body, b"" at its end; raise as `read`."""
        if self.is_complete:
            return b""
        with self._service.translated_errors(self._until):
            self._socket.settimeout(self._until.left_s())
            # read1 waits for no more than there is; with Content-Length it must not be called at the end of the body
            size = CHUNK_BYTES if self._missing_bytes is None else min(CHUNK_BYTES, self._missing_bytes)
            part = self._response.read1(size)
        if self._missing_bytes is not None:
            self._missing_bytes -= len(part)
            if not part:
                raise ServiceFailed(f"{self._service.name} broke off its response; try again later")
        self.is_complete = not part or self._missing_bytes == 0
        self._left_bytes -= len(part)
        if self._left_bytes < 0:
            raise LimitExceeded(
                f"the result of {self._service.name} is larger than {self._max_bytes:,} bytes; ask for less with LIMIT, or "
                "allow larger results"
            )
        return part

    def close(self) -> None:
        """Release the response; the connection stays open."""
        self._response.close()


class HttpService:
    """A service at a URL. Threads may share it; each request has a connection of its own.

    url: the URL. name: the service in messages of errors. close: closes the open connections, as garbage collection does.
    """

    def __init__(self, url: str, name: str = "", authorization: str = ""):
        """Use the service at `url`; nothing is sent yet.

        name: by default the URL. authorization: the header Authorization to send; "" for none.
        Raises BadParameter for a URL that is not http or https, or that has a user name, which would be seen in logs.
        """
        parts = split_url(url)
        self.url, self.name = url, name or url
        self._headers = {"User-Agent": f"sjkg/{__version__}", "Accept-Encoding": "identity"}
        if authorization:
            self._headers["Authorization"] = authorization
        self._address = _find_proxy(parts) or parts
        self._is_direct = self._address is parts
        self._parts, self._idle = parts, deque[http.client.HTTPConnection]()
        self.close = weakref.finalize(self, _close_all, self._idle)

    @contextmanager
    def request(
        self,
        method: str,
        *,
        deadline_s: float,
        max_bytes: int,
        headers: Mapping[str, str],
        body: bytes | IO[bytes] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Iterator[HttpReply]:
        """Return a context manager that sends a request, and whose value is the response.

        deadline_s: seconds from now to the last byte of the response. max_bytes: of the body of the response.
        body: of the request; a file is sent from its beginning. parameters: added to the query string of the URL.
        Raises DeadlineExceeded, and ServiceFailed when the service cannot be reached, breaks off, or redirects.
        """
        until = Deadline(deadline_s)
        target = self._target(parameters or {})
        connection, reply = None, None
        try:
            with self.translated_errors(until):
                connection, reply = self._send(method, target, body, {**self._headers, **headers}, until, max_bytes)
            if 300 <= reply.status < 400:
                where = reply.headers.get("Location", "another address")[:MAX_DETAIL_CHARS]
                raise ServiceFailed(
                    f"{self.name} redirects to {where}, which is not followed; give that URL if you trust it"
                )
            yield reply
        finally:
            if reply:
                reply.close()
            is_reusable = reply and reply.is_complete and self.close.alive and len(self._idle) < MAX_IDLE_CONNECTIONS
            if connection and connection.sock and is_reusable:
                self._idle.append(connection)
            elif connection:
                connection.close()

    def _send(
        self,
        method: str,
        target: str,
        body: bytes | IO[bytes] | None,
        headers: Mapping[str, str],
        until: Deadline,
        max_bytes: int,
    ) -> tuple[http.client.HTTPConnection, HttpReply]:
        """Send a request over a connection that is open or else a new one; return the connection and the response.

        An open connection that the service has closed meanwhile is replaced once; every request may be repeated.
        """
        while True:
            try:
                connection, is_new = self._idle.pop(), False
            except IndexError:
                connection, is_new = self._connect(until), True
            if not isinstance(body, bytes | None):
                headers = {**headers, "Content-Length": str(body.seek(0, os.SEEK_END))}  # else it is sent in chunks
                body.seek(0)
            try:
                if connection.sock:
                    connection.sock.settimeout(until.left_s())
                connection.request(method, target, body, headers)
                return connection, HttpReply(self, connection, until, max_bytes)
            except TimeoutError:
                connection.close()
                raise
            except (OSError, http.client.HTTPException):
                connection.close()
                if is_new:
                    raise

    def _connect(self, until: Deadline) -> http.client.HTTPConnection:
        """Return a new connection, not yet open, to the service or its proxy."""
        left_s, host, port = until.left_s(), self._address.hostname or "", self._address.port
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=left_s)
        connection = http.client.HTTPSConnection(host, port, timeout=left_s)
        if not self._is_direct:
            connection.set_tunnel(self._parts.hostname or "", self._parts.port)
        return connection

    def _target(self, parameters: Mapping[str, str]) -> str:
        """Return the target of a request: path and query string, or the whole URL for an http proxy (RFC 9112 §3.2)."""
        query = "&".join(filter(None, (self._parts.query, urlencode(parameters))))
        path = (self._parts.path or "/") + (f"?{query}" if query else "")
        is_absolute = not self._is_direct and self._parts.scheme == "http"
        return f"http://{self._parts.netloc}{path}" if is_absolute else path

    @contextmanager
    def translated_errors(self, until: Deadline) -> Iterator[None]:
        """Return a context manager that turns errors of the connection into DeadlineExceeded or ServiceFailed."""
        try:
            yield
        except TimeoutError:
            raise DeadlineExceeded(
                f"{self.name} sent no complete result within {until.seconds:g} s; make the query more specific, or allow more time"
            ) from None
        except http.client.IncompleteRead:
            raise ServiceFailed(f"{self.name} broke off its response; try again later") from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise ServiceFailed(f"{self.name} cannot be reached ({reason}); check the URL and the network") from None


def _close_all(connections: deque[http.client.HTTPConnection]) -> None:
    """Remove and close all connections."""
    while connections:
        connections.pop().close()


def split_url(url: str) -> SplitResult:
    """Return the parts of an http or https URL. Raises BadParameter for another one, and for one with a user name."""
    try:
        parts = urlsplit(url)
        is_web_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unclosed bracket of an IPv6 address, a port that is not a number
        is_web_address = False
    if not is_web_address or not url.isascii() or not url.isprintable() or " " in url:
        raise BadParameter(
            f"“{url}” is not the URL of an endpoint; give an http or https URL such as https://example.org/sparql"
        )
    if "@" in parts.netloc:
        raise BadParameter(
            f"the URL of {parts.hostname} has a user name, which would be seen in logs; give the login in a file or in the "
            "environment"
        )
    return parts


def _find_proxy(parts: SplitResult) -> SplitResult | None:
    """Return the address of the proxy that the environment names for a URL, None for none."""
    proxy = getproxies().get(parts.scheme)
    if not proxy or proxy_bypass(parts.netloc):
        return None
    found = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return found if found.hostname else None


def read_detail(reply: HttpReply) -> str:
    """Return the message in the body of an HTTP error response, on one line; "" where there is none.

    It is the member “detail” of an RFC 9457 problem document (JSON), or the first line of a text/plain body.
    """
    if reply.media_type not in ("application/problem+json", "text/plain"):
        return ""
    body = b""
    with suppress(ServiceFailed, DeadlineExceeded, LimitExceeded):
        while len(body) < MAX_ERROR_BYTES and (part := reply.read(MAX_ERROR_BYTES)):
            body += part
    text = body[:MAX_ERROR_BYTES].decode(errors="replace").strip()
    if reply.media_type != "text/plain":
        try:
            text = str(json.loads(text)["detail"])
        except (ValueError, KeyError, TypeError):
            return ""
    lines = text.splitlines()
    return "".join(each if each.isprintable() else " " for each in lines[0][:MAX_DETAIL_CHARS]) if lines else ""
