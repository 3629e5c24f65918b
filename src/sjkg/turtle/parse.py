"""A Turtle parser derived from rdflib's, which also gives the line of each triple and keeps lexical forms of literals.

rdflib's own parser normalises literals ("01" becomes "1") and has no exact line numbers. It has no hooks for either, so
this module overrides methods of `notation3.SinkParser` and `RDFSink` that are not public API. The version range of
rdflib in pyproject.toml is bounded for that reason: read those methods again before you widen it.
"""

import re
from bisect import bisect_right
from collections.abc import MutableSequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.plugins.parsers.notation3 import BadSyntax, Formula, RDFSink, SinkParser, sfloat
from rdflib.term import Node

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.turtle.triples import Triple

# raised by rdflib's parser for some invalid texts, instead of BadSyntax
PARSER_CRASHES = (ArithmeticError, AssertionError, LookupError, RecursionError, TypeError, ValueError)
NUMBER_DATATYPES = {int: XSD.integer, Decimal: XSD.decimal, sfloat: XSD.double}


@dataclass
class ParsedTurtle:
    """The content of one Turtle text.

    graph: its triples. lines: a dict from each triple to the line, counted from 1, on which its object ends; the
    rdf:first and rdf:rest triples of lists are left out.
    prefixes: a dict from each declared prefix, without colon, to its namespace IRI.
    """

    graph: Graph = field(default_factory=Graph)
    lines: dict[Triple, int] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)


def parse_turtle(text: str, file: str) -> ParsedTurtle:
    """Return the triples, lines and prefixes of a Turtle text.

    file: the text's name in error messages. Labels of blank nodes are made of its hash and a counter, so that they are
    the same in each run and differ between files.
    Raises BrokenInput with one finding (line, column, advice) for the first syntax error.
    Source: RDF 1.1 Turtle, https://www.w3.org/TR/turtle/
    """
    parsed = ParsedTurtle()
    sink = _Sink(parsed, "b" + sha256(file.encode()).hexdigest()[:10])
    parser = _Parser(sink, text)
    try:
        parser.loadBuf(text)
    except BadSyntax as error:
        raise BrokenInput(f"{file} is not Turtle", (_syntax_finding(error, parser, file),)) from None
    except PARSER_CRASHES as error:
        raise BrokenInput(f"{file} is not Turtle", (_crash_finding(error, parser, file),)) from None
    parsed.prefixes = {prefix: str(namespace) for prefix, namespace in parser._bindings.items()}
    return parsed


class _Sink(RDFSink):
    """Receiver of the parser's triples, which it adds to the graph and lines of a `ParsedTurtle`.

    blank_prefix: beginning of the label of each blank node.
    """

    def __init__(self, parsed: ParsedTurtle, blank_prefix: str):
        super().__init__(parsed.graph)
        self.parsed = parsed
        self.blank_prefix = blank_prefix

    def newLiteral(self, s: str, dt: URIRef | None, lang: str | None) -> Literal:
        """Return a literal with lexical form `s` unchanged, and datatype `dt` or else language tag `lang`."""
        return Literal(s, datatype=dt, normalize=False) if dt else Literal(s, lang=lang)

    def newBlankNode(self, arg: Any = None, uri: str | None = None, why: Any = None) -> BNode:
        """Return a new blank node, labelled with `blank_prefix` and a counter; the arguments of rdflib are ignored."""
        self.counter += 1
        return BNode(f"{self.blank_prefix}n{self.counter}")

    def makeStatement(self, quadruple: tuple[Formula | Graph | None, Node, Node, Node], why: Any = None) -> None:
        """Add the triple of a quadruple (formula, predicate, subject, object); `why` is its line number, None if unknown."""
        super().makeStatement(quadruple)
        predicate, subject, obj = (self.normalise(None, node) for node in quadruple[1:])
        if why is not None:
            self.parsed.lines[(subject, predicate, obj)] = why


class _Parser(SinkParser):
    """rdflib's Turtle parser, extended to record where each object ends. All offsets count characters of `text`.

    reached: the furthest offset that the parser has read, for error messages.
    """

    def __init__(self, sink: _Sink, text: str):
        super().__init__(sink, turtle=True)
        self.text = text
        self.reached = 0
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._object_ends: list[int] = []

    def skipSpace(self, argstr: str, i: int) -> int:
        """Return the offset after white space and comments from offset `i`, -1 at the end; record it in `reached`."""
        i = super().skipSpace(argstr, i)
        self.reached = max(self.reached, i)
        return i

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, both counted from 1, of an offset in the text."""
        row = bisect_right(self._newlines, offset - 1)
        return row + 1, offset - (self._newlines[row - 1] + 1 if row else 0) + 1

    def objectList(self, argstr: str, i: int, res: MutableSequence[Any]) -> int:
        """Parse objects separated by commas at offset `i`, append them to `res`, and record the offset where each ends.

        Return the offset after the last, or -1 when there is no object. Raises BadSyntax at the end of the text.
        """
        ends = []
        while True:
            i = self.object(argstr, i, res)
            if i < 0:
                return -1
            ends.append(i)
            i = self.skipSpace(argstr, i)
            if i < 0:
                self.BadSyntax(argstr, len(argstr), "the file ends inside a statement")
            if argstr[i] != ",":
                break
            i += 1
        self._object_ends = ends
        return i

    def makeStatement(self, quadruple: tuple[Formula | Graph | None, Node, Node, Node]) -> None:
        """Pass a quadruple (formula, predicate, subject, object) to the sink, with the line of its object.

        Raises BadSyntax for a literal as subject, which Notation3 permits and Turtle does not.
        """
        end = self._object_ends.pop(0)
        if isinstance(quadruple[2], Literal | bool):
            self.BadSyntax(self.text, end, "a literal cannot be a subject")
        line, _ = self.position(end)
        self._store.makeStatement(quadruple, why=line)

    def nodeOrLiteral(self, argstr: str, i: int, res: MutableSequence[Any]) -> int:
        """Parse a node or literal at offset `i` and append it to `res`; a number keeps its lexical form.

        Return the offset after it, or -1 when there is none.
        """
        end = super().nodeOrLiteral(argstr, i, res)
        datatype = NUMBER_DATATYPES.get(type(res[-1])) if end >= 0 else None
        if datatype:
            lexical = argstr[i:end].split()[-1]
            res[-1] = Literal(lexical, datatype=datatype, normalize=False)
        return end


def _crash_finding(error: Exception, parser: _Parser, file: str) -> Finding:
    """Return a finding for an exception (one of PARSER_CRASHES) that rdflib's parser raises on an invalid text.

    The cause is inferred from the exception and from the character at which the parser stopped; `file` is the text's name.
    """
    line, column = parser.position(parser.reached)
    if isinstance(error, RecursionError):
        message = "brackets are nested too deeply; give the inner nodes IRIs"
    elif "integer string conversion" in str(error):
        message = "a number has too many digits; shorten it or write it as a string"
    elif "base URI" in str(error):
        message = "an IRI has no scheme; write it in full, or with a prefix"
    elif parser.text[parser.reached : parser.reached + 1] == "?":
        message = "a variable is not allowed in Turtle; write an IRI or a literal"
    else:
        message = "the file ends inside a statement or a string; close it"
    return Finding("violation", message, rule="syntax", file=file, line=line, column=column)


def _syntax_finding(error: BadSyntax, parser: _Parser, file: str) -> Finding:
    """Return a finding for a syntax error that rdflib reports, with its place and advice; `file` is the text's name."""
    text = error._str.decode("utf-8")
    offset = error._i if 0 <= error._i <= len(text) else len(text)
    line, column = parser.position(offset)
    prefix = re.search(r'Prefix "(.*):" not bound', error._why)
    if prefix:
        message = f"the prefix “{prefix[1]}:” is not declared; add an @prefix line for it or correct its spelling"
    else:
        found = text[offset : offset + 24].split("\n")[0]
        if found.strip():
            place = f"at “{found}”"
        else:
            place = "at the end of the line" if offset < len(text) else "at the end of the file"
        message = (
            f"not Turtle {place}: {error._why}; check for a missing or extra “;”, “,”, “.” or quote before this place"
        )
    return Finding("violation", message, rule="syntax", file=file, line=line, column=column)
