"""The tokens of Turtle as one regular expression, and the escapes in strings, IRIs and local names.

Source: RDF 1.1 Turtle §6.5, https://www.w3.org/TR/turtle/#sec-grammar-grammar
"""

import re

from sjkg.core.terms import NAME_MARKS, name_class

LETTER, NAME_CHAR = name_class(), name_class(f"-_{NAME_MARKS}")
LOCAL_CHAR = name_class(f"-_:{NAME_MARKS}")
NUMERIC_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
ESCAPE = rf"(?:\\[tbnrf\"'\\]|{NUMERIC_ESCAPE})"
LOCAL_ESCAPE = r"(?:%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])"
PREFIX = rf"{LETTER}{NAME_CHAR}*+(?:\.++{NAME_CHAR}++)*+"
LOCAL = (
    rf"(?:{name_class('_:0-9')}|{LOCAL_ESCAPE}){LOCAL_CHAR}*+"
    rf"(?:(?:\.*+{LOCAL_ESCAPE}|\.++{LOCAL_CHAR}){LOCAL_CHAR}*+)*+"
)
EXPONENT = r"[eE][+-]?[0-9]+"
TOKEN = re.compile(
    rf"""[\ \t\r\n]*+(?:
      (?P<name>(?:{PREFIX})?:(?:{LOCAL})?)
    | (?P<double>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+){EXPONENT})
    | (?P<decimal>[+-]?[0-9]*\.[0-9]+)
    | (?P<integer>[+-]?[0-9]+)
    | (?P<mark>\^\^|[.;,\[\]()])
    | (?P<long>\"\"\"(?:[^"\\]++|{ESCAPE}|"{{1,2}}+(?!"))*+\"\"\"|'''(?:[^'\\]++|{ESCAPE}|'{{1,2}}+(?!'))*+''')
    | (?P<string>"(?!"")[^"\\\n\r]*+(?:{ESCAPE}[^"\\\n\r]*+)*+"|'(?!'')[^'\\\n\r]*+(?:{ESCAPE}[^'\\\n\r]*+)*+')
    | (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]++|{NUMERIC_ESCAPE})*+>)
    | (?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<word>{PREFIX})
    | (?P<blank>_:{name_class("_0-9")}{NAME_CHAR}*+(?:\.++{NAME_CHAR}++)*+)
    | (?P<comment>\#[^\r\n]*+)
    | (?P<end>\Z)
    | (?P<bad>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
ESCAPES = re.compile(rf"{NUMERIC_ESCAPE}|\\(.)", re.DOTALL)
CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class BadEscape(ValueError):
    """Raised for an escape of a code point that is not a character. start: its offset in the text given to `unescape`."""

    def __init__(self, start: int, code: int):
        super().__init__(f"U+{code:04X} is not a character")
        self.start, self.code = start, code


def unescape(text: str) -> str:
    """Return the inside of a string, IRI or local name with its escapes, such as \\n, \\u0041 and \\-, replaced by characters.

    text: the inside, without quotation marks or < and >, with valid escapes only. Raises BadEscape for a surrogate, or a
    code point above U+10FFFF.
    """
    return ESCAPES.sub(_decode_escape, text) if "\\" in text else text


def _decode_escape(match: re.Match[str]) -> str:
    """Return the character that a match of ESCAPES stands for. Raises BadEscape when there is none."""
    if match[1]:
        return CHARACTERS.get(match[1], match[1])
    code = int(match[0][2:], 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise BadEscape(match.start(), code)
    return chr(code)
