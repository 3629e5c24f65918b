"""Formatter for Turtle in the project's standard style.

A block is a subject with all its predicates and objects. Blocks, predicates and objects are sorted, only prefixes in use
are declared, and comments stay with their triple.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from sjkg.core.errors import BrokenInput
from sjkg.core.vocabulary import PREFIXES
from sjkg.turtle.parse import ParsedTurtle, parse_turtle
from sjkg.turtle.triples import Triple

TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^>\n]*>|(?P<comment>#[^\n]*)|(?P<prefix>@?prefix\b)",
    re.DOTALL | re.IGNORECASE,
)
FIRST_PREDICATES = [RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel]
UNQUOTED = {XSD.integer: r"[+-]?[0-9]+", XSD.decimal: r"[+-]?[0-9]*\.[0-9]+", XSD.boolean: "true|false"}
LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", re.ASCII)
INDENT = "    "
MAX_LIST_WIDTH = 100  # of an RDF list on one line, in characters


@dataclass
class Comments:
    """The comments of a Turtle text, each with its “#”, by the place where the formatter writes them.

    header: above the prefixes. before: a dict from a subject to the comments above its block, and from (subject,
    predicate) to those above the line of that predicate. footer: at the end of the text.
    """

    header: list[str] = field(default_factory=list)
    before: dict[Node | tuple[Node, Node], list[str]] = field(default_factory=lambda: defaultdict(list))
    footer: list[str] = field(default_factory=list)


def find_comments(text: str, lines: dict[Triple, int]) -> Comments:
    """Return the comments of a Turtle text by the place where the formatter writes them.

    lines: a dict from each triple to the line, from 1, on which its object ends. A comment belongs to the triple that ends on its line, or else to the next triple: to that triple's subject where it
    is the first of its block, to its predicate otherwise.
    """
    comments = Comments()
    triples = sorted((line, isinstance(s, URIRef), str(s), str(p), s, p) for (s, p, _), line in lines.items())
    matches = list(TOKEN.finditer(text))
    last_prefix = max((m.start() for m in matches if m["prefix"]), default=-1)
    for match in matches:
        if match["comment"]:
            line = text.count("\n", 0, match.start()) + 1
            following = bisect_left(triples, (line,))
            if match.start() < last_prefix:
                target = comments.header
            elif following == len(triples):
                target = comments.footer
            else:
                found, *_, subject, predicate = triples[following]
                is_first = following == 0 or triples[following - 1][4] != subject
                target = comments.before[subject if is_first and found > line else (subject, predicate)]
            target.append(match["comment"].rstrip())
    return comments


def format_turtle(text: str, file: str) -> str:
    """Return a Turtle text formatted in the project's standard style, with the same triples and comments.

    Subjects, predicates and objects are sorted; only prefixes in use are declared. file: the text's name in errors.

    Raises BrokenInput when the text is not Turtle, or when a blank node is the object of several triples, because a
    bracketed property list [ … ] can stand in one place only.
    """
    parsed = parse_turtle(text, file)
    uses = Counter(o for o in parsed.graph.objects(unique=False) if isinstance(o, BNode))
    for node, count in uses.items():
        if count > 1:
            raise BrokenInput(f"{file}: the blank node _:{node} is used {count} times; give it an IRI")
    return _Writer(parsed, find_comments(text, parsed.lines)).document()


class _Writer:
    """Writer of one parsed Turtle text in the standard style.

    prefixes: a dict from each known prefix to its namespace. rank: the position of each prefix in sorted output.
    used: the prefixes that the text written so far uses.
    """

    def __init__(self, parsed: ParsedTurtle, comments: Comments):
        self.graph: Graph = parsed.graph
        self.comments = comments
        self.prefixes = {**parsed.prefixes, **PREFIXES}
        self.rank = {prefix: rank for rank, prefix in enumerate(dict.fromkeys([*PREFIXES, *parsed.prefixes]))}
        self.used: set[str] = set()

    def document(self) -> str:
        """Return the whole Turtle document: header, @prefix lines, blocks, footer; it ends in one newline."""
        blocks = [self._format_block(subject) for subject in self._sort_subjects()]
        prefixes = [f"@prefix {p}: <{self.prefixes[p]}> ." for p in sorted(self.used, key=lambda p: self.rank[p])]
        parts = ["\n".join([*self.comments.header, *prefixes]), *blocks, "\n".join(self.comments.footer)]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _sort_subjects(self) -> list[Node]:
        """Return all subjects, sorted, except blank nodes that are objects, which are written in brackets there."""
        nested = {o for o in self.graph.objects() if isinstance(o, BNode)}
        return sorted((s for s in set(self.graph.subjects()) if s not in nested), key=self._subject_key)

    def _subject_key(self, subject: Node) -> tuple[int, int, str]:
        """Return the sort key of a subject: IRIs by rank of prefix and by IRI, then blank nodes by their Turtle text."""
        if isinstance(subject, BNode):
            return (1, 0, self._format_property_list(subject, 1))
        return (0, self._rank_of(subject), str(subject))

    def _rank_of(self, iri: Node) -> int:
        """Return the position of an IRI's prefix in sorted output, -1 for an IRI without prefix."""
        prefix = self._prefix_of(str(iri))
        return -1 if prefix is None else self.rank[prefix]

    def _format_block(self, subject: Node) -> str:
        """Return the Turtle text of all triples of a subject, with the comments above it, ending in “.”."""
        name = "[]" if isinstance(subject, BNode) else self._format_iri(str(subject))
        first = self._sort_predicates(subject)[0]
        comments = [*self.comments.before.get(subject, ()), *self.comments.before.pop((subject, first), ())]
        return "\n".join([*comments, name, self._format_property_list(subject, 1), "."])

    def _format_property_list(self, subject: Node, depth: int) -> str:
        """Return the predicates and objects of a subject as Turtle lines, indented by `depth` levels, with comments."""
        lines: list[str] = []
        for predicate in self._sort_predicates(subject):
            lines += self.comments.before.get((subject, predicate), ())
            verb = "a" if predicate == RDF.type else self._format_iri(str(predicate))
            objects = self._format_objects(subject, predicate, depth)
            gap = "" if objects.startswith("\n") else " "
            lines.append(f"{verb}{gap}{objects} ;")
        return "\n".join(INDENT * depth + line for line in lines)

    def _sort_predicates(self, subject: Node) -> list[Node]:
        """Return the predicates of a subject: FIRST_PREDICATES in their order, then the others by prefix and IRI."""
        return sorted(set(self.graph.predicates(subject)), key=self._predicate_key)

    def _predicate_key(self, predicate: Node) -> tuple[int, int, str]:
        """Return the sort key of a predicate: position among FIRST_PREDICATES, rank of prefix, IRI."""
        is_first = predicate in FIRST_PREDICATES
        position = FIRST_PREDICATES.index(URIRef(str(predicate))) if is_first else len(FIRST_PREDICATES)
        return (position, self._rank_of(predicate), str(predicate))

    def _format_objects(self, subject: Node, predicate: Node, depth: int) -> str:
        """Return the objects of a subject and predicate as Turtle text.

        One object stands on the predicate's line; several begin with a newline and have a line each, blank nodes last.
        """
        objects = list(self.graph.objects(subject, predicate))
        plain = [self._format_node(o, depth) for o in objects if not isinstance(o, BNode)]
        nested = [self._format_node(o, depth) for o in objects if isinstance(o, BNode)]
        nodes = [*sorted(plain), *sorted(nested)]
        if len(nodes) == 1:
            return nodes[0]
        lead = "\n" + INDENT * (depth + 1)
        return lead + f" ,{lead}".join(node.replace("\n", "\n" + INDENT) for node in nodes)

    def _format_node(self, node: Node, depth: int) -> str:
        """Return the Turtle text of an object at `depth` levels: a literal, an IRI, a list, or a property list in [ ]."""
        if isinstance(node, Literal):
            return self._format_literal(node)
        if not isinstance(node, BNode):
            return "()" if node == RDF.nil else self._format_iri(str(node))
        items = self._find_list_items(node)
        if items is None:
            return f"[\n{self._format_property_list(node, depth + 1)}\n{INDENT * depth}]"
        return self._format_list(items, depth)

    def _find_list_items(self, node: Node) -> list[Node] | None:
        """Return the items of the RDF list that begins at a blank node; None when it is not a well-formed list."""
        items = []
        while node != RDF.nil:
            cell = dict(self.graph.predicate_objects(node))
            if set(cell) != {RDF.first, RDF.rest}:
                return None
            items.append(cell[RDF.first])
            node = cell[RDF.rest]
        return items

    def _format_list(self, items: list[Node], depth: int) -> str:
        """Return an RDF list in ( ), on one line of at most MAX_LIST_WIDTH characters, else with an item on each line."""
        nodes = [self._format_node(item, depth + 1) for item in items]
        inline = f"( {' '.join(nodes)} )"
        if len(inline) <= MAX_LIST_WIDTH and "\n" not in inline:
            return inline
        return "(" + "".join(f"\n{INDENT * (depth + 1)}{node}" for node in nodes) + f"\n{INDENT * depth})"

    def _format_literal(self, literal: Literal) -> str:
        """Return the Turtle text of a literal, lexical form unchanged; integers, decimals and booleans without quotes."""
        pattern = UNQUOTED.get(literal.datatype) if literal.datatype else None
        if pattern and re.fullmatch(pattern, str(literal)):
            return str(literal)
        quoted = Literal(str(literal)).n3()
        if literal.language:
            return f"{quoted}@{literal.language}"
        return f"{quoted}^^{self._format_iri(literal.datatype)}" if literal.datatype else quoted

    def _prefix_of(self, iri: str) -> str | None:
        """Return the prefix with the longest namespace that leaves a local name without escapes; None where there is none."""
        fitting = [p for p, n in self.prefixes.items() if iri.startswith(n) and LOCAL_NAME.fullmatch(iri[len(n) :])]
        return max(fitting, key=lambda p: len(self.prefixes[p]), default=None)

    def _format_iri(self, iri: str) -> str:
        """Return an IRI as a prefixed name, and record its prefix as used; in angle brackets where no prefix fits."""
        prefix = self._prefix_of(iri)
        if prefix is None:
            return URIRef(iri).n3()
        self.used.add(prefix)
        return f"{prefix}:{iri[len(self.prefixes[prefix]) :]}"
