"""Tokenizer of SPARQL texts.

The lexical grammar of SPARQL is regular, so a regular expression can distinguish a keyword from the same letters in a
string, an IRI, a comment, a name or a variable. Source: SPARQL 1.1 §19.8, https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sjkg.core.errors import BadQuery

IRI, VARIABLE = r"<[^<>\"{}|^`\\\x00-\x20]*>", r"[?$]\w+"
TOKEN = re.compile(
    rf"""
      (?P<space>\s+|\#[^\n\r]*)
    | (?P<iri>{IRI})
    | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n\r]|\\.)*"?|'(?:[^'\\\n\r]|\\.)*'?)
    | (?P<variable>{VARIABLE})
    | (?P<language>@[A-Za-z][A-Za-z0-9-]*)
    | (?P<name>(?:_|[^\W\d_][\w.-]*)?:(?:[\w.:-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
    | (?P<word>\w+)
    | (?P<mark>\^\^|&&|\|\||==+|[!<>]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Token(NamedTuple):
    """A token.

    kind: iri, string, variable, language, name, word or mark. start: offset of the first character in the text.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Return the offset after the last character."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Return whether this is one of the keywords `words`, given in upper case."""
        return self.kind == "word" and self.text.upper() in words


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, without white space and comments; any text has tokens, whether or not it is SPARQL."""
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind and kind != "space":
            yield Token(kind, match[0], match.start())


def first_token(tokens: list[Token]) -> Token | None:
    """Return the first token after the PREFIX and BASE declarations."""
    position = 0
    while position < len(tokens) and tokens[position].is_word("PREFIX", "BASE"):
        position += 3 if tokens[position].is_word("PREFIX") else 2
    return tokens[position] if position < len(tokens) else None


def splice(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with some of its parts replaced. changes: start, end and replacement of each, in ascending order."""
    parts: list[str] = []
    done = 0
    for start, end, replacement in changes:
        parts += [text[done:start], replacement]
        done = end
    return "".join(parts) + text[done:]


def insert_first(text: str, block: str) -> str:
    """Return a query with a block of patterns inserted after its first opening brace."""
    brace = next(token.end for token in tokenize(text) if token.text == "{")
    return f"{text[:brace]}\n  {block}{text[brace:]}"


def unescape(text: str) -> str:
    """Return a text with its codepoint escapes (SPARQL 1.1 §19.2) replaced, until none is left.

    Afterwards no keyword can be hidden by escapes. Raises BadQuery for an escape that stands for no character.
    """
    while ESCAPE.search(text):
        text = ESCAPE.sub(lambda match: _character(int(match[1] or match[2], 16)), text)
    return text


def _character(codepoint: int) -> str:
    """Return the character of a codepoint. Raises BadQuery for a surrogate or a number above U+10FFFF."""
    if codepoint > 0x10FFFF or 0xD800 <= codepoint <= 0xDFFF:
        raise BadQuery(f"the escape for codepoint {codepoint:X} stands for no character")
    return chr(codepoint)
