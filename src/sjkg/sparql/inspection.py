"""Inspection of a query text before evaluation: updates, SERVICE, FROM, and whether its result is deterministic.

SERVICE is refused unless its endpoint is allowed, because the engine would send a request to any address. Tokens show where
the keyword stands, but the engine tokenizes in its own way: in FILTER(1<2)SERVICE#> the grammar of SPARQL has an IRI, and
the engine sees the keyword. Therefore its parser is asked whether it agrees.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

import pyoxigraph as ox

from sjkg.core.errors import ReadOnly, ServiceRefused
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.error_messages import locate_error
from sjkg.sparql.tokens import Token, first_token, splice, tokenize, unescape

SERVICE, SILENT = "SERVICE", "SILENT"
SERVICE_LETTERS = re.compile("(servic)(e)", re.IGNORECASE | re.ASCII)
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
NONDETERMINISTIC = re.compile("NOW|RAND|UUID", re.IGNORECASE)
POSSIBLE_CALLS = (
    "word",
    "iri",
)  # kinds of tokens in which the engine may see a call: <2)BIND(NOW()AS?x)#> is no IRI to it
RELEVANT_WORDS = (SERVICE, "FROM", "NOW", "RAND", "UUID", *UPDATES)


@dataclass(frozen=True)
class QueryInfo:
    """The facts of a query text that decide how it is evaluated.

    text: the text without codepoint escapes. from_graphs, from_named: the IRIs of FROM and of FROM NAMED.
    is_deterministic: it calls no function such as NOW and uses no SERVICE, so its result may be cached.
    """

    text: str
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    is_deterministic: bool
    uses_service: bool = False


def inspect_query(text: str, services: Collection[str] = ()) -> QueryInfo:
    """Return the facts of a query text.

    services: the IRIs of the endpoints that SERVICE may name.
    Raises ReadOnly for an update, ServiceRefused, and BadQuery for some texts that are not SPARQL; others pass.
    """
    plain = unescape(text)
    upper = plain.upper()
    if not any(word in upper for word in RELEVANT_WORDS):  # true of most queries, and quicker than to tokenize them
        return QueryInfo(plain, (), (), is_deterministic=True)
    tokens = list(tokenize(plain))
    opening = first_token(tokens)
    if opening and opening.is_word(*UPDATES):
        raise ReadOnly(
            f"“{opening.text}” begins an update, but this graph is read-only; use SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    uses_service = check_services(plain, tokens, services)
    is_random = any(token.kind in POSSIBLE_CALLS and NONDETERMINISTIC.search(token.text) for token in tokens)
    return QueryInfo(plain, *_from_clauses(tokens), not (uses_service or is_random), uses_service)


def check_services(text: str, tokens: list[Token], services: Collection[str]) -> bool:
    """Return whether a query uses SERVICE.

    services: the IRIs of the allowed endpoints.
    Raises ServiceRefused unless each SERVICE is followed by one of them, and BadQuery where the engine would see another
    SERVICE. The IRI must be written out: a prefixed name is expanded by this code and by the engine, and a text in which the
    two differ could name any address.
    """
    allowed = {f"<{iri}>" for iri in services}
    calls: list[Token] = []
    for position, token in enumerate(tokens):
        if token.kind == "word" and SERVICE in token.text.upper():
            silent, following = [], tokens[position + 1 : position + 3]
            if following and following[0].is_word(SILENT):
                silent, following = following[:1], following[1:]
            if not (token.is_word(SERVICE) and following and following[0].text in allowed):
                raise ServiceRefused(_refusal(allowed))
            calls += [token, *silent]
    if SERVICE_LETTERS.search(text):
        _check_engine_agrees(text, calls)
    return bool(calls)


def _check_engine_agrees(text: str, calls: Sequence[Token]) -> None:
    """Raise BadQuery if the engine sees the keyword SERVICE anywhere else than in `calls`.

    It parses the text with each call replaced by GRAPH, and with one letter changed wherever else the letters of the keyword
    stand: within a string, an IRI, a comment or a name that changes no structure, but a keyword is destroyed by it.
    """
    graphs = (("GRAPH" if token.is_word(SERVICE) else "").ljust(len(token.text)) for token in calls)
    harmless = splice(text, ((token.start, token.end, graph) for token, graph in zip(calls, graphs, strict=True)))
    harmless = SERVICE_LETTERS.sub(lambda found: found[1] + ("x" if found[2] == "e" else "X"), harmless)
    try:
        ox.Store().query(harmless, prefixes=dict(PREFIXES))
    except SyntaxError as error:
        raise locate_error(text, str(error)) from None
    except (ValueError, RuntimeError):
        return  # the syntax is right; any other error comes up again when the query is evaluated


def _refusal(allowed: Collection[str]) -> str:
    """Return the message for a SERVICE that is refused. allowed: the endpoints, as <iri>."""
    if allowed:
        return f"SERVICE is refused here; the endpoints that may be asked, with the IRI written out, are {', '.join(sorted(allowed))}"
    return "SERVICE is refused: this endpoint asks no other one; query that endpoint yourself and join the answers"


def _from_clauses(tokens: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs of the FROM clauses and of the FROM NAMED clauses."""
    default, named = [], []
    for word, following, after in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
        if word.is_word("FROM") and following.is_word("NAMED") and after:
            named.append(_expand(after, tokens))
        elif word.is_word("FROM") and following.kind in ("iri", "name"):
            default.append(_expand(following, tokens))
    return tuple(default), tuple(named)


def _expand(token: Token, tokens: list[Token]) -> str:
    """Return the IRI of an iri or name token, by the BASE and PREFIX declarations of the query or the project's prefixes."""
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
