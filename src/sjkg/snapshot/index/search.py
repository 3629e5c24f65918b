"""Full-text search for things by their names in any script and by their kinds, years, roles and related things.

The table `search` (SQLite FTS5, https://sqlite.org/fts5.html) has a row for each name of a thing: the words of the name,
and as context the words of its classes and of its values of facets, such as “battle”, “1938” or “Soviet Union”. Passages
are found by their first words and summary, remarks by their text. Case, accents, the order of words, plural endings and
words such as “of” are ignored; numerals are compared as numbers (I = 1 = first) and never as parts of other numerals.
"""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.vocabulary import IDS
from sjkg.kb.queries import read_query_file
from sjkg.snapshot.index.lists import QUERIES, read_lists
from sjkg.snapshot.index.read import Index, SqlRow
from sjkg.store.quad_store import QuadStore

CREATE_TABLE = """
  CREATE VIRTUAL TABLE search USING fts5(
    words, context, thing UNINDEXED, name UNINDEXED, language UNINDEXED, elsewhere UNINDEXED, mentions UNINDEXED,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M*'")"""
CREATE_TERMS = "CREATE VIRTUAL TABLE search_terms USING fts5vocab(search, row)"
NAMES = """
  SELECT thing, name AS words, name, language, elsewhere, preferred FROM names
  WHERE thing NOT IN (SELECT item FROM remarks)
  UNION ALL SELECT item, name || ' ' || COALESCE(abstract, ''), COALESCE(abstract, name), 'en', 0, 1 FROM passages
  UNION ALL SELECT item, name, name, 'en', 0, 1 FROM remarks
  ORDER BY preferred DESC, name"""
FACET_VALUES = """SELECT "{0}".item, value FROM facets JOIN "{0}" ON "{0}".number = facets.item
  WHERE list = '{0}' AND (asserted OR facet = 'power') AND facet NOT IN ('figures', 'dated', 'disputed', 'footnote')
  AND NOT (list = 'places' AND facet IN ('year', 'actor')) AND NOT (list = 'claims' AND facet = 'power')"""
SELECT = """
  SELECT rowid, words, context, thing, name, language, elsewhere, mentions FROM search
  WHERE search MATCH ? ORDER BY bm25(search, 10.0, 1.0) LIMIT ?"""

# Kinds of things that are found, with their place in the result
RANKS = {
    **dict.fromkeys(("event", "actor", "place", "treaty", "work"), 0),
    **dict.fromkeys(("section", "footnote"), 1),
    **{"claim": 2, "passage": 3, "remark": 4},
}
MAX_CANDIDATES = 300  # names that are rated: those that the database ranks first
MAX_WORDS = 16  # of a searched text
MAX_ALTERNATIVES = 12  # similar words for one word
MIN_SIMILARITY = 75  # of 100, of a word: two letters swapped in a word of four, two wrong ones in one of eight
PREFIX, CONTEXT, SYNONYM = (
    0.95,
    0.5,
    0.9,
)  # factors for the beginning of a word, for a word of the context that is no number, and for a synonym
MIN_FOUND = 0.4  # the part of the text that a thing must have if none has all words
NUMERAL_WEIGHT = 6  # as a word of six letters
STOP_WORDS = frozenset(("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"))
TITLES = frozenset(
    ("admiral", "captain", "colonel", "comrade", "emperor", "general", "kaiser", "lieutenant", "major", "marshal")
    + ("dr", "mr", "mrs", "sir", "tsar")
)
NUMERALS = {
    word: str(number)
    for number, words in enumerate(
        ("one first", "ii two second", "iii three third", "iv four fourth", "five fifth", "vi six sixth")
        + ("vii seven seventh", "viii eight eighth", "ix nine ninth", "ten tenth"),
        start=1,
    )
    for word in words.split()
}
# What the data may have for a word that they lack, in the form of search_words
SYNONYMS = {
    word: tuple(others.split())
    for words, others in (
        ("recognition recognise recognised recognize recognized acknowledge", "respect"),
        ("armistice truce ceasefire", "cease"),
        ("dead death fatality slain", "killed"),
        ("loss", "casualty lost"),
        ("casualty", "killed wounded loss"),
        ("injured injury", "wounded"),
        ("prisoner captive", "captured"),
        ("agreement accord alliance", "treaty pact"),
        ("treaty", "pact"),
        ("nonaggression aggression", "neutrality"),
        ("fight fighting combat skirmish", "clash engagement battle"),
        ("frontier boundary", "border"),
        ("invasion", "incursion"),
        ("plane airplane aeroplane", "aircraft"),
        ("ussr russian", "soviet"),
        ("commander leader", "led"),
    )
    for word in words.split()
}
# Romanization of Russian without ь and ъ, of folded letters (и for й), https://en.wikipedia.org/wiki/BGN/PCGN_romanization_of_Russian
LATIN = str.maketrans(
    dict(zip("абвгдезиклмнопрстуфыэьъ", [*"abvgdeziklmnoprstufye", "", ""], strict=True))
    | dict(zip("жхцчшщюя", ("zh", "kh", "ts", "ch", "sh", "shch", "yu", "ya"), strict=True))
)
ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
PLURAL = re.compile(r"(?<=[a-z]{2})(?:(?<=ss|sh|ch)es|(?<![sui])s)$")


@dataclass(frozen=True)
class Hit:
    """A search result.

    thing: its IRI. name: the name by which it was found, the summary of a passage or the text of a remark; any of its names
    if is_by_context, that is, if only words of its context were found. missing: the words of the text that it lacks. replaced:
    pairs of a word and a similar one that it has instead. language: the language tag of that name, None without
    one. is_elsewhere: whether only another dataset has that name. score: 100 for a name with exactly the words of the text,
    at least 89 for a name that has all of them, less for similar words and for words that only the context has.
    """

    thing: str
    name: str
    language: str | None
    is_elsewhere: bool
    score: float
    is_by_context: bool = False
    missing: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind of the thing, the first path segment of its IRI after the namespace: event, actor, place, …"""
        return _kind(self.thing)


def fold(text: str) -> str:
    """Return a text prepared for comparison.

    It is in small letters (casefold), without accents and in normal form C; punctuation and symbols become spaces, and
    each run of white space one space.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(
        " " if unicodedata.category(c)[0] in "PSZC" else c for c in decomposed if not unicodedata.combining(c)
    )
    return " ".join(unicodedata.normalize("NFC", bare).split())


def name_words(text: str) -> list[str]:
    """Return the words of a text, folded, with digits for numerals and ordinals, such as 2 for “ii”, “two” and “2nd”.

    “i” counts as the numeral 1 only as the last of several words.
    """
    words = fold(text).split()
    if len(words) > 1 and words[-1] == "i":
        words[-1] = "1"
    return [NUMERALS.get(word) or ORDINAL.sub(r"\1", word) for word in words]


@bounded_cache(4096)
def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: as of `name_words`, without plural endings and stop words.

    If there are only stop words, they are kept.
    """
    words = [word[:-3] + "y" if word.endswith("ies") else PLURAL.sub("", word) for word in name_words(text)]
    return tuple(word for word in words if word not in STOP_WORDS) or tuple(words)


def write_search(connection: sqlite3.Connection, store: QuadStore) -> None:
    """Create the table `search` of an index whose other tables are complete. store: the quads of the snapshot."""
    connection.execute(CREATE_TABLE)
    connection.execute(CREATE_TERMS)
    labels: dict[str, list[str]] = {}
    for row in store.query(read_query_file(QUERIES / "search.rq").text).bindings:
        labels.setdefault(row["thing"]["value"], []).append(row["words"]["value"])
    named = dict(connection.execute("SELECT thing, name FROM names WHERE preferred"))
    context = {thing: dict.fromkeys(words) for thing, words in labels.items()}
    for name in read_lists():
        for item, value in connection.execute(FACET_VALUES.format(name)):
            words = [named[value]] if value in named else [value] if value.isdigit() else labels.get(value, ())
            context.setdefault(item, {}).update(dict.fromkeys(words))
    mentions = dict(connection.execute("SELECT value, COUNT(*) FROM facets GROUP BY value"))
    connection.executemany(
        "INSERT INTO search VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (" ".join(search_words(text)), _join(context.get(thing, ())), thing, name, *rest, mentions.get(thing, 0))
            for thing, text, name, *rest, _ in connection.execute(NAMES).fetchall()
            if _kind(thing) in RANKS
        ),
    )


def _join(texts: Iterable[str]) -> str:
    """Return the distinct words of several texts, separated by spaces."""
    return " ".join(dict.fromkeys(word for text in texts for word in search_words(text)))


@dataclass(frozen=True)
class _Word:
    """A word of the searched text with the words that may stand for it: a dict from word to similarity, 0 to 1."""

    text: str
    alternatives: dict[str, float]

    @property
    def weight(self) -> int:
        """Return the weight of the word in a text, its length; that of a numeral is NUMERAL_WEIGHT."""
        return NUMERAL_WEIGHT if self.is_number else len(self.text)

    @property
    def is_number(self) -> bool:
        """Return whether it is a numeral, of which only the same one may stand for it."""
        return self.text.isdigit()

    def expression(self) -> str:
        """Return an FTS5 query: one of the alternatives or, unless the word is a numeral, any word that begins with it."""
        terms = [f'"{each}"' for each in self.alternatives] + [f'"{self.text}" *'] * (not self.is_number)
        return f"({' OR '.join(terms)})"

    def most_similar(self, words: Sequence[str]) -> tuple[float, str]:
        """Return the most similar of some words and its similarity, 0 to 1; 0 and "" if none may stand for this one."""
        if self.text in words:
            return 1.0, self.text
        found = max(((self.alternatives[word], word) for word in words if word in self.alternatives), default=(0.0, ""))
        if found[0] < PREFIX and not self.is_number:
            longer = next((word for word in words if word.startswith(self.text)), None)
            return (PREFIX, longer) if longer else found
        return found


class Search:
    """Search over all things in an index. Similar words are sought only for a text that is not found as it is."""

    def __init__(self, index: Index):
        self._index = index

    @cached_property
    def _terms(self) -> list[str]:
        """Return the words of all names and contexts, without numbers; they are read once and held in memory."""
        rows = self._index.select("SELECT term FROM search_terms", [])
        return [row["term"] for row in rows if not row["term"].isdigit()]

    def find(self, text: str, limit: int = MAX_CANDIDATES) -> list[Hit]:
        """Return at most `limit` things that match a text, each once, the best first.

        They are the things with all words of the text, or words that begin with them, in a name and its context. If there
        are none, those with words similar to them; if there are none either, those with MIN_FOUND of the text that
        have no other numeral. Titles such as “Marshal” and initials count only in a text without other words.
        A thing with exactly this name is first; then those of a kind that the text names, events for a text of
        numbers only; then things before claims, passages and remarks; of these, the ones whose name has most of the text and
        little else, and of equal ones those that are mentioned most. The result is empty if nothing is left of the text after `fold`.
        """
        given = search_words(text)[:MAX_WORDS]
        wanted = [each for each in given if each.isdigit() or (each not in TITLES and not _is_initial(each))] or given
        words = [_Word(each, {each: 1.0}) for each in wanted]
        if not words:
            return []
        rows = self._select(words, " AND ")
        if not rows:
            words = [self._with_alternatives(word) for word in words]
            rows = self._select(words, " AND ") or self._select(words, " OR ")
        best: dict[str, tuple[tuple[object, ...], Hit]] = {}
        for order, hit in _rate(text, words, rows):
            if hit.thing not in best or order < best[hit.thing][0]:
                best[hit.thing] = order, hit
        return [hit for _, hit in sorted(best.values(), key=lambda each: each[0])[:limit]]

    def _select(self, words: Sequence[_Word], operator: str) -> list[SqlRow]:
        """Return the rows of the table that have all words (operator AND) or any of them (OR), at most MAX_CANDIDATES."""
        return self._index.select(SELECT, [operator.join(word.expression() for word in words), MAX_CANDIDATES])

    def _with_alternatives(self, word: _Word) -> _Word:
        """Return a word with its synonyms and the words of the index that contain it or are similar to it; a number without any."""
        if word.is_number:
            return word
        similar = process.extract(
            word.text.translate(LATIN),
            self._terms,
            scorer=fuzz.ratio,
            score_cutoff=MIN_SIMILARITY,
            limit=MAX_ALTERNATIVES,
        )
        is_long = len(word.text) > 3 or not word.text.isascii()  # “mpr” is a part of “empress”
        containing = [term for term in self._terms if is_long and word.text in term][:MAX_ALTERNATIVES]
        return _Word(
            word.text,
            {
                **dict.fromkeys(containing, 0.9),
                **{term: score / 100 for term, score, _ in similar},
                **dict.fromkeys(SYNONYMS.get(word.text, ()), SYNONYM),
                **word.alternatives,
            },
        )


def _rate(text: str, words: Sequence[_Word], rows: Sequence[SqlRow]) -> Iterator[tuple[tuple[object, ...], Hit]]:
    """Yield for each row that has enough of the text its sort key in the result, and the hit.

    words: of the text, those that must be found. rows: of the table `search`. 89 % of a score are the part
    of the text that was found, 10 % the similarity of the found words to the whole name.
    """
    weight, numerals = sum(word.weight for word in words), {word.text for word in words if word.is_number}
    given, all_words = sorted(search_words(text)), sorted(name_words(text))
    kinds = {*given} if len(numerals) < len(words) else {"event"}
    for row in rows:
        name, context = row["words"].split(), row["context"].split()
        names, contexts = ([word.most_similar(each) for word in words] for each in (name, context))
        in_name = [similarity for similarity, _ in names]
        in_all = [
            here or there * (1 if word.is_number else CONTEXT)
            for word, here, (there, _) in zip(words, in_name, contexts, strict=True)
        ]
        found = sum(part * word.weight for part, word in zip(in_all, words, strict=True)) / weight
        is_other = any(part.isdigit() for part in name) and not numerals <= {*name, *context}
        if not all(in_all) and (found < MIN_FOUND or is_other):
            continue
        matched = sorted(word.text for word, part in zip(words, in_name, strict=True) if part and not word.is_number)
        has_same = given == sorted(name)
        is_exact = has_same and all_words == sorted(name_words(row["name"]))
        score = 100.0 if is_exact else 89 * found + 0.1 * fuzz.ratio(" ".join(matched), " ".join(sorted(name)))
        stands = [(word.text, one or other) for word, (_, one), (_, other) in zip(words, names, contexts, strict=True)]
        missing = tuple(text for text, found_as in stands if not found_as)
        replaced = tuple(pair for pair in stands if pair[1] and not pair[1].startswith(pair[0]))
        hit = Hit(
            row["thing"],
            row["name"],
            row["language"],
            bool(row["elsewhere"]),
            score,
            not any(in_name),
            missing,
            replaced,
        )
        relevance = (-round(score), -row["mentions"], row["rowid"])
        yield (not is_exact, not has_same, hit.kind not in kinds, RANKS[hit.kind], *relevance), hit


def _is_initial(word: str) -> bool:
    """Return whether a folded word is a single letter of an alphabet with capital letters, such as an initial."""
    return len(word) == 1 and word.upper() != word


def _kind(iri: str) -> str:
    """Return the first path segment of an IRI after the namespace of ids."""
    return iri.removeprefix(IDS).partition("/")[0]
