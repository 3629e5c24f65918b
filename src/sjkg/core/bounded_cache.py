"""Memoisation of functions of untrusted strings, bounded by the number of entries and the length of the arguments."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

Args = TypeVarTuple("Args")
R = TypeVar("R")
MAX_KEY_CHARS = 300  # all arguments of a call together; IRIs and names of the knowledge base are shorter


def bounded_cache(max_entries: int) -> Callable[[Callable[[*Args], R]], Callable[[*Args], R]]:
    """Return a decorator that memoises a function of positional arguments, each a string, a tuple of strings or None.

    The results of the `max_entries` most recently used argument tuples are kept. A call whose arguments have more than
    MAX_KEY_CHARS characters together is computed and not cached. The decorated function has the method `cache_info` of
    functools.lru_cache.
    """

    def decorate(compute: Callable[[*Args], R]) -> Callable[[*Args], R]:
        cached = lru_cache(maxsize=max_entries)(compute)

        @wraps(compute)
        def look_up(*args: *Args) -> R:
            length = 0
            for arg in args:
                if arg is not None:
                    length += len(arg if isinstance(arg, str) else str(arg))
            return cached(*args) if length <= MAX_KEY_CHARS else compute(*args)

        vars(look_up)["cache_info"] = cached.cache_info
        return look_up

    return decorate
