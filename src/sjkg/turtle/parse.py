"""Read Turtle with rdflib's parser, keeping what it drops: the line of each triple and the literals as written.

rdflib normalises literals ("01" becomes "1") and counts lines only roughly, so both are done here, on top of its grammar.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from rdflib import BNode, Graph, Literal
from rdflib.namespace import XSD
from rdflib.plugins.parsers.notation3 import BadSyntax, RDFSink, SinkParser, sfloat

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding

BREAKDOWNS = (
    ArithmeticError,
    AssertionError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)  # rdflib's own, at some texts
NUMBER_DATATYPES = {int: XSD.integer, Decimal: XSD.decimal, sfloat: XSD.double}


@dataclass
class ParsedTurtle:
    """The triples of one Turtle text, the line each stands on (its object's, counted from 1), and its prefixes."""

    graph: Graph = field(default_factory=Graph)
    lines: dict[tuple, int] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)


def parse_turtle(text: str, file: str) -> ParsedTurtle:
    """Parse a Turtle text; blank nodes get labels that depend on the file's name and their order only.

    Raises BrokenInput, with line and column, at the first syntax error.
    Source: https://www.w3.org/TR/turtle/
    """
    parsed = ParsedTurtle()
    sink = _Sink(parsed, "b" + sha256(file.encode()).hexdigest()[:10])
    parser = _Parser(sink, text)
    try:
        parser.loadBuf(text)
    except BadSyntax as error:
        raise BrokenInput(f"{file} is not Turtle", (_syntax_finding(error, parser, file),)) from None
    except BREAKDOWNS as error:
        raise BrokenInput(f"{file} is not Turtle", (_breakdown_finding(error, parser, file),)) from None
    parsed.prefixes = {prefix: str(namespace) for prefix, namespace in parser._bindings.items()}
    return parsed


class _Sink(RDFSink):
    """Collects the triples into a ParsedTurtle."""

    def __init__(self, parsed: ParsedTurtle, blank_prefix: str):
        super().__init__(parsed.graph)
        self.parsed = parsed
        self.blank_prefix = blank_prefix

    def newLiteral(self, s, dt, lang):
        return Literal(s, datatype=dt, normalize=False) if dt else Literal(s, lang=lang)

    def newBlankNode(self, arg=None, uri=None, why=None):
        self.counter += 1
        return BNode(f"{self.blank_prefix}n{self.counter}")

    def makeStatement(self, quadruple, why=None):
        super().makeStatement(quadruple)
        _, predicate, subject, obj = (self.normalise(None, node) for node in quadruple)
        if why is not None:
            self.parsed.lines[(subject, predicate, obj)] = why


class _Parser(SinkParser):
    """rdflib's Turtle grammar, noting where each object ends."""

    def __init__(self, sink: _Sink, text: str):
        super().__init__(sink, turtle=True)
        self.text = text
        self.reached = 0
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._object_ends: list[int] = []

    def skipSpace(self, argstr, i):
        i = super().skipSpace(argstr, i)
        self.reached = max(self.reached, i)
        return i

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a place in the text."""
        row = bisect_right(self._newlines, offset - 1)
        return row + 1, offset - (self._newlines[row - 1] + 1 if row else 0) + 1

    def objectList(self, argstr, i, res):
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

    def makeStatement(self, quadruple):
        end = self._object_ends.pop(0)
        if isinstance(quadruple[2], Literal | bool):
            self.BadSyntax(self.text, end, "a literal cannot be a subject")
        line, _ = self.position(end)
        self._store.makeStatement(quadruple, why=line)

    def nodeOrLiteral(self, argstr, i, res):
        end = super().nodeOrLiteral(argstr, i, res)
        datatype = NUMBER_DATATYPES.get(type(res[-1])) if end >= 0 else None
        if datatype:
            lexical = re.search(r"\S+$", argstr[i:end]).group()
            res[-1] = Literal(lexical, datatype=datatype, normalize=False)
        return end


def _breakdown_finding(error: Exception, parser: _Parser, file: str) -> Finding:
    """Say what is wrong where the grammar gave up without saying."""
    line, column = parser.position(parser.reached)
    if isinstance(error, RecursionError):
        message = "brackets are nested too deeply; name the things within"
    elif "integer string conversion" in str(error):
        message = "a number of more digits than can be read"
    elif "base URI" in str(error):
        message = "an IRI without a scheme; write it in full or with a prefix"
    elif parser.text[parser.reached : parser.reached + 1] == "?":
        message = "a variable has no place in Turtle; write an IRI or a literal"
    else:
        message = "the text breaks off inside a statement or a string; close it before the end of the file"
    return Finding("violation", message, rule="syntax", file=file, line=line, column=column)


def _syntax_finding(error: BadSyntax, parser: _Parser, file: str) -> Finding:
    """Say where and why the text is not Turtle, and what to do."""
    text = error._str.decode("utf-8")
    offset = error._i if 0 <= error._i <= len(text) else len(text)
    line, column = parser.position(offset)
    prefix = re.search(r'Prefix "(.*):" not bound', error._why)
    if prefix:
        message = f"the prefix “{prefix[1]}:” is not declared; add an @prefix line for it or mend its spelling"
    else:
        found = text[offset : offset + 24].split("\n")[0]
        place = (
            f"at “{found}”"
            if found.strip()
            else "at the end of the line"
            if offset < len(text)
            else "at the end of the file"
        )
        message = (
            f"not Turtle {place}: {error._why}; a “;”, “,”, “.” or quote before this place is missing or one too many"
        )
    return Finding("violation", message, rule="syntax", file=file, line=line, column=column)
