"""The comments of a Turtle text, which RDF knows nothing of, tied to what they stand by.

The house style for Turtle: one block per subject, sorted, prefixes in our order and only those used, comments kept."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD

from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import PREFIXES
from sjkg.turtle.parse import ParsedTurtle, parse_turtle

TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^>\n]*>|(?P<comment>#[^\n]*)|(?P<prefix>@?prefix\b)",
    re.DOTALL | re.IGNORECASE,
)


@dataclass
class Comments:
    """Comments above the prefixes, above a subject or a (subject, predicate), and below everything."""

    header: list[str] = field(default_factory=list)
    before: dict = field(default_factory=lambda: defaultdict(list))
    footer: list[str] = field(default_factory=list)


def find_comments(text: str, lines: dict[tuple, int]) -> Comments:
    """Return the comments of `text`, whose triples stand on `lines`.

    A comment belongs to the triple it trails, or else to the next one: to its subject when that is the first of a block.
    """
    comments = Comments()
    triples = sorted((line, *triple[:2]) for triple, line in lines.items())
    matches = list(TOKEN.finditer(text))
    last_prefix = max((m.start() for m in matches if m["prefix"]), default=-1)
    for match in matches:
        if match["comment"]:
            line = text.count("\n", 0, match.start()) + 1
            _home(comments, triples, line, match.start() < last_prefix).append(match["comment"].rstrip())
    return comments


def _home(comments: Comments, triples: list[tuple], line: int, in_header: bool) -> list[str]:
    """Return the list that a comment on `line` goes to."""
    if in_header:
        return comments.header
    following = bisect_left(triples, (line,))
    if following == len(triples):
        return comments.footer
    found, subject, predicate = triples[following]
    opens_block = following == 0 or triples[following - 1][1] != subject
    return comments.before[subject if opens_block and found > line else (subject, predicate)]


PREDICATES_FIRST = [RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel]
PLAIN_NUMBERS = {XSD.integer: r"[+-]?[0-9]+", XSD.decimal: r"[+-]?[0-9]*\.[0-9]+", XSD.boolean: "true|false"}
LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", re.ASCII)
INDENT = "    "
LIST_WIDTH = 100


def format_turtle(text: str, file: str) -> str:
    """Return the same triples and comments in the house style.

    Raises BrokenInput when the text is not Turtle, or when a blank node is used twice: it needs an IRI to be written in one place.
    """
    parsed = parse_turtle(text, file)
    _refuse_shared_blank_nodes(parsed.graph, file)
    return _Writer(parsed, find_comments(text, parsed.lines)).document()


def _refuse_shared_blank_nodes(graph: Graph, file: str) -> None:
    uses = Counter(o for o in graph.objects(unique=False) if isinstance(o, BNode))
    shared = [node for node, count in uses.items() if count > 1]
    if shared:
        raise BrokenInput(f"{file}: the blank node _:{shared[0]} is used {uses[shared[0]]} times; give it an IRI")


class _Writer:
    """Writes one parsed text; collects the prefixes it used on the way."""

    def __init__(self, parsed: ParsedTurtle, comments: Comments):
        self.graph = parsed.graph
        self.comments = comments
        self.prefixes = {**parsed.prefixes, **PREFIXES}
        self.rank = {prefix: rank for rank, prefix in enumerate(dict.fromkeys([*PREFIXES, *parsed.prefixes]))}
        self.used: set[str] = set()

    def document(self) -> str:
        blocks = [self._block(subject) for subject in self._subjects()]
        prefixes = [f"@prefix {p}: <{self.prefixes[p]}> ." for p in sorted(self.used, key=self.rank.get)]
        parts = ["\n".join([*self.comments.header, *prefixes]), *blocks, "\n".join(self.comments.footer)]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _subjects(self) -> list:
        """Return the subjects that get a block: all but the blank nodes written inside one."""
        inner = {o for o in self.graph.objects() if isinstance(o, BNode)}
        return sorted((s for s in set(self.graph.subjects()) if s not in inner), key=self._subject_key)

    def _subject_key(self, subject) -> tuple:
        if isinstance(subject, BNode):
            return (1, 0, self._property_list(subject, 1))
        return (0, self.rank.get(self._prefix_of(subject), -1), str(subject))

    def _block(self, subject) -> str:
        name = "[]" if isinstance(subject, BNode) else self._name(subject)
        first = self._predicates(subject)[0]
        comments = [*self.comments.before.get(subject, ()), *self.comments.before.pop((subject, first), ())]
        return "\n".join([*comments, name, self._property_list(subject, 1), "."])

    def _property_list(self, subject, depth: int) -> str:
        lines = []
        for predicate in self._predicates(subject):
            lines += self.comments.before.get((subject, predicate), ())
            verb = "a" if predicate == RDF.type else self._name(predicate)
            objects = self._objects(subject, predicate, depth)
            gap = "" if objects.startswith("\n") else " "
            lines.append(f"{verb}{gap}{objects} ;")
        return "\n".join(INDENT * depth + line for line in lines)

    def _predicates(self, subject) -> list:
        return sorted(set(self.graph.predicates(subject)), key=self._predicate_key)

    def _predicate_key(self, predicate) -> tuple:
        first = PREDICATES_FIRST.index(predicate) if predicate in PREDICATES_FIRST else len(PREDICATES_FIRST)
        return (first, self.rank.get(self._prefix_of(predicate), -1), str(predicate))

    def _objects(self, subject, predicate, depth: int) -> str:
        """Return one object on the verb's line, or several on a line each, plain ones first."""
        plain = [self._node(o, depth) for o in self.graph.objects(subject, predicate) if not isinstance(o, BNode)]
        blank = [self._node(o, depth) for o in self.graph.objects(subject, predicate) if isinstance(o, BNode)]
        nodes = [*sorted(plain), *sorted(blank)]
        if len(nodes) == 1:
            return nodes[0]
        lead = "\n" + INDENT * (depth + 1)
        return lead + f" ,{lead}".join(node.replace("\n", "\n" + INDENT) for node in nodes)

    def _node(self, node, depth: int) -> str:
        if isinstance(node, Literal):
            return self._literal(node)
        if isinstance(node, URIRef):
            return "()" if node == RDF.nil else self._name(node)
        items = self._list_items(node)
        return (
            f"[\n{self._property_list(node, depth + 1)}\n{INDENT * depth}]"
            if items is None
            else self._list(items, depth)
        )

    def _list_items(self, node: BNode) -> list | None:
        """Return the items of an RDF list, or None when the node is none."""
        items = []
        while node != RDF.nil:
            cell = dict(self.graph.predicate_objects(node))
            if set(cell) != {RDF.first, RDF.rest}:
                return None
            items.append(cell[RDF.first])
            node = cell[RDF.rest]
        return items

    def _list(self, items: list, depth: int) -> str:
        nodes = [self._node(item, depth + 1) for item in items]
        inline = f"( {' '.join(nodes)} )"
        if len(inline) <= LIST_WIDTH and "\n" not in inline:
            return inline
        return "(" + "".join(f"\n{INDENT * (depth + 1)}{node}" for node in nodes) + f"\n{INDENT * depth})"

    def _literal(self, literal: Literal) -> str:
        plain = PLAIN_NUMBERS.get(literal.datatype)
        if plain and re.fullmatch(plain, str(literal)):
            return str(literal)
        quoted = Literal(str(literal)).n3()
        if literal.language:
            return f"{quoted}@{literal.language}"
        return f"{quoted}^^{self._name(literal.datatype)}" if literal.datatype else quoted

    def _prefix_of(self, iri: str) -> str | None:
        """Return the prefix with the longest namespace that leaves a plain local name."""
        fitting = [p for p, n in self.prefixes.items() if iri.startswith(n) and LOCAL_NAME.fullmatch(iri[len(n) :])]
        return max(fitting, key=lambda p: len(self.prefixes[p]), default=None)

    def _name(self, iri: URIRef) -> str:
        prefix = self._prefix_of(iri)
        if prefix is None:
            return iri.n3()
        self.used.add(prefix)
        return f"{prefix}:{iri[len(self.prefixes[prefix]) :]}"
