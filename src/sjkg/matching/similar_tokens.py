"""Search for the tokens of a vocabulary that are similar to another one, as by a typing error."""

from collections import defaultdict
from collections.abc import Iterable
from math import ceil

from rapidfuzz import fuzz, process

from sjkg.matching.name_comparison import token_similarity

MAX_ALTERNATIVES = 8  # similar tokens for a token
MIN_LENGTH = 0.6  # of a similar token, as a share of that of the longer one
MIN_RATIO = 60  # of 100, the least similarity that `token_similarity` accepts
MAX_KNOWN = 20_000  # tokens whose similar ones are kept


class SimilarTokens:
    """A vocabulary of tokens by their lengths, without numerals, of which only the same one is similar."""

    def __init__(self, tokens: Iterable[str]):
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for token in tokens:
            if not token.isdigit():
                self._by_length[len(token)].append(token)
        self._known: dict[str, tuple[tuple[str, float], ...]] = {}

    def find(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return at most MAX_ALTERNATIVES tokens that are similar to one, with the similarity from 0 to 1, the best first."""
        if (known := self._known.get(text)) is not None:
            return known
        rated: list[tuple[str, float]] = []
        for length in range(ceil(len(text) * MIN_LENGTH), int(len(text) / MIN_LENGTH) + 1):
            close = process.extract(
                text, self._by_length.get(length, ()), scorer=fuzz.ratio, score_cutoff=MIN_RATIO, limit=MAX_ALTERNATIVES
            )
            rated += [(other, token_similarity(text, other)) for other, _, _ in close]
        found = tuple(sorted((each for each in rated if each[1]), key=lambda each: -each[1])[:MAX_ALTERNATIVES])
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[text] = found
        return found
