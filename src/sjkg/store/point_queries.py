"""Point queries: a SELECT of one triple pattern with a given subject, evaluated in the server process.

A query worker costs two switches between processes, several times what a point query takes. Its time and memory are
bounded by the size of its result, because each step adds a term to it; evaluation ends when that exceeds MAX_BYTES.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from sjkg.core.errors import LimitExceeded
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.tokens import IRI, VARIABLE
from sjkg.store.datasets import ALL, Dataset, open_store
from sjkg.store.quad_store import evaluate, serialize
from sjkg.store.query_result import QueryResult

MAX_CHARACTERS = 2000  # of the text, comments included
MAX_BYTES = 256 * 1024  # of the result
SPACE = r"(?:\s|\#[^\n\r]*[\n\r])*+"  # possessive, here and below: no backtracking
WHOLE_VARIABLE = VARIABLE + "+"
NAME = r"[a-z][\w-]*+:[\w-]*+"
POINT_QUERY = re.compile(
    rf"""{SPACE} (?:prefix {SPACE} [a-z][\w-]*+: {SPACE} {IRI} {SPACE})*+
    select {SPACE} (?:\* | (?P<selected>(?:{WHOLE_VARIABLE} {SPACE})++)) {SPACE} (?:where {SPACE})?
    \{{ {SPACE} (?P<subject>{IRI} | {NAME}) {SPACE}
    (?P<property>{WHOLE_VARIABLE} | {IRI} | {NAME} | (?-i:a)(?=[\s<?$])) {SPACE}
    (?P<value>{WHOLE_VARIABLE} | {IRI} | {NAME}) {SPACE} (?:\.{SPACE})? \}}
    {SPACE} (?:limit\s++\d++)? {SPACE}""",
    re.VERBOSE | re.IGNORECASE,
)
ANY_VARIABLE = re.compile(VARIABLE)


class PointQueryStore:
    """The store of all graphs, opened in the server process, for point queries only."""

    def __init__(self, folder: Path):
        """Open the store below `folder`. Raises UnusableSnapshot."""
        self._dataset = Dataset(open_store(folder, ALL))

    def query(self, text: str, formats: Mapping[str, str]) -> QueryResult | None:
        """Return the result of a point query, or None if the text is not one or the result is larger than MAX_BYTES.

        formats and errors: as of `QuadStore.query`.
        """
        found = match_point_query(text)
        if not found:
            return None
        output = _LimitedBytes()
        try:
            kind, chosen = serialize(evaluate(self._dataset, text, _used_prefixes(found)), output, formats)
        except LimitExceeded:
            return None
        return QueryResult(kind, chosen, output.getvalue())


class _LimitedBytes(BytesIO):
    """At most MAX_BYTES in memory. A Spool would take half as long as the query itself."""

    def write(self, data: Any, /) -> int:
        """Append bytes. Raises LimitExceeded."""
        if self.tell() + len(data) > MAX_BYTES:
            raise LimitExceeded
        return super().write(data)


def match_point_query(text: str) -> re.Match[str] | None:
    """Return the match of a text that is a point query, with its groups subject, property and value, or else None.

    A text with a backslash is none: a codepoint escape in a comment may end the line, and the engine evaluates what
    follows. Nor is one that selects variables outside the pattern: they have no values, so a step may add nothing to the
    result.
    """
    found = POINT_QUERY.fullmatch(text) if len(text) <= MAX_CHARACTERS and "\\" not in text else None
    if not found:
        return None
    names = (found["property"][1:], found["value"][1:])
    selected = (name[1:] for name in ANY_VARIABLE.findall(found["selected"] or ""))
    return found if names[0] != names[1] and all(name in names for name in selected) else None


def _used_prefixes(found: re.Match[str]) -> dict[str, str]:
    """Return those of the project's prefixes that the terms of a point query begin with."""
    names = (term.partition(":")[0] for term in found.group("subject", "property", "value"))
    return {name: PREFIXES[name] for name in names if name in PREFIXES}
