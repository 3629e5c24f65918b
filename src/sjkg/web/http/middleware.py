"""HTTP semantics in front of Flask: HEAD, conditional requests, compression, CORS, security headers, response cache.

A cached response costs neither a request object nor routing. Sources: RFC 9110 (HTTP Semantics), RFC 9111 (HTTP Caching).
"""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.web.http.cache import CachedResponse, CacheKey, ResponseCache, cache_key
from sjkg.web.http.compression import choose_encoding
from sjkg.web.http.headers import PREFLIGHT_HEADERS, is_preflight, not_modified_headers
from sjkg.web.http.problem import refuse
from sjkg.web.http.response import NOT_MODIFIED, BufferedResponse, is_not_modified

PARTIAL = 206
NEGOTIATION_HEADERS = {"HTTP_ACCEPT": "Accept", "HTTP_ACCEPT_ENCODING": "Accept-Encoding"}
MAX_HEADER_CHARACTERS = (
    4000  # parsed negotiation headers are cached, and parsing takes time in proportion to the length
)


class HttpMiddleware:
    """WSGI middleware for HTTP semantics and the response cache.

    version: returns a text that changes whenever responses may change, such as the snapshot's hash.
    cache_bytes: the size of the response cache.
    observe: called once per request with its WSGI environment, the cache outcome (hit, miss or pass) and the status code.
    """

    def __init__(
        self,
        app: WSGIApplication,
        version: Callable[[], str],
        cache_bytes: int,
        observe: Callable[[WSGIEnvironment, str, int], None] = lambda environ, outcome, status: None,
    ) -> None:
        self._app, self._version, self._observe = app, version, observe
        self.cache = ResponseCache(cache_bytes)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for name in NEGOTIATION_HEADERS:
            if len(environ.get(name, "")) > MAX_HEADER_CHARACTERS:
                return self._refuse_header(NEGOTIATION_HEADERS[name], environ, start_response)
        key = cache_key(environ, self._version())
        if key and (cached := self.cache.get(key)):
            return self._send_cached(cached, environ, start_response)
        if environ["REQUEST_METHOD"] == "OPTIONS" and is_preflight(environ):
            self._observe(environ, "pass", 204)
            start_response("204 No Content", list(PREFLIGHT_HEADERS.items()))
            return []
        return self._send_computed(key, environ, start_response)

    def _refuse_header(self, header: str, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Send 431 for a header that is too long (RFC 6585 §5)."""
        self._observe(environ, "pass", 431)
        detail = (
            f"the header {header} is longer than the {MAX_HEADER_CHARACTERS} characters that this server reads; "
            "send a shorter one"
        )
        return refuse(start_response, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, detail)

    def _send_cached(
        self, cached: CachedResponse, environ: WSGIEnvironment, start_response: StartResponse
    ) -> list[bytes]:
        """Send a response from the cache, or 304 when the client has it."""
        if cached.etag and is_not_modified(environ, cached.etag, cached.last_modified):
            self._observe(environ, "hit", 304)
            start_response(NOT_MODIFIED, not_modified_headers(cached.headers))
            return []
        self._observe(environ, "hit", cached.code)
        start_response(cached.status, cached.headers[:])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else cached.body

    def _send_computed(
        self, key: CacheKey | None, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Call the application, store its response in the cache when there is a key, and send it."""
        begun = time.perf_counter()
        response = BufferedResponse(self._app, environ)
        response.add_default_headers()
        is_conditional = (
            response.code == 200 and not response.is_no_store and environ["REQUEST_METHOD"] in ("GET", "HEAD")
        )
        if response.code != PARTIAL:
            response.buffer()
            if is_conditional:
                response.set_etag()
            response.encode(choose_encoding(environ.get("HTTP_ACCEPT_ENCODING")))
        if key:
            self.cache.put(key, response)
        etag = response.etag if is_conditional else None
        if etag and is_not_modified(environ, etag, response.headers.get("Last-Modified")):
            response.to_not_modified()
        elif environ["REQUEST_METHOD"] == "HEAD":
            response.close()
        response.headers["Server-Timing"] = f"cache;desc=miss, app;dur={(time.perf_counter() - begun) * 1000:.1f}"
        self._observe(environ, "miss" if key else "pass", response.code)
        start_response(response.status, response.headers.pairs())
        return response.chunks
