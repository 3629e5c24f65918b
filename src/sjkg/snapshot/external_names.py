"""Names and kinds of the things of external datasets, and the names that linked datasets have for our things.

They are in a file of their own (see `sjkg.matching.external_names`), so that they are in no list, count or name of ours.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, Self

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.matching.name_words import STOP_WORDS
from sjkg.matching.names import parse_name
from sjkg.snapshot.background import LINKS
from sjkg.snapshot.folder import Snapshot
from sjkg.snapshot.index.read import Index, SqlRow
from sjkg.store.external import ExternalStore
from sjkg.store.sorted_quads import split_quad

MAX_CANDIDATES = 300  # names that are rated: those that the database ranks first
WORD = re.compile(r"\w+")
MIN_CHARACTERS = 2  # of a word that the names of datasets are searched for
EXACT = 100  # score of a name with exactly the words of the text
PARTIAL_SCORE = 88  # of a name with all words of the text and hardly any other; below that of any such name of ours
NAME = "SELECT iri, dataset, names.name, language FROM names JOIN things ON things.number = names.thing"
FIND = """
  SELECT iri, dataset, kind, names.name, language FROM words JOIN names ON names.number = words.rowid
  JOIN things ON things.number = names.thing WHERE words MATCH ? ORDER BY rank, names.number LIMIT ?"""
KINDS = """
  SELECT dataset, kind, COUNT(*) AS total, COUNT(name) AS named FROM things
  GROUP BY dataset, kind ORDER BY named DESC, total DESC, kind"""
THINGS = """
  SELECT iri, kind, name FROM things WHERE dataset = ? AND name IS NOT NULL AND (? = '' OR kind = ?)
  ORDER BY name COLLATE NOCASE, iri LIMIT ? OFFSET ?"""


class ExternalHit(NamedTuple):
    """A thing of an external dataset whose name has all words of a text.

    iri, kind: of the thing and its class. dataset: its name. name, language: the name that matches. score: 100 if it has no other words.
    """

    iri: str
    dataset: str
    kind: str
    name: str
    language: str
    score: int


class NameOfOurs(NamedTuple):
    """A name that an external dataset has for a thing of ours, by an accepted link. thing: its IRI. dataset: its name."""

    thing: str
    dataset: str
    name: str
    language: str


class ExternalNames:
    """The names in external datasets, and the links with our things; threads may share it."""

    def __init__(self, index: Index | None = None, links: str = ""):
        """Take the opened file and the accepted links as N-Quads; without arguments there are no datasets."""
        self._index, self._lines = index, links

    @classmethod
    def open(cls, snapshot: Snapshot, *, with_private: bool = False) -> Self:
        """Return those of a snapshot. with_private: whether to read private datasets, too."""
        store = ExternalStore.find(snapshot.store, with_private=with_private)
        if store is None:
            return cls()
        return cls(Index(store.names), (snapshot.folder / f"{store.name}{LINKS}").read_text(encoding="utf-8"))

    @cached_property
    def own_things(self) -> Mapping[str, str]:
        """The things of ours by the IRI of the same thing in an external dataset."""
        quads = map(split_quad, self._lines.splitlines())
        same = f"<{ONTOLOGY}sameThing>"
        return {quad.object[1:-1]: quad.subject[1:-1] for quad in quads if quad.predicate == same}

    @cached_property
    def names_of_ours(self) -> tuple[NameOfOurs, ...]:
        """All names that external datasets have for our things, in the order of these."""
        found = (
            NameOfOurs(thing, row["dataset"], row["name"], row["language"])
            for record, thing in self.own_things.items()
            for row in self._select(f"{NAME} WHERE iri = ? ORDER BY names.number", [record])
        )
        return tuple(sorted(found))

    def find(self, text: str) -> list[ExternalHit]:
        """Return things with a name that has all words of a text, or words that begin with them, the best first; each thing once.

        At most MAX_CANDIDATES names are looked at. Words of fewer than MIN_CHARACTERS characters and stop words are ignored.
        """
        words = [
            word for word in WORD.findall(text.casefold()) if len(word) >= MIN_CHARACTERS and word not in STOP_WORDS
        ]
        if not words:
            return []
        key = parse_name(text).key
        expression = " AND ".join(f'"{word}" *' for word in words)
        best: dict[str, ExternalHit] = {}
        for row in self._select(FIND, [expression, MAX_CANDIDATES]):
            hit = ExternalHit(**row, score=_score(key, len(words), row["name"]))
            if hit.iri not in best or hit.score > best[hit.iri].score:
                best[hit.iri] = hit
        return sorted(best.values(), key=lambda hit: -hit.score)

    @cached_property
    def kinds(self) -> Mapping[str, list[tuple[str, int, int]]]:
        """By the name of a dataset, tuples of a class, the number of things of it, and of those with a name; "" stands for things without a class."""
        found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for row in self._select(KINDS, []):
            found[row["dataset"]].append((row["kind"], row["total"], row["named"]))
        return found

    def things(self, dataset: str, kind: str, limit: int, offset: int) -> list[tuple[str, str, str]]:
        """Return tuples (IRI, class, name) of the named things of a dataset, by name. kind: their class, "" for any."""
        rows = self._select(THINGS, [dataset, kind, kind, limit, offset])
        return [(row["iri"], row["kind"], row["name"]) for row in rows]

    def names(self, dataset: str, iri: str) -> list[tuple[str, str]]:
        """Return the names of a thing of a dataset with their languages, the preferred one first."""
        rows = self._select(f"{NAME} WHERE iri = ? AND dataset = ? ORDER BY names.number", [iri, dataset])
        return [(row["name"], row["language"]) for row in rows]

    def _select(self, statement: str, values: list[str | int]) -> Iterator[SqlRow]:
        """Yield the rows of a statement; none without datasets."""
        if self._index:
            yield from self._index.select(statement, values)


def _score(key: str, words: int, name: str) -> int:
    """Return the score of a name that has all words of a text. key, words: of the text, as `parse_name` gives them, and their number."""
    parsed = parse_name(name)
    if parsed.key == key:
        return EXACT
    distinctive = sum(not token.is_kind for token in parsed.tokens)
    return round(PARTIAL_SCORE * min(1, words / max(1, distinctive)))
