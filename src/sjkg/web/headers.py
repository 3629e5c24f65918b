"""The headers that every answer carries, and the answer to a browser that asks whether it may ask."""

from collections.abc import Iterable

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


def brief(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those of an answer's headers that its 304 repeats. Source: RFC 9110 §15.4.5"""
    return [(name, value) for name, value in headers if name.lower() in IN_NOT_MODIFIED]


def is_preflight(environ: dict) -> bool:
    """Tell whether a browser asks on behalf of another site's page. Source: Fetch, https://fetch.spec.whatwg.org/"""
    return "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ and "HTTP_ORIGIN" in environ
