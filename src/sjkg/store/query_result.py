"""An answer: small ones in memory, large ones in a file without a name."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from sjkg.core.errors import LimitExceeded
from sjkg.store.formats import Format

IN_MEMORY_BYTES = 1024 * 1024
CHUNK_BYTES = 256 * 1024


class AnonymousFile:
    """The bytes of a file without a name, known by its descriptor, which is closed when nobody needs them any more."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor

    def __len__(self) -> int:
        return os.fstat(self._descriptor).st_size

    def __iter__(self) -> Iterator[bytes]:
        position = 0
        while chunk := os.pread(self._descriptor, CHUNK_BYTES, position):
            yield chunk
            position += len(chunk)

    def __del__(self):
        os.close(self._descriptor)


@dataclass(frozen=True)
class QueryResult:
    """A whole answer: its kind (bindings, boolean or graph), its format, its bytes or the open file that holds them, and
    whether asking again gives the same."""

    kind: str
    format: Format
    content: bytes | AnonymousFile
    is_deterministic: bool = True

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def body(self) -> bytes:
        """Return the bytes; of a large answer all at once, so rather take its chunks."""
        return self.content if isinstance(self.content, bytes) else b"".join(self.content)

    @property
    def bindings(self) -> list[dict]:
        """Return the rows of a table in SPARQL JSON, as that writes their terms."""
        return json.loads(self.body)["results"]["bindings"]

    @property
    def chunks(self) -> list[bytes] | AnonymousFile:
        """Return the bytes in pieces, each small enough to be held in memory."""
        return [self.content] if isinstance(self.content, bytes) else self.content


class Spool(SpooledTemporaryFile):
    """A file in memory that moves to disk as it grows, and takes no more than `max_bytes`."""

    def __init__(self, max_bytes: int):
        super().__init__(max_size=IN_MEMORY_BYTES, buffering=0)
        self._max_bytes = max_bytes
        self._left = max_bytes

    def write(self, data: bytes) -> int:
        """Raises LimitExceeded for more than there may be, and when the disk is full."""
        self._left -= len(data)
        if self._left < 0:
            raise LimitExceeded(
                f"the answer is larger than the {self._max_bytes:,} bytes that one may have here; ask for less, with LIMIT "
                "or for fewer variables"
            )
        try:
            return super().write(data)
        except OSError as error:
            raise LimitExceeded(
                f"there is no room here for so large an answer now ({error.strerror}); ask for less"
            ) from None
