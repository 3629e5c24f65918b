"""The HTTP response cache: complete responses in memory, limited in bytes; the least recently used one is evicted first.

Of equal requests at the same time, one computes the response and the others wait for it (request coalescing).
Source: RFC 9111 (HTTP Caching), https://www.rfc-editor.org/rfc/rfc9111
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from threading import Event, Lock
from typing import cast
from wsgiref.types import WSGIEnvironment

from cachetools import LRUCache

from sjkg.web.http.connection import FORM
from sjkg.web.http.headers import HeaderList, vary_names
from sjkg.web.http.response import BufferedResponse, choose_encoding

QUERY_PATH = "/sparql"  # the only path at which a POST is as safe as a GET
QUERY_TYPES = (FORM, "application/sparql-query")
MAX_KEY_BODY_BYTES = 64 * 1024
LEAST_RESPONSES = 8  # the number of responses, however large, for which the cache has room
OVERHEAD_BYTES = 3000  # of the Python objects of an entry, beside its texts
CACHEABLE_STATUSES = (200, 303)
CLIENT_STATUSES = (408, 429, 503)  # of a client that left or was refused; an equal request of another may be answered
MAX_FOLLOWERS = 48  # requests that wait for equal ones, in all; each occupies a thread
VARY_IN_KEY = {"accept", "accept-encoding", "accept-profile"}

CacheKey = tuple[str | bytes | None, ...]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response as it was sent, after compression.

    status: the status line, as in “200 OK”; code: its number. last_modified: the header's value, None when absent.
    size: of the entry in bytes, with its key and an estimate for the Python objects.
    """

    status: str
    code: int
    headers: HeaderList
    body: list[bytes]
    etag: str | None
    last_modified: str | None
    size: int


class Computation:
    """The computation of a response, for which equal requests wait.

    is_done: set at its end. is_retried: whether, after it, one of the waiting requests computes the response while the others
    go on waiting; otherwise each of them uses the stored response or, if it was not stored, computes its own.
    """

    def __init__(self) -> None:
        self.is_done, self.is_retried = Event(), False


class ResponseCache:
    """A thread-safe LRU cache of responses. max_bytes: the limit for all entries together; 0 turns the cache off."""

    def __init__(self, max_bytes: int) -> None:
        self._computations: dict[CacheKey, Computation] = {}
        self._followers = 0
        self._responses: LRUCache[CacheKey, CachedResponse] = LRUCache(max_bytes, getsizeof=lambda entry: entry.size)
        self._lock = Lock()
        self._max_response_bytes = max_bytes // LEAST_RESPONSES

    def get(self, key: CacheKey) -> CachedResponse | None:
        """Return the response stored under a key of `cache_key`, or None when there is none."""
        if not self._max_response_bytes:
            return None
        with self._lock:
            return self._responses.get(key)

    def get_or_compute(
        self, key: CacheKey, compute: Callable[[], BufferedResponse]
    ) -> CachedResponse | BufferedResponse:
        """Return the response stored under a key of `cache_key`, or else call `compute`, store its result and return it.

        While another thread computes the response for the same key, wait for its result instead, unless MAX_FOLLOWERS
        threads wait already. Call `compute` if that result was not stored. If it was not stored because its client had left or
        was refused, other requests with the key wait for this call in turn.
        """
        if not self._max_response_bytes:
            return compute()
        while True:
            with self._lock:
                if found := self._responses.get(key):
                    return found
                other = self._computations.get(key)
                if not other:
                    own = self._computations[key] = Computation()
                    break
                is_crowded = self._followers >= MAX_FOLLOWERS
                self._followers += not is_crowded
            if is_crowded:
                return compute()
            other.is_done.wait()
            with self._lock:
                self._followers -= 1
            if not other.is_retried:
                return self.get(key) or compute()
        try:
            response = compute()
            own.is_retried = response.code in CLIENT_STATUSES
            self.put(key, response)
            return response
        finally:
            with self._lock:
                del self._computations[key]
            own.is_done.set()

    def put(self, key: CacheKey, response: BufferedResponse) -> None:
        """Store a response if `is_cacheable` permits it and its size is at most that of the cache divided by LEAST_RESPONSES."""
        if not self._max_response_bytes or not is_cacheable(response):
            return
        headers = [*response.headers.pairs(), ("Server-Timing", "cache;desc=hit")]
        body = cast(list[bytes], response.chunks)
        size = OVERHEAD_BYTES + sum(len(part) for part in key if part) + sum(len(chunk) for chunk in body)
        if size > self._max_response_bytes:
            return
        last_modified = response.headers.get("Last-Modified")
        entry = CachedResponse(response.status, response.code, headers, body, response.etag, last_modified, size)
        with self._lock:
            self._responses[key] = entry

    @property
    def bytes_used(self) -> int:
        """The size of all entries together, in bytes."""
        return int(self._responses.currsize)


def is_cacheable(response: BufferedResponse) -> bool:
    """Return True when an equal request would get an equal response (RFC 9111 §3) and the body is in memory.

    That is a response with status 200 or 303, without no-store, private and Set-Cookie, whose Vary header names at most
    Accept, Accept-Encoding and Accept-Profile.
    """
    return (
        response.is_buffered
        and response.code in CACHEABLE_STATUSES
        and not response.is_no_store
        and vary_names(response.headers.get("Vary")) <= VARY_IN_KEY
        and "Set-Cookie" not in response.headers
    )


def cache_key(environ: WSGIEnvironment, version: str) -> CacheKey | None:
    """Return the cache key of a request: all that its response can depend on. None when the request bypasses the cache.

    These bypass it: methods other than GET, HEAD and the POST of a SPARQL query of at most MAX_KEY_BODY_BYTES; a GET or HEAD
    with a body; a Range header. The body of a query is read and put back into `environ`.
    version: a text that changes with the served snapshot and with the site's assets.
    """
    method = environ["REQUEST_METHOD"]
    content_type: str | None = None
    body: bytes | None = None
    if method == "GET" or method == "HEAD":
        if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            return None
    elif method == "POST" and _is_short_query(environ):
        content_type, body = environ["CONTENT_TYPE"], environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(body or b"")
    else:
        return None
    if "HTTP_RANGE" in environ:
        return None
    get = environ.get
    return (
        version,
        environ["PATH_INFO"],
        get("QUERY_STRING"),
        get("HTTP_ACCEPT"),
        get("HTTP_ACCEPT_PROFILE"),
        choose_encoding(get("HTTP_ACCEPT_ENCODING")),
        get("HTTP_HOST"),
        content_type,
        body,
    )


def _is_short_query(environ: WSGIEnvironment) -> bool:
    """Return True when a POST request is a SPARQL query of at most MAX_KEY_BODY_BYTES, which can be part of a cache key."""
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ["PATH_INFO"] == QUERY_PATH
        and environ.get("CONTENT_TYPE", "").startswith(QUERY_TYPES)
        and length.isdecimal()
        and int(length) <= MAX_KEY_BODY_BYTES
    )
