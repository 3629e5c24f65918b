"""A request refused before the application is asked, as an RFC 9457 problem document."""

import json
from collections.abc import Callable
from http import HTTPStatus

from sjkg.web.headers import EVERYWHERE


def refuse(start_response: Callable, status: HTTPStatus, detail: str, **headers: str) -> list[bytes]:
    """Answer with a problem. headers: of this one, by their names with _ for -."""
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    body = json.dumps(problem, ensure_ascii=False).encode() + b"\n"
    said = {
        **EVERYWHERE,
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    start_response(f"{status.value} {status.phrase}", list(said.items()))
    return [body]
