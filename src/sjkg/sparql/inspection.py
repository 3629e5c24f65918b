"""Whom a query may have us ask: nobody, but for the endpoints that are allowed.

The engine follows SERVICE. The tokens of a text show where the keyword stands, but the engine has its own way of reading:
in FILTER(1<2)SERVICE#> SPARQL's tokens hold an IRI, and the engine sees the keyword. So its parser is asked whether it agrees.


What a query text says about itself, read from its tokens before anything is evaluated."""

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
LETTERS = re.compile("(servic)(e)", re.IGNORECASE | re.ASCII)


def check_services(text: str, tokens: list[Token], services: Collection[str]) -> bool:
    """Tell whether a query asks other endpoints: those with these IRIs.

    Raises ServiceRefused unless each SERVICE stands alone, before one of them, and BadQuery where the engine would see
    another one. The IRI has to be written out: a name would be expanded by us and by the engine, and whoever makes the two
    differ would choose whom we ask.
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
    if LETTERS.search(text):
        _check_reading(text, calls)
    return bool(calls)


def _check_reading(text: str, calls: Sequence[Token]) -> None:
    """Raise BadQuery unless the engine sees the keyword nowhere else than in these calls.

    It parses the text with each call turned into a GRAPH, and with other letters wherever else the keyword's stand: in a
    string, an IRI, a comment or a name they change nothing, and where it takes them for the keyword there is no query left.
    """
    graphs = (("GRAPH" if token.is_word(SERVICE) else "").ljust(len(token.text)) for token in calls)
    harmless = splice(text, ((token.start, token.end, graph) for token, graph in zip(calls, graphs, strict=True)))
    harmless = LETTERS.sub(lambda found: found[1] + ("x" if found[2] == "e" else "X"), harmless)
    try:
        ox.Store().query(harmless, prefixes=dict(PREFIXES))
    except SyntaxError as error:
        raise locate_error(text, str(error)) from None
    except (ValueError, RuntimeError):
        return  # it was read; what is wrong with it is told when it is evaluated


def _refusal(allowed: Collection[str]) -> str:
    if allowed:
        return f"SERVICE is refused here; the endpoints that may be asked, with the IRI written out, are {', '.join(sorted(allowed))}"
    return "SERVICE is refused: this endpoint asks no other one; query that endpoint yourself and join the answers"


UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
UNREPEATABLE = re.compile("NOW|RAND|UUID", re.IGNORECASE)
CALLING = ("word", "iri")  # what the engine may see a call in: to it, <2)BIND(NOW()AS?x)#> is no IRI
TELLING = (SERVICE, "FROM", "NOW", "RAND", "UUID", *UPDATES)


@dataclass(frozen=True)
class QueryInfo:
    """A query text as it will be evaluated, the IRIs that its FROM and FROM NAMED name, whether it has the same answer each
    time, and whether it asks other endpoints."""

    text: str
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    is_deterministic: bool
    uses_service: bool = False


def inspect_query(text: str, services: Collection[str] = ()) -> QueryInfo:
    """Return the facts of a query.

    services: the IRIs of the endpoints that a query may have us ask.
    Raises ReadOnly for an update, and ServiceRefused or BadQuery as check_services does.
    """
    plain = unescape(text)
    letters = plain.upper()
    if not any(word in letters for word in TELLING):  # so no token can be one of them: most queries end here
        return QueryInfo(plain, (), (), is_deterministic=True)
    tokens = list(tokenize(plain))
    opening = first_token(tokens)
    if opening and opening.is_word(*UPDATES):
        raise ReadOnly(
            f"“{opening.text}” begins an update; this graph is read-only, ask with SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    uses_service = check_services(plain, tokens, services)
    calls = any(token.kind in CALLING and UNREPEATABLE.search(token.text) for token in tokens)
    return QueryInfo(plain, *_dataset(tokens), not (uses_service or calls), uses_service)


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
