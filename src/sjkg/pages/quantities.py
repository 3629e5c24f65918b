"""Figures in words, as they are: bounds stay bounds, and words stay words."""


def count_in_words(exact: int | None, least: int | None, greatest: int | None, words: str | None) -> str:
    """Return a figure: “1,300”, “5–6”, “more than 100”, “at most 20”, or the article's word for it."""
    if exact is not None:
        return f"{exact:,}"
    if least is not None and greatest is not None:
        return f"{least:,}–{greatest:,}"
    if least is not None:
        return f"over {least - 1:,}" if least % 10 == 1 else f"at least {least:,}"
    if greatest is not None:
        return f"under {greatest + 1:,}" if greatest % 10 == 9 else f"at most {greatest:,}"
    return words or ""
