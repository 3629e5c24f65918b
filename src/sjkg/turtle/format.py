"""Formatter for Turtle in the project's standard style.

A block is a subject with all its predicates and objects. Blocks, predicates and objects are sorted, only prefixes in use
are declared, IRIs are absolute, and comments stay with what they are about.
"""

import re
from collections import Counter
from collections.abc import Iterable

from rdflib import RDF, RDFS, SKOS, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from sjkg.core.errors import BrokenInput
from sjkg.core.findings import Finding
from sjkg.core.vocabulary import PREFIXES
from sjkg.turtle.comments import CommentReader, Comments
from sjkg.turtle.compare import find_lost_triple
from sjkg.turtle.content import ParsedTurtle
from sjkg.turtle.nesting import FIRST, NIL, REST, Nesting, TooDeep
from sjkg.turtle.tokens import EXPONENT, LOCAL
from sjkg.turtle.triples import Properties, term_key, triple_text

FIRST_PREDICATES: list[Node] = [RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel]
UNQUOTED = {
    XSD.integer: r"[+-]?[0-9]+",
    XSD.decimal: r"[+-]?[0-9]*\.[0-9]+",
    XSD.double: rf"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+){EXPONENT}",
    XSD.boolean: "true|false",
}
LOCAL_NAME = re.compile(LOCAL)  # without backslashes, which no IRI has
SHORT_ESCAPED = re.compile(r'[\x00-\x1f\x7f"\\]')
LONG_ESCAPED = re.compile(r'[\x00-\x09\x0b-\x1f\x7f\\]|"""|"\Z')
ESCAPES = {"\t": r"\t", "\b": r"\b", "\n": r"\n", "\r": r"\r", "\f": r"\f", "\\": r"\\", '"': r"\"", '"""': r"\"\"\""}
INDENT = "    "
MAX_LIST_WIDTH = 100  # of an RDF list on one line, in characters


def format_turtle(text: str, file: str) -> str:
    """Return a Turtle text formatted in the project's standard style, with the same triples and comments.

    Subjects, predicates and objects are sorted; only prefixes in use are declared, except in a text without triples;
    relative IRIs are resolved against the base that the text declares; a blank node keeps its label where brackets cannot
    express it. file: the text's name in errors.

    Raises BrokenInput, with one finding, when the text is not Turtle, when brackets are nested more than
    `nesting.MAX_DEPTH` levels deep, and when the formatted text would not have the same triples and comments.
    """
    reader = CommentReader(text, file)
    parsed, properties = reader.read(), reader.properties()
    try:
        nesting = Nesting(properties, parsed.labels)
    except TooDeep as error:
        raise _refusal(f"{error}; give the inner nodes labels or IRIs", file, parsed.lines[error.triple]) from None
    formatted = _Writer(parsed, properties, nesting, reader.comments()).document()
    _check_nothing_is_lost(text, parsed, properties, formatted, file)
    return formatted


def _check_nothing_is_lost(
    text: str, parsed: ParsedTurtle[Node], properties: Properties, formatted: str, file: str
) -> None:
    """Raise BrokenInput, with one finding, unless `formatted` has the triples, literals and comments of `text`.

    parsed: the content of `text`. properties: its triples by subject and predicate. file: its name in the finding.
    """
    fault = "this is a fault of the formatter, and the text stays as it is: please report the fault, with the text"
    reader = CommentReader(formatted, file)
    try:
        written = reader.read()
    except BrokenInput as error:
        raise _refusal(
            f"the formatted text would not be Turtle ({error.findings[0].message}); {fault}", file, 1
        ) from None
    lost = find_lost_triple(properties, parsed.labels, reader.properties(), written.labels)
    if lost:
        terms = " ".join(triple_text(lost))
        raise _refusal(f"formatting would lose or change the triple {terms}; {fault}", file, parsed.lines.get(lost, 1))
    kept = Counter(comment.text.rstrip(" \t") for comment in written.comments)
    for start, comment in parsed.comments:
        kept[comment.rstrip(" \t")] -= 1
        if kept[comment.rstrip(" \t")] < 0:
            line = text.count("\n", 0, start) + 1
            raise _refusal(f"formatting would lose the comment “{comment}”; {fault}", file, line)


def _refusal(message: str, file: str, line: int) -> BrokenInput:
    """Return an error for a text that cannot be formatted, with one finding that has the message, file and line."""
    finding = Finding("violation", message, rule="format", file=file, line=line)
    return BrokenInput(f"{finding.place}: {message}", (finding,))


class _Writer:
    """Writer of one parsed Turtle text in the standard style.

    prefixes: a dict from each prefix of the text or of the project, without colon, to its namespace IRI. rank: a dict from
    each of these to its position in sorted output. used: the prefixes that the text written so far needs.
    """

    def __init__(self, parsed: ParsedTurtle[Node], properties: Properties, nesting: Nesting, comments: Comments):
        self.properties, self.nesting, self.comments = properties, nesting, comments
        self.labels = parsed.labels
        self.prefixes = {**parsed.prefixes, **{p: n for p, n in PREFIXES.items() if p not in parsed.prefixes}}
        self.rank = {prefix: rank for rank, prefix in enumerate(dict.fromkeys([*PREFIXES, *parsed.prefixes]))}
        # A declaration of a prefix of the project for another namespace stays even if it is not used: without it, the next
        # run would use the prefix for the project's namespace, and formatting twice would differ from formatting once.
        self.used = {p for p, n in parsed.prefixes.items() if not properties or PREFIXES.get(p, n) != n}

    def document(self) -> str:
        """Return the whole Turtle document: header, @prefix lines, blocks, footer; it ends in one newline, if not empty."""
        subjects = [subject for subject in self.properties if subject not in self.nesting.nested]
        blocks = [self._format_block(subject) for subject in sorted(subjects, key=self._subject_key)]
        head = list(self.comments.header)
        for prefix, comments in self.comments.prefixes.items():
            head += comments if prefix not in self.used else ()
        for prefix in sorted(self.used, key=lambda p: self.rank[p]):
            head += [*self.comments.prefixes.get(prefix, ()), f"@prefix {prefix}: <{self.prefixes[prefix]}> ."]
        foot = self.comments.footer
        if not blocks and not self.used:
            head, foot = [*head, *foot], []
        parts = ["\n".join(head), *blocks, "\n".join(foot)]
        return "\n\n".join(part for part in parts if part) + "\n" * any(parts)

    def _subject_key(self, subject: Node) -> tuple[int, int, str]:
        """Return the sort key of a subject.

        IRIs come first, by the rank of the prefix (IRIs without prefix before all others) and then by IRI; after them blank
        nodes without label, by their Turtle text; last blank nodes with a label, by label.
        """
        if subject in self.nesting.labelled:
            return (2, 0, self._format_node(subject, 0))
        if isinstance(subject, BNode):
            return (1, 0, self._format_property_list(subject, 1))
        return (0, self._rank_of(subject), str(subject))

    def _rank_of(self, iri: Node) -> int:
        """Return the position of an IRI's prefix in sorted output, -1 for an IRI without prefix."""
        prefix = self._prefix_of(str(iri))
        return -1 if prefix is None else self.rank[prefix]

    def _format_block(self, subject: Node) -> str:
        """Return the Turtle text of all triples of a subject, with the comments above it, ending in “.”."""
        is_plain = isinstance(subject, URIRef) or subject in self.nesting.labelled
        name = self._format_node(subject, 0) if is_plain else "[]"
        return "\n".join([*self.comments.before.get(subject, ()), name, self._format_property_list(subject, 1), "."])

    def _format_property_list(self, subject: Node, depth: int) -> str:
        """Return the predicates and objects of a subject as Turtle lines, indented by `depth` levels, with comments."""
        lines: list[str] = []
        for predicate in self._sort_predicates(subject):
            comments, objects = self._format_objects(subject, predicate, depth)
            verb = "a" if predicate == RDF.type else self._format_iri(str(predicate))
            gap = "" if objects.startswith("\n") else " "
            lines += [*self.comments.before.get((subject, predicate), ()), *comments, f"{verb}{gap}{objects} ;"]
        return _indent([*lines, *self.comments.after.get(subject, ())], depth)

    def _sort_predicates(self, subject: Node) -> list[Node]:
        """Return the predicates of a subject: those of FIRST_PREDICATES in that order, then the others by `_predicate_key`."""
        return sorted(self.properties.get(subject, ()), key=self._predicate_key)

    def _predicate_key(self, predicate: Node) -> tuple[int, int, str]:
        """Return the sort key of a predicate: position in FIRST_PREDICATES (or after them), rank of prefix (or -1), IRI."""
        is_first = predicate in FIRST_PREDICATES
        position = FIRST_PREDICATES.index(predicate) if is_first else len(FIRST_PREDICATES)
        return (position, self._rank_of(predicate), str(predicate))

    def _format_objects(self, subject: Node, predicate: Node, depth: int) -> tuple[Iterable[str], str]:
        """Return the objects of a subject and predicate: comments to write above the predicate, and Turtle text.

        The text of a single object is to stand on the line of the predicate, and its comments are returned separately.
        The text of several objects begins with a newline: each has its own lines, with its comments above them; objects in
        brackets are last. No comments are returned separately then. depth: the indentation of the predicate in levels.
        """
        objects = self.properties[subject][predicate]
        if len(objects) == 1:
            return self.comments.before.get((subject, predicate, term_key(objects[0])), ()), self._format_node(
                objects[0], depth
            )
        entries = sorted(
            (
                node in self.nesting.nested,
                self._format_node(node, depth + 1),
                self.comments.before.get((subject, predicate, term_key(node)), []),
            )
            for node in objects
        )
        lines = [_indent([*comments, text], depth + 1) for _, text, comments in entries]
        return (), "\n" + " ,\n".join(lines)

    def _format_node(self, node: Node, depth: int) -> str:
        """Return the Turtle text of a node: a literal, IRI, label, list, or property list in [ ].

        depth: the indentation, in levels, of the line on which it begins.
        """
        if isinstance(node, Literal):
            return self._format_literal(node)
        if not isinstance(node, BNode):
            return "()" if node == NIL else self._format_iri(str(node))
        if node in self.nesting.labelled:
            return f"_:{self.labels[node]}"
        if node in self.nesting.cells:
            return self._format_list(node, depth)
        lines = [_indent(self.comments.before.get(node, ()), depth + 1), self._format_property_list(node, depth + 1)]
        body = "\n".join(line for line in lines if line)
        return f"[\n{body}\n{INDENT * depth}]" if body else "[]"

    def _format_list(self, head: Node, depth: int) -> str:
        """Return an RDF list in ( ), on one line of at most MAX_LIST_WIDTH characters, else with an item on each line.

        head: the first cell of the list. depth: the indentation, in levels, of the line on which the list begins. Comments
        on an item, its cell or a triple of its cell stand above the item.
        """
        cells = self.nesting.list_cells(head)
        nodes = [self._format_node(self.properties[cell][FIRST][0], depth + 1) for cell in cells]
        comments = [self._comments_of_cell(cell) for cell in cells]
        comments_at_end = self.comments.after.get(cells[-1], [])
        inline = f"( {' '.join(nodes)} )"
        if len(inline) <= MAX_LIST_WIDTH and "\n" not in inline and not any(comments) and not comments_at_end:
            return inline
        lines = [line for above, node in zip(comments, nodes, strict=True) for line in (*above, node)]
        return f"(\n{_indent([*lines, *comments_at_end], depth + 1)}\n{INDENT * depth})"

    def _comments_of_cell(self, cell: Node) -> list[str]:
        """Return the comments about a cell of a list and about its rdf:first and rdf:rest triples.

        Comments at the end of the list, after its last item, are not among them.
        """
        (item,), (rest,) = self.properties[cell][FIRST], self.properties[cell][REST]
        keys = [
            cell,
            *((cell, FIRST), (cell, FIRST, term_key(item))),
            *((cell, REST), (cell, REST, term_key(rest))),
        ]
        comments = [comment for key in keys for comment in self.comments.before.get(key, ())]
        return comments if rest == NIL else [*comments, *self.comments.after.get(cell, ())]

    def _format_literal(self, literal: Literal) -> str:
        """Return the Turtle text of a literal, with its lexical form unchanged.

        Numbers and booleans are written without quotation marks where Turtle allows it.
        """
        pattern = UNQUOTED.get(literal.datatype) if literal.datatype else None
        if pattern and re.fullmatch(pattern, literal):
            return str(literal)
        quoted = _quote(str(literal))
        if literal.language:
            return f"{quoted}@{literal.language}"
        return f"{quoted}^^{self._format_iri(str(literal.datatype))}" if literal.datatype else quoted

    def _prefix_of(self, iri: str) -> str | None:
        """Return the prefix with the longest namespace that leaves a local name without escapes; None where there is none.

        Of several prefixes for that namespace, the one that is first in sorted output is returned.
        """
        fitting = [p for p, n in self.prefixes.items() if iri.startswith(n) and LOCAL_NAME.fullmatch(iri[len(n) :])]
        return max(fitting, key=lambda p: (len(self.prefixes[p]), -self.rank[p]), default=None)

    def _format_iri(self, iri: str) -> str:
        """Return an IRI as a prefixed name, and record its prefix as used; in angle brackets where no prefix fits."""
        prefix = self._prefix_of(iri)
        if prefix is None:
            return f"<{iri}>"
        self.used.add(prefix)
        return f"{prefix}:{iri[len(self.prefixes[prefix]) :]}"


def _indent(lines: Iterable[str], depth: int) -> str:
    """Return lines joined by newlines, each with `depth` levels of indentation before it.

    Where one of the given texts has several lines itself, only its first is indented.
    """
    return "\n".join(INDENT * depth + line for line in lines)


def _quote(text: str) -> str:
    """Return a Turtle string in double quotes, or in three of them if it has newlines; other control characters are escaped."""
    escape = lambda match: ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}"
    if "\n" in text:
        return f'"""{LONG_ESCAPED.sub(escape, text)}"""'
    return f'"{SHORT_ESCAPED.sub(escape, text)}"'
