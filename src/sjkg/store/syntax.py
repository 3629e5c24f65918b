"""What a query text says about itself, read from its parse tree before anything is evaluated.

tree-sitter reads every text in linear time without recursion, so a hostile one cannot exhaust the stack here.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter
import tree_sitter_sparql

from sjkg.errors import BadQuery, ReadOnly, ServiceRefused
from sjkg.vocab import PREFIXES

ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
PROLOGUE = re.compile(
    r"(?:\s+|#[^\n]*(?:\n|$)|PREFIX\s+[\w.-]*:\s*<[^>]*>|BASE\s+<[^>]*>)*(?P<rest>.*)", re.DOTALL | re.IGNORECASE
)
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")


@dataclass(frozen=True)
class QueryFacts:
    """A query text as it will be evaluated, and the IRIs that its FROM and FROM NAMED name.

    is_doubtful: the text is broken and mentions SERVICE, so it must not be evaluated.
    """

    text: str
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    is_doubtful: bool


def examine(text: str) -> QueryFacts:
    """Return the facts of a query.

    Codepoint escapes are replaced first, as SPARQL 1.1 §19.2 has it, so that no keyword can hide in one.
    Raises ReadOnly for an update and ServiceRefused for SERVICE.
    """
    plain = _unescape(text)
    word = first_word(plain)
    if word in UPDATES:
        raise ReadOnly(
            f"“{word}” begins an update; this graph is read-only, ask with SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    tree = parse_tree(plain)
    if any(_descendants(tree.root_node, "service_graph_pattern")):
        raise ServiceRefused(
            "SERVICE is refused: this endpoint asks no other one; query that endpoint yourself and join the answers"
        )
    return QueryFacts(
        text=plain,
        from_graphs=_dataset(tree.root_node, "default_graph_clause"),
        from_named=_dataset(tree.root_node, "named_graph_clause"),
        is_doubtful=tree.root_node.has_error and "service" in plain.lower(),
    )


def parse_tree(text: str) -> tree_sitter.Tree:
    """Return the parse tree of a SPARQL text, errors included."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the grammar hands its pointer over as a number
        language = tree_sitter.Language(tree_sitter_sparql.language())
    return tree_sitter.Parser(language).parse(text.encode())


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
    return (node for node in walk(root) if node.type == kind)


def walk(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
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


def first_word(text: str) -> str:
    """Return the first word after comments and PREFIX and BASE lines, in upper case; empty where there is none."""
    return (PROLOGUE.match(text)["rest"].split(None, 1) or [""])[0].split("{")[0].split("(")[0].upper()
