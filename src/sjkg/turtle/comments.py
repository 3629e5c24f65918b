"""The comments of a Turtle text, which RDF knows nothing of, tied to what they stand by."""

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

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
