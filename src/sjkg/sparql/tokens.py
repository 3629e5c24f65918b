"""Tokenizer of SPARQL texts, and changes to texts at the positions of tokens.

The lexical grammar of SPARQL is regular, so a regular expression can distinguish a keyword from the same letters in a
string, an IRI, a comment, a prefixed name or a variable.
Source: SPARQL 1.1 §19.8, https://www.w3.org/TR/sparql11-query/#sparqlGrammar
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
    """A token of a SPARQL text.

    kind: iri (with < and >), string (with quotation marks), variable (with ? or $), language (tag, with @), name (prefixed
    name), word (keyword or number) or mark (punctuation). text: the characters. start: offset of the first one in the text.
    """

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Return the offset in the text after the token's last character."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Return whether this token is one of these keywords, given in upper case and compared without regard to case."""
        return self.kind == "word" and self.text.upper() in words


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in order, without white space and comments; a text that is not SPARQL has tokens, too."""
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind and kind != "space":
            yield Token(kind, match[0], match.start())


def first_token(tokens: list[Token]) -> Token | None:
    """Return the first token of a query after its PREFIX and BASE declarations, or None if there is none."""
    position = 0
    while position < len(tokens) and tokens[position].is_word("PREFIX", "BASE"):
        position += 3 if tokens[position].is_word("PREFIX") else 2
    return tokens[position] if position < len(tokens) else None


def splice(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with parts replaced.

    changes: for each part its start offset, its end offset and the replacement, in ascending order, without overlaps.
    """
    parts: list[str] = []
    done = 0
    for start, end, replacement in changes:
        parts += [text[done:start], replacement]
        done = end
    return "".join(parts) + text[done:]


def insert_first(text: str, block: str) -> str:
    """Return a query with a text, such as a VALUES block, inserted after its first opening brace.

    Raises StopIteration if it has no brace.
    """
    brace = next(token.end for token in tokenize(text) if token.text == "{")
    return f"{text[:brace]}\n  {block}{text[brace:]}"


def unescape(text: str) -> str:
    """Return a text with its codepoint escapes (SPARQL 1.1 §19.2, such as \\u0041) replaced by the characters.

    This is repeated until no escape is left, so that none can hide a keyword.
    Raises BadQuery for an escape of a surrogate, or of a codepoint above U+10FFFF.
    """
    while ESCAPE.search(text):
        text = ESCAPE.sub(_decode_escape, text)
    return text


def _decode_escape(found: re.Match[str]) -> str:
    """Return the character that a match of ESCAPE stands for; raises BadQuery if there is none."""
    codepoint = int(found[1] or found[2], 16)
    if codepoint > 0x10FFFF:
        raise BadQuery(
            f"the escape {found[0]} stands for no character, for the highest code point is 10FFFF; correct its digits"
        )
    if 0xD800 <= codepoint <= 0xDFFF:
        raise BadQuery(
            f"the escape {found[0]} is half of a surrogate pair, which is no character; write the character itself"
        )
    return chr(codepoint)
