"""The records of a dataset in memory, with indexes by token of a name, identifier, day and place.

Candidates for a record are found by these indexes, never by a scan.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from math import log2

from sjkg.matching.name_comparison import token_bits
from sjkg.matching.names import NameToken, ParsedName, parse_name
from sjkg.matching.records import Record, read_identifier
from sjkg.matching.similar_tokens import SimilarTokens

MIN_CANDIDATES = 10  # records that are compared with a record, and more if more results are wanted
MIN_SHARE = 0.35  # of the weight of the common tokens of the best candidate
MIN_SIZE = 256  # records: in a smaller table words are taken to be as rare as in one of this size
MAX_SAME_DAY = 50  # records that begin on a day; of a day with more, none are candidates
MAX_TOKENS = 16  # of a name
MAX_QUERY_NAMES = 40  # of a record
COMMON = 0.02  # the share of the names above which a token finds no candidates of its own …
MIN_COMMON = 200  # … if it is in more names than this


class RecordTable:
    """Records of one dataset, with indexes. Thread-safe after construction.

    records: by key, in the order given.
    """

    def __init__(self, records: Iterable[Record]):
        """Index the given records. Of records with the same key, the last is kept."""
        self.records = {record.key: record for record in records}
        self._names: list[tuple[str, ParsedName]] = []
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._joined: dict[str, list[int]] = defaultdict(list)
        self._by_key: dict[str, list[str]] = defaultdict(list)
        self._identified: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._begun: dict[date, list[str]] = defaultdict(list)
        frequency: Counter[str] = Counter()
        for record in self.records.values():
            tokens: set[str] = set()
            for parsed in dict.fromkeys(parse_name(name.text) for name in record.names):
                number = len(self._names)
                self._names.append((record.key, parsed))
                own = {token.text for token in parsed.tokens}
                tokens |= own
                for token in own:
                    self._postings[token].append(number)
                if parsed.joined:
                    self._joined[parsed.joined].append(number)
                if record.key not in self._by_key[parsed.key]:
                    self._by_key[parsed.key].append(record.key)
            frequency.update(tokens)
            for identifier in record.identifiers:
                if identifier.relation != "other":
                    self._identified[identifier.scheme, identifier.value].append(record.key)
            if record.begin and record.begin.first and record.begin.precision == "day":
                self._begun[record.begin.first].append(record.key)
        self.unknown_bits = log2(max(len(self.records), MIN_SIZE))
        self.rarity = {token: self.unknown_bits - log2(count) for token, count in frequency.items()}

    @cached_property
    def _similar(self) -> SimilarTokens:
        """The tokens of all names."""
        return SimilarTokens(self.rarity)

    def similar_tokens(self, token: NameToken) -> tuple[tuple[str, float], ...]:
        """Return the tokens of names in this table that are similar to a token, with the similarity from 0 to 1, the best first.

        For a token that a name has, it is only this one, with 1; for another numeral or word for a kind, there is none.
        """
        if token.text in self._postings:
            return ((token.text, 1.0),)
        return () if token.is_number or token.is_kind else self._similar.find(token.text)

    def find_by_names(
        self, names: Iterable[ParsedName], count: int = MIN_CANDIDATES
    ) -> dict[str, list[tuple[ParsedName, ParsedName]]]:
        """Return the records with names that share tokens with some names, those with the rarest common tokens first.

        The result maps at most `count` keys of records to at most three pairs each (the given name, the name of the record).
        Records that share less than MIN_SHARE of what the best shares are left out.
        """
        found: list[tuple[float, int, ParsedName]] = []
        for name in list(names)[:MAX_QUERY_NAMES]:
            agreed: dict[int, float] = defaultdict(float)
            whole = 0.0
            rare_first = sorted(name.tokens[:MAX_TOKENS], key=lambda t: -token_bits(t, self.rarity, self.unknown_bits))
            for token in rare_first:
                bits = token_bits(token, self.rarity, self.unknown_bits)
                whole += bits
                for other, similarity in self.similar_tokens(token):
                    postings = self._postings[other]
                    if agreed and len(postings) > max(MIN_COMMON, COMMON * len(self._names)):
                        numbers: Iterable[int] = [each for each in agreed if other in self._texts[each]]
                    else:
                        numbers = postings
                    for number in numbers:
                        agreed[number] += bits * similarity
            for number in self._joined.get(name.joined, ()) if name.joined else ():
                agreed[number] = max(agreed[number], min(whole, self._bits_of_names[number]))
            for number, bits in agreed.items():
                total = self._bits_of_names[number] + whole
                found.append((bits * bits / (total or 1.0), number, name))
        least = MIN_SHARE * max((rating for rating, _, _ in found), default=0.0)
        found = sorted((each for each in found if each[0] >= least), key=lambda each: (-each[0], each[1]))
        pairs: dict[str, list[tuple[ParsedName, ParsedName]]] = {}
        for _, number, name in found:
            key, ours = self._names[number]
            if key in pairs:
                if len(pairs[key]) < 3:
                    pairs[key].append((name, ours))
            elif len(pairs) < count:
                pairs[key] = [(name, ours)]
        return pairs

    @cached_property
    def _texts(self) -> list[frozenset[str]]:
        """The texts of the tokens of each name."""
        return [frozenset(token.text for token in parsed.tokens) for _, parsed in self._names]

    @cached_property
    def _bits_of_names(self) -> list[float]:
        """The sum of the information of the tokens of each name, in bits, in the order of `_names`."""
        return [
            sum(token_bits(token, self.rarity, self.unknown_bits) for token in parsed.tokens)
            for _, parsed in self._names
        ]

    def find_by_identifier(self, scheme: str, value: str) -> list[str]:
        """Return the keys of the records with an identifier whose relation is “same” or “close”."""
        return self._identified.get((scheme, value), [])

    def find_by_begin(self, day: date) -> list[str]:
        """Return the keys of the records that begin on a day; none if there are more than MAX_SAME_DAY."""
        found = self._begun.get(day, [])
        return found if len(found) <= MAX_SAME_DAY else []

    def resolve(self, reference: str) -> frozenset[str]:
        """Return the keys of the records that a reference means: the record with this key, or else those with this identifier,
        or else those with this name, compared as `parse_name` folds names.

        reference: a key, an identifier or a name. The last segment of an unknown IRI is taken as a name.
        """
        if reference in self.records:
            return frozenset((reference,))
        identifier = read_identifier(reference)
        if found := self.find_by_identifier(identifier.scheme, identifier.value):
            return frozenset(found)
        text = reference
        if "://" in reference:
            text = reference.rstrip("/#").replace("#", "/").rpartition("/")[2].replace("-", " ")
        return frozenset(self._by_key.get(parse_name(text).key, ()))
