"""Requests that HTTP forbids or that this server does not take, found before anything is computed.

Source: RFC 9110 (HTTP Semantics), https://www.rfc-editor.org/rfc/rfc9110; RFC 9112 (HTTP/1.1),
https://www.rfc-editor.org/rfc/rfc9112
"""

import re
from http import HTTPStatus
from wsgiref.types import WSGIEnvironment

from sjkg.web.http.headers import ERROR_HEADERS
from sjkg.web.http.problem import Problem

HOST = re.compile(r"([A-Za-z0-9._~!$&'()*+;=%-]+|\[[0-9A-Za-z:.]+\])(:[0-9]*)?")  # RFC 3986 §3.2.2, without the comma
RANGE_HEADERS = ("HTTP_RANGE", "HTTP_IF_RANGE")
NEGOTIATION_HEADERS = {
    "HTTP_ACCEPT": "Accept",
    "HTTP_ACCEPT_ENCODING": "Accept-Encoding",
    "HTTP_ACCEPT_PROFILE": "Accept-Profile",
}
MAX_HEADER_CHARACTERS = 4000  # of a negotiation header: parsing takes time in proportion, and the result is cached


def check_request(environ: WSGIEnvironment) -> Problem | None:
    """Return the Problem of a request that is to be refused, None for any other; remove headers that are to be ignored.

    Refused are: a request target without a path (RFC 9112 §3.2), a missing, repeated or malformed Host header of HTTP/1.1
    (§3.2), a compressed body (RFC 9110 §8.4), and a long Accept, Accept-Encoding or Accept-Profile. Removed are Upgrade, and Range with
    If-Range unless the method is GET (RFC 9110 §14.2). environ: the WSGI environment; headers are removed from it.
    """
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    environ.pop("HTTP_UPGRADE", None)
    if method != "GET":
        for name in RANGE_HEADERS:
            environ.pop(name, None)
    if not path.startswith("/") and (method, path) != ("OPTIONS", "*"):
        return _refuse(
            HTTPStatus.BAD_REQUEST, "the request target has no path; send one that begins with a slash, such as /events"
        )
    host = environ.get("HTTP_HOST")
    if environ.get("SERVER_PROTOCOL") == "HTTP/1.1" and (host is None or not HOST.fullmatch(host)):
        return _refuse(
            HTTPStatus.BAD_REQUEST,
            "the header Host is missing, repeated or not a host with an optional port; send it once, such as Host: example.org",
        )
    if method == "POST" and environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        coding = environ["HTTP_CONTENT_ENCODING"]
        return _refuse(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the request body has the content coding “{coding}”; send it without Content-Encoding",
            {"Accept-Encoding": "identity"},
        )
    for variable, header in NEGOTIATION_HEADERS.items():
        if len(environ.get(variable, "")) > MAX_HEADER_CHARACTERS:
            return _refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,  # RFC 6585 §5
                f"the header {header} is longer than the {MAX_HEADER_CHARACTERS} characters that this server reads; "
                "send a shorter one",
            )
    return None


def _refuse(status: HTTPStatus, detail: str, headers: dict[str, str] | None = None) -> Problem:
    """Return a Problem with ERROR_HEADERS, which every error sent by middleware has, and `headers`."""
    return Problem(status, detail, headers={**ERROR_HEADERS, **(headers or {})})
