"""Serialized query results: small ones in memory, large ones in anonymous temporary files."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any

from sjkg.core.errors import LimitExceeded
from sjkg.sparql.own_terms import UnknownTerm
from sjkg.store.formats import Format, ResultKind

IN_MEMORY_BYTES = 1024 * 1024  # a larger result is written to disk
CHUNK_BYTES = 256 * 1024
MAX_EMPTY_BYTES = 64 * 1024  # of a result that is looked at for whether it is empty; a table has a header
EMPTY_ENDINGS = {"json": b'"bindings":[]}}', "xml": b"<results></results></sparql>"}  # of CSV and TSV there is one line

Binding = dict[
    str, dict[str, str]
]  # a row: variable, without “?”, to term, a dict as of SPARQL 1.1 JSON results §3.2.2


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

    kind: “bindings” (of SELECT), “boolean” (of ASK) or “graph” (of CONSTRUCT and DESCRIBE). format: the format of the content.
    content: the bytes, or the file that holds them. is_deterministic: whether the same query gives the same result again, so that it may be cached.
    unknown_terms: the IRIs in the query that are nowhere in the graph; empty where the query was not checked for them.
    empty_reason: a sentence, without full stop, on why the result is empty or aggregates in it have no value; "" if that is not
    so, or the reason is not known.
    """

    kind: ResultKind
    format: Format
    content: bytes | AnonymousFile
    is_deterministic: bool = True
    unknown_terms: tuple[UnknownTerm, ...] = ()
    empty_reason: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a sentence, without full stop, for each unknown term, and the reason of an empty result if it is known."""
        return (*(term.message for term in self.unknown_terms), *filter(None, [self.empty_reason]))

    @property
    def is_empty(self) -> bool:
        """Return whether this is a table without rows or a graph without triples; the boolean of ASK is never empty."""
        content = self.content
        if self.kind == "boolean" or not isinstance(content, bytes) or len(content) > MAX_EMPTY_BYTES:
            return False
        if self.kind == "bindings":
            ending = EMPTY_ENDINGS.get(self.format.name)
            return content.endswith(ending) if ending else content.count(b"\n") == 1
        return content in (b"", b"[]") or (self.format.is_xml and b"<rdf:Description" not in content)

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
        """Return the rows of a SELECT result whose format is “json”, each a dict from variable, without “?”, to term.

        A term is a dict with the keys type, value and, where present, xml:lang and datatype; an unbound variable has no
        key. Raises ValueError or KeyError for a result of another kind or format.
        Source: SPARQL 1.1 Query Results JSON Format §3.2, https://www.w3.org/TR/sparql11-results-json/#select-results
        """
        rows: list[Binding] = json.loads(self.body)["results"]["bindings"]
        return rows

    @property
    def chunks(self) -> Iterable[bytes]:
        """Return the serialized result in pieces: bytes in memory as one piece, a file in pieces of at most CHUNK_BYTES."""
        return [self.content] if isinstance(self.content, bytes) else self.content


class Spool(BytesIO):
    """A writable stream of limited size for a query result: in memory up to IN_MEMORY_BYTES, then in a temporary file.

    file: the open temporary file with the whole result, or None while it is in memory, where `getvalue` returns it.
    """

    def __init__(self, max_bytes: int):
        """Create an empty stream to which at most `max_bytes` can be written."""
        super().__init__()
        self.file: IO[bytes] | None = None
        self._max_bytes, self._size = max_bytes, 0

    def write(self, data: Any, /) -> int:
        """Append bytes and return their number.

        Raises LimitExceeded when there would be more than `max_bytes`, or when writing to disk fails, as on a full
        disk.
        """
        self._size += len(data)
        if self._size > self._max_bytes:
            raise LimitExceeded(
                f"the result of the query is larger than the {self._max_bytes:,} bytes allowed here; ask for less: use LIMIT, or leave out "
                "variables"
            )
        if self._size <= IN_MEMORY_BYTES:
            return super().write(data)
        try:
            if self.file is None:
                self.file = TemporaryFile()  # noqa: SIM115  # until `close`
                self.file.write(self.getbuffer())
                self.truncate(0)
            self.file.write(data)
            self.file.flush()
        except OSError as error:
            raise LimitExceeded(
                f"the result of the query could not be written to a temporary file ({error.strerror}); ask for fewer rows with LIMIT, or free "
                "space on the disk"
            ) from None
        return len(data)

    def close(self) -> None:
        """Release the memory and close the temporary file, which deletes it unless another process has it open."""
        super().close()
        if self.file:
            with suppress(OSError):  # what a failed write left in its buffer
                self.file.close()
