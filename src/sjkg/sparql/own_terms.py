"""IRIs of this project's namespaces that a query names, but the graph does not have, for example because they are misspelt.

Such a query is valid, and has no result or a wrong one. Every IRI of the pattern is looked up, also in FILTER, NOT EXISTS
and VALUES, after GRAPH, FROM and DESCRIBE, and as a datatype. Not looked up are IRIs that the query itself creates, in the
template of CONSTRUCT and as the constant in (… AS ?x) and BIND(… AS ?x), and the IRI of a namespace, which ends with / or #.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.errors import BadQuery
from sjkg.core.vocabulary import Namespaces, expand, own, shorten
from sjkg.sparql.prologue import BadToken, read_prologue
from sjkg.sparql.query_text import read_query_text
from sjkg.sparql.tokens import Token, first_token, tokenize

NAME = re.compile(r"\b[a-z]++:[\w%.:-]*[\w%:-]")  # with a prefix in small letters, as are those of the project
MAX_CHARS = 65_536  # of a query that is checked; to tokenize one takes 30 ms
UNKNOWN_TERMS = "SJKG-Unknown-Terms"  # the HTTP header
HEADER_ITEM = re.compile(r'"([\x20-\x7e]*?)"(?:;similar="([\x20-\x7e]*?)")?')
HEADER_SAFE = "<>#:/?&=+,;@!$'()*~%[]"
MAX_HEADER_CHARS = 120  # of one name
MAX_DECLARATION = 100  # characters between the prefix and the IRI of a declaration


class OwnPatterns(NamedTuple):
    """The names of this software and a knowledge base in the text of queries.

    spaces: the beginnings of their IRIs, and the same with http, which are never right, so that they are always reported.
    prefixes: a dict from namespaces to prefixes. names: the beginnings of prefixed names. iri: matches an IRI in angle brackets.
    """

    spaces: tuple[str, ...]
    prefixes: Mapping[str, str]
    names: tuple[str, ...]
    iri: re.Pattern[str]


def own_patterns() -> OwnPatterns:
    """Return the patterns of the knowledge base in use. Cached."""
    return _patterns_of(own())


@lru_cache(maxsize=8)
def _patterns_of(namespaces: Namespaces) -> OwnPatterns:
    """Return the patterns of a knowledge base with these namespaces."""
    insecure = (space.replace("https:", "http:", 1) for space in namespaces.all_own)
    spaces = tuple(dict.fromkeys([*namespaces.all_own, *insecure]))
    prefixes = {space: prefix for prefix, space in namespaces.prefixes.items() if space.startswith(namespaces.all_own)}
    pattern = re.compile(f"<((?:{'|'.join(map(re.escape, spaces))})[^<>]*)>")
    return OwnPatterns(spaces, prefixes, tuple(f"{prefix}:" for prefix in prefixes.values()), pattern)


class UnknownTerm(NamedTuple):
    """An IRI of a query that is nowhere in the graph. similar: existing IRIs that may have been meant, the best first."""

    iri: str
    similar: tuple[str, ...]

    @property
    def message(self) -> str:
        """Return a sentence, without full stop, that names the IRI and similar ones as a query can write them."""
        names = " or ".join(map(shorten, self.similar))
        advice = f"did you mean {names}?" if names else "check its spelling and its namespace"
        return f"{shorten(self.iri)} is nowhere in the graph; {advice}"


def write_unknown_terms(terms: Iterable[UnknownTerm]) -> str:
    """Return IRIs that are nowhere in the graph as the value of the header UNKNOWN_TERMS.

    It is a List of Strings with the parameter “similar”, such as "sjkg:startDate";similar="sjkg:date sjkg:dateText". Names are
    written as in a query, cut to MAX_HEADER_CHARS; characters that a String cannot have are percent-encoded.
    Source: RFC 9651 §3.1, https://www.rfc-editor.org/rfc/rfc9651#section-3.1
    """
    return ", ".join(
        f'"{_write_names([term.iri])}"' + (f';similar="{_write_names(term.similar)}"' if term.similar else "")
        for term in terms
    )


def read_unknown_terms(header: str) -> tuple[UnknownTerm, ...]:
    """Return the IRIs in the value of a header UNKNOWN_TERMS; of a value that is not as `write_unknown_terms` writes it, none."""
    return tuple(
        UnknownTerm(expand(unquote(iri)), tuple(expand(unquote(name)) for name in similar.split()))
        for iri, similar in HEADER_ITEM.findall(header)
    )


def _write_names(iris: Iterable[str]) -> str:
    """Return the names of IRIs in printable ASCII, separated by spaces."""
    return " ".join(quote(shorten(iri), safe=HEADER_SAFE)[:MAX_HEADER_CHARS] for iri in iris)


def find_unknown_iris(text: str, known: Container[str]) -> tuple[str, ...]:
    """Return the IRIs of the project's namespaces that a query names and that are not in `known`, in order, each once.

    known: the IRIs of the graph, each also as a prefixed name if it has one with the project's prefixes.
    The query is tokenized only if the text mentions an IRI or name that is not known: of a query of one triple pattern,
    to look for these takes 3 µs, to tokenize it 50 µs. A text that is not a query, or longer than MAX_CHARS, has none.
    """
    if len(text) > MAX_CHARS:
        return ()
    if "\\" not in text and "base" not in text.lower() and _mentions_known_terms_only(text, known):
        return ()
    return tuple(iri for iri in _named_iris(text, own().base) if iri not in known)


def _mentions_known_terms_only(text: str, known: Container[str]) -> bool:
    """Return whether each IRI and prefixed name of the project in a text, also in its comments and strings, is in `known`.

    The IRI of a namespace counts as known in a declaration of the prefix that the project has for it, and only there.
    """
    patterns = own_patterns()
    for found in patterns.iri.finditer(text):
        iri, start = found[1], found.start()
        if iri not in known:
            before = text[max(0, start - MAX_DECLARATION) : start].split()[-1:]
            if before != [f"{patterns.prefixes.get(iri)}:"]:
                return False
    return not any(name not in known and name.startswith(patterns.names) for name in NAME.findall(text))


@bounded_cache(256)
def _named_iris(text: str, base: str) -> tuple[str, ...]:
    """Return the IRIs of the project's namespaces that a query names, in order, each once; see the module's docstring.

    base: that of the knowledge base in use, so that the results for two of them are kept apart.
    """
    try:
        tokens = list(tokenize(read_query_text(text).plain))
        prologue = read_prologue(tokens)
    except (BadQuery, BadToken):
        return ()
    found: dict[str, None] = {}
    spaces = own_patterns().spaces
    for token in _matched_tokens(tokens):
        try:
            iri = prologue.expand(token)
        except BadToken:
            continue
        if iri.startswith(spaces) and iri[-1] not in "/#":
            found[iri] = None
    return tuple(found)


def _matched_tokens(tokens: list[Token]) -> Iterator[Token]:
    """Yield the IRIs and prefixed names of a query that are matched with the graph, in order.

    Left out are those of declarations and of the template of CONSTRUCT, and those before AS.
    """
    first = first_token(tokens)
    position = tokens.index(first) if first else len(tokens)
    depth, is_template = 0, False
    following = [*tokens[1:], Token("mark", "", 0)]
    for token, after in zip(tokens[position:], following[position:], strict=True):
        if token.is_word("CONSTRUCT"):
            is_template = after.text == "{"
        elif is_template and token.text in ("{", "}"):
            depth += 1 if token.text == "{" else -1
            is_template = depth > 0
        elif token.kind in ("iri", "name") and not is_template and not after.is_word("AS"):
            yield token
