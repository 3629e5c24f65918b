"""The tokens of a SPARQL text.

The lexical grammar of SPARQL is regular, so a keyword can be told exactly from the same letters in a string, an IRI, a
comment, a name or a variable. Source: SPARQL 1.1 §19.8, https://www.w3.org/TR/sparql11-query/#sparqlGrammar
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
    """A token: its kind (iri, string, variable, language, name, word or mark), its text and the offset of its first character."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Tell whether this is one of these keywords, given in upper case."""
        return self.kind == "word" and self.text.upper() in words


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, without white space and comments."""
    for match in TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield Token(match.lastgroup, match[0], match.start())


def first_token(tokens: list[Token]) -> Token | None:
    """Return the first token after the PREFIX and BASE declarations."""
    position = 0
    while position < len(tokens) and tokens[position].is_word("PREFIX", "BASE"):
        position += 3 if tokens[position].is_word("PREFIX") else 2
    return tokens[position] if position < len(tokens) else None


def splice(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with other words in place of some of it. changes: where each begins and ends, in order, and the words."""
    parts, done = [], 0
    for start, end, words in changes:
        parts += [text[done:start], words]
        done = end
    return "".join(parts) + text[done:]


def insert_first(text: str, block: str) -> str:
    """Return a query with a block of patterns at the begin of its WHERE."""
    brace = next(token.end for token in tokenize(text) if token.text == "{")
    return f"{text[:brace]}\n  {block}{text[brace:]}"


def unescape(text: str) -> str:
    """Replace codepoint escapes until none is left, as SPARQL 1.1 §19.2 has it, so that no keyword can hide in one.

    Raises BadQuery for an escape that stands for no character.
    """
    while ESCAPE.search(text):
        text = ESCAPE.sub(lambda match: _character(int(match[1] or match[2], 16)), text)
    return text


def _character(codepoint: int) -> str:
    if codepoint > 0x10FFFF or 0xD800 <= codepoint <= 0xDFFF:
        raise BadQuery(f"the escape for codepoint {codepoint:X} stands for no character")
    return chr(codepoint)
