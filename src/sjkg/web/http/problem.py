"""RFC 9457 problem documents, and requests that are refused with one before the application is asked."""

import json
from collections.abc import Callable
from http import HTTPStatus

from sjkg.web.http.headers import DEFAULT_HEADERS

PROBLEM = "application/problem+json"


def write_problem(status: HTTPStatus, detail: str, **more: object) -> bytes:
    """Return the document. more: members of this problem's own."""
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **more}
    return json.dumps(problem, ensure_ascii=False).encode() + b"\n"


def refuse(start_response: Callable, status: HTTPStatus, detail: str, **headers: str) -> list[bytes]:
    """Answer with a problem. headers: of this one, by their names with _ for -."""
    body = write_problem(status, detail)
    said = {
        **DEFAULT_HEADERS,
        "Content-Type": PROBLEM,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    start_response(f"{status.value} {status.phrase}", list(said.items()))
    return [body]
