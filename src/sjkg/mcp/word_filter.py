"""Selection of entries of lists by words, which are compared as in the search."""

from sjkg.snapshot.index.search import search_tokens


def has_words(text: str, wanted: str) -> bool:
    """Return whether a text has all words of another one, in any order and form; True for one without words."""
    return not wanted.strip() or _words(wanted) <= _words(text)


def _words(text: str) -> set[str]:
    """Return the words of a text as they are compared."""
    return {token.text for token in search_tokens(text)}
