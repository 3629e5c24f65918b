"""Tokenizer of SPARQL texts, and changes to texts at the positions of tokens.

The lexical grammar of SPARQL is regular, so a regular expression can distinguish a keyword from the same letters in a
string, an IRI, a comment, a prefixed name or a variable.
Source: SPARQL 1.1 §19.8, https://www.w3.org/TR/sparql11-query/#sparqlGrammar
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from sjkg.core.terms import NAME_MARKS, name_class

WORD_CHARACTER = name_class(f"_{NAME_MARKS}")  # PN_CHARS without the hyphen
NAME_START = name_class("_0-9")
INNER, LAST = name_class(f"-._{NAME_MARKS}"), name_class(f"-_{NAME_MARKS}")  # characters of a name after its first
LOCAL_INNER, LOCAL_LAST = name_class(f"-._:{NAME_MARKS}"), name_class(f"-_:{NAME_MARKS}")
LOCAL_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"  # PLX
IRI, VARIABLE = r"<[^<>\"{}|^`\\\x00-\x20]*>", rf"[?$]{NAME_START}{WORD_CHARACTER}*"
TOKEN = rf"""
      (?P<space>[\ \t\r\n]+|\#[^\n\r]*)
    | (?P<iri>{IRI})
    | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n\r]|\\.)*"?|'(?:[^'\\\n\r]|\\.)*'?)
    | (?P<variable>{VARIABLE})
    | (?P<language>@[A-Za-z][A-Za-z0-9-]*)
    | (?P<blank>_:{NAME_START}(?:{INNER}*{LAST})?)
    | (?P<name>(?:{name_class()}(?:{INNER}*{LAST})?)?:
        (?:(?:{name_class("_:0-9")}|{LOCAL_ESCAPE})(?:(?:{LOCAL_INNER}|{LOCAL_ESCAPE})*(?:{LOCAL_LAST}|{LOCAL_ESCAPE}))?)?)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
    | (?P<word>{WORD_CHARACTER}+)
    | (?P<mark>\^\^|&&|\|\||==+|[!<>]=|<<\(|\)>>|<<|>>|\{{\||\|\}}|.)
    """
DECLARATIONS = ("PREFIX", "BASE", "VERSION")


@cache
def token_pattern() -> re.Pattern[str]:
    """Return TOKEN, compiled; not when the module is imported, because that takes 15 ms."""
    return re.compile(TOKEN, re.VERBOSE | re.DOTALL)


class Token(NamedTuple):
    """A token of a SPARQL text.

    kind: iri (with < and >), string (with quotation marks, the closing ones may be missing), variable (with ? or $),
    language (tag, with @), blank (node label, with _:), name (prefixed name), number (without sign), word (keyword) or mark
    (any other character or operator). text: the characters. start: offset of the first one in the text.
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
    """Yield the tokens of a text in order, without white space and comments; any text can be tokenized, valid or not."""
    for match in token_pattern().finditer(text):
        kind = match.lastgroup
        if kind and kind != "space":
            yield Token(kind, match[0], match.start())


def first_token(tokens: list[Token]) -> Token | None:
    """Return the first token of a query after its PREFIX, BASE and VERSION declarations, or None if there is none."""
    position = 0
    while position < len(tokens) and tokens[position].is_word(*DECLARATIONS):
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
