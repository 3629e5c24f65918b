"""The text of a query as it was sent and as it is parsed, with codepoint escapes replaced; places in it for errors."""

import re
from typing import NamedTuple

from sjkg.core.errors import BadQuery
from sjkg.sparql.tokens import Token, tokenize

# An escaped backslash, as in "\\u0041", does not begin a codepoint escape
ESCAPE = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
LEFT_ESCAPE = re.compile(r"(?:[^\\]|\\[^uU])*(\\[uU])", re.DOTALL)
LINE_END = re.compile(r"\r\n?|\n")
BYTE_ORDER_MARK = "\ufeff"


class QueryText(NamedTuple):
    """The text of a query.

    source: the text as it was sent, to which the places in error messages refer. plain: the text that is parsed, with
    codepoint escapes replaced.
    """

    source: str
    plain: str

    def error_at(self, place: Token | int | None, reason: str) -> BadQuery:
        """Return a BadQuery whose message begins with the line and column of a place, then its token, then the reason.

        place: a token of `plain`; an offset in it, at which no token is named; or None for its end.
        """
        start, text = (place.start, place.text) if isinstance(place, Token) else (place, None)
        line, column = self.locate(len(self.plain) if start is None else start)
        named = f", at “{_shorten(text)}”" if text else ", at the end of the query" if start is None else ""
        return BadQuery(f"line {line}, column {column}{named}: {reason}", line, column, text)

    def locate(self, offset: int) -> tuple[int, int]:
        """Return line and column in `source`, counted from 1, of the character at an offset in `plain`.

        A line ends with a line feed, a carriage return or both.
        """
        for escape in ESCAPE.finditer(self.source) if self.source != self.plain else ():
            length = len(escape[0]) if escape[0] == r"\\" else 1
            if escape.start() + length > offset:
                break
            offset += len(escape[0]) - length
        ends = [found.end() for found in LINE_END.finditer(self.source, 0, offset)]
        return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


def read_query_text(source: str) -> QueryText:
    """Return a query text as it was sent and with its codepoint escapes, such as \\u0041, replaced by the characters.

    Escapes are replaced anywhere in the text, before it is parsed. A byte order mark at its start counts as a space.
    Raises BadQuery for an escape of a surrogate or of a codepoint above U+10FFFF, for an incomplete escape, and for one that
    only appears when another escape is replaced (the engine would replace it, too).
    Source: SPARQL 1.1 §19.2, https://www.w3.org/TR/sparql11-query/#codepointEscape
    """
    text = " " + source[1:] if source.startswith(BYTE_ORDER_MARK) else source
    if "\\u" not in text and "\\U" not in text:
        return QueryText(text, text)
    query = QueryText(text, ESCAPE.sub(lambda found: _decode_escape(found, text), text))
    for token in tokenize(query.plain):
        if token.kind == "string" and (left := LEFT_ESCAPE.match(token.text)):
            raise _left_escape(query, token.start + left.start(1))
        if token.text == "\\" and query.plain[token.end : token.end + 1] in ("u", "U"):
            raise _left_escape(query, token.start)
    return query


def _left_escape(query: QueryText, offset: int) -> BadQuery:
    """Return a BadQuery for an invalid codepoint escape, still unreplaced at an offset in `query.plain`."""
    return query.error_at(
        offset,
        "this is not a codepoint escape: \\u takes four hexadecimal digits, \\U eight, and they may not be escapes "
        "themselves; write the character itself",
    )


def _decode_escape(found: re.Match[str], text: str) -> str:
    """Return the replacement for a match of ESCAPE in `text`: a character, or an escaped backslash unchanged.

    Raises BadQuery, with the place in `text`, if the escape stands for no character.
    """
    if not found.lastindex:
        return found[0]
    codepoint = int(found[found.lastindex], 16)
    if codepoint > 0x10FFFF:
        reason = "stands for no character, because the highest codepoint is 10FFFF; correct its digits"
    elif 0xD800 <= codepoint <= 0xDFFF:
        reason = "is half of a surrogate pair, which is not a character; write the character itself"
    else:
        return chr(codepoint)
    raise QueryText(text, text).error_at(Token("mark", found[0], found.start()), f"this escape {reason}")


def _shorten(text: str) -> str:
    """Return a token's text for a message: at most 80 characters, on one line."""
    short = text if len(text) <= 80 else f"{text[:79]}…"
    return " ".join(short.split("\n")).replace("\r", " ")
