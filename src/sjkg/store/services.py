"""Whom a query may have us ask: nobody, but for the endpoints that are allowed.

The engine follows SERVICE. The tokens of a text show where the keyword stands, but the engine has its own way of reading:
in FILTER(1<2)SERVICE#> SPARQL's tokens hold an IRI, and the engine sees the keyword. So its parser is asked whether it agrees.
"""

import re
from collections.abc import Collection, Sequence

import pyoxigraph as ox

from sjkg.errors import ServiceRefused
from sjkg.store.query_errors import locate_error
from sjkg.store.tokens import Token, splice
from sjkg.vocab import PREFIXES

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
