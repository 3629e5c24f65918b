"""Fuzzy search for things by any of their names, in any script, ignoring case and accents.

A typing error or two is tolerated. All names are compared each time: 700 of them take about 1 ms, 150 000 about 60 ms,
so no text index is needed.
"""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from sjkg.core.vocabulary import IDS
from sjkg.snapshot.index.generated_labels import IRI_PREFIXES
from sjkg.snapshot.index.read import Index

MAX_CANDIDATES = 300
MIN_SCORE = 72  # of 100: two typing errors in a word of nine letters


@dataclass(frozen=True)
class Hit:
    """A search result: IRI of the thing, the name that matched, its language tag, its similarity (0–100)."""

    thing: str
    name: str
    language: str | None
    score: float

    @property
    def kind(self) -> str:
        """Return the kind of thing from its IRI: event, actor, place, …"""
        return self.thing.removeprefix(IDS).partition("/")[0]


def fold(text: str) -> str:
    """Return text for comparison: without case and accents, hyphens and quotes as spaces, in Unicode normal form C."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(" " if c in "-–—’'" else c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).strip()


class Search:
    """Fuzzy search over all names in an index, read once and held in memory; without generated labels."""

    def __init__(self, index: Index):
        self._index = index

    @cached_property
    def _names(self) -> tuple[list[tuple[str, str, str | None]], list[str]]:
        """Return all names as (IRI, name, language tag or None), and the folded names in the same order."""
        names = [name for name in self._index.all_names() if not name[0].startswith(IRI_PREFIXES)]
        return names, [fold(name) for _, name, _ in names]

    def find(self, text: str, limit: int = 100) -> list[Hit]:
        """Return the things with a name similar to a text, each once, the most similar first, at most `limit`.

        Only names with a similarity of at least MIN_SCORE count, and only the MAX_CANDIDATES best ones. Empty for an
        empty text.
        """
        names, folded = self._names
        wanted = fold(text)
        if not wanted:
            return []
        candidates = process.extract(
            wanted, folded, scorer=fuzz.partial_ratio, limit=MAX_CANDIDATES, score_cutoff=MIN_SCORE, processor=None
        )
        hits: dict[str, Hit] = {}
        for _, _, position in candidates:
            thing, name, language = names[position]
            score = _score(wanted, folded[position])
            if score >= MIN_SCORE and (thing not in hits or hits[thing].score < score):
                hits[thing] = Hit(thing, name, language, score)
        return sorted(hits.values(), key=lambda hit: (-hit.score, hit.name))[:limit]


def _score(wanted: str, name: str) -> float:
    """Return the similarity of two folded texts, 0–100.

    A text contained in the name scores high; a name less than half as long as the text is compared as a whole.
    """
    if len(name) < len(wanted) / 2:
        return fuzz.ratio(wanted, name)
    return fuzz.partial_ratio(wanted, name) * 0.9 + fuzz.ratio(wanted, name) * 0.1
