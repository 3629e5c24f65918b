"""Comparison of two names by their tokens: which agree, and how much that says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from sjkg.core.bounded_cache import bounded_cache
from sjkg.matching.name_words import KIND_WORDS
from sjkg.matching.names import NameToken, ParsedName

MIN_SIMILARITY = 0.8  # of two tokens that are not the same
MIN_SAME_START = 0.9  # of two tokens that differ more, by the measure of Jaro and Winkler
KIND_WEIGHT = 0.25  # of a kind word, compared with another word of the same frequency
INITIAL = 0.6  # the similarity of an initial to a token that begins with it
INITIAL_BITS = 2.0
MIN_SHORT = 4  # letters of a Latin token that may be spelled in another way
MIN_CHARACTERS = 0.6  # the similarity of two Chinese words, of which one character in three may be a variant

Rarity = Mapping[str, float]  # of a token, its information in bits; of an unknown one, that of the rarest


@bounded_cache(max_entries=16384)
def token_similarity(one: str, other: str) -> float:
    """Return the similarity, 0 to 1, of two tokens that are not numerals; 0 if they are not similar enough.

    Tokens are similar enough from MIN_SIMILARITY on, or if they begin alike (MIN_SAME_START); of short ones only Chinese and
    the like, from MIN_CHARACTERS on.
    """
    if min(len(one), len(other)) < MIN_SHORT:
        # short Latin words differ by a letter without being related
        found = fuzz.ratio(one, other) / 100 if not one.isascii() and not other.isascii() else 0.0
        return found if found >= MIN_CHARACTERS else 0.0
    if (ratio := fuzz.ratio(one, other) / 100) >= MIN_SIMILARITY:
        return ratio
    same_start = JaroWinkler.similarity(one, other)  # as of Georgii and Georgy
    return ratio if same_start >= MIN_SAME_START else 0.0


@dataclass(frozen=True, slots=True)
class NameComparison:
    """The comparison of two names. name: ours.

    bits: the weight of the tokens that agree, less that of the others; rare tokens weigh more. similarity: 0 to 100. shared:
    pairs of tokens that agree, theirs first. words: those of their name that agree, as they are written. only_theirs,
    only_ours: the other tokens. numerals_differ: whether no numeral of the one is in the other, although one has some.
    is_exact: whether all tokens are the same.
    """

    name: str
    bits: float
    similarity: float
    shared: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    only_theirs: tuple[str, ...]
    only_ours: tuple[str, ...]
    numerals_differ: bool
    is_exact: bool

    @property
    def agreement(self) -> str:
        """Return “same” if the names differ only in words for kinds, “spelling” if also in spelling, else “other”."""
        if not self.shared or any(word not in KIND_WORDS for word in (*self.only_theirs, *self.only_ours)):
            return "other"
        return "same" if all(one == other for one, other in self.shared) else "spelling"


def token_bits(token: NameToken, rarity: Rarity, unknown: float) -> float:
    """Return the information of a token in bits: less for kind words and initials. unknown: that of a token not in `rarity`."""
    if token.is_initial:
        return INITIAL_BITS
    bits = rarity.get(token.text, unknown)
    return bits * KIND_WEIGHT if token.is_kind else bits


def compare_names(
    theirs: ParsedName, ours: ParsedName, rarity: Rarity, unknown: float, lost: tuple[float, float]
) -> NameComparison:
    """Return the comparison of two names.

    rarity, unknown: as for `token_bits`. lost: the shares, of the information of their and of our tokens without match, that
    are deducted.
    """
    left, shared, words, agreed = list(ours.tokens), list[tuple[str, str]](), list[str](), 0.0
    others: list[NameToken] = []
    for token in theirs.tokens:  # equal ones first, so that no similar one takes their place
        same = next((other for other in left if other.text == token.text), None)
        if same is None:
            others.append(token)
            continue
        left.remove(same)
        shared.append((token.text, same.text))
        words.append(token.word or token.text)
        agreed += token_bits(same, rarity, unknown)
    only_theirs = others
    if (left or others) and theirs.joined and theirs.joined == ours.joined:
        shared = [(theirs.joined, ours.joined), *(pair for pair in shared if pair[0] in KIND_WORDS)]
        words = [theirs.text]
        agreed = sum(
            token_bits(token, rarity, unknown) for token in ours.tokens if token not in left or not token.is_kind
        )
        only_theirs = [token for token in others if token.is_kind]
        left = [token for token in left if token.is_kind]
    elif left and others:
        only_theirs = []
        for token in sorted(others, key=lambda each: (each.is_initial, -len(each.text))):
            similarity, best = _find_best(token, left)
            if best is None:
                only_theirs.append(token)
                continue
            left.remove(best)
            shared.append((token.text, best.text))
            words.append(token.word or token.text)
            bits = min(token_bits(token, rarity, unknown), token_bits(best, rarity, unknown))
            agreed += similarity**2 * bits
    lost_theirs = sum(token_bits(token, rarity, unknown) for token in only_theirs)
    lost_ours = sum(token_bits(token, rarity, unknown) for token in left)
    total = 2 * agreed + lost_theirs + lost_ours
    return NameComparison(
        ours.text,
        agreed - lost[0] * lost_theirs - lost[1] * lost_ours,
        100 * 2 * agreed / total if total else 0.0,
        tuple(shared),
        tuple(words),
        tuple(token.text for token in only_theirs),
        tuple(token.text for token in left),
        theirs.numerals != ours.numerals and not theirs.numerals & ours.numerals,
        theirs.key == ours.key,
    )


def _find_best(token: NameToken, others: Sequence[NameToken]) -> tuple[float, NameToken | None]:
    """Return the similarity and the token among `others` that is most similar to `token`; (0, None) if none is."""
    best: tuple[float, NameToken | None] = 0.0, None
    for other in others:
        if token.is_number or other.is_number:
            continue
        if token.is_initial or other.is_initial:
            starts = token.text.startswith(other.text) or other.text.startswith(token.text)
            similarity = INITIAL if starts else 0.0
        else:
            similarity = token_similarity(token.text, other.text)
        if similarity > best[0]:
            best = similarity, other
    return best
