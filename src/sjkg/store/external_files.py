"""Parsing of RDF files of external datasets: any syntax, of any size, with the line of each statement.

The parser gets the text line by line, so that the number of lines it has read is the line of the statement it returns.
"""

import codecs
import gzip
import io
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple, cast

import pyoxigraph as ox

from sjkg.store.formats import GraphFormat

MAX_CHUNK_BYTES = 1 << 20  # of a line that the parser gets at once
BAD_BYTE = "a byte is not UTF-8"
MAX_FAULTS = 20  # after which the parser gives up, unless it is lenient
MARK = "\ufdef"  # replaces bytes that are not UTF-8; a noncharacter of Unicode, which no text has
RANDOM_LABEL = re.compile(r"[0-9a-f]{15,32}")  # of blank nodes without label, in Oxigraph
LABEL_CHARACTER = re.compile(r"[^\w-]", re.ASCII)
PLACE = re.compile(
    r"^Parser error (at|between) .*?: "
)  # of the engine's message, which the finding has in its own form
LINE = re.compile(r" \(line \d+\)$")

MARKING = "sjkg-mark"  # the name of the error handler
codecs.register_error(MARKING, lambda error: (MARK, error.end))  # type: ignore[attr-defined]  # of a UnicodeError

Triple = tuple[
    ox.NamedNode | ox.BlankNode | ox.Triple, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
]


class Fault(NamedTuple):
    """An error in a file. line, column: from 1; None if unknown. term: the text that is not valid, or ""."""

    line: int | None
    column: int | None
    message: str
    term: str = ""


class BrokenFile(Exception):
    """Raised when a file is not valid, with its first faults."""

    def __init__(self, faults: list[Fault]):
        super().__init__(faults)
        self.faults = faults


@dataclass
class ParsedFile:
    """The result of `parse_file`. triples: their number. dropped: the faults that were left out."""

    triples: int = 0
    dropped: list[Fault] = field(default_factory=list)


class _LineStream(io.RawIOBase):
    """A stream that returns one line at each read. number: of the lines returned. last: the last of them.

    damaged: a dict from the number of each line with bytes that are not UTF-8, which are replaced, to the column of the first.
    """

    def __init__(self, source: IO[bytes]):
        self._source = source
        self.number, self.last, self.damaged = 0, b"", dict[int, int]()
        self._is_line_end = True

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return the next line, or a part of a very long one; b"" at the end."""
        line = self._source.readline(MAX_CHUNK_BYTES)
        if not line:
            return line
        if self.number == 0:
            line = line.removeprefix(BOM_UTF8) or b"\n"
        self.number += self._is_line_end
        self._is_line_end = line.endswith(b"\n")
        try:
            line.decode()
        except UnicodeDecodeError as error:
            self.damaged.setdefault(self.number, len(line[: error.start].decode(errors="replace")) + 1)
            line = line.decode(errors=MARKING).encode()
        self.last = line
        return line


def parse_file(
    path: Path,
    form: GraphFormat,
    target: Path,
    places: IO[bytes],
    file_iri: str,
    prefix: str,
    *,
    is_lenient: bool = False,
) -> ParsedFile:
    """Write the triples of an RDF file to `target` as N-Triples; named graphs are merged, duplicates kept.

    form: the syntax. places: gets a triple for each run of statements with one subject: the subject, prov:wasDerivedFrom, and
    `file_iri` with the fragment of `line_fragment`. prefix: of the labels of blank nodes, which are
    the same in each run. is_lenient: whether to leave out statements that are not valid.
    Raises BrokenFile, with the first MAX_FAULTS faults, and OSError.
    """
    parsed = ParsedFile()
    opener: Callable[..., IO[bytes]] = gzip.open if path.name.lower().endswith(".gz") else open  # type: ignore[assignment]
    try:
        with opener(path, "rb") as source:
            stream = _LineStream(source)
            found = _read_triples(stream, form, parsed, is_lenient)
            named = _name_blank_nodes(found, prefix)
            ox.serialize(_note_places(named, stream, parsed, places, file_iri), str(target), ox.RdfFormat.N_TRIPLES)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenFile([Fault(None, None, f"the content is not gzip or is not complete ({error})")]) from None
    if parsed.dropped and not is_lenient:
        raise BrokenFile(parsed.dropped)
    return parsed


def _read_triples(stream: _LineStream, form: GraphFormat, parsed: ParsedFile, is_lenient: bool) -> Iterator[Triple]:
    """Yield the valid triples of a stream, and add faults to `parsed.dropped`."""
    parser = ox.parse(cast(IO[bytes], stream), format=form.engine)
    while True:
        try:
            for quad in parser:
                triple: Triple = (quad.subject, quad.predicate, quad.object)
                if stream.damaged and any(MARK in str(term) for term in triple):
                    parsed.dropped.append(Fault(*max(stream.damaged.items()), BAD_BYTE))
                    continue
                yield triple
            if not is_lenient:
                known = {fault.line for fault in parsed.dropped}
                others = [each for each in stream.damaged.items() if each[0] not in known]
                parsed.dropped += [Fault(line, column, BAD_BYTE) for line, column in others[:MAX_FAULTS]]
            return
        except SyntaxError as error:
            fault = _describe(error, stream)
            if not parsed.dropped or parsed.dropped[-1].line != fault.line:  # one fault may give several errors
                parsed.dropped.append(fault)
            if not is_lenient and len(parsed.dropped) >= MAX_FAULTS:
                return
            if form.name in ("rdfxml", "jsonld"):  # the parser cannot go on after an error
                if is_lenient:
                    raise BrokenFile([fault]) from None
                return


def _describe(error: SyntaxError, stream: _LineStream) -> Fault:
    """Return the fault that the engine's error reports, with the text that is not valid if it is in the last line read."""
    reason = LINE.sub("", PLACE.sub("", error.msg))
    line, column, end = error.lineno, error.offset, error.end_offset
    if line is not None and line != stream.number and "Unexpected end of file" in reason:
        reason = "a text or an IRI that begins here does not end"
    term = ""
    if line == stream.number and error.end_lineno == line and column and end:
        term = stream.last.decode(errors="replace")[column - 1 : end - 1].replace(MARK, "\ufffd").strip()
    return Fault(line, column, reason, term)


def _name_blank_nodes(triples: Iterator[Triple], prefix: str) -> Iterator[Triple]:
    """Yield triples whose blank nodes have labels that begin with `prefix`.

    Nodes with a label keep it after the prefix; those without one are numbered in the order of the text.
    """
    names: dict[str, ox.BlankNode] = {}

    def rename(node: ox.BlankNode) -> ox.BlankNode:
        if (named := names.get(node.value)) is None:
            label = (
                f"n{len(names)}" if RANDOM_LABEL.fullmatch(node.value) else f"l{LABEL_CHARACTER.sub(_code, node.value)}"
            )
            named = names[node.value] = ox.BlankNode(f"{prefix}{label}")
        return named

    for subject, predicate, value in triples:
        if isinstance(subject, ox.BlankNode):
            subject = rename(subject)
        if isinstance(value, ox.BlankNode):
            value = rename(value)
        yield subject, predicate, value


def line_fragment(first: int, last: int) -> str:
    """Return the fragment of the IRI of some lines of a file, such as L3 or L3-L5, as sites of source code have them."""
    return f"L{first}" if first == last else f"L{first}-L{last}"


def _code(found: re.Match[str]) -> str:
    """Return the code point of a character that is not possible in the middle of a label, in hexadecimal between underscores."""
    return f"_{ord(found[0]):x}_"


def _note_places(
    triples: Iterator[Triple], stream: _LineStream, parsed: ParsedFile, places: IO[bytes], file_iri: str
) -> Iterator[ox.Triple]:
    """Yield the triples, count them in `parsed`, and write the lines of each run of statements with one subject to `places`."""
    predicate = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
    last: ox.NamedNode | ox.BlankNode | ox.Triple | None = None
    first_line = count = line = 0

    def write() -> None:
        if last is not None:
            places.write(f"{last} {predicate} <{file_iri}#{line_fragment(first_line, line)}> .\n".encode())

    for triple in triples:
        subject = triple[0]
        if subject != last:
            write()
            last, first_line = subject, stream.number
        line = stream.number
        count += 1
        yield ox.Triple(*triple)
    write()
    parsed.triples = count
