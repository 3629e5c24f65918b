"""What to call things that have no name of their own: participations by who, as what and in what; remarks by their words.

Finds things by any of their names: in any script, without regard to accents, forgiving a slip or two.

All names are compared each time: 700 of them take about 1 ms, 150 000 about 60 ms, so no text index is needed.
"""

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from sjkg.core.vocabulary import IDS
from sjkg.kb.queries import read_query_file
from sjkg.snapshot.index.lists import QUERIES
from sjkg.snapshot.index.read import Index
from sjkg.store.quad_store import QuadStore

KINDS = (f"{IDS}participation/", f"{IDS}remark/")
LONGEST = 70  # letters of a remark's words


def name_nameless(store: QuadStore) -> Iterator[tuple[str, str]]:
    """Give participations and remarks with what to call them: “Soviet Union, attacker, in Battle of Lake Khasan”."""
    parts: dict[str, dict[str, dict[str, None]]] = {}
    for row in _rows(store, "participations"):
        part = parts.setdefault(row["thing"], {"actor": {}, "role": {}, "event": {}})
        for key in part.keys() & row.keys():
            part[key][row[key]] = None
    for thing, part in parts.items():
        yield (
            thing,
            ", ".join(filter(None, (_listed(part["actor"]), _listed(part["role"]), f"in {_listed(part['event'])}"))),
        )
    for row in _rows(store, "remark-words"):
        yield row["thing"], textwrap.shorten(f"{row['kind']}: {row['words']}", LONGEST, placeholder=" …")


def _listed(names: dict[str, None]) -> str:
    return " and ".join(names)


def _rows(store: QuadStore, query: str) -> Iterator[dict[str, str]]:
    for row in store.query(read_query_file(QUERIES / f"{query}.rq").text).bindings:
        yield {variable: term["value"] for variable, term in row.items()}


CANDIDATES = 300
LIKE_ENOUGH = 72  # of 100: two slips in a word of nine letters


@dataclass(frozen=True)
class Hit:
    """A thing, the name by which it was found, and how alike that name is (0–100)."""

    thing: str
    name: str
    language: str | None
    score: float

    @property
    def kind(self) -> str:
        """The first part of its IRI after the common one: event, actor, …"""
        return self.thing.removeprefix(IDS).partition("/")[0]


def fold(text: str) -> str:
    """Return text as it is compared: no case, no accents, one form for each character."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(" " if c in "-–—’'" else c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).strip()


class Search:
    """All names of an index, folded, in memory."""

    def __init__(self, index: Index):
        self._index = index

    @cached_property
    def _names(self) -> tuple[list[tuple[str, str, str | None]], list[str]]:
        names = [name for name in self._index.all_names() if not name[0].startswith(KINDS)]
        return names, [fold(name) for _, name, _ in names]

    def find(self, words: str, limit: int = 100) -> list[Hit]:
        """Return things whose names are like `words`, the most alike first, each once."""
        names, folded = self._names
        wanted = fold(words)
        if not wanted:
            return []
        near = process.extract(
            wanted, folded, scorer=fuzz.partial_ratio, limit=CANDIDATES, score_cutoff=LIKE_ENOUGH, processor=None
        )
        hits: dict[str, Hit] = {}
        for _, _, place in near:
            thing, name, language = names[place]
            score = _score(wanted, folded[place])
            if score >= LIKE_ENOUGH and (thing not in hits or hits[thing].score < score):
                hits[thing] = Hit(thing, name, language, score)
        return sorted(hits.values(), key=lambda hit: (-hit.score, hit.name))[:limit]


def _score(wanted: str, name: str) -> float:
    """Return how alike two folded texts are: whole words count most, a name much shorter than what is sought least."""
    if len(name) < len(wanted) / 2:
        return fuzz.ratio(wanted, name)
    return fuzz.partial_ratio(wanted, name) * 0.9 + fuzz.ratio(wanted, name) * 0.1
