"""Full-text search for things by their names in any script and by their kinds, years, roles and related things.

The table `search` (SQLite FTS5, https://sqlite.org/fts5.html) has a row for each name of a thing: the words of the name,
and as context the words of its classes and of its values of facets, such as “battle”, “1938” or “France”. Passages
are found by their first words and summary, remarks by their text. Words are the tokens of `matching.names`, so that names
are divided, and at last compared, as for links: whatever the case, accents, order, endings and script; a numeral as a number.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log2

from sjkg.core.folding import fold
from sjkg.core.vocabulary import own
from sjkg.kb.queries import read_query_file
from sjkg.matching.evidence import read_weights
from sjkg.matching.name_comparison import compare_names
from sjkg.matching.name_words import STOP_WORDS, TITLES
from sjkg.matching.names import NameToken, ParsedName, parse_name
from sjkg.matching.record_table import MIN_SIZE
from sjkg.matching.similar_tokens import SimilarTokens
from sjkg.snapshot.external_names import EXACT, ExternalNames
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
NO_NAMES = ExternalNames()
MAX_CANDIDATES = 300  # names that are rated: those that the database ranks first
MAX_WORDS = 16  # of a searched text
MAX_CONTAINING = 12  # words that contain a word
# factors for the beginning of a word, a part of it, a synonym, and a word of the context that is not a number
PREFIX, PART, SYNONYM, CONTEXT = 0.95, 0.9, 0.9, 0.5
MIN_FOUND = 0.4  # the part of the text that a thing must have if none has all words
NUMERAL_WEIGHT = 6  # as a word of six letters
TEXTS = frozenset(("passage", "remark"))  # kinds of things without names
ROLES = frozenset(("commander",))  # words that are titles in a name, but by which things are found
STOPPED = STOP_WORDS - {"no"}  # which is only in Japanese names of no importance
# What the data may have for a word that they lack
SYNONYMS = {
    token.text: tuple(others.split())
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
    for token in parse_name(words).words
}


@dataclass(frozen=True)
class Hit:
    """A search result.

    thing: its IRI. name: the name by which it was found, the summary of a passage or the text of a remark; any of its names
    if is_by_context, that is, if only words of its context were found. missing: the words of the text that it lacks. replaced:
    pairs of a word and a similar one that it has instead. language: the language tag of that name, None without
    one. is_elsewhere: whether only another dataset has that name. score: 100 for a name with exactly the words of the text,
    at least 89 for a name that has all of them, less for similar words and for words that only the context has. dataset: the name of
    the external dataset that has that name; "" for a name in the graph.
    """

    thing: str
    name: str
    language: str | None
    is_elsewhere: bool
    score: float
    is_by_context: bool = False
    missing: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    dataset: str = ""

    @property
    def kind(self) -> str:
        """Return the kind of the thing, the first path segment of its IRI after the namespace: event, actor, place, …"""
        return _kind(self.thing)


def search_tokens(text: str) -> tuple[NameToken, ...]:
    """Return the words of a text as they are compared, without stop words; if there are only stop words, these."""
    words = parse_name(text).words
    return tuple(word for word in words if word.is_initial or word.text not in STOPPED) or words


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
            (_join([text]), _join(context.get(thing, ())), thing, name, *rest, mentions.get(thing, 0))
            for thing, text, name, *rest, _ in connection.execute(NAMES).fetchall()
            if _kind(thing) in RANKS
        ),
    )


def _join(texts: Iterable[str]) -> str:
    """Return the distinct words of several texts, each also as it is spelled, separated by spaces."""
    tokens = (token for text in texts for token in search_tokens(text))
    return " ".join(dict.fromkeys(form for token in tokens for form in (token.text, token.spelling)))


@dataclass(frozen=True)
class _Word:
    """A word of the searched text. spelling: of the token. alternatives: from a word that may stand for it to its similarity, 0 to 1."""

    token: NameToken
    spelling: str
    alternatives: Mapping[str, float]

    @property
    def weight(self) -> int:
        """Return the weight of the word in a text, its length; that of a numeral is NUMERAL_WEIGHT."""
        return NUMERAL_WEIGHT if self.token.is_number else len(self.spelling)

    def expression(self) -> str:
        """Return an FTS5 query: one of the alternatives or, unless the word is a numeral, any word that begins with it."""
        exact = [f'"{each}"' for each in self.alternatives]
        beginning = [] if self.token.is_number else [f'"{self.spelling}" *']
        return f"({' OR '.join([*exact, *beginning])})"

    def is_same(self, word: str) -> bool:
        """Return whether a word of the index is this one or begins with it."""
        return word == self.token.text or word.startswith(self.spelling)

    def most_similar(self, words: Sequence[str]) -> tuple[float, str]:
        """Return the most similar of some words and its similarity, 0 to 1; 0 and "" if none may stand for this one."""
        if self.token.text in words:
            return 1.0, self.token.text
        found = max(((self.alternatives[word], word) for word in words if word in self.alternatives), default=(0.0, ""))
        if found[0] < PREFIX and not self.token.is_number:
            longer = next((word for word in words if word.startswith(self.spelling)), None)
            return (PREFIX, longer) if longer else found
        return found


@dataclass(frozen=True)
class _Terms:
    """The words of all names and contexts (the words of a thing's classes and facets), to weigh them and to find similar ones.

    rarity: how rare each word is, in bits. unknown: the rarity of any other word, both as for `token_bits`. words: those that
    are not numerals, to look up similar ones.
    """

    rarity: Mapping[str, float]
    unknown: float
    words: SimilarTokens


class Search:
    """Search over all things in an index. Similar words are sought only for a text that is not found as it is.

    external: the names that external datasets have; things of ours are found by those of the same thing there, too.
    """

    def __init__(self, index: Index, external: ExternalNames = NO_NAMES):
        self._index, self.external = index, external

    @cached_property
    def _terms(self) -> _Terms:
        """Return how rare each word of names and contexts is, and an index of similar words; computed once and held in memory."""
        (rows,) = self._index.select("SELECT COUNT(*) AS number FROM search", [])
        unknown = log2(max(rows["number"], MIN_SIZE))
        counts = self._index.select("SELECT term, doc FROM search_terms", [])
        rarity = {row["term"]: unknown - log2(row["doc"]) for row in counts}
        return _Terms(rarity, unknown, SimilarTokens(rarity))

    def find(self, text: str, limit: int = MAX_CANDIDATES) -> list[Hit]:
        """Return at most `limit` things that match a text, each once, the best first.

        They are the things with all words of the text, or words that begin with them, in a name and its context. If there
        are none, those with words similar to them; if there are none either, those with MIN_FOUND of the text that
        have no other numeral. Titles such as “Marshal” and initials count only in a text without other words.
        A thing with exactly this name is first; then those of a kind that the text names, events for a text of
        numbers only; then things before claims, passages and remarks; of these, the ones whose name has most of the text and
        little else, and of equal ones those that are mentioned most. A name in the script of the text is shown if there is one. The result is empty if nothing is left of the text after `fold`.
        Things that only have such a name in an external dataset come before those with a lower score.
        """
        found = self._find_own(text)
        scores = {hit.thing: hit.score for hit in found}
        for each in self.external.find(text):
            thing = self.external.own_things.get(each.iri)
            known = scores.get(thing or "", -1.0)
            if thing and _kind(thing) in RANKS and (known < 0 or known < each.score == EXACT):
                found = [hit for hit in found if hit.thing != thing]
                place = next((number for number, hit in enumerate(found) if hit.score < each.score), len(found))
                hit = Hit(thing, each.name, each.language or None, True, each.score, dataset=each.dataset)
                found.insert(place, hit)
                scores[thing] = each.score
        return found[:limit]

    def _find_own(self, text: str) -> list[Hit]:
        """Return what `find` finds by the names and contexts in the graph."""
        given = search_tokens(text)[:MAX_WORDS]
        wanted = [each for each in given if not _is_optional(each)] or given
        words = [_Word(each, each.spelling, {each.text: 1.0}) for each in wanted]
        if not words:
            return []
        rows = self._select(words, " AND ")
        if not rows:
            words = [self._with_alternatives(word) for word in words]
            rows = self._select(words, " AND ") or self._select(words, " OR ")
        orders: dict[str, tuple[object, ...]] = {}
        best: dict[str, tuple[tuple[object, ...], Hit]] = {}
        is_latin = fold(text).isascii()
        for order, hit in _rate(parse_name(text), words, rows, self._terms):
            orders[hit.thing] = min(orders.get(hit.thing, order), order)
            choice = hit.is_by_context, fold(hit.name).isascii() != is_latin, order
            if hit.thing not in best or choice < best[hit.thing][0]:
                best[hit.thing] = choice, hit
        return [best[thing][1] for thing in sorted(orders, key=orders.__getitem__)]

    def _select(self, words: Sequence[_Word], operator: str) -> list[SqlRow]:
        """Return the rows of the table that have all words (operator AND) or any of them (OR), at most MAX_CANDIDATES."""
        return self._index.select(SELECT, [operator.join(word.expression() for word in words), MAX_CANDIDATES])

    def _with_alternatives(self, word: _Word) -> _Word:
        """Return a word with its synonyms and the words of the index that contain it or are similar to it; a number without any."""
        text = word.token.text
        if word.token.is_number:
            return word
        is_long = len(text) > 3 or not text.isascii()  # “mpr” is a part of “empress”
        containing = [term for term in self._terms.rarity if is_long and text in term][:MAX_CONTAINING]
        return _Word(
            word.token,
            word.spelling,
            {
                **dict.fromkeys(containing, PART),
                **dict(self._terms.words.find(text)),
                **dict.fromkeys(SYNONYMS.get(text, ()), SYNONYM),
                **word.alternatives,
            },
        )


def _rate(
    text: ParsedName, words: Sequence[_Word], rows: Sequence[SqlRow], terms: _Terms
) -> Iterator[tuple[tuple[object, ...], Hit]]:
    """Yield for each row that has enough of the text its sort key in the result, and the hit.

    words: of the text, those that must be found. rows: of the table `search`, the most relevant first. 89 % of a score are
    the part of the text that was found, 10 % the similarity of the words that were found for it and the name.
    """
    weight, numerals = sum(word.weight for word in words), {word.token.text for word in words if word.token.is_number}
    given = sorted(word.spelling for word in text.words)
    kinds = {word.text for word in text.words} if len(numerals) < len(words) else {"event"}
    lost = read_weights()["name"]["lost"], read_weights()["name"]["lost_ours"]
    as_found: dict[tuple[str, ...], ParsedName] = {}  # the text with the words that were found for it
    for place, row in enumerate(rows):
        names, contexts = (
            [word.most_similar(each) for word in words] for each in (row["words"].split(), row["context"].split())
        )
        in_name = [similarity for similarity, _ in names]
        in_all = [
            here or there * (1 if word.token.is_number else CONTEXT)
            for word, here, (there, _) in zip(words, in_name, contexts, strict=True)
        ]
        found = sum(part * word.weight for part, word in zip(in_all, words, strict=True)) / weight
        has_numeral = any(part.isdigit() for part in row["words"].split())
        is_other = has_numeral and not numerals <= {*row["words"].split(), *row["context"].split()}
        if not all(in_all) and (found < MIN_FOUND or is_other):
            continue
        kind, similarity, is_same, is_exact = _kind(row["thing"]), 0.0, False, False
        if kind not in TEXTS:
            name = parse_name(row["name"])
            ones = tuple(one for _, one in names)
            if ones not in as_found:
                stands = {word.token.text: one for word, one in zip(words, ones, strict=True)}
                as_found[ones] = _replace_words(text, stands)
            similarity = compare_names(as_found[ones], name, terms.rarity, terms.unknown, lost).similarity
            is_same = text.key == name.key and all(in_all)
            is_exact = is_same and given == sorted(word.spelling for word in name.words)
        score = 100.0 if is_exact else 89 * found + 0.1 * similarity
        shown = [(word, one or other) for word, (_, one), (_, other) in zip(words, names, contexts, strict=True)]
        hit = Hit(
            row["thing"],
            row["name"],
            row["language"],
            bool(row["elsewhere"]),
            score,
            not any(in_name),
            tuple(word.spelling for word, found_as in shown if not found_as),
            tuple((word.spelling, found_as) for word, found_as in shown if found_as and not word.is_same(found_as)),
        )
        relevance = (-round(score), -row["mentions"], place if kind in TEXTS else row["rowid"])
        yield (not is_exact, not is_same, kind not in kinds, RANKS[kind], *relevance), hit


def _replace_words(name: ParsedName, others: Mapping[str, str]) -> ParsedName:
    """Return a name with other tokens instead of some. others: a text by that which it replaces; "" to leave out the token."""
    others = {text: other for text, other in others.items() if text != other}
    if not others:
        return name
    tokens = (replace(token, text=others.get(token.text, token.text)) for token in name.tokens)
    return replace(name, tokens=tuple(token for token in tokens if token.text))


def _is_optional(token: NameToken) -> bool:
    """Return whether things can be found without a word of the text if it has others: an initial, or a title that is not a role."""
    return token.is_initial or (token.text in TITLES and token.text not in ROLES)


def _kind(iri: str) -> str:
    """Return the first path segment of an IRI after the namespace of ids."""
    return iri.removeprefix(own().ids).partition("/")[0]
