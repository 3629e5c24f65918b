"""BASE and PREFIX declarations of a query, and the IRIs that its relative IRIs and prefixed names stand for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import pyoxigraph as ox

from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.tokens import DECLARATIONS, Token, tokenize

LOCAL_ESCAPE = re.compile(r"\\(.)")


class BadToken(ValueError):
    """Raised for a token that is not valid inside, such as a name that stands for no IRI; the message says what to do.

    place: the token, or the offset in the query text, that the message is about; None for the token that was examined.
    """

    def __init__(self, message: str, place: Token | int | None = None):
        super().__init__(message)
        self.place = place


@dataclass(frozen=True)
class Prologue:
    """The BASE and PREFIX declarations at the start of a query.

    base: the IRI that relative IRIs are resolved against; None if there is none. prefixes: a dict from each declared prefix,
    without colon, to its namespace IRI; the prefixes of the project, which need no declaration, are included.
    """

    base: str | None
    prefixes: Mapping[str, str]

    def expand(self, token: Token) -> str:
        """Return the absolute IRI, without < and >, that a token of kind iri or name stands for.

        Raises BadToken for an undeclared prefix, an invalid IRI, and a relative IRI without a base.
        Sources: SPARQL 1.1 §4.1.1, RFC 3986 §5.2.
        """
        return resolve(token.text[1:-1], self.base) if token.kind == "iri" else self._expand_name(token.text)

    def _expand_name(self, name: str) -> str:
        """Return the IRI of a prefixed name such as “ex:a”. Raises BadToken if its prefix is undeclared or the IRI invalid."""
        prefix, _, local = name.partition(":")
        if prefix not in self.prefixes:
            raise BadToken(f"the prefix “{prefix}:” is not declared; {_advise_on_prefix(prefix, self.prefixes)}")
        iri = self.prefixes[prefix] + LOCAL_ESCAPE.sub(r"\1", local)
        try:
            return ox.NamedNode(iri).value
        except ValueError:
            raise BadToken(
                f"this name stands for <{iri}>, which is not a valid IRI; correct the name or its prefix declaration"
            ) from None


def read_prologue(tokens: Sequence[Token], base: str | None = None) -> Prologue:
    """Return the BASE and PREFIX declarations at the start of a query.

    Each declared IRI is resolved against the BASE before it; where a prefix is declared twice, the last declaration counts.
    tokens: the tokens of the query, from its start. base: the IRI that relative IRIs are resolved against before the
    first BASE; None if there is none. Raises BadToken for a declared IRI that is invalid, or relative without a base.
    """
    prefixes = dict(PREFIXES)
    position = 0
    while position < len(tokens) and tokens[position].is_word(*DECLARATIONS):
        keyword, name, iri = [*tokens[position : position + 3], tokens[position], tokens[position]][:3]
        value = iri if keyword.is_word("PREFIX") else name
        if value.kind == "iri":
            try:
                resolved = resolve(value.text[1:-1], base)
            except BadToken as error:
                raise BadToken(str(error), value) from None
            if value is iri:
                prefixes[name.text.removesuffix(":")] = resolved
            else:
                base = resolved
        position += 3 if keyword.is_word("PREFIX") else 2
    return Prologue(base, prefixes)


def declare_prefixes(text: str) -> str:
    """Return a SPARQL query with a PREFIX declaration added for each prefix of the project that it uses undeclared.

    The declarations are put at the beginning of the first line, so that line numbers in error messages stay right.
    """
    tokens = list(tokenize(text))
    names = [(place, token.text.partition(":")[0]) for place, token in enumerate(tokens) if token.kind == "name"]
    declared = {name for place, name in names if place and tokens[place - 1].is_word("PREFIX")}
    used = dict.fromkeys(name for _, name in names if name in PREFIXES and name not in declared)
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in used) + text


def resolve(iri: str, base: str | None) -> str:
    """Return an IRI resolved against a base as the engine does it (RFC 3986 §5.2).

    iri: without < and >; it may be relative. Raises BadToken if it is invalid, or relative while `base` is None.
    """
    try:
        triple = next(iter(ox.parse(f"<{iri}> <x:> <x:> .", format=ox.RdfFormat.TURTLE, base_iri=base)))
    except (SyntaxError, ValueError):
        if base is None and _is_relative(iri):
            raise BadToken(
                f"the IRI <{iri}> is relative, but there is no base IRI; write it in full, or declare a BASE before the query"
            ) from None
        raise BadToken(f"<{iri}> is not a valid IRI; correct it") from None
    assert isinstance(triple.subject, ox.NamedNode)
    return triple.subject.value


def _is_relative(iri: str) -> bool:
    """Return whether an IRI has no scheme."""
    return not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri)


def _advise_on_prefix(prefix: str, known: Mapping[str, str]) -> str:
    """Return advice on an undeclared prefix, without colon: the most similar prefixes in `known`, or to add a PREFIX line."""
    similar = [f"{name}:" for name in get_close_matches(prefix, known, n=2, cutoff=0.6)]
    return f"did you mean {' or '.join(similar)}?" if similar else "add a PREFIX line for it"
