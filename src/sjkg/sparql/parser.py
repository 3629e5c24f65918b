"""A parser that finds the first token of a query text that the grammar does not allow, and what it allows there instead.

It does not recurse, so that deeply nested texts do no harm. The engine reads no tokens but single characters: to it ORDERBY
is ORDER BY, and the “<” in ?a<?b&&?c>?d begins no IRI. Therefore a token that the grammar does not allow is shortened if the
shorter one is allowed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import NamedTuple

from sjkg.sparql.grammar import keywords, sparql_grammar
from sjkg.sparql.tokens import Token, token_pattern

CLOSING = {"(": ")", "{": "}", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
CONSTANT_WORDS = ("a", "true", "false")  # written in small letters only
END = "END"


class Event(NamedTuple):
    """A step of parsing.

    kind: “enter” where a non-terminal of the grammar begins, “leave” where it ends, “token” where a token is read.
    name: the name of the non-terminal, or the terminal that the token is. token: None unless kind is “token”.
    """

    kind: str
    name: str
    token: Token | None = None


@dataclass(frozen=True)
class Failure:
    """The first place at which the grammar does not allow a text.

    token: the first token that is not allowed; None if the text ends too early. expected: the terminals that the grammar
    allows there. inside: the names of the grammar rules that are not complete there, innermost first. before: the tokens
    before that place, in order. unclosed: the opening brackets in `before` that are not closed, in order.
    """

    token: Token | None
    expected: frozenset[str]
    inside: tuple[str, ...]
    before: Sequence[Token]
    unclosed: tuple[Token, ...]


class _Leave(str):
    """A mark on the stack of a parser: the end of the non-terminal of that name."""


class Parser:
    """Parser of one query text. Iterating over `read` parses it step by step and fills the fields.

    events: the steps of parsing, in order. tokens: the tokens that were read; where the grammar allowed only the first
    characters of a token, these and the rest are separate tokens. failure: the first place that the grammar does not
    allow, if `read` ended at one; else None.
    """

    def __init__(self, text: str):
        self._text, self._grammar = text, sparql_grammar()
        self._stack: list[str] = ["Query"]
        self._unclosed: list[Token] = []
        self.failure: Failure | None = None
        self.events: list[Event] = []
        self.tokens: list[Token] = []

    def read(self) -> Iterator[tuple[str, Token]]:
        """Read the text and yield each token that the grammar allows, with the terminal that it is, before the next is read.

        The iteration ends at the end of the text or at the first token that is not allowed, which is then `failure`.
        """
        position = 0
        split: Failure | None = None  # what to report if the rest of a word that was shortened is not allowed
        while token := _next_token(self._text, position):
            terminal, length = self._choose(token)
            if not terminal:
                is_rest = split and split.token and token.start < split.token.end
                self.failure = split if is_rest else self._fail(token)
                return
            if length < len(token.text):
                if token.kind in ("word", "name") and not (split and split.token and token.start < split.token.end):
                    split = self._fail(token)
                token = token._replace(text=token.text[:length])
            self._advance(terminal, token)
            yield terminal, token
            position = token.end
        if self._accepts(END):
            self._advance(END, None)
        else:
            self.failure = self._fail(None)

    def _choose(self, token: Token) -> tuple[str, int]:
        """Return the terminal to read now, and the number of characters of `token` that it takes; ("", 0) if none is allowed.

        The number is less than the length of the token if only its first characters are allowed, as of ORDERBY.
        """
        terminal = terminal_of(token)
        if self._accepts(terminal):
            return terminal, len(token.text)
        if token.kind in ("word", "name"):
            upper = token.text.upper()
            shorter = [w for w in self._expected() if upper.startswith(w) or (w == "a" and token.text.startswith(w))]
            return max(((word, len(word)) for word in shorter), key=lambda pair: pair[1], default=("", 0))
        if token.text == "<<" or (token.kind == "iri" and token.text != "<>"):
            comparison = "<=" if token.text.startswith("<=") else "<"
            if self._accepts(comparison):
                return comparison, len(comparison)
        return "", 0

    def _accepts(self, terminal: str) -> bool:
        """Return whether the grammar allows `terminal` at the place that the parser has reached."""
        for symbol in reversed(self._stack):
            if isinstance(symbol, _Leave):
                continue
            if symbol not in self._grammar.productions:
                return symbol == terminal
            first = self._grammar.first(symbol)
            if terminal in first:
                return True
            if "" not in first:
                return False
        return False

    def _expected(self) -> frozenset[str]:
        """Return the terminals that the grammar allows at the place that the parser has reached."""
        expected: set[str] = set()
        for symbol in reversed(self._stack):
            if isinstance(symbol, _Leave):
                continue
            if symbol not in self._grammar.productions:
                expected.add(symbol)
                break
            first = self._grammar.first(symbol)
            expected |= first.keys()
            if "" not in first:
                break
        return frozenset(expected - {""})

    def _advance(self, terminal: str, token: Token | None) -> None:
        """Read `terminal`, which must be allowed, and record the events; `token` is None for the end of the text.

        Non-terminals on the stack are replaced until the terminal is on top, and the terminal is removed.
        """
        while True:
            symbol = self._stack.pop()
            if isinstance(symbol, _Leave):
                self.events.append(Event("leave", symbol))
            elif symbol in self._grammar.productions:
                if "#" not in symbol:
                    self.events.append(Event("enter", symbol))
                    self._stack.append(_Leave(symbol))
                first = self._grammar.first(symbol)
                self._stack.extend(reversed(first.get(terminal, first.get("", ()))))
            else:
                break
        if token:
            self.events.append(Event("token", terminal, token))
            self.tokens.append(token)
            if terminal in CLOSING:
                self._unclosed.append(token)
            elif self._unclosed and terminal == CLOSING[self._unclosed[-1].text]:
                self._unclosed.pop()

    def _fail(self, token: Token | None) -> Failure:
        """Return the failure at `token`, which is not allowed; None stands for the end of the text."""
        left = dropwhile(
            lambda symbol: isinstance(symbol, _Leave), reversed(self._stack)
        )  # without rules that are complete
        inside = tuple(str(symbol) for symbol in left if isinstance(symbol, _Leave))
        return Failure(token, self._expected(), inside, self.tokens, tuple(self._unclosed))


def terminal_of(token: Token) -> str:
    """Return the terminal of the grammar that a token is.

    It is a keyword or function name in upper case; the words a, true and false and a mark as they are; “integer” or “number”
    for a number; “prefix” for a name that ends in its colon; “word” for an unknown word; otherwise the kind of the token.
    """
    if token.kind == "word":
        return token.text if token.text in CONSTANT_WORDS else token.text.upper() if is_keyword(token) else "word"
    if token.kind == "number":
        return "integer" if token.text.isdecimal() else "number"
    if token.kind == "name":
        return "prefix" if token.text.find(":") == len(token.text) - 1 else "name"
    return token.text if token.kind == "mark" else token.kind


def is_keyword(token: Token) -> bool:
    """Return whether a token is a keyword or the name of a function of SPARQL queries, in any case."""
    return token.kind == "word" and token.text.upper() in keywords()


def _next_token(text: str, position: int) -> Token | None:
    """Return the first token of `text` at or after an offset, or None if there is none."""
    for found in token_pattern().finditer(text, position):
        if found.lastgroup and found.lastgroup != "space":
            return Token(found.lastgroup, found[0], found.start())
    return None
