"""Terms as text: canonical N-Triples, in which equal terms have equal texts.

xsd:string is left out and control characters are escaped: "Халхин-Гол"@ru, "5"^^<http://…#integer>, <https://…>, _:b0.
Source: https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sjkg.core.vocabulary import PREFIXES

XSD_STRING = f"{PREFIXES['xsd']}string"
PARTS = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@(.+)|\^\^<(.+)>)?', re.DOTALL)
ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}
ESCAPES = str.maketrans(
    {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
    | {char: f"\\{name}" for name, char in CHARACTERS.items()}
)

TextTerm = str  # canonical N-Triples of a term
TextTriple = tuple[TextTerm, TextTerm, TextTerm]


def parse_triples(ntriples: bytes) -> Iterator[TextTriple]:
    """Yield the triples in lines of canonical N-Triples in UTF-8, as the engine writes them."""
    for line in ntriples.decode().split("\n")[:-1]:
        subject, predicate, rest = line.split(" ", 2)
        yield subject, predicate, rest[: rest.rindex(" ")]


class LiteralParts(NamedTuple):
    """The parts of a literal: unescaped lexical form, language tag or None, IRI of the datatype or None.

    language and datatype are both None for an xsd:string; datatype is None for a language-tagged string.
    """

    lexical: str
    language: str | None
    datatype: str | None


def literal_parts(text: TextTerm) -> LiteralParts:
    """Return lexical form, language and datatype of a literal in N-Triples. Raises ValueError for any other text."""
    match = PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f'not a literal in N-Triples syntax: {text}; write it as "1939" or "Халхин-Гол"@ru')
    lexical, language, datatype = match.groups()
    return LiteralParts(unescape(lexical), language, datatype)


def literal_text(lexical: str, datatype: str | None = None, language: str | None = None) -> TextTerm:
    """Return a literal in canonical N-Triples.

    lexical: the unescaped lexical form. datatype: an IRI; None, "" and xsd:string are left out. language: a language
    tag; with one, the datatype is ignored.
    """
    suffix = f"@{language}" if language else f"^^<{datatype}>" if datatype and datatype != XSD_STRING else ""
    return f'"{lexical.translate(ESCAPES)}"{suffix}'


def plain_text(term: TextTerm) -> str:
    """Return an IRI without angle brackets, a blank node's label without “_:”, or a literal unchanged in N-Triples."""
    return term[1:-1] if term.startswith("<") else term.removeprefix("_:")


def unescape(lexical: str) -> str:
    """Return an N-Triples string with escape sequences (\\n, \\", \\u00E9, …) replaced by their characters."""
    if "\\" not in lexical:
        return lexical
    return ESCAPED.sub(
        lambda match: (
            chr(int(match[1] or match[2], 16)) if match[1] or match[2] else CHARACTERS.get(match[3], match[3])
        ),
        lexical,
    )
