"""Serialized query results: small ones in memory, large ones in anonymous temporary files."""

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

Binding = dict[str, dict[str, str]]  # a row: variable to term, a dict with the keys of SPARQL 1.1 JSON results §3.2.2


class AnonymousFile:
    """A temporary file without a name, of which only an open descriptor exists.

    `len` gives its size in bytes. Iteration yields its content in chunks of at most CHUNK_BYTES, and may be repeated.
    """

    def __init__(self, descriptor: int):
        """Take over an open file descriptor; it is closed when this object is garbage-collected."""
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
    """The complete, serialized result of a SPARQL query.

    kind: bindings (of SELECT), boolean (of ASK) or graph (of CONSTRUCT and DESCRIBE). content: the bytes, or the file that
    holds them. is_deterministic: whether the same query gives the same result again, so that it may be cached.
    """

    kind: ResultKind
    format: Format
    content: bytes | AnonymousFile
    is_deterministic: bool = True

    @property
    def size(self) -> int:
        """Return the number of bytes of the serialized result."""
        return len(self.content)

    @property
    def body(self) -> bytes:
        """Return the serialized result as one bytes object; for a large result, `chunks` needs less memory."""
        return self.content if isinstance(self.content, bytes) else b"".join(self.content)

    @property
    def bindings(self) -> list[Binding]:
        """Return the rows of a SELECT result in the format “json”: for each row, a dict from variable to term.

        A term is a dict with the keys type, value and, where present, xml:lang and datatype; an unbound variable has no key.
        Source: SPARQL 1.1 Query Results JSON Format §3.2, https://www.w3.org/TR/sparql11-results-json/#select-results
        """
        rows: list[Binding] = json.loads(self.body)["results"]["bindings"]
        return rows

    @property
    def chunks(self) -> Iterable[bytes]:
        """Return the serialized result in pieces: bytes in memory as one piece, a file in pieces of CHUNK_BYTES."""
        return [self.content] if isinstance(self.content, bytes) else self.content


class Spool(SpooledTemporaryFile[bytes]):
    """A temporary file of limited size for a query result, in memory up to IN_MEMORY_BYTES and then on disk."""

    def __init__(self, max_bytes: int):
        """Create an empty file that may grow to `max_bytes`."""
        super().__init__(max_size=IN_MEMORY_BYTES, buffering=0)
        self._max_bytes = max_bytes
        self._left_bytes = max_bytes

    def write(self, s: Any) -> int:
        """Append bytes and return their number.

        Raises LimitExceeded when the file would exceed `max_bytes`, or when writing to disk fails, as on a full disk.
        """
        self._left_bytes -= len(s)
        if self._left_bytes < 0:
            raise LimitExceeded(
                f"the result is larger than the {self._max_bytes:,} bytes allowed here; ask for less with LIMIT or for fewer "
                "variables"
            )
        try:
            return super().write(s)
        except OSError as error:
            raise LimitExceeded(
                f"there is no room here for the result: writing it to a temporary file failed ({error.strerror}); ask for "
                "less with LIMIT, or again later"
            ) from None
