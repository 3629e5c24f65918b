"""Remembering what was computed of texts that anyone may send: of short ones only, so that what is kept stays small."""

from collections.abc import Callable
from functools import lru_cache, wraps

MOST_LETTERS = 300  # of all arguments together; names and IRIs of ours have fewer


def bounded_cache(most: int) -> Callable[[Callable], Callable]:
    """Keep what a function of texts (or None) returned for the last `most` calls that were short."""

    def decorate(compute: Callable) -> Callable:
        kept = lru_cache(maxsize=most)(compute)

        @wraps(compute)
        def look(*texts):
            is_short = sum(len(text) for text in texts if text) <= MOST_LETTERS
            return kept(*texts) if is_short else compute(*texts)

        look.cache_info = kept.cache_info
        return look

    return decorate
