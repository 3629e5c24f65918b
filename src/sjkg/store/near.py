"""Look-ups: queries so simple that the server process may answer them itself.

A worker costs two changes of process, several times what it takes to look one thing up. A query with one pattern and a
given subject is a walk along what is said of that thing, and each step adds to the answer: so its time and memory are
bounded by the size of its answer, and the walk ends where that is too large.
"""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from sjkg.errors import LimitExceeded
from sjkg.store.answers import Answer
from sjkg.store.engine import QuadStore
from sjkg.store.tokens import IRI, VARIABLE

MAX_TEXT = 2000  # characters, comments included
MAX_BYTES = 256 * 1024
SPACE = r"(?:\s|\#[^\n]*\n)*+"
WHOLE_VARIABLE = VARIABLE + "+"  # possessive: nothing of it is given back
NAME = r"[a-z][\w-]*+:[\w-]*+"
LOOKUP = re.compile(
    rf"""{SPACE} (?:prefix {SPACE} [a-z][\w-]*+: {SPACE} {IRI} {SPACE})*+
    select {SPACE} (?:\* | (?:{WHOLE_VARIABLE} {SPACE})++) {SPACE} (?:where {SPACE})?
    \{{ {SPACE} (?:{IRI} | {NAME}) {SPACE}
    (?P<property>{WHOLE_VARIABLE} | {IRI} | {NAME} | (?-i:a)(?=[\s<?$])) {SPACE}
    (?P<value>{WHOLE_VARIABLE} | {IRI} | {NAME}) {SPACE} (?:\.{SPACE})? \}}
    {SPACE} (?:limit\s++\d++)? {SPACE}""",
    re.VERBOSE | re.IGNORECASE,
)


class NearStore:
    """The stores of a snapshot, in the server process itself; for look-ups only."""

    def __init__(self, folder: Path, groups: Mapping[str, Iterable[str]]):
        self._store = QuadStore(folder, groups)

    def look_up(self, text: str, formats: Mapping[str, str]) -> Answer | None:
        """Return the answer to a look-up, or None where the text is none or the answer is large. Raises as QuadStore.query does."""
        if not is_lookup(text):
            return None
        output = _Short()
        try:
            kind, chosen, is_repeatable = self._store.write_answer(output, text, formats)
        except LimitExceeded:
            return None
        return Answer(kind, chosen, output.getvalue(), is_repeatable)


class _Short(BytesIO):
    """Bytes in memory, no more than MAX_BYTES; a Spool takes as long as half a look-up."""

    def write(self, data: bytes) -> int:
        if self.tell() + len(data) > MAX_BYTES:
            raise LimitExceeded
        return super().write(data)


def is_lookup(text: str) -> bool:
    """Tell whether a text is a SELECT with one pattern and a given subject, and no more."""
    found = LOOKUP.fullmatch(text) if len(text) <= MAX_TEXT else None
    return bool(found) and found["property"][1:] != found["value"][1:]
