"""Terms as people type them, as N-Triples writes them, and as they are shown."""

import re

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import PREFIXES, expand, shorten
from sjkg.reason.literals import ESCAPES, PARTS, unescape

XSD = PREFIXES["xsd"]
LITERAL = re.compile(
    r'"(?P<lexical>(?:[^"\\]|\\.)*)"(?:@(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(?P<datatype>\S+))?', re.DOTALL
)
NUMBERS = {"integer": r"[+-]?\d+", "decimal": r"[+-]?\d*\.\d+", "boolean": "true|false"}
IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
EXAMPLE = 'event:halhamiao-incident, <https://…>, "text"@en or 5'


def parse_term(text: str) -> str:
    """Return what someone typed as N-Triples writes it.

    A name with a prefix, an IRI, _:label, “a” for rdf:type, a literal in double quotes with @language or ^^datatype, or a
    number as Turtle writes it. Raises BadParameter for anything else.
    """
    text = text.strip()
    if match := LITERAL.fullmatch(text):
        return literal_text(_unescape(match["lexical"]), iri_of(match["datatype"] or ""), match["language"])
    for name, pattern in NUMBERS.items():
        if re.fullmatch(pattern, text):
            return literal_text(text, XSD + name)
    if re.fullmatch(r"_:\S+", text):
        return text
    return f"<{iri_of('rdf:type' if text == 'a' else text)}>"


def parse_triple(s: str, p: str, o: str) -> tuple[str, str, str]:
    """Return three terms as `parse_term` does. The triple may be a generalized one, see `check_is_rdf`."""
    return parse_term(s), parse_term(p), parse_term(o)


def check_is_rdf(triple: tuple[str, str, str]) -> None:
    """Raise BadParameter for a generalized triple: one with a literal as subject, or a predicate that is no IRI.

    Source: https://www.w3.org/TR/rdf11-concepts/#section-triples and #section-generalized-rdf
    """
    s, p, _ = triple
    if s.startswith('"') or not p.startswith("<"):
        part, rule = (
            ("subject", "a literal cannot be a subject")
            if s.startswith('"')
            else ("predicate", "a predicate is an IRI")
        )
        raise BadParameter(
            f"{show_triple(triple)} is not in the graph and not an RDF 1.1 triple: {rule}; change the {part}"
        )


def _unescape(lexical: str) -> str:
    """Return what the escapes of a literal stand for. Raises BadParameter for one that stands for no character."""
    try:
        text = unescape(lexical)
        text.encode()
    except (OverflowError, ValueError):  # beyond the last character, or half of one
        raise BadParameter(
            f"“{lexical}” has an escape that stands for no character; they end at \\U0010FFFF, and \\uD800 to \\uDFFF are halves"
        ) from None
    return text


def iri_of(name: str) -> str:
    """Return the IRI of a name with a prefix or of an IRI; nothing for nothing. Raises BadParameter when it is neither."""
    iri = expand(name)
    if name and (not IRI.fullmatch(iri) or iri == name and name.count(":") == 1 and re.fullmatch(r"\w+:[\w-]+", name)):
        raise BadParameter(f"“{name}” is no term; write it as {EXAMPLE}")
    return iri


def literal_text(lexical: str, datatype: str | None = None, language: str | None = None) -> str:
    """Return a literal as canonical N-Triples writes it."""
    suffix = f"@{language}" if language else f"^^<{datatype}>" if datatype and datatype != f"{XSD}string" else ""
    return f'"{lexical.translate(ESCAPES)}"{suffix}'


def show_term(text: str) -> str:
    """Return a term of N-Triples, or a variable, in short: prefixes for namespaces, numbers without their datatype."""
    if text[0] == "<":
        return shorten(text[1:-1])
    if text[0] != '"':
        return text
    lexical, language, datatype = PARTS.fullmatch(text).groups()
    if (
        datatype
        and datatype.removeprefix(XSD) in NUMBERS
        and re.fullmatch(NUMBERS[datatype.removeprefix(XSD)], lexical)
    ):
        return lexical
    return f'"{lexical}"' + (f"@{language}" if language else f"^^{shorten(datatype)}" if datatype else "")


def show_triple(triple: tuple[str, str, str]) -> str:
    return " ".join(map(show_term, triple))
