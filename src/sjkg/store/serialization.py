"""Serialization of RDF graphs and query results, which refuses what a format cannot express.

The engine writes some content in a form that no reader of the format can read, or that readers read as something else:
control characters in XML, a carriage return in XML, predicates of RDF/XML whose IRI does not end in an XML name.
Here such a carriage return is escaped, and anything else raises NotAcceptable, which names the formats that can be used.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from io import RawIOBase
from itertools import chain, islice
from typing import IO, Any, TypeVar, cast
from xml.parsers import expat

import pyoxigraph as ox

from sjkg.core.errors import NotAcceptable
from sjkg.core.terms import NAME_MARKS, name_class
from sjkg.core.vocabulary import PREFIXES
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, GraphFormat, ResultFormat

MAX_EXAMINED = 50_000  # statements held in memory to find the prefixes that they use; a larger graph declares all
CONTEXT_CHARACTERS = 30  # before a character that XML cannot contain, to find it by
# Namespaces in XML 1.0 §3, https://www.w3.org/TR/xml-names/#NT-NCName
ENDS_IN_NAME = re.compile(rf"{name_class('_')}{name_class(f'-._{NAME_MARKS}')}*\Z")
TYPE = f"<{PREFIXES['rdf']}type>"
XSD = re.escape(PREFIXES["xsd"])
WITHOUT_PREFIX = re.compile(  # literals that Turtle and TriG write without their datatype: numbers, true and false
    rf""""(?:[+-]?\d+"\^\^<{XSD}integer|[+-]?\d*\.\d+"\^\^<{XSD}decimal|(?:true|false)"\^\^<{XSD}boolean"""
    rf"""|[+-]?(?:\d+(?:\.\d*)?|\.\d+)[Ee][+-]?\d+"\^\^<{XSD}double)>"""
)
# what needs the prefixes rdf: and xsd: for certain, and is in most graphs: an IRI other than rdf:type, a datatype that is written
CERTAIN = {
    "rdf": re.compile(f"<{re.escape(PREFIXES['rdf'])}(?!type>)"),
    "xsd": re.compile(rf'"\^\^<{XSD}(?!integer>|decimal>|boolean>|double>)'),
}
PREDICATE = re.compile(r"^\S+ (<[^>]*>)", re.MULTILINE)
CLASS = re.compile(rf" {TYPE} (<[^>]*>)")
XMLNS = "http://www.w3.org/2000/xmlns/"
# RDF 1.1 XML Syntax §6.2.2 and §6.2.6, https://www.w3.org/TR/rdf-syntax-grammar/#coreSyntaxTerms
RESERVED = frozenset(
    PREFIXES["rdf"] + name
    for name in (
        "RDF ID about parseType resource nodeID datatype Description li aboutEach aboutEachPrefix bagID annotation "
        "annotationNodeID version"
    ).split()
)

Statement = TypeVar("Statement", ox.Triple, ox.Quad)


def write_graph(statements: Iterable[Statement], output: IO[bytes], target: GraphFormat) -> None:
    """Write triples or quads to `output` in the format `target`.

    If the format has prefixes, those prefixes of the project are declared that the statements use; above MAX_EXAMINED
    statements all are. Raises NotAcceptable, with the list of other formats, for content that the format cannot express;
    `output` may then hold a part of the statements.
    """
    prefixes = None
    if target.has_prefixes:
        rest = iter(statements)
        examined = list(islice(rest, MAX_EXAMINED + 1))
        prefixes = (
            dict(PREFIXES) if len(examined) > MAX_EXAMINED else _used_prefixes("\n".join(map(str, examined)), target)
        )
        statements = chain(examined, rest)
    if target.name in ("rdfxml", "jsonld"):
        statements = _refuse_inexpressible(statements, target)
    ox.serialize(statements, _checked(output, target), format=target.engine, prefixes=prefixes)


class StatementLines:
    """The lines of a file of N-Triples or N-Quads, to be written in several formats.

    They are written as `write_graph` writes the statements that they stand for, but examined as text, and parsed once for
    all formats if there are at most MAX_EXAMINED, which takes a third of the time. More lines are read again for each
    format, so that a large file needs no more memory.
    """

    def __init__(self, read: Callable[[], Iterable[bytes]]):
        """Use the lines that `read` returns at each call, with line ends and one space between terms."""
        self._read = read
        self._prefixes: dict[bool, dict[str, str]] = {}

    def write(self, output: IO[bytes], target: GraphFormat) -> None:
        """Write the statements to `output` in the format `target`, which must fit the lines: graphs or no graphs.

        Raises NotAcceptable, with the list of other formats, for content that the format cannot express; `output` may then
        hold a part of the statements.
        """
        if target.engine in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS):
            output.writelines(self._first if self._is_complete else self._read())
        elif not self._is_complete:
            write_graph(chain.from_iterable(map(_parse, self._blocks())), output, target)
        elif "<<(" in self._text:  # perhaps a triple term, whose inner triple is to be examined, too
            write_graph(self._quads, output, target)
        else:
            if target.name == "rdfxml":
                _refuse_predicates(_find_predicates(self._text), target)
            prefixes = None
            if target.has_prefixes:
                is_xml = target.is_xml  # formats other than XML need the same prefixes
                prefixes = self._prefixes[is_xml] = self._prefixes.get(is_xml) or _used_prefixes(self._text, target)
            ox.serialize(self._quads, _checked(output, target), format=target.engine, prefixes=prefixes)

    @cached_property
    def _first(self) -> list[bytes]:
        """The first lines of the file, at most one more than MAX_EXAMINED."""
        return list(islice(self._read(), MAX_EXAMINED + 1))

    @property
    def _is_complete(self) -> bool:
        """Return whether `_first` has all lines."""
        return len(self._first) <= MAX_EXAMINED

    @cached_property
    def _text(self) -> str:
        """The text of all lines; used only if `_first` has all of them."""
        return b"".join(self._first).decode()

    @cached_property
    def _quads(self) -> list[ox.Quad]:
        """The parsed statements of all lines; used only if `_first` has all of them."""
        return list(_parse(self._first))

    def _blocks(self) -> Iterator[list[bytes]]:
        """Return an iterator over all lines, read again, in lists of at most MAX_EXAMINED."""
        lines = iter(self._read())
        return iter(lambda: list(islice(lines, MAX_EXAMINED)), [])


def _parse(lines: Iterable[bytes]) -> Iterable[ox.Quad]:
    """Return the statements of lines of N-Triples or N-Quads; triples are in the default graph."""
    return ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS)


def write_result(results: ox.QuerySolutions | ox.QueryBoolean, output: IO[bytes], target: ResultFormat) -> None:
    """Write the result of a SELECT or ASK query to `output` in the format `target`.

    Raises NotAcceptable, with the list of other formats, for content that the format cannot express; `output` may then hold
    a part of the result.
    """
    results.serialize(_checked(output, target), format=target.engine)


def _used_prefixes(text: str, target: GraphFormat) -> dict[str, str]:
    """Return a dict from each prefix of the project, without colon, that statements need in `target` to its namespace.

    text: the statements in N-Triples or N-Quads, one a line, with one space between terms, and with or without the dot at
    the end. In RDF/XML only predicates and classes need prefixes, in other formats all IRIs but the predicate rdf:type.
    """
    if target.is_xml:
        text = " ".join(_find_predicates(text) | set(CLASS.findall(text)))
    terms = " ".join(set(text.split()))  # most are there many times
    found = {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in terms}
    doubtful = [prefix for prefix, certain in CERTAIN.items() if prefix in found and not certain.search(terms)]
    if doubtful and not target.is_xml:
        text = WITHOUT_PREFIX.sub("", text.replace(f" {TYPE} ", " "))
        return {prefix: iri for prefix, iri in found.items() if prefix not in doubtful or f"<{iri}" in text}
    return found


def _find_predicates(text: str) -> set[str]:
    """Return the predicates, such as <iri>, of statements in N-Triples or N-Quads, one a line, with one space between terms."""
    return set(PREDICATE.findall(text))


def _refuse_predicates(predicates: Iterable[str], target: GraphFormat) -> None:
    """Raise NotAcceptable if RDF/XML, the format `target`, cannot express one of these predicates (N-Triples)."""
    for predicate in predicates:
        if fault := predicate_fault(predicate[1:-1]):
            raise _inexpressible(fault, target)


def _refuse_inexpressible(statements: Iterable[Statement], target: GraphFormat) -> Iterator[Statement]:
    """Yield the statements unchanged. target: JSON-LD or RDF/XML. Raises NotAcceptable at one that it cannot express."""
    for statement in statements:
        inner: ox.Triple | ox.Quad = statement
        while True:
            if target.name == "rdfxml" and (fault := predicate_fault(inner.predicate.value)):
                raise _inexpressible(fault, target)
            if not isinstance(inner.object, ox.Triple):
                break
            if target.name == "jsonld":
                raise _inexpressible(f"the triple term {inner.object} has no form in JSON-LD", target)
            inner = inner.object
        yield statement


@lru_cache(maxsize=1024)
def predicate_fault(iri: str) -> str | None:
    """Return a clause on why RDF/XML cannot express the predicate with the IRI `iri`; None if it can."""
    name = ENDS_IN_NAME.search(iri)
    if not name or iri[: name.start()] == XMLNS:
        return f"the predicate <{iri}> does not end in an XML name"
    return f"the predicate <{iri}> has a name that RDF/XML uses for its own syntax" if iri in RESERVED else None


def _checked(output: IO[bytes], target: Format) -> IO[bytes]:
    """Return `output` itself or, if the format `target` is XML, an XmlWriter that writes to it."""
    return cast(IO[bytes], XmlWriter(output, target)) if target.is_xml else output


class XmlWriter(RawIOBase):
    """A binary stream that checks the XML document written to it for well-formedness and writes it to another stream."""

    def __init__(self, output: IO[bytes], target: Format):
        """Write to the stream `output`. target: the format of the document, for error messages."""
        self._output, self._target = output, target
        self._parser = expat.ParserCreate("UTF-8", " ")  # a separator makes it check namespaces
        self._recent, self._total = b"", 0

    def write(self, data: Any, /) -> int:
        """Write bytes, the next part of the document, and return their number.

        Carriage returns are escaped, because readers of XML take them for newlines. Raises NotAcceptable for a character
        that XML cannot contain, and for any other violation of well-formedness; `data` is not written then.
        """
        escaped = bytes(data).replace(b"\r", b"&#13;")
        before, self._recent = self._recent[-4 * CONTEXT_CHARACTERS :], escaped
        self._total += len(escaped)
        try:
            self._parser.Parse(escaped, False)
        except expat.ExpatError as error:
            known = before + escaped
            at = self._parser.ErrorByteIndex - (self._total - len(known))
            raise self._explain(error, known, at) from None
        self._output.write(escaped)
        return len(data)

    def _explain(self, error: expat.ExpatError, known: bytes, at: int) -> NotAcceptable:
        """Return the NotAcceptable for a document that is not well-formed.

        error: the error of the parser. known: the last bytes of the document. at: the offset of the fault in these; it is
        negative if the fault is before them.
        """
        faulty = known[at:].decode(errors="ignore")[:1] if at >= 0 else ""
        if not faulty or faulty.isprintable():
            place = known[max(at - CONTEXT_CHARACTERS, 0) : at + CONTEXT_CHARACTERS].decode(errors="ignore")
            place = " ".join(place.split())
            return _inexpressible(f"not all XML readers can read it ({error}, at “{place}”)", self._target)
        before = known[:at].decode(errors="ignore").rpartition(">")[2][-CONTEXT_CHARACTERS:]
        place = f"after “{before}”" if before.strip() else "at the beginning of a text"
        return _inexpressible(
            f"it contains the character U+{ord(faulty):04X} ({place}), which XML cannot contain", self._target
        )


def _inexpressible(reason: str, target: Format) -> NotAcceptable:
    """Return a NotAcceptable that says that `target` cannot express a result, with a reason and a list of other formats.

    The list has the formats of the same family (for graphs, or for results) that are not XML.
    """
    family = GRAPH_FORMATS if isinstance(target, GraphFormat) else RESULT_FORMATS
    others = [each.description for each in family.values() if each.name != target.name and not each.is_xml]
    return NotAcceptable(f"the result cannot be written as {target.media_type}: {reason}; ask for {', '.join(others)}")
