"""A name for each request, a line in the log when it is done, and its place in the figures.

A WSGI middleware, the outermost, so that it sees every request. Lines are JSON objects on standard error. They hold neither
the query nor the client's address: the one may be a secret of the asker, the other is personal data. `--log queries` adds
the text of queries that are evaluated.
"""

import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count

from werkzeug.wsgi import ClosingIterator

from sjkg.web.http.metrics import Metrics

STANDARD_ERROR = 2
RECORD = "sjkg.record"  # the name in the WSGI environment
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
MAX_PATH = 200


@dataclass(slots=True)
class RequestRecord:
    """What is known of a request; the application fills in why it failed, and what was asked."""

    id: str
    status: int = 0
    cache: str = "pass"
    error: str | None = None
    query: str | None = None


class AccessLog:
    """The middleware.

    routes: the first parts of the paths that the application knows; any other path is counted as “other”.
    log: requests, queries (their texts too) or none.
    """

    def __init__(self, app: Callable, metrics: Metrics, routes: frozenset[str], log: str):
        self._app, self._metrics, self._routes, self._log = app, metrics, routes, log
        self._process, self._numbers = secrets.token_hex(6), count(1)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        begun = time.perf_counter()
        record = environ[RECORD] = RequestRecord(self._request_id(environ.get("HTTP_X_REQUEST_ID")))

        def start(status: str, headers: list[tuple[str, str]], exc_info=None):
            record.status = int(status[:3])
            headers.append(("X-Request-Id", record.id))
            return start_response(status, headers)

        chunks = self._app(environ, start)
        if isinstance(chunks, list):
            self._finish(environ, begun)
            return chunks
        return ClosingIterator(chunks, [partial(self._finish, environ, begun)])

    def _request_id(self, given: str | None) -> str:
        """Return the name that the client or a proxy gave the request, or a new one where that is none to be repeated."""
        return given if given and REQUEST_ID.fullmatch(given) else f"{self._process}-{next(self._numbers):x}"

    @staticmethod
    def note_cache(environ: dict, outcome: str, status: int) -> None:
        """Take down what the cache did for a request."""
        environ[RECORD].cache = outcome

    def _finish(self, environ: dict, begun: float) -> None:
        seconds = time.perf_counter() - begun
        record: RequestRecord = environ[RECORD]
        first = "/" + environ["PATH_INFO"][1:].partition("/")[0]
        self._metrics.count_request(first if first in self._routes else "other", record.status, record.cache, seconds)
        if self._log != "none":
            self._write(environ, record, seconds)

    def _write(self, environ: dict, record: RequestRecord, seconds: float) -> None:
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": record.id,
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"][:MAX_PATH],
            "status": record.status,
            "ms": round(seconds * 1000, 2),
            "cache": record.cache,
        }
        if record.error:
            line["error"] = record.error
        if self._log == "queries" and record.query is not None:
            line["query"] = record.query
        with suppress(OSError):  # that nobody reads the log is no reason to fail a request
            os.write(STANDARD_ERROR, json.dumps(line).encode() + b"\n")
