"""WSGI middleware in front of Flask: response cache, HEAD, conditional requests, compression, CORS, security headers.

A cached response is sent without creating a Flask request or matching routes.
Sources: RFC 9110 (HTTP Semantics), https://www.rfc-editor.org/rfc/rfc9110; RFC 9111 (HTTP Caching).
"""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.web.http.cache import CachedResponse, CacheKey, ResponseCache, cache_key
from sjkg.web.http.compression import choose_encoding
from sjkg.web.http.headers import ERROR_HEADERS, PREFLIGHT_HEADERS, is_preflight, not_modified_headers
from sjkg.web.http.problem import Problem, send_problem
from sjkg.web.http.response import NOT_MODIFIED, BufferedResponse, is_not_modified

PARTIAL = 206
NEGOTIATION_HEADERS = {"HTTP_ACCEPT": "Accept", "HTTP_ACCEPT_ENCODING": "Accept-Encoding"}
MAX_HEADER_CHARACTERS = 4000  # of a negotiation header: parsing takes time in proportion, and the result is cached


class HttpMiddleware:
    """WSGI middleware for the response cache, HEAD, ETags, compression, CORS and security headers.

    app: the WSGI application behind it. version: returns a text that changes whenever responses may change.
    cache_bytes: the maximum size of the response cache, 0 for none.
    observe: called once for each request with its WSGI environment, the outcome of the response cache (hit, miss, or pass
    for a request that bypasses it) and the status code.
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
        for variable, header in NEGOTIATION_HEADERS.items():
            if len(environ.get(variable, "")) > MAX_HEADER_CHARACTERS:
                self._observe(environ, "pass", 431)
                detail = (
                    f"the header {header} is longer than the {MAX_HEADER_CHARACTERS} characters that this server reads; "
                    "send a shorter one"
                )
                too_large = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE  # RFC 6585 §5
                return send_problem(Problem(too_large, detail, headers=ERROR_HEADERS), start_response)
        key = cache_key(environ, self._version())
        if key and (cached := self.cache.get(key)):
            return self._send_cached(cached, environ, start_response)
        if environ["REQUEST_METHOD"] == "OPTIONS" and is_preflight(environ):
            self._observe(environ, "pass", 204)
            start_response("204 No Content", list(PREFLIGHT_HEADERS.items()))
            return []
        return self._send_computed(key, environ, start_response)

    def _send_cached(
        self, cached: CachedResponse, environ: WSGIEnvironment, start_response: StartResponse
    ) -> list[bytes]:
        """Send a response from the cache: without body for HEAD, as 304 when the request's ETag or date matches."""
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
        """Call the application, complete its response, store it in the cache under `key`, and send it.

        key: None for a request that bypasses the cache. A partial response (206) is sent without ETag and compression.
        """
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
