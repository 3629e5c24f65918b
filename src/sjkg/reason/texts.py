"""The texts of literals in canonical N-Triples: their values, and texts for values."""

import re

from sjkg.reason.values import XSD, Value, value_of

PARTS = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@(.+)|\^\^<(.+)>)?', re.DOTALL)
ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}
ESCAPES = str.maketrans(
    {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
    | {char: f"\\{name}" for name, char in CHARACTERS.items()}
)


def parse_literal(text: str) -> Value | None:
    """Return the value of a literal as N-Triples writes it, None for an ill-typed one."""
    lexical, language, datatype = PARTS.fullmatch(text).groups()
    return value_of(unescape(lexical), datatype or f"{XSD}string", language)


def unescape(lexical: str) -> str:
    """Return what the escapes of N-Triples stand for."""
    return ESCAPED.sub(
        lambda match: (
            chr(int(match[1] or match[2], 16)) if match[1] or match[2] else CHARACTERS.get(match[3], match[3])
        ),
        lexical,
    )


def key_of(value: Value | None) -> str | None:
    """Return the text of one literal of a value: the plainest where there is a plain one."""
    if value is None:
        return None
    form = f'"{value.form.translate(ESCAPES)}"'
    if value.space == "string":
        return form
    if value.space == "language":
        tag, _, words = value.form.partition(" ")
        return f'"{words.translate(ESCAPES)}"@{tag}'
    if value.space == "decimal":
        return f"{form}^^<{XSD}{'decimal' if '.' in value.form else 'integer'}>"
    return f"{form}^^<{XSD}{value.space}>"
