"""Point queries: a SELECT of one triple pattern whose subject is an IRI, evaluated in the server process.

Other queries run in a query worker (a child process with limits), which costs two context switches: several times what a
point query takes. A point query is safe without limits of time and memory: each step of its evaluation adds a term to the
result, and evaluation ends when the result exceeds MAX_BYTES.
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
    """The store of all named graphs of a snapshot (build of the graph), opened in this process for point queries only."""

    def __init__(self, folder: Path):
        """Open the store of all graphs in `folder`, the folder of a snapshot's stores.

        Raises UnusableSnapshot when it cannot be opened.
        """
        self._dataset = Dataset(open_store(folder, ALL))

    def query(self, text: str, formats: Mapping[str, str]) -> QueryResult | None:
        """Return the result of a point query over all graphs, or None if a query worker must evaluate the text instead.

        That is so if the text is not a point query, or the result is larger than MAX_BYTES.
        formats: for each kind of result the short name of the format; here “bindings” is used.
        Raises BadQuery when the engine refuses the text, NotAcceptable when `formats` lacks “bindings”, and UnknownName for
        an unknown format.
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
    """A buffer in memory for at most MAX_BYTES. A temporary file would take half as long as a point query."""

    def write(self, data: Any, /) -> int:
        """Append bytes and return their number. Raises LimitExceeded if the buffer would exceed MAX_BYTES."""
        if self.tell() + len(data) > MAX_BYTES:
            raise LimitExceeded
        return super().write(data)


def match_point_query(text: str) -> re.Match[str] | None:
    """Return the match of POINT_QUERY, with the groups subject, property and value, if a text is a point query, or None.

    A text with a backslash is not one: a codepoint escape in a comment may end the line, and the engine evaluates the
    rest. A text is not one either if it selects a variable outside the pattern, which has no value, so that a step of the
    evaluation may add nothing to the result; or if one variable is both property and value.
    """
    found = POINT_QUERY.fullmatch(text) if len(text) <= MAX_CHARACTERS and "\\" not in text else None
    if not found:
        return None
    names = (found["property"][1:], found["value"][1:])
    selected = (name[1:] for name in ANY_VARIABLE.findall(found["selected"] or ""))
    return found if names[0] != names[1] and all(name in names for name in selected) else None


def _used_prefixes(found: re.Match[str]) -> dict[str, str]:
    """Return those of the project's prefixes, with their namespace IRIs, that occur in the terms of a point query.

    found: the match of POINT_QUERY.
    """
    names = (term.partition(":")[0] for term in found.group("subject", "property", "value"))
    return {name: PREFIXES[name] for name in names if name in PREFIXES}
