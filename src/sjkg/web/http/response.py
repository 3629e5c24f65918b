"""An answer on its way from Flask to the client, and what is done to it on the way."""

from collections.abc import Callable, Iterable
from hashlib import sha256

from werkzeug.http import is_resource_modified
from werkzeug.wsgi import ClosingIterator

from sjkg.web.http.compression import MIN_BYTES, compress, is_compressible
from sjkg.web.http.headers import (
    EVERYWHERE,
    Headers,
    forbids_encoding,
    forbids_keeping,
    not_modified_headers,
    varies_by,
)

HELD_BYTES = 8 * 1024 * 1024  # larger bodies are passed on as they come
NOT_MODIFIED = "304 Not Modified"
OF_ANSWERS, OF_ERRORS = (Headers([*EVERYWHERE.items(), ("Cache-Control", said)]) for said in ("no-cache", "no-store"))
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class BufferedResponse:
    """Status line, headers, and the body: its chunks as they come, or held as one.

    Making one runs the application, with a GET in place of a HEAD and without the request's conditions (unless it asks for
    a range): whether the answer is new to the client is known only once it is encoded.
    """

    def __init__(self, app: Callable, environ: dict):
        inner = dict(environ)
        if environ["REQUEST_METHOD"] == "HEAD":
            inner["REQUEST_METHOD"] = "GET"
        if "HTTP_RANGE" not in environ:
            for name in CONDITIONS:
                inner.pop(name, None)
        self.status, self.headers = "", Headers()
        self.chunks: Iterable[bytes] = app(inner, self._start)
        self.code = int(self.status[:3])

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info=None) -> None:
        self.status, self.headers = status, Headers(headers)

    @property
    def is_held(self) -> bool:
        return isinstance(self.chunks, list)

    @property
    def is_no_store(self) -> bool:
        """Tell whether the application says that nobody is to keep this answer."""
        return forbids_keeping(self.headers.get("Cache-Control"))

    @property
    def etag(self) -> str | None:
        return self.headers.get("ETag")

    @property
    def length(self) -> int | None:
        """The number of bytes of the body, None where the application does not say it."""
        length = self.headers.get("Content-Length")
        return None if length is None else int(length)

    def close(self) -> None:
        """Let the application clear up after chunks that nobody will read."""
        if hasattr(self.chunks, "close"):
            self.chunks.close()
        self.chunks = []

    def buffer(self) -> None:
        """Read the body into memory where it is known to be small."""
        if not self.is_held and self.length is not None and self.length <= HELD_BYTES:
            body = b"".join(self.chunks)
            self.close()
            self.chunks = [body]

    def set_etag(self) -> None:
        """Name the representation by what it is: the same bytes keep their tag over restarts and snapshots."""
        if self.etag is None and self.is_held:
            digest = sha256(self.headers.get("Content-Type", "").encode() + b"\0" + b"".join(self.chunks)).hexdigest()
            self.headers["ETag"] = f'"{digest[:32]}"'

    def encode(self, encoding: str | None) -> None:
        """Compress the body where that saves something, unless it is to arrive as it is."""
        if not self._may_be_encoded():
            return
        if "accept-encoding" not in varies_by(vary := self.headers.get("Vary")):
            self.headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
        if encoding:
            self._compress(encoding)

    def _may_be_encoded(self) -> bool:
        """Tell whether the body is a text worth compressing; a file too large to hold is not, so that it can be resumed."""
        is_tiny = self.length is not None and self.length < MIN_BYTES
        is_resumable = not self.is_held and "Accept-Ranges" in self.headers
        return (
            is_compressible(self.headers.get("Content-Type", ""))
            and not (is_tiny or is_resumable or "Content-Encoding" in self.headers)
            and not forbids_encoding(self.headers.get("Cache-Control"))
        )

    def _compress(self, encoding: str) -> None:
        plain = self.chunks
        chunks = compress(plain, encoding)
        self.headers.drop("Content-Length", "Accept-Ranges")
        self.headers["Content-Encoding"] = encoding
        if self.is_held:
            self.chunks = [b"".join(chunks)]
            self.headers["Content-Length"] = str(len(self.chunks[0]))
        else:
            self.chunks = ClosingIterator(chunks, [plain.close] if hasattr(plain, "close") else [])
        if self.etag:
            self.headers["ETag"] = f'{self.etag[:-1]}-{encoding}"'

    def add_default_headers(self) -> None:
        """Add what every answer says."""
        self.headers.add_default_headers(OF_ANSWERS if self.code < 400 else OF_ERRORS)

    def to_not_modified(self) -> None:
        """Turn the answer into the 304 that stands for it."""
        self.close()
        self.status, self.code, self.headers = NOT_MODIFIED, 304, Headers(not_modified_headers(self.headers.pairs()))


def is_unchanged(environ: dict, etag: str, last_modified: str | None) -> bool:
    """Tell whether the client has this representation already. Source: RFC 9110 §13.2.2"""
    if not any(name in environ for name in CONDITIONS):
        return False
    return environ.get(CONDITIONS[0]) == etag or not is_resource_modified(environ, etag, last_modified=last_modified)
