"""What a query text says about itself, read from its parse tree before anything is evaluated.

tree-sitter reads every text in linear time without recursion, so a hostile one cannot exhaust the stack here.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import tree_sitter
import tree_sitter_sparql

from sjkg.errors import BadQuery, ReadOnly, ServiceRefused
from sjkg.vocab import PREFIXES

ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
TOKEN = re.compile(
    r"<[^<>\"{}|^`\\\s]*>|\"\"\".*?\"\"\"|'\'\'.*?'\'\'|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|[?$]\w+|@[\w-]+|_:\w+|[\w.-]*:[\w.%:-]*"
    r"|(?<!\^)(?P<word>\w+)|(?P<mark>\^\^|&&|\|\||[!<>]=|[^\s#])|#[^\n]*",
    re.DOTALL,
)
ENGINE_ERROR = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
PROLOGUE = re.compile(r"(?:\s+|#[^\n]*(?:\n|$)|PREFIX\s+[\w.-]*:\s*<[^>]*>|BASE\s+<[^>]*>)*(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
OPENINGS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE")
KEYWORDS = frozenset(
    "A ABS ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DAY DESC DESCRIBE DISTINCT "
    "ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG "
    "LANGMATCHES LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM "
    "SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID "
    "SUBSTR SUM TIMEZONE TRUE TZ UCASE UNDEF UNION URI UUID VALUES WHERE YEAR TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE ADJUST LATERAL".split()
)
SOMETHING = "something is missing before this place, or is one too many here"
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")


@dataclass(frozen=True)
class QueryFacts:
    """A query text as it will be evaluated, and the graphs that its FROM and FROM NAMED name (IRIs or prefixed names)."""

    text: str
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]


def examine(text: str) -> QueryFacts:
    """Return the facts of a query.

    Codepoint escapes are replaced first, as SPARQL 1.1 §19.2 has it, so that no keyword can hide in one.
    Raises ReadOnly for an update, ServiceRefused for SERVICE, also where the text is too broken to be sure there is none.
    """
    plain = _unescape(text)
    word = _first_word(plain)
    if word in UPDATES:
        raise ReadOnly(f"“{word}” begins an update; this graph is read-only, ask with SELECT, ASK, CONSTRUCT or DESCRIBE")
    tree = parse_tree(plain)
    if any(_descendants(tree.root_node, "service_graph_pattern")):
        raise ServiceRefused("SERVICE is refused: this endpoint asks no other one; query that endpoint yourself and join the answers")
    if tree.root_node.has_error and "service" in plain.lower():
        raise locate_error(plain, None)
    return QueryFacts(plain, _dataset(tree.root_node, "default_graph_clause"), _dataset(tree.root_node, "named_graph_clause"))


def parse_tree(text: str) -> tree_sitter.Tree:
    """Return the parse tree of a SPARQL text, errors included."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the grammar hands its pointer over as a number
        language = tree_sitter.Language(tree_sitter_sparql.language())
    return tree_sitter.Parser(language).parse(text.encode())


def locate_error(text: str, engine_message: str | None) -> BadQuery:
    """Return the error for a text that is no query, with the line, column and token where it goes wrong."""
    if _first_word(text) not in OPENINGS:
        return _bad(text, PROLOGUE.match(text).start("rest"), f"a query begins with {', '.join(OPENINGS[:4])} or PREFIX")
    stranger = _first_stranger(text)
    if stranger:
        near = get_close_matches(stranger[0].upper(), KEYWORDS, n=1)
        return _bad(text, stranger.start(), f"no SPARQL word; did you mean {near[0]}?" if near else "no SPARQL word; mend its spelling or take it out")
    found = ENGINE_ERROR.match(engine_message or "")
    if not found:
        return _bad(text, _first_tree_error(text), SOMETHING)
    offset = sum(len(line) + 1 for line in text.split("\n")[:int(found[1]) - 1]) + int(found[2]) - 1
    if "Prefix not found" in found[3]:
        name = [token for token in TOKEN.finditer(text, 0, offset) if ":" in token[0]][-1]
        return _bad(text, name.start(), f"the prefix “{name[0].split(':')[0]}:” is not declared; add a PREFIX line for it")
    if "unbound" in found[3]:
        return _bad(text, _token_ending_at(text, offset), "the SELECT names a variable that is neither grouped nor aggregated")
    broken = _first_tree_error(text)
    if offset >= len(text.rstrip()) and 0 < broken < offset:
        return _bad(text, broken, SOMETHING)
    expected = re.findall(r'(?:^|, )"([^"\w\\ ]+)"(?=,|$)', found[3])
    return _bad(text, offset, f"{SOMETHING}; expected “{'” or “'.join(expected)}”" if 0 < len(expected) < 7 else SOMETHING)


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
    errors = [n.start_byte for n in _walk(parse_tree(text).root_node) if n.type == "ERROR" or n.is_missing]
    return len(encoded[:min(errors)].decode()) if errors else len(text)


def _dataset(root: tree_sitter.Node, clause: str) -> tuple[str, ...]:
    """Return the IRIs of the FROM (or FROM NAMED) clauses."""
    texts = [node.child_by_field_name("source_selector") or node.children[-1] for node in _descendants(root, clause)]
    return tuple(_expand(node.text.decode(), root) for node in texts)


def _expand(name: str, root: tree_sitter.Node) -> str:
    """Return the IRI of a name in a query, by the query's own prefixes or else by ours."""
    if name.startswith("<"):
        return name[1:-1]
    prefix, _, local = name.partition(":")
    for node in _descendants(root, "prefix_declaration"):
        declared = re.search(r"([\w.-]*):\s*<([^>]*)>", node.text.decode())
        if declared and declared[1] == prefix:
            return declared[2] + local
    return PREFIXES.get(prefix, f"{prefix}:") + local


def _descendants(root: tree_sitter.Node, kind: str) -> Iterator[tree_sitter.Node]:
    return (node for node in _walk(root) if node.type == kind)


def _walk(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Yield every node below `root`, with a stack of our own: texts may nest without end."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.children)


def _unescape(text: str) -> str:
    """Replace codepoint escapes until none is left."""
    while ESCAPE.search(text):
        text = ESCAPE.sub(lambda m: _character(int(m[1] or m[2], 16)), text)
    return text


def _character(codepoint: int) -> str:
    if codepoint > 0x10FFFF or 0xD800 <= codepoint <= 0xDFFF:
        raise BadQuery(f"the escape for codepoint {codepoint:X} stands for no character")
    return chr(codepoint)


def _first_word(text: str) -> str:
    """Return the first word after comments and PREFIX and BASE lines, in upper case; empty where there is none."""
    return (PROLOGUE.match(text)["rest"].split(None, 1) or [""])[0].split("{")[0].split("(")[0].upper()

