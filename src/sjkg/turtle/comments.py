"""Comments of Turtle texts, and what each of them is about.

A comment is about the object, list item or directive that ends before it on its line. Any other is about what begins
next: a block, a predicate or an object; before “]”, “)” or “.” it belongs to the end of what is closed there.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal

from rdflib.term import Node

from sjkg.turtle.nesting import FIRST
from sjkg.turtle.parse import NodeTerms
from sjkg.turtle.reader import PROPERTIES, TOP, State, TurtleReader
from sjkg.turtle.triples import Properties, properties_of, term_key

LINE_END = re.compile(r"[\r\n]")
BLANK_LINE = re.compile(r"(?>\r\n?|\n)[ \t]*+[\r\n]")


@dataclass
class Comments:
    """The comments of a Turtle text, each with its “#”, by the place where the formatter writes them.

    header: the comments above the prefixes. prefixes: a dict from a prefix, without colon, to the comments above its line.
    before: a dict with three kinds of keys. The value of a subject is the comments above its block; that of (subject,
    predicate), those above the line of the predicate; that of (subject, predicate, `term_key` of the object), those above
    the line of the object. after: a dict from a subject to the comments at the end of its block or brackets, and from the
    last cell of a list to those at the end of the list. footer: the comments at the end of the text.
    """

    header: list[str] = field(default_factory=list)
    prefixes: dict[Hashable, list[str]] = field(default_factory=lambda: defaultdict(list))
    before: dict[Hashable, list[str]] = field(default_factory=lambda: defaultdict(list))
    after: dict[Hashable, list[str]] = field(default_factory=lambda: defaultdict(list))
    footer: list[str] = field(default_factory=list)


@dataclass
class _Place:
    """A place in a Turtle text where something begins or ends.

    offset: of the first character of what stands there; for “end”, of the character after the object.
    kind: “directive”; “begin” of a block, predicate or object; “end” of an object; or “close”, a mark that closes a block,
    property list or list.
    key: the prefix, subject, (subject, predicate) or (subject, predicate, `term_key` of the object) as in `Comments`; None
    for a base and an empty list.
    """

    offset: int
    kind: Literal["directive", "begin", "end", "close"]
    key: Hashable = None


class CommentReader(TurtleReader[Node]):
    """A parser of one Turtle text that also finds what each comment is about.

    Call `read` first, then `properties` and `comments`. Its states (see `TurtleReader`) also record places in the text.
    """

    def __init__(self, text: str, file: str):
        """Prepare to parse `text`; `file` is its name in errors."""
        super().__init__(text, file, None, NodeTerms())
        self._places: list[_Place] = []  # in the order of their offsets
        self._open_places: list[_Place] = []  # of objects that are not complete yet
        self._triples: list[tuple[Node, Node, Node]] = []

    def properties(self) -> Properties:
        """Return the triples as a dict from subject to a dict from predicate to the list of objects; call `read` first.

        Literals that differ only in the case of the language tag (“en”, “EN”) are distinct, as in the text.
        """
        return properties_of([*self._parsed.lines, *self._triples])

    def comments(self) -> Comments:
        """Return the comments of the text by what they are about, without white space at their ends; call `read` first."""
        comments = Comments()
        offsets = [place.offset for place in self._places]
        for start, text in self._parsed.comments:
            self._find_list(comments, start, bisect_left(offsets, start)).append(text.rstrip(" \t"))
        return comments

    def _find_list(self, comments: Comments, start: int, following: int) -> list[str]:
        """Return the list of `comments` to which the comment at offset `start` belongs.

        following: the index, in `_places`, of the first place after the comment.
        """
        last = following - 1
        while last >= 0 and self._places[last].kind == "close":
            last -= 1
        for place in (self._places[n] for n in (last, following - 1) if n >= 0):
            if place.kind != "begin" and not LINE_END.search(self._text, place.offset, start):
                if place.kind == "directive":
                    return comments.prefixes[place.key]
                if place.key is not None:
                    return (comments.after if place.kind == "close" else comments.before)[place.key]
        if following == len(self._places):
            return comments.footer
        place = self._places[following]
        if following == 0 and (place.kind == "directive" or BLANK_LINE.search(self._text, start, place.offset)):
            return comments.header
        if place.kind == "directive":
            return comments.prefixes[place.key]
        if place.key is None:  # an empty list, which ends or is followed by a predicate
            place = self._places[following + 1]
        return (comments.after if place.kind == "close" else comments.before)[place.key]

    def _statement(self, kind: str, match: re.Match[str]) -> State:
        """Read the first token of a statement, and record its place. Return the next state."""
        if kind == "end":
            return super()._statement(kind, match)
        place = _Place(match.start(kind), "begin")
        self._places.append(place)
        state = super()._statement(kind, match)
        if state != self._verb and not self._frames:
            place.kind = "directive"
        elif self._frames:
            self._open_places.append(place)
        else:
            place.key = self._subject
        return state

    def _prefix_name(self, kind: str, match: re.Match[str]) -> State:
        """Read the prefix that a directive declares, and record it as the key of the directive. Return the next state."""
        state = super()._prefix_name(kind, match)
        self._places[-1].key = self._prefix
        return state

    def _verb(self, kind: str, match: re.Match[str]) -> State:
        """Read a predicate, and record its place. Return the next state."""
        state = super()._verb(kind, match)
        self._places.append(_Place(match.start(kind), "begin", (self._subject, self._predicate)))
        return state

    def _object(self, kind: str, match: re.Match[str]) -> State:
        """Read an object, or an item or the “)” of a list; record where an object or item begins. Return the next state."""
        if kind != "mark" or match[kind] != ")":
            place = _Place(match.start(kind), "begin")
            self._places.append(place)
            self._open_places.append(place)
        return super()._object(kind, match)

    def _after_object(self, kind: str, match: re.Match[str]) -> State:
        """Read the mark after an object, and record the place of a “.” that ends a statement. Return the next state."""
        if kind == "mark" and match[kind] == "." and self._kind == TOP:
            self._places.append(_Place(match.start(kind), "close", self._subject))
        return super()._after_object(kind, match)

    def _close(self, end: int, after_subject: State) -> State:
        """End the innermost property list or list, and record the place of its mark; see `TurtleReader._close`."""
        key = self._subject if self._kind == PROPERTIES else self._last
        self._places.append(_Place(end - 1, "close", key))
        return super()._close(end, after_subject)

    def _deliver(self, node: Node, end: int, after_subject: State) -> State:
        """Use a node as subject, object or item, and record where an object or item ends; see `TurtleReader._deliver`."""
        place = self._open_places.pop()
        subject, predicate = self._subject, self._predicate
        state = super()._deliver(node, end, after_subject)
        if self._kind not in (TOP, PROPERTIES):
            subject, predicate = self._last, FIRST
        if subject is None or predicate is None:
            place.key = node
        else:
            place.key = (subject, predicate, term_key(node))
            self._places.append(_Place(end, "end", place.key))
            self._triples.append((subject, predicate, node))
        return state
