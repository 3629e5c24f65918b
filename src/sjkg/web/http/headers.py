"""The headers that every answer carries, and the answer to a browser that asks whether it may ask."""

from collections.abc import Iterable
from functools import lru_cache

from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header, parse_set_header

Pairs = list[tuple[str, str]]

SECURITY = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "*",
    "Timing-Allow-Origin": "*",
}
EVERYWHERE = {**SECURITY, **SHARED}
PREFLIGHT = {
    **EVERYWHERE,
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "public, max-age=86400",
}
IN_NOT_MODIFIED = {
    *("cache-control", "content-location", "etag", "last-modified", "link", "vary"),
    *(name.lower() for name in EVERYWHERE),
}


class Headers:
    """An answer's headers by name, each once.

    werkzeug's own keep a list that is searched for every name; here they are looked up a dozen times for each answer.
    A name that comes twice is joined by a comma (RFC 9110 §5.3); cookies, which cannot be, nobody here sets.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()):
        self._pairs: dict[str, tuple[str, str]] = {}
        for name, value in pairs:
            self[name] = f"{self[name]}, {value}" if name in self else value

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._pairs

    def __getitem__(self, name: str) -> str:
        return self._pairs[name.lower()][1]

    def __setitem__(self, name: str, value: str) -> None:
        self._pairs[name.lower()] = (name, value)

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._pairs.get(name.lower(), (name, default))[1]

    def drop(self, *names: str) -> None:
        for name in names:
            self._pairs.pop(name.lower(), None)

    def add_default_headers(self, others: "Headers") -> None:
        """Add those that are missing."""
        self._pairs = {**others._pairs, **self._pairs}

    def pairs(self) -> Pairs:
        return list(self._pairs.values())


def not_modified_headers(headers: Pairs) -> Pairs:
    """Return those of an answer's headers that its 304 repeats. Source: RFC 9110 §15.4.5"""
    return [(name, value) for name, value in headers if name.lower() in IN_NOT_MODIFIED]


@lru_cache(maxsize=256)
def forbids_keeping(cache_control: str | None) -> bool:
    """Tell whether a Cache-Control header says that nobody but the client is to keep the answer."""
    said = parse_cache_control_header(cache_control, cls=ResponseCacheControl)
    return bool(said.no_store or said.private)


@lru_cache(maxsize=256)
def forbids_encoding(cache_control: str | None) -> bool:
    """Tell whether a Cache-Control header says that the body is to arrive as it is, such as that of a file with a checksum."""
    return bool(parse_cache_control_header(cache_control, cls=ResponseCacheControl).no_transform)


@lru_cache(maxsize=256)
def varies_by(vary: str | None) -> frozenset[str]:
    """Return the request headers that a Vary header names, in lower case."""
    return frozenset(name.lower() for name in parse_set_header(vary))


def is_preflight(environ: dict) -> bool:
    """Tell whether a browser asks on behalf of another site's page. Source: Fetch, https://fetch.spec.whatwg.org/"""
    return "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ and "HTTP_ORIGIN" in environ
