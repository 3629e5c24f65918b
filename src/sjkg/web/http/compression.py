"""Compressed bodies: which encoding a request takes, and which answers are worth it."""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

import brotli
import zstandard
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

MIN_BYTES = 1024  # below, headers weigh more than what is saved, and all fits one packet
TEXTUAL = ("json", "xml", "javascript", "n-triples", "n-quads", "trig", "sparql-query")


class _Brotli:
    """brotli's compressor with the methods of the other two."""

    def __init__(self):
        self._compressor = brotli.Compressor(quality=4)
        self.compress, self.flush = self._compressor.process, self._compressor.finish


ENCODERS = {  # in our order of preference; the levels are those at which each takes about 10 ms for a megabyte
    "zstd": lambda: zstandard.ZstdCompressor(level=6).compressobj(),
    "br": _Brotli,
    "gzip": lambda: zlib.compressobj(level=5, wbits=zlib.MAX_WBITS | 16),
}


@lru_cache(maxsize=256)
def choose_encoding(accepted: str | None) -> str | None:
    """Return the encoding that an Accept-Encoding header likes best, or None for the body as it is."""
    if not accepted:
        return None
    weights = parse_accept_header(accepted, Accept)
    best = max(ENCODERS, key=lambda name: weights.quality(name))  # the first one among equals
    return best if weights.quality(best) > 0 else None


@lru_cache(maxsize=256)
def is_compressible(content_type: str) -> bool:
    """Tell whether bodies of this media type are text, which shrinks."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type.endswith(TEXTUAL)


def compress(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the encoded form of a body that comes in chunks."""
    encoder = ENCODERS[encoding]()
    for chunk in chunks:
        if encoded := encoder.compress(chunk):
            yield encoded
    yield encoder.flush()
