"""Inspection of a SPARQL text before evaluation: updates, SERVICE, FROM, and whether the result is deterministic.

SERVICE is refused unless its endpoint is allowed, because the engine would send a request to any address. Our tokens show
where the keyword is, but the engine tokenizes in another way: in FILTER(1<2)SERVICE#> the grammar of SPARQL has an IRI, and
the engine sees the keyword. Therefore the engine's parser is used to confirm that it sees the same keywords.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from sjkg.core.errors import ReadOnly, ServiceRefused
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.error_messages import locate_error
from sjkg.sparql.prologue import BadToken, read_prologue
from sjkg.sparql.query_text import QueryText, read_query_text
from sjkg.sparql.tokens import IRI, Token, first_token, splice, tokenize

SERVICE, SILENT = "SERVICE", "SILENT"
SERVICE_LETTERS = re.compile("(servic)(e)", re.IGNORECASE | re.ASCII)
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
NONDETERMINISTIC = re.compile("NOW|RAND|UUID", re.IGNORECASE)
POSSIBLE_CALLS = (
    "word",
    "iri",
)  # kinds of tokens in which the engine may see a call: <2)BIND(NOW()AS?x)#> is not an IRI to it
RELEVANT_WORDS = (SERVICE, "FROM", "GRAPH", "NOW", "RAND", "UUID")
SPACE = r"(?:[ \t\r\n]++|#[^\n\r]*+)*+"
QUERY_OPENING = re.compile(
    rf"{SPACE}(?:(?:PREFIX{SPACE}[\w.-]*+:|BASE){SPACE}{IRI}{SPACE})*+(?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class QueryInfo:
    """The properties of a query text that decide how it is evaluated.

    query: the text, with codepoint escapes replaced in `query.plain`. from_graphs, from_named: the full IRIs after FROM and
    after FROM NAMED, in order; empty without such clauses. is_deterministic: True if the query uses neither SERVICE nor NOW,
    RAND, UUID or STRUUID, so that it gives the same result again. uses_service: whether the query has a SERVICE clause.
    graphs: the full IRIs after GRAPH, in order. has_graph_variable: whether a variable follows some GRAPH.
    """

    query: QueryText
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    is_deterministic: bool
    uses_service: bool = False
    graphs: tuple[str, ...] = ()
    has_graph_variable: bool = False


def inspect_query(text: str, services: Collection[str] = (), base: str | None = None) -> QueryInfo:
    """Inspect a query text and return its properties; this is not a full syntax check, which the engine does later.

    services: the IRIs of the endpoints that are allowed after SERVICE. base: the IRI that relative IRIs are resolved against
    in a query without BASE; None to refuse them.
    Raises ReadOnly for an update, ServiceRefused for an endpoint that is not in `services`, and BadQuery for an invalid codepoint escape, an
    invalid name after FROM or, if the text contains “service”, for a syntax error.
    """
    query = read_query_text(text)
    upper = query.plain.upper()
    if QUERY_OPENING.match(query.plain) and not any(word in upper for word in RELEVANT_WORDS):
        # true of most queries, and takes a twentieth of the time of tokenizing them, which would take as long as evaluation
        return QueryInfo(query, (), (), is_deterministic=True)
    tokens = list(tokenize(query.plain))
    opening = first_token(tokens)
    if opening and opening.is_word(*UPDATES):
        raise ReadOnly(
            f"“{opening.text}” begins an update, but this graph is read-only; use SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    uses_service = _check_services(query, tokens, services, base)
    is_random = any(token.kind in POSSIBLE_CALLS and NONDETERMINISTIC.search(token.text) for token in tokens)
    try:
        graphs = _find_graphs(tokens, base)
    except BadToken as error:
        raise locate_error(query, str(error), base) from None
    return QueryInfo(
        query,
        tuple(graphs["FROM"]),
        tuple(graphs["NAMED"]),
        not (uses_service or is_random),
        uses_service,
        tuple(graphs["GRAPH"]),
        any(word.is_word("GRAPH") and name.kind == "variable" for word, name in zip(tokens, tokens[1:], strict=False)),
    )


def _check_services(query: QueryText, tokens: list[Token], services: Collection[str], base: str | None) -> bool:
    """Return whether a query, given as text and as tokens, has a SERVICE clause, after checking that each is allowed.

    services: the IRIs of the allowed endpoints. base: the IRI that relative IRIs are resolved against, or None.
    The IRI of an endpoint must be written out in < and > after SERVICE or SERVICE SILENT: a prefixed name is expanded by
    this code and by the engine, and a text that the two expand differently could name any address.
    Raises ServiceRefused for anything but an allowed endpoint after SERVICE, and BadQuery for a text in which the engine
    would see the keyword SERVICE at another place than this code.
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
                    "SERVICE is allowed only with one of these endpoints, with its IRI written out in < and >: "
                    + ", ".join(sorted(allowed))
                    if allowed
                    else "SERVICE is not allowed here; send that part of the query to its endpoint and join the results yourself"
                )
            calls += [token, *silent]
    if SERVICE_LETTERS.search(query.plain):
        _check_engine_agrees(query, calls, base)
    return bool(calls)


def _check_engine_agrees(query: QueryText, calls: Sequence[Token], base: str | None) -> None:
    """Raise BadQuery if the engine's parser sees the keyword SERVICE in `query` at a place other than in `calls`.

    calls: the tokens SERVICE, and SILENT after it, that this module found. base: the IRI that relative IRIs are resolved
    against, or None.
    The engine parses a text in which each of `calls` is replaced by GRAPH, and in which a letter is changed in all
    remaining occurrences of “service”. In a string, an IRI, a comment or a name, the change leaves the structure as it is;
    a keyword that was overlooked is not a keyword afterwards, so that parsing fails.
    """
    graphs = (("GRAPH" if token.is_word(SERVICE) else "").ljust(len(token.text)) for token in calls)
    harmless = splice(
        query.plain, ((token.start, token.end, graph) for token, graph in zip(calls, graphs, strict=True))
    )
    harmless = SERVICE_LETTERS.sub(lambda found: found[1] + ("x" if found[2] == "e" else "X"), harmless)
    try:
        ox.Store().query(harmless, base_iri=base, prefixes=dict(PREFIXES))
    except SyntaxError as error:
        raise locate_error(query, str(error), base) from None
    except (ValueError, RuntimeError):
        return  # the syntax is right; any other error comes up again when the query is evaluated


def _find_graphs(tokens: list[Token], base: str | None) -> dict[str, list[str]]:
    """Return the full IRIs of graphs in a query as a dict with the keys FROM, NAMED (after FROM) and GRAPH.

    The value of each key is the list of the IRIs after that keyword, in order. base: the IRI that relative IRIs are resolved
    against in a query without BASE, or None. Raises BadToken for a name that stands for no IRI.
    """
    graphs: dict[str, list[str]] = {"FROM": [], "NAMED": [], "GRAPH": []}
    prologue = None
    for word, name in zip(tokens, tokens[1:], strict=False):
        if word.is_word(*graphs) and name.kind in ("iri", "name"):
            prologue = prologue or read_prologue(tokens, base)
            graphs[word.text.upper()].append(prologue.expand(name))
    return graphs
