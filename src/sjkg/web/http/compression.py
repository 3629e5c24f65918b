"""Response compression: the choice of a content coding by Accept-Encoding, and streaming encoders."""

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

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _BrotliEncoder:
    """Brotli's compressor behind the interface that zlib and zstandard share."""

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
    """Return the content coding that an Accept-Encoding header prefers, or None for an uncompressed body.

    Among codings of equal weight the first of `ENCODERS` wins. Source: RFC 9110 §12.5.3
    """
    if not accept_encoding:
        return None
    weights = parse_accept_header(accept_encoding, Accept)
    best = max(ENCODERS, key=lambda name: weights.quality(name))
    return best if weights.quality(best) > 0 else None


@lru_cache(maxsize=256)
def is_compressible(content_type: str) -> bool:
    """Return True when bodies of this Content-Type are text."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type.endswith(TEXT_SUFFIXES)


def compress(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the compressed form of a body. encoding: a key of `ENCODERS`."""
    encoder = ENCODERS[encoding]()
    for chunk in chunks:
        if encoded := encoder.compress(chunk):
            yield encoded
    yield encoder.flush()
