"""Inspection of a SPARQL text before evaluation: updates, SERVICE, FROM, and whether the result is deterministic.

SERVICE is refused unless its endpoint is allowed, because the engine would send a request to any address. Our tokens show
where the keyword is, but the engine tokenizes in another way: in FILTER(1<2)SERVICE#> the grammar of SPARQL has an IRI, and
the engine sees the keyword. Therefore the engine's parser is used to confirm that it sees the same keywords.
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
    """The properties of a query text that decide how it is evaluated.

    text: the query with codepoint escapes replaced. from_graphs, from_named: the IRIs after FROM and after FROM NAMED, in
    order; empty without such clauses. is_deterministic: whether it uses neither SERVICE nor NOW, RAND, UUID or STRUUID, so
    that the same query gives the same result again. uses_service: whether it has a SERVICE clause.
    """

    text: str
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    is_deterministic: bool
    uses_service: bool = False


def inspect_query(text: str, services: Collection[str] = ()) -> QueryInfo:
    """Inspect a query text and return its properties; this is no full syntax check, which the engine does later.

    services: the IRIs of the endpoints that are allowed after SERVICE.
    Raises ReadOnly for an update, ServiceRefused for any other endpoint, and BadQuery for an invalid codepoint escape or, if
    the text contains “service”, for a syntax error.
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
    uses_service = _check_services(plain, tokens, services)
    is_random = any(token.kind in POSSIBLE_CALLS and NONDETERMINISTIC.search(token.text) for token in tokens)
    return QueryInfo(plain, *_find_from_clauses(tokens), not (uses_service or is_random), uses_service)


def _check_services(text: str, tokens: list[Token], services: Collection[str]) -> bool:
    """Return whether a query, given as text and as tokens, has a SERVICE clause.

    services: the IRIs of the allowed endpoints. Such an IRI must be written out after SERVICE or SERVICE SILENT: a prefixed
    name is expanded by this code and by the engine, and a text that the two expand differently could name any address.
    Raises ServiceRefused for anything else after SERVICE, and BadQuery for a text in which the engine would see the keyword
    SERVICE at another place.
    """
    allowed = {f"<{iri}>" for iri in services}
    calls: list[Token] = []
    for position, token in enumerate(tokens):
        if token.kind == "word" and SERVICE in token.text.upper():
            silent, following = [], tokens[position + 1 : position + 3]
            if following and following[0].is_word(SILENT):
                silent, following = following[:1], following[1:]
            if not (token.is_word(SERVICE) and following and following[0].text in allowed):
                raise ServiceRefused(
                    "SERVICE is refused, except with the IRI, written out, of one of these endpoints: "
                    + ", ".join(sorted(allowed))
                    if allowed
                    else "SERVICE is refused here; send that part of the query to its endpoint and join the results yourself"
                )
            calls += [token, *silent]
    if SERVICE_LETTERS.search(text):
        _check_engine_agrees(text, calls)
    return bool(calls)


def _check_engine_agrees(text: str, calls: Sequence[Token]) -> None:
    """Raise BadQuery if the engine's parser sees the keyword SERVICE in `text` at a place other than in `calls`.

    calls: the tokens SERVICE, and SILENT after it, that this module found.
    The engine parses a text in which each call is replaced by GRAPH, and in which a letter is changed in every other
    “service”. In a string, an IRI, a comment or a name, the change leaves the structure as it is; an overlooked keyword is
    no keyword afterwards, so that parsing fails.
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


def _find_from_clauses(tokens: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the IRIs after FROM and the IRIs after FROM NAMED in a query, each in order and expanded to full IRIs."""
    default, named = [], []
    for word, following, after in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
        if word.is_word("FROM") and following.is_word("NAMED") and after:
            named.append(_expand_iri(after, tokens))
        elif word.is_word("FROM") and following.kind in ("iri", "name"):
            default.append(_expand_iri(following, tokens))
    return tuple(default), tuple(named)


def _expand_iri(token: Token, tokens: list[Token]) -> str:
    """Return the full IRI, without < and >, for an iri token or a prefixed name.

    tokens: all tokens of the query. Its last BASE and its last PREFIX declaration of the prefix apply; a prefix that it does
    not declare is one of the project's, or else is left as it is.
    """
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
