"""Request ids, the access log and request metrics.

The log is one JSON object per line on standard error: time, id, method, path, status, ms, cache, and error where there was
one. It contains neither queries (they may be confidential) nor client addresses (personal data). The command-line option
`--log queries` adds the text of evaluated SPARQL queries.
"""

import json
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wsgi import ClosingIterator

from sjkg.web.http.headers import HeaderList

if TYPE_CHECKING:  # the main process imports this module before it sets the variable that prometheus_client reads
    from sjkg.web.http.metrics import Metrics

RECORD = "sjkg.record"  # the key of the RequestRecord in the WSGI environment
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
MAX_PATH_CHARACTERS = 200


@dataclass(slots=True)
class RequestRecord:
    """The log record of one request, filled in while the request is handled.

    status: the HTTP status code. cache: the outcome of the response cache, which is hit, miss, or pass for a request
    that bypasses it. error: the name of the exception class that ended the request, None without one. query: the SPARQL
    text, None for requests without a query.
    """

    id: str
    status: int = 0
    cache: str = "pass"
    error: str | None = None
    query: str | None = None


class AccessLog:
    """The outermost WSGI middleware: gives each request an id, and logs and counts it when its response has been sent.

    It stores a RequestRecord in the WSGI environment under RECORD and adds the response header X-Request-Id.
    routes: the first path segments of the application with a slash, as in “/sparql”; metrics count other paths as “other”.
    log: “requests”, “queries” (with their text) or “none”. write_line: writes a line, with its line feed, to the log.
    """

    def __init__(
        self,
        app: WSGIApplication,
        metrics: "Metrics",
        routes: frozenset[str],
        log: str,
        write_line: Callable[[bytes], object],
    ) -> None:
        self._app, self._metrics, self._routes, self._log = app, metrics, routes, log
        self._write_line = write_line
        self._process, self._numbers = secrets.token_hex(6), count(1)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = time.perf_counter()
        request_id = environ.get("HTTP_X_REQUEST_ID")  # of the client or a proxy
        if not request_id or not REQUEST_ID.fullmatch(request_id):
            request_id = f"{self._process}-{next(self._numbers):x}"
        record = environ[RECORD] = RequestRecord(request_id)

        def start(status: str, headers: HeaderList, exc_info: object = None, /) -> Callable[[bytes], Any]:
            record.status = int(status[:3])
            headers.append(("X-Request-Id", record.id))
            return start_response(status, headers)

        chunks = self._app(environ, start)
        if isinstance(chunks, list):
            self._finish(environ, begun)
            return chunks
        return ClosingIterator(chunks, [partial(self._finish, environ, begun)])

    @staticmethod
    def record_cache_outcome(environ: WSGIEnvironment, outcome: str, status: int) -> None:
        """Store the outcome of the response cache (hit, miss or pass) in the request's RequestRecord; `status` is unused."""
        environ[RECORD].cache = outcome

    def _finish(self, environ: WSGIEnvironment, begun: float) -> None:
        """Count the request and write its log line. begun: the time of its arrival, as `time.perf_counter` gives it."""
        seconds = time.perf_counter() - begun
        record: RequestRecord = environ[RECORD]
        first = "/" + environ["PATH_INFO"][1:].partition("/")[0]
        self._metrics.count_request(first if first in self._routes else "other", record.status, record.cache, seconds)
        if self._log == "none":
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": record.id,
            "method": environ["REQUEST_METHOD"],
            "path": environ["PATH_INFO"][:MAX_PATH_CHARACTERS],
            "status": record.status,
            "ms": round(seconds * 1000, 2),
            "cache": record.cache,
        }
        if record.error:
            line["error"] = record.error
        if self._log == "queries" and record.query is not None:
            line["query"] = record.query
        self._write_line(json.dumps(line).encode() + b"\n")
