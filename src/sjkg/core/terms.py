"""RDF terms as plain dataclasses, so that only the store depends on pyoxigraph's classes; resolution of relative IRIs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

NAME_LETTERS = (  # ranges of characters: PN_CHARS_BASE of Turtle and SPARQL; with “_”, NameStartChar of XML Namespaces
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME_MARKS = "0-9\u00b7\u0300-\u036f\u203f-\u2040"  # further characters within a name, besides “_” and “-”
# the parts of an IRI reference: scheme, authority, path, query, fragment; RFC 3986, appendix B
IRI_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Iri:
    """An IRI, absolute and without angle brackets."""

    value: str


@dataclass(frozen=True)
class Literal:
    """An RDF literal: lexical form, and the datatype's IRI or the language tag; with neither it is an xsd:string.

    A base direction (RDF 1.2) follows the tag as in Turtle: ar--rtl.
    """

    value: str
    datatype: str | None = None
    language: str | None = None


Term = Iri | Literal
JsonTerm = Mapping[str, Any]  # an RDF term in SPARQL JSON: type, value, datatype, xml:lang, its:dir
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")  # tab and newline are left out


def name_class(more: str = "") -> str:
    """Return the character class, for a regular expression, of NAME_LETTERS and further characters.

    more: characters and ranges such as 0-9; a hyphen that is a character itself comes first. The class is written as a
    negation, which `re` compiles in a quarter of the time, because it visits every character of the ranges.
    """
    gaps, start = "", 0
    for first, last in sorted(re.findall("(.)(?:-(.))?", NAME_LETTERS + more, re.DOTALL)):
        if ord(first) > start:
            gaps += f"{re.escape(chr(start))}-{re.escape(chr(ord(first) - 1))}"
        start = max(start, ord(last or first) + 1)
    return f"[^{gaps}{re.escape(chr(start))}-\U0010ffff]"


def show_term(term: JsonTerm) -> str:
    """Return the text of a term in SPARQL JSON: an IRI, a blank node's label or a literal's lexical form, unchanged.

    A triple term is written as <<( s p o )>> with its parts in N-Triples syntax.
    """
    return _json_to_ntriples(term) if term["type"] == "triple" else term["value"]


def _json_to_ntriples(term: JsonTerm) -> str:
    """Return a term in SPARQL JSON in N-Triples syntax, a triple term included (SPARQL 1.2 Query Results JSON §3.2.2)."""
    match term["type"]:
        case "triple":
            parts = (_json_to_ntriples(term["value"][part]) for part in ("subject", "predicate", "object"))
            return f"<<( {' '.join(parts)} )>>"
        case "bnode":
            return f"_:{term['value']}"
    return to_ntriples(read_json_term(term))


def show_controls(text: str) -> str:
    """Return a text with its control characters as escapes such as \\u0001, for pages and terminals; tab and newline stay."""
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04X}", text)


def read_json_term(term: JsonTerm) -> Term:
    """Return the RDF term that an object of SPARQL 1.1 Query Results JSON, with the keys type and value, stands for.

    A blank node becomes an `Iri` with its label as value. The object must not be a triple term.
    Source: https://www.w3.org/TR/sparql11-results-json/#select-encode-terms
    """
    if term["type"] == "literal":
        return Literal(term["value"], term.get("datatype"), read_language(term))
    return Iri(term["value"])


def read_language(term: JsonTerm) -> str | None:
    """Return the language tag of a literal in SPARQL JSON, with its base direction as in ar--rtl; None without a tag."""
    return f"{term['xml:lang']}--{term['its:dir']}" if "its:dir" in term else term.get("xml:lang")


def to_oxigraph(term: Term) -> ox.NamedNode | ox.Literal:
    """Return the term as a pyoxigraph object. Raises ValueError for an invalid IRI or language tag."""
    if isinstance(term, Iri):
        return ox.NamedNode(term.value)
    datatype = ox.NamedNode(term.datatype) if term.datatype else None
    language, _, direction = (term.language or "").partition("--")
    base = ox.BaseDirection(direction) if direction else None
    return ox.Literal(term.value, datatype=datatype, language=language or None, direction=base)


def to_ntriples(term: Term) -> str:
    """Return the term in N-Triples syntax. Raises ValueError for an invalid IRI or language tag."""
    return str(to_oxigraph(term))


def is_valid_term(term: Term) -> bool:
    """Return whether pyoxigraph accepts the term; it rejects invalid IRIs and language tags."""
    try:
        to_oxigraph(term)
    except ValueError:
        return False
    return True


def is_absolute(iri: str) -> bool:
    """Return whether an IRI reference begins with a scheme, such as “http:”."""
    match = IRI_PARTS.match(iri)
    return match is not None and match[1] is not None


def resolve_iri(reference: str, base: str) -> str:
    """Resolve an IRI reference against the absolute IRI `base` and return the absolute IRI.

    Source: RFC 3986 §5.2.2, https://www.rfc-editor.org/rfc/rfc3986#section-5.2.2
    """
    scheme, authority, path, query, fragment = _split_iri(reference)
    base_scheme, base_authority, base_path, base_query, _ = _split_iri(base)
    if scheme is None:
        scheme = base_scheme
        if authority is None:
            authority = base_authority
            if not path:
                path, query = base_path, base_query if query is None else query
            elif not path.startswith("/"):
                folder = base_path.rpartition("/")[0] + "/" if "/" in base_path or authority is not None else ""
                path = _remove_dot_segments(folder + path)
            else:
                path = _remove_dot_segments(path)
        else:
            path = _remove_dot_segments(path)
    marked = (("//", authority), ("", path), ("?", query), ("#", fragment))
    return f"{scheme}:" + "".join(f"{mark}{part}" for mark, part in marked if part is not None)


def _split_iri(iri: str) -> tuple[str | None, str | None, str, str | None, str | None]:
    """Return scheme, authority, path, query and fragment of an IRI reference; None for a part that it lacks."""
    match = IRI_PARTS.fullmatch(iri)
    assert match, "the expression matches every text"
    return match[1], match[2], match[3], match[4], match[5]


def _remove_dot_segments(path: str) -> str:
    """Return a path without its segments “.” and “..”, with the segment before each “..” removed. Source: RFC 3986 §5.2.4."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1 or (kept and kept[0]):
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
