"""Where a text stops being SPARQL: the line, the column, the token, and what to do."""

import re
from difflib import get_close_matches

from sjkg.errors import BadQuery
from sjkg.store.syntax import PROLOGUE, first_word, parse_tree, walk

TOKEN = re.compile(
    r"<[^<>\"{}|^`\\\s]*>|\"\"\".*?\"\"\"|'\'\'.*?'\'\'|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|[?$]\w+|@[\w-]+|_:\w+|[\w.-]*:[\w.%:-]*"
    r"|(?<!\^)(?P<word>\w+)|(?P<mark>\^\^|&&|\|\||[!<>]=|[^\s#])|#[^\n]*",
    re.DOTALL,
)
ENGINE_ERROR = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
OPENINGS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE")
KEYWORDS = frozenset(
    "A ABS ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT "
    "DATATYPE DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP "
    "GROUP_CONCAT HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE LIMIT "
    "MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE "
    "ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER "
    "STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TRUE TZ UCASE UNDEF UNION "
    "URI UUID VALUES WHERE YEAR TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE ADJUST LATERAL".split()
)
SOMETHING = "something is missing before this place, or is one too many here"


def locate_error(text: str, engine_message: str | None) -> BadQuery:
    """Return the error for a text that is no query, with the line, column and token where it goes wrong."""
    if first_word(text) not in OPENINGS:
        return _bad(
            text, PROLOGUE.match(text).start("rest"), f"a query begins with {', '.join(OPENINGS[:4])} or PREFIX"
        )
    stranger = _first_stranger(text)
    if stranger:
        near = get_close_matches(stranger[0].upper(), KEYWORDS, n=1)
        return _bad(
            text,
            stranger.start(),
            f"no SPARQL word; did you mean {near[0]}?" if near else "no SPARQL word; mend its spelling or take it out",
        )
    found = ENGINE_ERROR.match(engine_message or "")
    if not found:
        return _bad(text, _first_tree_error(text), SOMETHING)
    offset = sum(len(line) + 1 for line in text.split("\n")[: int(found[1]) - 1]) + int(found[2]) - 1
    if "Prefix not found" in found[3]:
        name = [token for token in TOKEN.finditer(text, 0, offset) if ":" in token[0]][-1]
        return _bad(
            text, name.start(), f"the prefix “{name[0].split(':')[0]}:” is not declared; add a PREFIX line for it"
        )
    if "unbound" in found[3]:
        return _bad(
            text, _token_ending_at(text, offset), "the SELECT names a variable that is neither grouped nor aggregated"
        )
    broken = _first_tree_error(text)
    if offset >= len(text.rstrip()) and 0 < broken < offset:
        return _bad(text, broken, SOMETHING)
    expected = re.findall(r'(?:^|, )"([^"\w\\ ]+)"(?=,|$)', found[3])
    return _bad(
        text, offset, f"{SOMETHING}; expected “{'” or “'.join(expected)}”" if 0 < len(expected) < 7 else SOMETHING
    )


def _first_stranger(text: str) -> re.Match | None:
    """Return the first bare word that SPARQL does not have, unless it is called like a function."""
    for token in TOKEN.finditer(text):
        if token["word"] and token["word"].upper() not in KEYWORDS and not token["word"][0].isdigit():
            return token
    return None


def _token_ending_at(text: str, offset: int) -> int:
    return next((token.start() for token in TOKEN.finditer(text) if token.start() < offset <= token.end()), offset)


def _bad(text: str, offset: int, why: str) -> BadQuery:
    """Return a BadQuery at the token that begins at `offset`, or that it lies in."""
    token = next((t for t in TOKEN.finditer(text) if t.start() <= offset < t.end() or t.start() >= offset), None)
    start = token.start() if token else len(text)
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    if token is None and text.count("{") != text.count("}"):
        why = f"there are {text.count('{')} “{{” but {text.count('}')} “}}”"
    place = f"“{token[0]}”" if token else "the end of the query"
    return BadQuery(f"line {line}, column {column}, at {place}: {why}", line, column, token[0] if token else None)


def _first_tree_error(text: str) -> int:
    """Return the offset of the first error in the parse tree, or of the end of the text."""
    encoded = text.encode()
    errors = [n.start_byte for n in walk(parse_tree(text).root_node) if n.type == "ERROR" or n.is_missing]
    return len(encoded[: min(errors)].decode()) if errors else len(text)
