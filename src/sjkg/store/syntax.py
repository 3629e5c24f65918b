"""What a query text says about itself, read from its tokens before anything is evaluated."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin

from sjkg.errors import ReadOnly
from sjkg.store.services import SERVICE, check_services
from sjkg.store.tokens import Token, first_token, tokenize, unescape
from sjkg.vocab import PREFIXES

UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
UNREPEATABLE = re.compile("NOW|RAND|UUID", re.IGNORECASE)
CALLING = ("word", "iri")  # what the engine may see a call in: to it, <2)BIND(NOW()AS?x)#> is no IRI
TELLING = (SERVICE, "FROM", "NOW", "RAND", "UUID", *UPDATES)


@dataclass(frozen=True)
class QueryFacts:
    """A query text as it will be evaluated, the IRIs that its FROM and FROM NAMED name, whether it has the same answer each
    time, and whether it asks other endpoints."""

    text: str
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    is_repeatable: bool
    asks_others: bool = False


def examine(text: str, services: Collection[str] = ()) -> QueryFacts:
    """Return the facts of a query.

    services: the IRIs of the endpoints that a query may have us ask.
    Raises ReadOnly for an update, and ServiceRefused or BadQuery as check_services does.
    """
    plain = unescape(text)
    letters = plain.upper()
    if not any(word in letters for word in TELLING):  # so no token can be one of them: most queries end here
        return QueryFacts(plain, (), (), is_repeatable=True)
    tokens = list(tokenize(plain))
    opening = first_token(tokens)
    if opening and opening.is_word(*UPDATES):
        raise ReadOnly(
            f"“{opening.text}” begins an update; this graph is read-only, ask with SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    asks_others = check_services(plain, tokens, services)
    calls = any(token.kind in CALLING and UNREPEATABLE.search(token.text) for token in tokens)
    return QueryFacts(plain, *_dataset(tokens), not (asks_others or calls), asks_others)


def _dataset(tokens: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of the FROM clauses and of the FROM NAMED clauses."""
    default, named = [], []
    for word, following, after in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
        if word.is_word("FROM") and following.is_word("NAMED") and after:
            named.append(_expand(after, tokens))
        elif word.is_word("FROM") and following.kind in ("iri", "name"):
            default.append(_expand(following, tokens))
    return tuple(default), tuple(named)


def _expand(token: Token, tokens: list[Token]) -> str:
    """Return the IRI of an iri or name token, by the query's own declarations or else by our prefixes."""
    if token.kind == "iri":
        bases = [iri.text[1:-1] for word, iri in zip(tokens, tokens[1:], strict=False) if word.is_word("BASE")]
        return urljoin(bases[-1], token.text[1:-1]) if bases else token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    declared = [
        iri.text[1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.is_word("PREFIX") and name.text == f"{prefix}:"
    ]
    return (declared[-1] if declared else PREFIXES.get(prefix, f"{prefix}:")) + local
