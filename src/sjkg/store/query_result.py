"""A serialized query result: a small one in memory, a large one in an anonymous temporary file."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

from sjkg.core.errors import LimitExceeded
from sjkg.store.formats import Format, ResultKind

IN_MEMORY_BYTES = 1024 * 1024  # a larger result is written to disk
CHUNK_BYTES = 256 * 1024

Binding = dict[str, dict[str, str]]  # a row: the term of each bound variable, in the words of SPARQL 1.1 JSON results


class AnonymousFile:
    """A temporary file without a name, given by its open descriptor, which is closed with the last reference to this object.

    Iteration yields its bytes in chunks, and may be repeated.
    """

    def __init__(self, descriptor: int):
        self._descriptor = descriptor

    def __len__(self) -> int:
        return os.fstat(self._descriptor).st_size

    def __iter__(self) -> Iterator[bytes]:
        position = 0
        while chunk := os.pread(self._descriptor, CHUNK_BYTES, position):
            yield chunk
            position += len(chunk)

    def __del__(self) -> None:
        os.close(self._descriptor)


@dataclass(frozen=True)
class QueryResult:
    """The complete, serialized result of a query.

    kind: bindings, boolean or graph. is_deterministic: the same query gives the same result again, so it may be cached.
    """

    kind: ResultKind
    format: Format
    content: bytes | AnonymousFile
    is_deterministic: bool = True

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.content)

    @property
    def body(self) -> bytes:
        """Return all bytes at once; `chunks` needs less memory for a large result."""
        return self.content if isinstance(self.content, bytes) else b"".join(self.content)

    @property
    def bindings(self) -> list[Binding]:
        """Return the rows of a result of kind “bindings” in the format “json”.

        Source: https://www.w3.org/TR/sparql11-results-json/#select-results
        """
        rows: list[Binding] = json.loads(self.body)["results"]["bindings"]
        return rows

    @property
    def chunks(self) -> Iterable[bytes]:
        """Return the bytes in pieces of at most IN_MEMORY_BYTES."""
        return [self.content] if isinstance(self.content, bytes) else self.content


class Spool(SpooledTemporaryFile[bytes]):
    """A temporary file of limited size, in memory while it is small."""

    def __init__(self, max_bytes: int):
        super().__init__(max_size=IN_MEMORY_BYTES, buffering=0)
        self._max_bytes = max_bytes
        self._left_bytes = max_bytes

    def write(self, s: Any) -> int:
        """Append bytes. Raises LimitExceeded above `max_bytes`, and when the disk is full."""
        self._left_bytes -= len(s)
        if self._left_bytes < 0:
            raise LimitExceeded(
                f"the result is larger than the {self._max_bytes:,} bytes that one may have here; ask for less, with LIMIT "
                "or for fewer variables"
            )
        try:
            return super().write(s)
        except OSError as error:
            raise LimitExceeded(
                f"there is no room here for so large a result now ({error.strerror}); ask for less"
            ) from None
