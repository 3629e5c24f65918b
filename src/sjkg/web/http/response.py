"""A response of the application that the middleware still changes: buffering, ETag, compression, 304 Not Modified.

Compression is with zstd, brotli or gzip, chosen by Accept-Encoding (RFC 9110 §8.4.1 and §12.5.3).
Source: RFC 9110 (HTTP Semantics), https://www.rfc-editor.org/rfc/rfc9110
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol
from wsgiref.types import WSGIApplication, WSGIEnvironment

import brotli
import zstandard
from werkzeug.datastructures import Accept
from werkzeug.http import is_resource_modified, parse_accept_header, parse_date, parse_etags
from werkzeug.wsgi import ClosingIterator

from sjkg.web.http.headers import (
    DEFAULT_HEADERS,
    ERROR_HEADERS,
    HeaderList,
    Headers,
    forbids_encoding,
    forbids_storing,
    not_modified_headers,
    vary_names,
)

MAX_BUFFERED_BYTES = 8 * 1024 * 1024  # larger bodies are streamed
NOT_MODIFIED = "304 Not Modified"
SUCCESS_DEFAULTS = Headers([*DEFAULT_HEADERS.items(), ("Cache-Control", "no-cache")])
ERROR_DEFAULTS = Headers(ERROR_HEADERS.items())
SAFE_METHODS = ("GET", "HEAD")
PRECONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
ALL_CONDITIONS = (*PRECONDITIONS, *CONDITIONS)
MIN_BYTES = 1024  # a smaller body fits one packet, and the added headers outweigh the gain
TEXT_SUFFIXES = ("json", "xml", "javascript", "n-triples", "n-quads", "trig", "sparql-query")


class BufferedResponse:
    """The response of a WSGI application to one request, with methods that change its headers and body before it is sent.

    The constructor calls the application. It passes HEAD on as GET, and removes the headers of conditional requests,
    because the ETag is known only after the body has been computed; with a Range header, If-None-Match and
    If-Modified-Since stay. status: the status line, as in “200 OK”; code: its number. chunks: the body, a list when it
    is in memory, otherwise the iterable that the application returned.
    """

    def __init__(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        if environ["REQUEST_METHOD"] == "HEAD" or has_conditions(environ):
            environ = {**environ, "REQUEST_METHOD": environ["REQUEST_METHOD"].replace("HEAD", "GET")}
            for name in PRECONDITIONS if "HTTP_RANGE" in environ else ALL_CONDITIONS:
                environ.pop(name, None)
        self.chunks: Iterable[bytes] = app(environ, self._start)
        self.code = int(self.status[:3])

    def _start(self, status: str, headers: HeaderList, exc_info: object = None, /) -> Callable[[bytes], Any]:
        """Store the status line and the headers; the `start_response` that is passed to the application (PEP 3333)."""
        self.status, self.headers = status, Headers(headers)
        return _refuse_to_write

    @property
    def is_buffered(self) -> bool:
        """True when the whole body is in memory."""
        return isinstance(self.chunks, list)

    @property
    def is_no_store(self) -> bool:
        """True when Cache-Control has no-store or private, so that the response must not be cached."""
        return forbids_storing(self.headers.get("Cache-Control"))

    @property
    def etag(self) -> str | None:
        """The ETag header, or None when absent."""
        return self.headers.get("ETag")

    @property
    def length(self) -> int | None:
        """The Content-Length in bytes, or None when the header is absent."""
        length = self.headers.get("Content-Length")
        return None if length is None else int(length)

    def close(self) -> None:
        """Replace the body by an empty one and call the `close` method of the application's iterable (PEP 3333)."""
        if hasattr(self.chunks, "close"):
            self.chunks.close()
        self.chunks = []

    def buffer(self) -> None:
        """Read the body into memory when its Content-Length is known and at most MAX_BUFFERED_BYTES."""
        if not self.is_buffered and self.length is not None and self.length <= MAX_BUFFERED_BYTES:
            body = b"".join(self.chunks)
            self.close()
            self.chunks = [body]

    def set_etag(self) -> None:
        """Set the ETag to a hash of Content-Type and body, unless there is an ETag or the body is not in memory.

        Equal bodies get equal ETags, after a restart and in another snapshot, too.
        """
        if self.is_buffered and "ETag" not in self.headers:
            content_type = self.headers.get("Content-Type") or ""
            digest = sha256(b"".join((content_type.encode(), b"\0", *self.chunks))).hexdigest()
            self.headers["ETag"] = f'"{digest[:32]}"'

    def encode(self, encoding: str | None) -> None:
        """If the body is compressible text of at least MIN_BYTES, add Accept-Encoding to Vary, and compress the body.

        encoding: zstd, br or gzip, as the client accepts it; None leaves the body as it is.
        """
        if not self._is_encodable():
            return
        vary = self.headers.get("Vary")
        if "accept-encoding" not in vary_names(vary):
            self.headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
        if encoding:
            self._compress(encoding)

    def _is_encodable(self) -> bool:
        """Return True when the body is text of at least MIN_BYTES without Content-Encoding and no-transform.

        False for a streamed file that accepts Range requests, so that interrupted downloads can be resumed.
        """
        length = self.length
        if length is not None and length < MIN_BYTES:
            return False
        is_resumable = not self.is_buffered and "Accept-Ranges" in self.headers
        return (
            is_compressible(self.headers.get("Content-Type") or "")
            and not (is_resumable or "Content-Encoding" in self.headers)
            and not forbids_encoding(self.headers.get("Cache-Control"))
        )

    def _compress(self, encoding: str) -> None:
        """Replace the body by its compressed form, and append the coding (zstd, br or gzip) to the ETag."""
        plain = self.chunks
        chunks = compress(plain, encoding)
        self.headers.drop("Content-Length", "Accept-Ranges")
        self.headers["Content-Encoding"] = encoding
        if self.is_buffered:
            body = b"".join(chunks)
            self.chunks = [body]
            self.headers["Content-Length"] = str(len(body))
        else:
            self.chunks = ClosingIterator(chunks, [plain.close] if hasattr(plain, "close") else [])
        if self.etag:
            self.headers["ETag"] = f'{self.etag[:-1]}-{encoding}"'

    def add_default_headers(self) -> None:
        """Add the security, CORS and Cache-Control headers that the application has not set.

        Cache-Control is no-store for errors (code 400 and above), otherwise no-cache.
        """
        self.headers.add_missing(SUCCESS_DEFAULTS if self.code < 400 else ERROR_DEFAULTS)

    def to_not_modified(self) -> None:
        """Turn the response into a 304 without body, with the headers that a 304 repeats (RFC 9110 §15.4.5)."""
        self.close()
        self.status, self.code, self.headers = NOT_MODIFIED, 304, Headers(not_modified_headers(self.headers.pairs()))


def has_conditions(environ: WSGIEnvironment) -> bool:
    """Return True when a request has any header of conditional requests, such as If-None-Match (RFC 9110 §13.1)."""
    return not environ.keys().isdisjoint(ALL_CONDITIONS)


def is_not_modified(environ: WSGIEnvironment, etag: str, last_modified: str | None) -> bool:
    """Return True when If-None-Match or If-Modified-Since match, so that 304 is to be sent (RFC 9110 §13.2.2).

    etag: of the response, with quotes. last_modified: its Last-Modified header, or None.
    """
    if not any(name in environ for name in CONDITIONS):
        return False
    return environ.get(CONDITIONS[0]) == etag or not is_resource_modified(environ, etag, last_modified=last_modified)


def is_precondition_failed(environ: WSGIEnvironment, etag: str | None, last_modified: str | None) -> bool:
    """Return True when If-Match or, without it, If-Unmodified-Since of a GET or HEAD fails (RFC 9110 §13.2.2).

    etag: of the response, with quotes, or None. last_modified: its Last-Modified header, or None.
    """
    if environ["REQUEST_METHOD"] not in SAFE_METHODS:
        return False
    if (wanted := environ.get(PRECONDITIONS[0])) is not None:
        return wanted.strip() != "*" and not (etag and parse_etags(wanted).contains_raw(etag))
    since, modified = parse_date(environ.get(PRECONDITIONS[1])), parse_date(last_modified)
    return bool(since and modified and modified > since)


def _refuse_to_write(data: bytes) -> None:
    """Raise NotImplementedError. It is the deprecated `write` callable of WSGI (PEP 3333), which Flask does not use."""
    raise NotImplementedError("the WSGI write callable is not supported; return an iterable")


class _Encoder(Protocol):
    """The methods of a compressor that takes data in pieces, such as zlib.compressobj."""

    def compress(self, data: bytes, /) -> bytes:
        """Take the next piece of the data; return compressed bytes, or b"" while too little has been taken."""
        ...

    def flush(self) -> bytes:
        """Return the rest of the compressed bytes. No other method may be called after it."""
        ...


class _BrotliEncoder:
    """A brotli compressor with the methods `compress` and `flush`, as zlib and zstandard name them."""

    def __init__(self) -> None:
        compressor = brotli.Compressor(quality=4)
        self.compress: Callable[[bytes], bytes] = compressor.process
        self.flush: Callable[[], bytes] = compressor.finish


# In order of preference. At these levels each takes about 10 ms for a megabyte.
ENCODERS: dict[str, Callable[[], _Encoder]] = {
    "zstd": lambda: zstandard.ZstdCompressor(level=6).compressobj(),
    "br": _BrotliEncoder,
    "gzip": lambda: zlib.compressobj(level=5, wbits=zlib.MAX_WBITS | 16),
}


@lru_cache(maxsize=256)
def choose_encoding(accept_encoding: str | None) -> str | None:
    """Return the content coding that an Accept-Encoding header prefers: zstd, br or gzip; None for an uncompressed body.

    accept_encoding: the header, None when absent. Among codings of equal weight the order is zstd, br, gzip.
    Source: RFC 9110 §12.5.3
    """
    if not accept_encoding:
        return None
    weights = parse_accept_header(accept_encoding, Accept)
    best = max(ENCODERS, key=lambda name: weights.quality(name))
    return best if weights.quality(best) > 0 else None


@lru_cache(maxsize=256)
def is_compressible(content_type: str) -> bool:
    """Return True when bodies of this Content-Type are text: text/*, or a type that ends in one of TEXT_SUFFIXES."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type.endswith(TEXT_SUFFIXES)


def compress(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a body compressed, in chunks. chunks: the body. encoding: zstd, br or gzip."""
    encoder = ENCODERS[encoding]()
    for chunk in chunks:
        if encoded := encoder.compress(chunk):
            yield encoded
    yield encoder.flush()
