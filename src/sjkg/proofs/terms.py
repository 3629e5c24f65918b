"""RDF terms as text, in three forms: as a person types them, as canonical N-Triples, and abbreviated for display.

Canonical N-Triples is the form that equal terms share: https://www.w3.org/TR/n-triples/#canonical-ntriples, with
xsd:string left out and control characters escaped.
"""

import re

from sjkg.core.errors import BadParameter
from sjkg.core.ntriples import PARTS, TextTriple, literal_text, unescape
from sjkg.core.vocabulary import PREFIXES, expand, shorten

XSD = PREFIXES["xsd"]
LITERAL = re.compile(
    r'"(?P<lexical>(?:[^"\\]|\\.)*)"(?:@(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(?P<datatype>\S+))?', re.DOTALL
)
NUMBERS = {"integer": r"[+-]?[0-9]+", "decimal": r"[+-]?[0-9]*\.[0-9]+", "boolean": "true|false"}
IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
EXAMPLE = 'event:example, <https://…>, "text"@en or 5'


def parse_term(text: str) -> str:
    """Return the canonical N-Triples of a term that a person typed; spaces around it are ignored.

    text: a prefixed name, an IRI with or without angle brackets, _:label, “a” for rdf:type, a literal in double quotes
    with @language or ^^datatype, or a number or boolean as in Turtle. Raises BadParameter for anything else.
    """
    text = text.strip()
    if match := LITERAL.fullmatch(text):
        return literal_text(_unescape(match["lexical"]), _parse_iri(match["datatype"] or ""), match["language"])
    for name, pattern in NUMBERS.items():
        if re.fullmatch(pattern, text):
            return literal_text(text, XSD + name)
    if re.fullmatch(r"_:\S+", text):
        return text
    return f"<{_parse_iri('rdf:type' if text == 'a' else text)}>"


def parse_triple(s: str, p: str, o: str) -> TextTriple:
    """Return three typed terms (prefixed names, IRIs, literals as in Turtle) in canonical N-Triples.

    A literal as subject is accepted, as generalized RDF triples have them. Raises BadParameter for text that is not a
    term.
    """
    return parse_term(s), parse_term(p), parse_term(o)


def check_is_rdf(triple: TextTriple) -> None:
    """Raise BadParameter for a generalized triple: one with a literal as subject, or a predicate that is not an IRI.

    Source: https://www.w3.org/TR/rdf11-concepts/#section-triples and #section-generalized-rdf
    """
    s, p, _ = triple
    if s.startswith('"') or not p.startswith("<"):
        is_literal = s.startswith('"')
        rule = (
            "the subject must be an IRI or blank node; give a thing such as event:example"
            if is_literal
            else "the predicate must be an IRI; give a property such as sjkg:date"
        )
        raise BadParameter(f"{show_triple(triple)} is not an RDF 1.1 triple: {rule}")


def _unescape(lexical: str) -> str:
    """Return a lexical form with its escape sequences (\\n, \\", \\u0041) replaced by their characters.

    Raises BadParameter for an escape beyond U+10FFFF or of a surrogate.
    """
    try:
        text = unescape(lexical)
        text.encode()
    except (OverflowError, ValueError):  # beyond the last code point, or a surrogate
        raise BadParameter(
            f"the literal “{lexical}” has an escape that stands for no Unicode character (above \\U0010FFFF, or from "
            "\\uD800 to \\uDFFF); write the character itself"
        ) from None
    return text


def _parse_iri(name: str) -> str:
    """Return the absolute IRI of a prefixed name, or of an IRI with or without angle brackets; "" for "".

    Raises BadParameter for text that is neither, and for an unknown prefix.
    """
    iri = expand(name)
    if iri == name and re.fullmatch(r"\w+:[\w-]+", name):
        raise BadParameter(f"the prefix in “{name}” is unknown; write the whole IRI in angle brackets")
    if name and not IRI.fullmatch(iri):
        raise BadParameter(f"“{name}” is not a term; write it as {EXAMPLE}")
    return iri


def show_term(text: str) -> str:
    """Return a term of N-Triples in the short form of Turtle: prefixed names, numbers and booleans without quotes.

    Blank nodes and variables (“?x”) are returned unchanged.
    """
    if text[0] == "<":
        return shorten(text[1:-1])
    match = PARTS.fullmatch(text)
    if match is None:
        return text
    lexical, language, datatype = match.groups()
    number = NUMBERS.get(datatype.removeprefix(XSD)) if datatype else None
    if number and re.fullmatch(number, lexical):
        return str(lexical)
    return f'"{lexical}"' + (f"@{language}" if language else f"^^{shorten(datatype)}" if datatype else "")


def show_triple(triple: TextTriple) -> str:
    """Return the three terms of a triple in the short form of Turtle, separated by spaces."""
    return " ".join(map(show_term, triple))
