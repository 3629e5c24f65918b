"""Look-ups: queries so simple that the server process may answer them itself.

A worker costs two changes of process, several times what it takes to look one thing up. A query with one pattern and a
given subject is a walk along what is said of that thing, and each step adds a term to the answer: so its time and memory
are bounded by the size of its answer, and the walk ends where that is too large.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from sjkg.core.errors import LimitExceeded
from sjkg.core.vocabulary import PREFIXES
from sjkg.sparql.tokens import IRI, VARIABLE
from sjkg.store.datasets import ALL, Dataset, open_store
from sjkg.store.quad_store import evaluate, write
from sjkg.store.query_result import QueryResult

MAX_TEXT = 2000  # characters, comments included
MAX_BYTES = 256 * 1024
SPACE = r"(?:\s|\#[^\n\r]*[\n\r])*+"
WHOLE_VARIABLE = VARIABLE + "+"  # possessive: nothing of it is given back
NAME = r"[a-z][\w-]*+:[\w-]*+"
LOOKUP = re.compile(
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
    """The store of all graphs, in the server process itself; for look-ups only."""

    def __init__(self, folder: Path):
        self._all = Dataset(open_store(folder, ALL))

    def look_up(self, text: str, formats: Mapping[str, str]) -> QueryResult | None:
        """Return the answer to a look-up, or None where the text is none or the answer is large. Raises as QuadStore.query does."""
        found = read_lookup(text)
        if not found:
            return None
        output = _Short()
        try:
            kind, chosen = write(evaluate(self._all, text, _prefixes_of(found)), output, formats)
        except LimitExceeded:
            return None
        return QueryResult(kind, chosen, output.getvalue())


class _Short(BytesIO):
    """Bytes in memory, no more than MAX_BYTES; a Spool takes as long as half a look-up."""

    def write(self, data: bytes) -> int:
        if self.tell() + len(data) > MAX_BYTES:
            raise LimitExceeded
        return super().write(data)


def read_lookup(text: str) -> re.Match | None:
    """Return what is looked up where a text is a SELECT with one pattern and a given subject, and no more.

    A text with an escape is none: in a comment that may stand for the end of the line, and what follows is evaluated. Nor
    is one that selects other variables than the pattern's: they have no values, so a step may add nothing.
    """
    found = LOOKUP.fullmatch(text) if len(text) <= MAX_TEXT and "\\" not in text else None
    if not found:
        return None
    names = (found["property"][1:], found["value"][1:])
    selected = (name[1:] for name in ANY_VARIABLE.findall(found["selected"] or ""))
    return found if names[0] != names[1] and all(name in names for name in selected) else None


def _prefixes_of(found: re.Match) -> dict[str, str]:
    """Return those of our prefixes that the pattern's names begin with."""
    names = (term.partition(":")[0] for term in found.group("subject", "property", "value"))
    return {name: PREFIXES[name] for name in names if name in PREFIXES}
