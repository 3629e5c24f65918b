"""WSGI middleware in front of Flask: response cache, HEAD, conditional requests, compression, CORS, security headers.

A cached response is sent without creating a Flask request or matching routes.
Sources: RFC 9110 (HTTP Semantics), https://www.rfc-editor.org/rfc/rfc9110; RFC 9111 (HTTP Caching).
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.web.http.cache import CachedResponse, ResponseCache, cache_key
from sjkg.web.http.headers import (
    ERROR_HEADERS,
    PREFLIGHT_HEADERS,
    SERVER_METHODS,
    is_preflight,
    not_modified_headers,
)
from sjkg.web.http.precompressed import prefer_brotli
from sjkg.web.http.problem import Problem, send_problem
from sjkg.web.http.request_checks import check_request
from sjkg.web.http.response import (
    NOT_MODIFIED,
    SAFE_METHODS,
    BufferedResponse,
    choose_encoding,
    has_conditions,
    is_not_modified,
    is_precondition_failed,
)
from sjkg.web.http.sending import BODY_BYTES

OK, PARTIAL = 200, 206
CHANGED = Problem(
    HTTPStatus.PRECONDITION_FAILED,
    "the resource has changed, so that If-Match or If-Unmodified-Since is not satisfied; request it without these headers to get the current version",
    headers=ERROR_HEADERS,
)


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
        if problem := check_request(environ):
            self._observe(environ, "pass", problem.status)
            return send_problem(problem, start_response)
        if environ["REQUEST_METHOD"] == "OPTIONS" and (is_preflight(environ) or environ["PATH_INFO"] == "*"):
            self._observe(environ, "pass", 204)  # * is the server as a whole (RFC 9110 §9.3.7)
            headers = PREFLIGHT_HEADERS if is_preflight(environ) else {**ERROR_HEADERS, "Allow": SERVER_METHODS}
            start_response("204 No Content", list(headers.items()))
            return []
        prefer_brotli(environ)
        key = cache_key(environ, self._version())
        if key and (cached := self.cache.get(key)):
            return self._send_cached(cached, environ, start_response)
        begun = time.perf_counter()
        compute = partial(self._compute, environ)
        response = self.cache.get_or_compute(key, compute) if key else compute()
        if isinstance(response, CachedResponse):
            return self._send_cached(response, environ, start_response)
        return self._send_computed(response, "miss" if key else "pass", begun, environ, start_response)

    def _send_cached(
        self, cached: CachedResponse, environ: WSGIEnvironment, start_response: StartResponse
    ) -> list[bytes]:
        """Send a response from the cache: without body for HEAD, as 304 or 412 by the conditions of the request."""
        if has_conditions(environ):
            if cached.code == OK and is_precondition_failed(environ, cached.etag, cached.last_modified):
                return self._send_changed("hit", environ, start_response)
            if cached.etag and is_not_modified(environ, cached.etag, cached.last_modified):
                self._observe(environ, "hit", 304)
                start_response(NOT_MODIFIED, not_modified_headers(cached.headers))
                return []
        self._observe(environ, "hit", cached.code)
        start_response(cached.status, cached.headers[:])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else cached.body

    def _send_changed(self, outcome: str, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Send 412 (Precondition Failed), without body for HEAD. outcome: of the response cache: hit, miss, pass."""
        self._observe(environ, outcome, CHANGED.status)
        body = send_problem(CHANGED, start_response)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else body

    def _compute(self, environ: WSGIEnvironment) -> BufferedResponse:
        """Call the application and return its response, completed; a partial one (206) is without ETag and compression."""
        response = BufferedResponse(self._app, environ)
        response.add_default_headers()
        environ[BODY_BYTES] = response.length or 0
        if response.code != PARTIAL:
            response.buffer()
            if is_conditional(response, environ):
                response.set_etag()
            response.encode(choose_encoding(environ.get("HTTP_ACCEPT_ENCODING")))
        return response

    def _send_computed(
        self,
        response: BufferedResponse,
        outcome: str,
        begun: float,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Send a response of `_compute`: without body for HEAD, as 304 or 412 by the conditions of the request.

        outcome: of the response cache, miss or pass. begun: when the computation began, by `time.perf_counter`.
        """
        if has_conditions(environ):
            etag, last_modified = response.etag, response.headers.get("Last-Modified")
            if response.code in (OK, PARTIAL) and is_precondition_failed(environ, etag, last_modified):
                response.close()
                return self._send_changed(outcome, environ, start_response)
            if etag and is_conditional(response, environ) and is_not_modified(environ, etag, last_modified):
                response.to_not_modified()
        if environ["REQUEST_METHOD"] == "HEAD":
            response.close()
        response.headers["Server-Timing"] = f"cache;desc=miss, app;dur={(time.perf_counter() - begun) * 1000:.1f}"
        self._observe(environ, outcome, response.code)
        start_response(response.status, response.headers.pairs())
        return response.chunks


def is_conditional(response: BufferedResponse, environ: WSGIEnvironment) -> bool:
    """Return True when the conditions of a request, such as If-None-Match, apply to its response."""
    return response.code == OK and not response.is_no_store and environ["REQUEST_METHOD"] in SAFE_METHODS
