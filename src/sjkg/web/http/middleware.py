"""What HTTP asks of every answer, in front of Flask: HEAD, validators, compression, CORS, security headers, and the cache.

A WSGI middleware, so that an answer that is kept costs no request object and no routing.
Source: RFC 9110 (HTTP Semantics), RFC 9111 (HTTP Caching)
"""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus

from sjkg.web.http.cache import AnswerCache, KeptAnswer, Key, key_of
from sjkg.web.http.compression import choose_encoding
from sjkg.web.http.headers import PREFLIGHT, is_preflight, not_modified_headers
from sjkg.web.http.problem import refuse
from sjkg.web.http.response import NOT_MODIFIED, BufferedResponse, is_unchanged

PARTIAL = 206
NEGOTIATED = {"HTTP_ACCEPT": "Accept", "HTTP_ACCEPT_ENCODING": "Accept-Encoding"}
MOST_CHARACTERS = 4000  # of such a header: it is remembered, and what it takes to understand one grows with its length


class HttpMiddleware:
    """The middleware.

    version: a text that changes when answers may, such as the snapshot's hash. cache_bytes: the bound of the cache.
    observe: called for every request with its environment, what the cache did (hit, miss or pass) and the status.
    """

    def __init__(
        self,
        app: Callable,
        version: Callable[[], str],
        cache_bytes: int,
        observe: Callable[[dict, str, int], None] = lambda environ, outcome, status: None,
    ):
        self._app, self._version, self._observe = app, version, observe
        self.cache = AnswerCache(cache_bytes)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        for name in NEGOTIATED:
            if len(environ.get(name, "")) > MOST_CHARACTERS:
                return self._refuse(NEGOTIATED[name], environ, start_response)
        key = key_of(environ, self._version())
        if key and (kept := self.cache.get(key)):
            return self._send_kept(kept, environ, start_response)
        if environ["REQUEST_METHOD"] == "OPTIONS" and is_preflight(environ):
            self._observe(environ, "pass", 204)
            start_response("204 No Content", list(PREFLIGHT.items()))
            return []
        return self._ask(key, environ, start_response)

    def _refuse(self, header: str, environ: dict, start_response: Callable) -> list[bytes]:
        """Refuse a header that is too long. Source: RFC 9110 §5.4, which forbids to ignore it; RFC 6585 §5"""
        self._observe(environ, "pass", 431)
        detail = f"the header {header} is longer than the {MOST_CHARACTERS} characters that this server reads; send a shorter one"
        return refuse(start_response, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, detail)

    def _send_kept(self, kept: KeptAnswer, environ: dict, start_response: Callable) -> list[bytes]:
        if kept.etag and is_unchanged(environ, kept.etag, kept.last_modified):
            self._observe(environ, "hit", 304)
            start_response(NOT_MODIFIED, not_modified_headers(kept.headers))
            return []
        self._observe(environ, "hit", kept.code)
        start_response(kept.status, kept.headers[:])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else kept.body

    def _ask(self, key: Key | None, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Have the application answer, and keep the answer where the same may be asked again."""
        begun = time.perf_counter()
        reply = BufferedResponse(self._app, environ)
        reply.add_default_headers()
        tagged = reply.code == 200 and not reply.is_no_store and environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if reply.code != PARTIAL:
            reply.buffer()
            if tagged:
                reply.set_etag()
            reply.encode(choose_encoding(environ.get("HTTP_ACCEPT_ENCODING")))
        if key:
            self.cache.put(key, reply)
        if tagged and reply.etag and is_unchanged(environ, reply.etag, reply.headers.get("Last-Modified")):
            reply.to_not_modified()
        elif environ["REQUEST_METHOD"] == "HEAD":
            reply.close()
        reply.headers["Server-Timing"] = f"cache;desc=miss, app;dur={(time.perf_counter() - begun) * 1000:.1f}"
        self._observe(environ, "miss" if key else "pass", reply.code)
        start_response(reply.status, reply.headers.pairs())
        return reply.chunks
