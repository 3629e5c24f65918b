"""A strict parser of Turtle that keeps the line of each triple, the lexical form of each literal, and the comments.

rdflib's own parser reads Notation3, of which Turtle is a part, changes literals ("01" becomes "1") and has no exact
line numbers. This one is a state machine over the tokens of a text, so that nesting is limited by memory only. Its
terms are texts in canonical N-Triples (`read_turtle`) or those that another `TermFactory` makes, such as nodes of
rdflib, whose import takes longer than reading a file (`sjkg.turtle.parse`).
Source: RDF 1.1 Turtle, https://www.w3.org/TR/turtle/
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from hashlib import sha256
from typing import Generic, NamedTuple, NoReturn

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.messages import count_noun
from sjkg.core.ntriples import TextTerm
from sjkg.core.terms import Iri, Literal, is_absolute, resolve_iri, to_oxigraph
from sjkg.core.vocabulary import PREFIXES
from sjkg.turtle.content import Comment, ParsedTurtle, TermFactory, TermT, TextTerms
from sjkg.turtle.syntax_errors import explain_escape, explain_iri, explain_prefix, explain_relative, explain_token
from sjkg.turtle.tokens import TOKEN, BadEscape, unescape

LINE_END = re.compile(r"\r\n?|\n")
NUMBERS = ("integer", "decimal", "double")  # kinds of tokens, and local names of their datatypes
BOOLEANS = ("true", "false")
MAX_EXPANSION = 2000  # characters more than its token that an IRI may have; else a short text could stand for gigabytes
TOP, PROPERTIES, LIST = "", "[", "("  # the kinds of an open structure: a statement, a property list, a collection
DECLARATION = re.compile(r"\s*[^\s:]*:?\s*<")  # that follows @prefix or @base
BYTE_ORDER_MARK = "\ufeff"

State = Callable[[str, re.Match[str]], "State"]


class _Frame(NamedTuple, Generic[TermT]):
    """The state of an outer structure, saved while the parser reads a property list or collection inside it.

    kind: TOP, PROPERTIES or LIST, of the outer structure. subject, predicate: the last ones read in the outer
    structure, of which the inner structure is the object; the subject is None where the inner structure is itself the
    subject. first, last: the first and the last cell so far of an outer collection; None where it has none or is no
    collection.
    """

    kind: str
    subject: TermT | None
    predicate: TermT | None
    first: TermT | None
    last: TermT | None


def read_turtle(text: str, file: str, base: str | None = None) -> ParsedTurtle[TextTerm]:
    """Return the triples, lines, prefixes and comments of a Turtle text, with terms in canonical N-Triples.

    text: may begin with a byte order mark. file: its name in error messages. base: the IRI against which relative IRIs
    are resolved where the text declares no base. The identifiers of the blank nodes in the result are not their labels
    in the text, but made of the hash of `file` and a counter, so that they are the same in each run and differ between
    files. Raises BrokenInput with one finding (line, column, advice) for the first syntax error; a relative IRI without
    a base is one.
    """
    return TurtleReader(text, file, base, TextTerms()).read()


class TurtleReader(Generic[TermT]):
    """Parser of one text, a state machine: each state is a method that reads one token and returns the next state.

    The states are the methods with the parameters kind and match: the kind of the token (the name of a group of
    `tokens.TOKEN`, such as “iri”) and its match. A state raises BrokenInput for a token that is not possible there.
    The fields _kind, _subject, _predicate, _first and _last describe the innermost open structure (as in `_Frame`), and
    _frames the structures around it, outermost first.
    """

    def __init__(self, text: str, file: str, base: str | None, terms: TermFactory[TermT]):
        """Prepare to parse `text`. terms: makes the terms; the other parameters are those of `read_turtle`."""
        self._text, self._file = text, file
        self._begin = int(text.startswith(BYTE_ORDER_MARK))
        self._line_starts = [self._begin, *(match.end() for match in LINE_END.finditer(text))]
        self._parsed: ParsedTurtle[TermT] = ParsedTurtle(base=base)
        self._lines = self._parsed.lines
        self._blank_prefix = f"b{sha256(file.encode('utf-8', 'surrogateescape')).hexdigest()[:10]}n"
        self._blank_count = 0
        self._labelled: dict[str, TermT] = {}
        self._factory = terms
        self._rdf_type, self._rdf_first, self._rdf_rest, self._rdf_nil = (
            terms.iri(f"{PREFIXES['rdf']}{name}") for name in ("type", "first", "rest", "nil")
        )
        self._datatypes = {name: terms.iri(f"{PREFIXES['xsd']}{name}") for name in (*NUMBERS, "boolean")}
        self._terms: dict[str, TermT] = {}  # by the text of the token
        self._literals: dict[tuple[str, TermT | None, str | None], TermT] = {}
        self._kind = TOP
        self._subject: TermT | None = None
        self._predicate: TermT | None = None
        self._first: TermT | None = None
        self._last: TermT | None = None
        self._frames: list[_Frame[TermT]] = []
        self._string, self._string_end = "", 0  # a string that a datatype or language tag may follow
        self._prefix = ""  # that is being declared
        self._is_dotted = False  # whether the directive that is read ends in a dot

    def read(self) -> ParsedTurtle[TermT]:
        """Return the content of the text, once per parser. Raises BrokenInput for the first syntax error."""
        state: State = self._statement
        for match in TOKEN.finditer(self._text, self._begin):
            kind = match.lastgroup or "end"
            if kind == "comment":
                self._parsed.comments.append(Comment(match.start(kind), match[kind]))
            else:
                state = state(kind, match)
        return self._parsed

    def _statement(self, kind: str, match: re.Match[str]) -> State:
        """Read the first token of a statement, such as a subject or “@prefix”, or the end. Return the next state."""
        token = match[kind]
        if kind == "end":
            return self._statement
        if kind == "at" and token in ("@prefix", "@base") or kind == "word" and token.upper() in ("PREFIX", "BASE"):
            self._is_dotted = kind == "at"
            return self._prefix_name if token.lower().endswith("prefix") else self._base_iri
        self._subject = None
        if token in (PROPERTIES, LIST):
            return self._open(token)
        node = self._read_node(kind, match)
        if node is None:
            self._refuse(kind, match, "subject")
        self._subject = node
        return self._verb

    def _verb(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after a subject, a predicate, and return the next state."""
        if kind == "word" and match[kind] == "a":
            self._predicate = self._rdf_type
        elif kind in ("name", "iri"):
            self._predicate = self._terms.get(match[kind]) or self._read_iri(kind, match)
        else:
            self._refuse(kind, match, "predicate")
        return self._object

    def _verb_or_close(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after “[”: a predicate, or the “]” of an empty property list. Return the next state."""
        if match["mark"] == "]":
            return self._close(match.end(), self._verb)
        return self._verb(kind, match)

    def _verb_or_dot(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after a property list that is a subject: a predicate, or “.”. Return the next state."""
        if match["mark"] == ".":
            return self._after_object(kind, match)
        return self._verb(kind, match)

    def _verb_or_end(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after “;”: a predicate, another “;”, or “.” or “]”. Return the next state."""
        if match["mark"] in (";", ".", "]"):
            return self._after_object(kind, match)
        return self._verb(kind, match)

    def _object(self, kind: str, match: re.Match[str]) -> State:
        """Read an object or its first token; in a collection an item, or “)”. Return the next state."""
        token = match[kind]
        if kind == "string" or kind == "long":
            width = 3 if kind == "long" else 1
            self._string = self._unescape(token[width:-width], match.start(kind) + width)
            self._string_end = match.end()
            return self._after_string
        node: TermT | None
        if kind in NUMBERS:
            node = self._literal(token, self._datatypes[kind], None)
        elif kind == "word" and token in BOOLEANS:
            node = self._literal(token, self._datatypes["boolean"], None)
        elif kind == "mark":
            if token in (PROPERTIES, LIST):
                return self._open(token)
            if token == ")" and self._kind == LIST:
                return self._close(match.end(), self._verb)
            node = None
        else:
            node = self._read_node(kind, match)
        if node is None:
            self._refuse(kind, match, "item" if self._kind == LIST else "object")
        return self._deliver(node, match.end(), self._verb)

    def _after_string(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after a string: “^^”, a language tag, or the mark after a plain string. Return the next state."""
        if match["mark"] == "^^":
            return self._datatype
        if kind != "at":
            state = self._deliver(self._literal(self._string, None, None), self._string_end, self._verb)
            return state(kind, match)
        tag = match[kind][1:]
        if tag in ("prefix", "base") and self._kind == TOP and DECLARATION.match(self._text, match.end()):
            self._refuse(kind, match, "end")
        try:
            literal = self._literal(self._string, None, tag)
        except ValueError as error:
            self._fail(
                match.start(kind), f"the language tag “{tag}” is not valid ({error}); write one such as @en or @ja-Latn"
            )
        return self._deliver(literal, match.end(), self._verb)

    def _datatype(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after “^^”, the datatype of a string. Return the next state."""
        if kind not in ("name", "iri"):
            self._refuse(kind, match, "datatype")
        datatype = self._terms.get(match[kind]) or self._read_iri(kind, match)
        return self._deliver(self._literal(self._string, datatype, None), match.end(), self._verb)

    def _after_object(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after an object: “,”, “;”, “.” in a statement or “]” in a property list.

        Return the next state, that is, the method that reads the next token. kind: of the token. match: the token.
        """
        mark = match["mark"]
        if mark == ";":
            return self._verb_or_end
        if mark == ",":
            return self._object
        if mark == "." and self._kind == TOP:
            return self._statement
        if mark != "]" or self._kind != PROPERTIES:
            self._refuse(kind, match, "end" if self._kind == TOP else "bracket")
        return self._close(match.end(), self._verb_or_dot)

    def _prefix_name(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after @prefix or PREFIX: the prefix, with its colon. Return the next state."""
        if kind != "name" or not match[kind].endswith(":") or match[kind].count(":") > 1:
            self._refuse(kind, match, "prefix")
        self._prefix = match[kind][:-1]
        return self._prefix_iri

    def _prefix_iri(self, kind: str, match: re.Match[str]) -> State:
        """Read the namespace IRI of the prefix that is being declared, and record both. Return the next state."""
        if kind != "iri":
            self._refuse(kind, match, "namespace")
        namespace = self._resolve(kind, match)
        if self._parsed.prefixes.get(self._prefix, namespace) != namespace:
            self._terms.clear()
        self._parsed.prefixes[self._prefix] = namespace
        self._parsed.prefix_lines[self._prefix] = self._line_at(match.start(kind))
        return self._directive_dot if self._is_dotted else self._statement

    def _base_iri(self, kind: str, match: re.Match[str]) -> State:
        """Read the token after @base or BASE, an IRI, and record it. Return the next state."""
        if kind != "iri":
            self._refuse(kind, match, "base")
        self._parsed.base = self._resolve(kind, match)
        self._terms.clear()
        return self._directive_dot if self._is_dotted else self._statement

    def _directive_dot(self, kind: str, match: re.Match[str]) -> State:
        """Read the “.” that ends an @prefix or @base directive. Return the next state."""
        if match["mark"] != ".":
            self._refuse(kind, match, "directive")
        return self._statement

    def _open(self, kind: str) -> State:
        """Begin a property list or a collection (kind: PROPERTIES or LIST), and return the next state."""
        self._frames.append(_Frame(self._kind, self._subject, self._predicate, self._first, self._last))
        self._kind, self._first, self._last = kind, None, None
        if kind == LIST:
            return self._object
        self._subject = self._new_blank()
        return self._verb_or_close

    def _close(self, end: int, after_subject: State) -> State:
        """End the innermost property list or collection, deliver its node, and return the next state.

        end: the offset after its last character. after_subject: the next state if it is the subject of a statement.
        """
        node: TermT | None = self._subject if self._kind == PROPERTIES else self._first or self._rdf_nil
        if self._last:
            self._lines[self._last, self._rdf_rest, self._rdf_nil] = self._line_at(end - 1)
        self._kind, self._subject, self._predicate, self._first, self._last = self._frames.pop()
        assert node is not None, "a property list has a subject"
        return self._deliver(node, end, after_subject)

    def _deliver(self, node: TermT, end: int, after_subject: State) -> State:
        """Use a node as what the open structure lacks, the subject, the object or an item, and return the next state.

        An object completes a triple, and an item a cell of a collection; these are recorded.
        end: the offset after the node's last character. after_subject: the next state if the node is the subject.
        """
        if self._kind == LIST:
            return self._deliver_item(node, end)
        if self._subject is None:
            self._subject = node
            return after_subject
        assert self._predicate is not None, "an object is read after a predicate only"
        self._lines[self._subject, self._predicate, node] = bisect_right(self._line_starts, end - 1)
        return self._after_object

    def _deliver_item(self, node: TermT, end: int) -> State:
        """Add a cell with the item `node`, which ends before offset `end`, to the open collection. Return the next state."""
        cell, line = self._new_blank(), self._line_at(end - 1)
        if self._last:
            self._lines[self._last, self._rdf_rest, cell] = line
        self._lines[cell, self._rdf_first, node] = line
        self._first, self._last = self._first or cell, cell
        return self._object

    def _read_node(self, kind: str, match: re.Match[str]) -> TermT | None:
        """Return the IRI or blank node that a token (kind: name, iri or blank) stands for; None for any other kind."""
        if kind in ("name", "iri"):
            return self._terms.get(match[kind]) or self._read_iri(kind, match)
        if kind != "blank":
            return None
        label = match[kind][2:]
        if label not in self._labelled:
            self._labelled[label] = self._new_blank()
            self._parsed.labels[self._labelled[label]] = label
        return self._labelled[label]

    def _read_iri(self, kind: str, match: re.Match[str]) -> TermT:
        """Return the term for a token (kind: name or iri), and cache it by the text of the token; see `_resolve`."""
        node = self._terms[match[kind]] = self._factory.iri(self._resolve(kind, match))
        return node

    def _resolve(self, kind: str, match: re.Match[str]) -> str:
        """Return the IRI that a token (kind: name or iri) stands for.

        Raises BrokenInput for an undeclared prefix, a relative IRI without a base, an invalid IRI or escape, and a long
        base.
        """
        token, start = match[kind], match.start(kind)
        if kind == "name":
            prefix, _, local = token.partition(":")
            if prefix not in self._parsed.prefixes:
                self._fail(start, explain_prefix(self._text, start, prefix, self._parsed.prefixes))
            iri = self._parsed.prefixes[prefix] + unescape(local)
        else:
            iri = self._unescape(token[1:-1], start + 1)
            if not is_absolute(iri) and (reason := explain_relative(token, iri, self._parsed.base)):
                self._fail(start, reason)
            if self._parsed.base is not None:
                iri = resolve_iri(iri, self._parsed.base)
        if len(iri) > len(token) + MAX_EXPANSION:
            size = count_noun(len(iri), "character")
            self._fail(start, f"this stands for an IRI of {size}; declare a shorter base or namespace")
        try:
            to_oxigraph(Iri(iri))
        except ValueError as error:
            self._fail(start, explain_iri(token, iri, str(error)))
        return iri

    def _literal(self, lexical: str, datatype: TermT | None, language: str | None) -> TermT:
        """Return a literal with this lexical form, datatype and language tag. Raises ValueError for an invalid tag."""
        key = (lexical, datatype, language)
        literal = self._literals.get(key)
        if literal is None:
            if language:
                to_oxigraph(Literal("", language=language))
            literal = self._literals[key] = self._factory.literal(lexical, datatype, language)
        return literal

    def _unescape(self, text: str, start: int) -> str:
        """Return a part of the text, from offset `start` on, with escapes decoded. Raises BrokenInput for a bad escape."""
        try:
            return unescape(text)
        except BadEscape as bad:
            self._fail(start + bad.start, explain_escape(text[bad.start :], bad.code))

    def _new_blank(self) -> TermT:
        """Return a blank node with an identifier that no other one of the text has."""
        self._blank_count += 1
        return self._factory.blank(f"{self._blank_prefix}{self._blank_count}")

    def _line_at(self, offset: int) -> int:
        """Return the line, counted from 1, of the character at an offset in the text."""
        return bisect_right(self._line_starts, offset)

    def _refuse(self, kind: str, match: re.Match[str], expected: str) -> NoReturn:
        """Raise BrokenInput for a token that is not possible where it is.

        kind, match: the kind and match of the token. expected: what could stand there, a key of
        `syntax_errors.EXPECTED`.
        """
        self._fail(*explain_token(self._text, kind, match.start(kind), match[kind], expected))

    def _fail(self, offset: int, message: str) -> NoReturn:
        """Raise BrokenInput with one finding, which has `message` and the line and column of an offset in the text."""
        line = max(1, self._line_at(offset))
        column = offset - self._line_starts[line - 1] + 1
        finding = Finding("violation", message, rule="syntax", file=self._file, line=line, column=column)
        raise BrokenInput(f"{self._file} is not valid Turtle; correct the error listed", (finding,))
