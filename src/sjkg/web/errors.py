"""Errors as RFC 9457 problem documents, or as a page for browsers: what was wrong, where, and what to do."""

import logging
from http import HTTPStatus

from flask import Flask, Response, render_template, request
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
    UnknownName,
    UnusableSnapshot,
)
from sjkg.web.context import current_record
from sjkg.web.http.negotiation import HTML, choose
from sjkg.web.http.problem import PROBLEM, write_problem

# of the exceptions, told in the problem too
MEMBERS = ("line", "column", "token", "suggestions", "replaced_by", "whole")
STATUSES = {
    ReadOnly: HTTPStatus.FORBIDDEN,
    ServiceRefused: HTTPStatus.FORBIDDEN,
    BadQuery: HTTPStatus.BAD_REQUEST,
    BadParameter: HTTPStatus.BAD_REQUEST,
    NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    UnknownName: HTTPStatus.NOT_FOUND,
    NotExplainable: HTTPStatus.NOT_FOUND,
    Retired: HTTPStatus.GONE,
    Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
    UnusableSnapshot: HTTPStatus.SERVICE_UNAVAILABLE,
    ClientDisconnected: HTTPStatus.REQUEST_TIMEOUT,  # for the log: nobody reads it
    EngineFailed: HTTPStatus.NOT_IMPLEMENTED,
    ServiceFailed: HTTPStatus.BAD_GATEWAY,
    # Not 503, which invites to send the same again: it would take as long. RFC 9110 §15.6.5, RFC 4918 §11.5
    DeadlineExceeded: HTTPStatus.GATEWAY_TIMEOUT,
    LimitExceeded: HTTPStatus.INSUFFICIENT_STORAGE,
}


def register(app: Flask) -> None:
    """Answer every error, expected or not, as a problem."""
    app.register_error_handler(SjkgError, _known)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unknown)


def _known(error: SjkgError) -> Response:
    current_record().error = type(error).__name__
    status = next(
        (status for kind, status in STATUSES.items() if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
    )
    more = {name: value for name in MEMBERS if (value := getattr(error, name, None)) not in (None, ())}
    response = _problem(status, str(error), more)
    if isinstance(error, Overloaded):
        response.headers["Retry-After"] = error.retry_after_s
    return response


def _of_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    response = _problem(status, _advice(status) or error.description or status.phrase, {})
    for name, value in error.get_headers():
        if name in ("Allow", "Location"):
            response.headers[name] = value
    return response


def _advice(status: HTTPStatus) -> str | None:
    if status == HTTPStatus.NOT_FOUND:
        return f"there is nothing at {request.path}; the start page at / says what there is"
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "the request is larger than this server reads; send a shorter query"
    return None


def _unknown(error: Exception) -> Response:
    record = current_record()
    record.error = type(error).__name__
    logging.getLogger("sjkg").error("unexpected error at %s, request %s", request.path, record.id, exc_info=error)
    return _problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here that should not have; the log says what", {}
    )


def _problem(status: HTTPStatus, detail: str, more: dict) -> Response:
    if choose((PROBLEM, "application/json", HTML)) == HTML:
        page = render_template(
            "problem.html", status=status, detail=detail, query=request.args.get("query"), **{"replaced_by": (), **more}
        )
        return Response(page, status, mimetype=HTML, headers={"Vary": "Accept"})
    return Response(write_problem(status, detail, **more), status, mimetype=PROBLEM, headers={"Vary": "Accept"})
