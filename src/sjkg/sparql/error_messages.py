"""Error messages for query texts that are not valid SPARQL, with line, column, token and advice."""

import re
from difflib import get_close_matches

from sjkg.core.errors import BadQuery
from sjkg.sparql.tokens import Token, first_token, tokenize

ENGINE_ERROR = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
KEYWORDS = frozenset(
    "A ABS ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DAY "
    "DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN "
    "IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED "
    "NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR "
    "SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR "
    "SUM TIMEZONE TRUE TZ UCASE UNDEF UNION URI UUID VALUES WHERE YEAR TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE "
    "ADJUST LATERAL".split()
)
MIN_SIMILARITY = 0.75  # of a misspelt keyword, from 0 to 1; a lower one would take names for keywords
UNKNOWN_FAULT = "something is missing before this place, or is one too many here"


def locate_error(text: str, engine_message: str) -> BadQuery:
    """Return a BadQuery for a text that the engine cannot parse, with the line, column and token of the fault and advice.

    engine_message: the message of the engine's SyntaxError, which gives the furthest position that its parser reached.
    """
    tokens = list(tokenize(text))
    opening = first_token(tokens)
    if opening is None or not opening.is_word(*FORMS):
        return _error_at(opening, text, f"a query begins with {', '.join(FORMS)} or PREFIX")
    for token in tokens:
        if advice := _find_advice(token):
            return _error_at(token, text, advice)
    if stray := _find_stray_brace(tokens):
        return _error_at(stray, text, "this brace closes no opening brace; delete it or add an opening brace before it")
    found = ENGINE_ERROR.match(engine_message)
    if not found:
        return _error_at(None, text, UNKNOWN_FAULT)
    offset = sum(len(line) + 1 for line in text.split("\n")[: int(found[1]) - 1]) + int(found[2]) - 1
    before = [token for token in tokens if token.start < offset]
    if "Prefix not found" in found[3]:
        name = [token for token in before if token.kind == "name"][-1]
        prefix = name.text.split(":")[0]
        return _error_at(name, text, f"the prefix “{prefix}:” is not declared; add a PREFIX line for it")
    if "unbound" in found[3]:
        return _error_at(
            before[-1],
            text,
            "a variable after SELECT is neither grouped nor aggregated; add it to GROUP BY or aggregate it, as in SAMPLE(?x)",
        )
    if fault := next((token for token in tokens if token.end > offset), None):
        return _error_at(fault, text, UNKNOWN_FAULT)
    opened, closed = (sum(token.text == brace for token in tokens) for brace in "{}")
    return _error_at(
        None, text, f"there are {opened} “{{” but {closed} “}}”" if opened != closed else "the query ends too early"
    )


def _find_advice(token: Token) -> str | None:
    """Return a message on a token that is valid nowhere in SPARQL, such as a misspelt keyword; None for any other token."""
    if token.kind == "word" and not token.text[0].isdigit() and token.text.upper() not in KEYWORDS:
        similar = get_close_matches(token.text.upper(), KEYWORDS, n=1, cutoff=MIN_SIMILARITY)
        advice = f"did you mean {similar[0]}?" if similar else f"a name needs a prefix, as in sjkg:{token.text}"
        return f"not a SPARQL keyword; {advice}"
    if token.kind == "mark" and token.text.startswith("=="):
        return "not a SPARQL operator; equality is written ="
    if token.kind == "string" and (len(token.text) < 2 or token.text[-1] != token.text[0]):
        return "the string is not closed on its line; add the closing quotation mark"
    return None


def _find_stray_brace(tokens: list[Token]) -> Token | None:
    """Return the first “}” that closes no “{”, or None."""
    depth = 0
    for token in tokens:
        depth += (token.text == "{") - (token.text == "}")
        if depth < 0:
            return token
    return None


def _error_at(token: Token | None, text: str, reason: str) -> BadQuery:
    """Return a BadQuery with the position of a token of `text`, or of its end for None, followed by the reason."""
    start = token.start if token else len(text)
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    place = f"“{token.text}”" if token else "the end of the query"
    return BadQuery(f"line {line}, column {column}, at {place}: {reason}", line, column, token.text if token else None)
