"""Response headers: security headers, CORS, and the parsed forms of Cache-Control and Vary."""

from collections.abc import Iterable
from functools import lru_cache
from wsgiref.types import WSGIEnvironment

from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header, parse_set_header

HeaderList = list[tuple[str, str]]

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "*",
    "Timing-Allow-Origin": "*",
}
DEFAULT_HEADERS = {**SECURITY_HEADERS, **CORS_HEADERS}
ERROR_HEADERS = {**DEFAULT_HEADERS, "Cache-Control": "no-store"}
SERVER_METHODS = "GET, HEAD, POST, OPTIONS"  # that any route supports
PREFLIGHT_HEADERS = {
    **DEFAULT_HEADERS,
    "Access-Control-Allow-Methods": SERVER_METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "public, max-age=86400",
}
NOT_MODIFIED_HEADERS = {
    *("cache-control", "content-location", "etag", "last-modified", "link", "vary"),
    *(name.lower() for name in DEFAULT_HEADERS),
}


class Headers:
    """The headers of a response as a mapping from name to value; names are case-insensitive.

    Values of a name that occurs more than once are joined with commas (RFC 9110 §5.3). `Set-Cookie` cannot be joined, but
    this server sets no cookies. werkzeug's class is slower: it searches a list for every name, a dozen times per response.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs: dict[str, tuple[str, str]] = {}
        for name, value in pairs:
            key = name.lower()
            earlier = self._pairs.get(key)
            self._pairs[key] = (name, f"{earlier[1]}, {value}" if earlier else value)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._pairs

    def __getitem__(self, name: str) -> str:
        return self._pairs[name.lower()][1]

    def __setitem__(self, name: str, value: str) -> None:
        self._pairs[name.lower()] = (name, value)

    def get(self, name: str) -> str | None:
        """Return the value of a header, or None when it is absent."""
        pair = self._pairs.get(name.lower())
        return None if pair is None else pair[1]

    def drop(self, *names: str) -> None:
        """Remove the headers with these names. Absent ones are ignored."""
        for name in names:
            self._pairs.pop(name.lower(), None)

    def add_missing(self, defaults: "Headers") -> None:
        """Add the headers of `defaults` whose names are absent here."""
        self._pairs = {**defaults._pairs, **self._pairs}

    def pairs(self) -> HeaderList:
        """Return the headers as WSGI takes them: a list of (name, value), names in their original case."""
        return list(self._pairs.values())


def not_modified_headers(headers: HeaderList) -> HeaderList:
    """Return the headers of a 304 response: those in `headers`, of the 200 response, that a 304 repeats (RFC 9110 §15.4.5)."""
    return [(name, value) for name, value in headers if name.lower() in NOT_MODIFIED_HEADERS]


@lru_cache(maxsize=256)
def forbids_storing(cache_control: str | None) -> bool:
    """Return True when a Cache-Control header has no-store or private, so that shared caches must not store the response."""
    directives = parse_cache_control_header(cache_control, cls=ResponseCacheControl)
    return bool(directives.no_store or directives.private)


@lru_cache(maxsize=256)
def forbids_encoding(cache_control: str | None) -> bool:
    """Return True when a Cache-Control header has no-transform: the response must not be compressed (RFC 9111 §5.2.2.6)."""
    return bool(parse_cache_control_header(cache_control, cls=ResponseCacheControl).no_transform)


@lru_cache(maxsize=256)
def vary_names(vary: str | None) -> frozenset[str]:
    """Return the names of the request headers that a Vary header lists, in lower case; none for None."""
    return frozenset(name.lower() for name in parse_set_header(vary))


def is_preflight(environ: WSGIEnvironment) -> bool:
    """Return True when a request has the headers of a CORS preflight: Origin and Access-Control-Request-Method.

    The method (OPTIONS) is not checked. Source: https://fetch.spec.whatwg.org/#cors-preflight-request
    """
    return "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ and "HTTP_ORIGIN" in environ
