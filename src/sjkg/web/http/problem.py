"""Errors as problem details (a JSON document, RFC 9457), or as an HTML page for browsers.

One mapping from exceptions to HTTP status codes serves the Flask application and the middleware in front of it.
Messages of errors start with a small letter; only the HTML page shows them as sentences.
Source: RFC 9457, https://www.rfc-editor.org/rfc/rfc9457
"""

import json
import logging
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException

from sjkg.core.errors import (
    BadParameter,
    BadQuery,
    ClientDisconnected,
    DeadlineExceeded,
    EngineFailed,
    LimitExceeded,
    NotAcceptable,
    NotExplainable,
    Overloaded,
    ReadOnly,
    Retired,
    ServiceFailed,
    ServiceRefused,
    SjkgError,
    TooLarge,
    TooManyRequests,
    UnknownName,
    UnusableSnapshot,
)
from sjkg.web.http.access_log import RECORD
from sjkg.web.http.negotiation import HTML, choose_by

PROBLEM = "application/problem+json"
PROBLEM_TYPES = (PROBLEM, "application/json", HTML)
MEMBERS = ("line", "column", "token", "suggestions", "replaced_by", "whole")  # attributes of errors sent as members
STATUSES: dict[type[SjkgError], HTTPStatus] = {  # the first class that fits decides
    ReadOnly: HTTPStatus.FORBIDDEN,
    ServiceRefused: HTTPStatus.FORBIDDEN,
    BadQuery: HTTPStatus.BAD_REQUEST,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    BadParameter: HTTPStatus.BAD_REQUEST,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    UnknownName: HTTPStatus.NOT_FOUND,
    NotExplainable: HTTPStatus.NOT_FOUND,
    Retired: HTTPStatus.GONE,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
    UnusableSnapshot: HTTPStatus.SERVICE_UNAVAILABLE,
    ClientDisconnected: HTTPStatus.REQUEST_TIMEOUT,  # only seen in the log
    EngineFailed: HTTPStatus.NOT_IMPLEMENTED,
    ServiceFailed: HTTPStatus.BAD_GATEWAY,
    # Not 503, which invites clients to repeat a request that would take as long again. RFC 9110 §15.6.5, RFC 4918 §11.5
    DeadlineExceeded: HTTPStatus.GATEWAY_TIMEOUT,
    LimitExceeded: HTTPStatus.INSUFFICIENT_STORAGE,
}

PREFIXED_NAME = re.compile(r"[\w-]*:[\w/-]")
RETRY_AFTER_S = 5  # of a 503 that does not say it itself, such as one about a missing snapshot


@dataclass(frozen=True)
class Problem:
    """An error as it is sent to the client.

    detail: the message. members: extension members of the JSON document, such as `line`. headers: of the response.
    """

    status: HTTPStatus
    detail: str
    members: dict[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The detail as a sentence for an HTML page: with a capital first letter and one full stop at the end.

        A prefixed name at its beginning, such as event:x, stays as it is.
        """
        detail = self.detail.removesuffix(".")
        return f"{detail if PREFIXED_NAME.match(detail) else detail[:1].upper() + detail[1:]}."

    def to_json(self) -> bytes:
        """Return the problem details document (application/problem+json) in UTF-8."""
        standard = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
        }
        return json.dumps({**standard, **self.members}, ensure_ascii=False).encode() + b"\n"


def to_problem(error: Exception, environ: WSGIEnvironment) -> Problem:
    """Return the Problem for an exception that ended a request. environ: the WSGI environment of the request.

    An SjkgError gets the status of its class in STATUSES, a werkzeug HTTPException its own status. A failure of the operating
    system, such as a lack of descriptors, memory or disk space, is logged and becomes a 503. Any other exception is logged with
    its traceback and becomes a 500 with the request id. Every 503 has Retry-After. Except for an HTTPException, the name of the
    exception class is stored in the RequestRecord in `environ`, for the access log.
    """
    if isinstance(error, HTTPException):
        return _http_problem(error, environ)
    record = environ[RECORD]
    record.error = type(error).__name__
    logger = logging.getLogger("sjkg")
    if _is_failure_of_system(error):
        logger.error("request %s at %s could not be answered: %s", record.id, environ["PATH_INFO"], error)
        reason = (
            (error.strerror or "input/output error") if isinstance(error, OSError) else error
        )  # without names of files
        error = Overloaded(
            f"the operating system of the server refused what the request needs, such as memory or disk space ({reason}); "
            "send it again later"
        )
    if not isinstance(error, SjkgError):
        logger.error("unexpected error at %s, request %s", environ["PATH_INFO"], record.id, exc_info=error)
        detail = f"an unexpected error occurred; the server's log describes it under the request id {record.id}"
        return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)
    status = next((STATUSES[kind] for kind in STATUSES if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
    members = {name: value for name in MEMBERS if (value := getattr(error, name, None)) not in (None, ())}
    retry_after_s = getattr(error, "retry_after_s", RETRY_AFTER_S if status == HTTPStatus.SERVICE_UNAVAILABLE else None)
    headers = {"Retry-After": str(retry_after_s)} if retry_after_s else {}
    return Problem(status, str(error), members, headers)


def _is_failure_of_system(error: Exception) -> bool:
    """Return whether the operating system failed: no descriptors, memory or disk space, a file deleted or unreadable."""
    return isinstance(error, OSError | MemoryError)


def _http_problem(error: HTTPException, environ: WSGIEnvironment) -> Problem:
    """Return the Problem for an exception of Flask or werkzeug, such as 404 or 405, with its Allow or Location header."""
    status = HTTPStatus(error.code or 500)
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    advice = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {path}; see the start page at /",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{path} does not support {method}; use a method listed in the header Allow",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the request body is larger than this server reads; send a shorter one",
    }
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Location")}
    return Problem(status, advice.get(status) or error.description or status.phrase, headers=headers)


def prefers_html_problem(accept: str | None) -> bool:
    """Return True when a client with this Accept header prefers HTML to JSON, so that it gets an error as a page."""
    return choose_by(accept, PROBLEM_TYPES) == HTML


def handle_error(error: Exception) -> Response:
    """Return the response to an exception in the current request, as a Flask error handler.

    It is an HTML page or a problem details document, by the request's Accept header.
    """
    problem = to_problem(error, request.environ)
    headers = {"Vary": "Accept", **problem.headers}
    if not prefers_html_problem(request.headers.get("Accept")):
        return Response(problem.to_json(), problem.status, headers, mimetype=PROBLEM)
    page = render_template(
        "problem.html",
        status=problem.status,
        sentence=problem.sentence,
        query=request.args.get("query"),
        error=request.environ[RECORD].error,
        **{"replaced_by": (), **problem.members},
    )
    return Response(page, problem.status, headers, mimetype=HTML)


def send_problem(problem: Problem, start_response: StartResponse) -> list[bytes]:
    """Send a problem details document from WSGI middleware with the headers that `handle_error` sets; return its body.

    `HttpMiddleware` adds security and CORS headers. Middleware outside it passes ERROR_HEADERS as `problem.headers`.
    """
    body = problem.to_json()
    headers = {"Vary": "Accept", **problem.headers, "Content-Type": PROBLEM, "Content-Length": str(len(body))}
    start_response(f"{problem.status.value} {problem.status.phrase.upper()}", list(headers.items()))
    return [body]
