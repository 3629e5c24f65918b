"""An answer on its way from Flask to the client, and what is done to it on the way."""

from collections.abc import Callable, Iterable
from hashlib import sha256

from werkzeug.datastructures import Headers, ResponseCacheControl
from werkzeug.http import is_resource_modified, parse_cache_control_header, parse_set_header, quote_etag, unquote_etag
from werkzeug.wsgi import ClosingIterator

from sjkg.web.encoding import MIN_BYTES, compress, is_compressible
from sjkg.web.headers import EVERYWHERE, brief

HELD_BYTES = 8 * 1024 * 1024  # larger bodies are passed on as they come
NOT_MODIFIED = "304 Not Modified"
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class Reply:
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
    def is_fleeting(self) -> bool:
        """Tell whether the application says that nobody is to keep this answer."""
        said = parse_cache_control_header(self.headers.get("Cache-Control"), cls=ResponseCacheControl)
        return bool(said.no_store or said.private)

    @property
    def etag(self) -> str | None:
        return self.headers.get("ETag")

    def close(self) -> None:
        """Let the application clear up after chunks that nobody will read."""
        if hasattr(self.chunks, "close"):
            self.chunks.close()
        self.chunks = []

    def hold(self) -> None:
        """Read the body into memory where it is known to be small."""
        if not self.is_held and int(self.headers.get("Content-Length", HELD_BYTES + 1)) <= HELD_BYTES:
            body = b"".join(self.chunks)
            self.close()
            self.chunks = [body]

    def tag(self) -> None:
        """Name the representation by what it is: the same bytes keep their tag over restarts and snapshots."""
        if self.etag is None and self.is_held:
            digest = sha256(self.headers.get("Content-Type", "").encode() + b"\0" + b"".join(self.chunks)).hexdigest()
            self.headers["ETag"] = quote_etag(digest[:32])

    def encode(self, encoding: str | None) -> None:
        """Compress the body where that saves something; a file too large to hold stays as it is, so that it can be resumed."""
        large = "Content-Length" not in self.headers or int(self.headers["Content-Length"]) >= MIN_BYTES
        if not is_compressible(self.headers.get("Content-Type", "")) or "Content-Encoding" in self.headers:
            return
        self._vary("Accept-Encoding")
        if not encoding or not large or not self.is_held and "Accept-Ranges" in self.headers:
            return
        plain = self.chunks
        chunks = compress(plain, encoding)
        for name in ("Content-Length", "Accept-Ranges"):
            self.headers.pop(name, None)
        if self.is_held:
            self.chunks = [b"".join(chunks)]
            self.headers["Content-Length"] = str(len(self.chunks[0]))
        else:
            self.chunks = ClosingIterator(chunks, [plain.close] if hasattr(plain, "close") else [])
        self.headers["Content-Encoding"] = encoding
        if self.etag:
            self.headers["ETag"] = quote_etag(f"{unquote_etag(self.etag)[0]}-{encoding}")

    def complete(self) -> None:
        """Add what every answer says."""
        self.headers.setdefault("Cache-Control", "no-cache" if self.code < 400 else "no-store")
        for name, value in EVERYWHERE.items():
            self.headers.setdefault(name, value)

    def shorten(self) -> None:
        """Turn the answer into the 304 that stands for it."""
        self.close()
        self.status, self.code, self.headers = NOT_MODIFIED, 304, Headers(brief(self.headers))

    def _vary(self, name: str) -> None:
        names = parse_set_header(self.headers.get("Vary"))
        names.add(name)
        self.headers["Vary"] = names.to_header()


def is_unchanged(environ: dict, etag: str, last_modified: str | None) -> bool:
    """Tell whether the client has this representation already. Source: RFC 9110 §13.2.2"""
    if not any(name in environ for name in CONDITIONS):
        return False
    return environ.get(CONDITIONS[0]) == etag or not is_resource_modified(environ, etag, last_modified=last_modified)
