"""Response compression: the choice of zstd, brotli or gzip by Accept-Encoding, and streaming encoders for them.

Source: RFC 9110 §8.4.1 and §12.5.3, https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Protocol

import brotli
import zstandard
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

MIN_BYTES = 1024  # a smaller body fits one packet, and the added headers outweigh the gain
TEXT_SUFFIXES = ("json", "xml", "javascript", "n-triples", "n-quads", "trig", "sparql-query")


class _Encoder(Protocol):
    """A streaming compressor."""

    def compress(self, data: bytes, /) -> bytes:
        """Take data in; return compressed bytes, possibly b"" while data is collected."""
        ...

    def flush(self) -> bytes:
        """Return the rest of the compressed bytes; the last call."""
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
