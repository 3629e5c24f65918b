"""The cache of whole answers, and the key under which an answer is kept."""

from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from cachetools import LRUCache

from sjkg.web.http.compression import choose_encoding
from sjkg.web.http.headers import varies_by
from sjkg.web.http.response import BufferedResponse

QUERY_PATH = "/sparql"  # where a POST only asks
QUERY_TYPES = ("application/x-www-form-urlencoded", "application/sparql-query")
MAX_QUESTION_BYTES = 64 * 1024
MAX_SHARE = 8  # no answer takes more than this part of the cache
OVERHEAD_BYTES = 3000  # what the objects of an entry take beside their texts
KEPT_STATUSES = (200, 303)
VARIANCE_IN_KEY = {"accept", "accept-encoding"}

Key = tuple[str | bytes | None, ...]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is sent."""

    status: str
    code: int
    headers: list[tuple[str, str]]
    body: list[bytes]
    etag: str | None
    last_modified: str | None
    size: int


class AnswerCache:
    """The answers asked for last, together no larger than `max_bytes`; safe in threads."""

    def __init__(self, max_bytes: int):
        self._answers = LRUCache(max_bytes, getsizeof=lambda answer: answer.size)
        self._lock = Lock()
        self._max_answer_bytes = max_bytes // MAX_SHARE

    def get(self, key: Key) -> KeptAnswer | None:
        with self._lock:
            return self._answers.get(key)

    def put(self, key: Key, reply: BufferedResponse) -> None:
        """Keep an answer, if the key says all that it depends on and it is not too large to be worth the others."""
        if not self._max_answer_bytes or not may_be_kept(reply):
            return
        headers = [*reply.headers.pairs(), ("Server-Timing", "cache;desc=hit")]
        size = OVERHEAD_BYTES + sum(len(part) for part in key if part) + sum(len(chunk) for chunk in reply.chunks)
        if size > self._max_answer_bytes:
            return
        last_modified = reply.headers.get("Last-Modified")
        kept = KeptAnswer(reply.status, reply.code, headers, reply.chunks, reply.etag, last_modified, size)
        with self._lock:
            self._answers[key] = kept

    @property
    def bytes_used(self) -> int:
        return self._answers.currsize


def may_be_kept(reply: BufferedResponse) -> bool:
    """Tell whether the next one to ask the same gets the same. Source: RFC 9111 §3"""
    return (
        reply.is_held
        and reply.code in KEPT_STATUSES
        and not reply.is_no_store
        and varies_by(reply.headers.get("Vary")) <= VARIANCE_IN_KEY
        and "Set-Cookie" not in reply.headers
    )


def key_of(environ: dict, version: str) -> Key | None:
    """Return all that the answer to a request can depend on, or None for a request whose answer is not kept.

    The body of a query sent by POST is read for it, and put back.
    """
    method = environ["REQUEST_METHOD"]
    if method == "GET" or method == "HEAD":
        if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            return None
        content_type = question = None
    elif method == "POST" and _is_question(environ):
        content_type, question = environ["CONTENT_TYPE"], environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = BytesIO(question)
    else:
        return None
    if "HTTP_RANGE" in environ:
        return None
    get = environ.get
    return (
        version,
        environ["PATH_INFO"],
        get("QUERY_STRING"),
        get("HTTP_ACCEPT"),
        choose_encoding(get("HTTP_ACCEPT_ENCODING")),
        get("HTTP_HOST"),
        content_type,
        question,
    )


def _is_question(environ: dict) -> bool:
    """Tell whether a POST is a query short enough to be remembered."""
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ["PATH_INFO"] == QUERY_PATH
        and environ.get("CONTENT_TYPE", "").startswith(QUERY_TYPES)
        and length.isdecimal()
        and int(length) <= MAX_QUESTION_BYTES
    )
