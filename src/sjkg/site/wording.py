"""Figures and language tags as English text."""


def count_in_words(exact: int | None, least: int | None, greatest: int | None, words: str | None) -> str:
    """Return a figure as text: “1,300”, “5–6”, “over 100”, “at most 20”, or else the article's word for it.

    exact, least, greatest: whole numbers, bounds included, or None. words: the article's word, or None; "" is returned
    if all four are None.
    """
    if exact is not None:
        return f"{exact:,}"
    if least is not None and greatest is not None:
        return f"{least:,}–{greatest:,}"
    if least is not None:
        return f"over {least - 1:,}" if least % 10 == 1 else f"at least {least:,}"
    if greatest is not None:
        return f"under {greatest + 1:,}" if greatest % 10 == 9 else f"at most {greatest:,}"
    return words or ""


LANGUAGES = {"en": "English", "ja": "Japanese", "zh": "Chinese", "ru": "Russian", "mn": "Mongolian", "ko": "Korean"}
SCRIPTS = {
    "latn": "in Latin letters",
    "cyrl": "in Cyrillic",
    "hans": "in simplified characters",
    "hant": "in traditional characters",
    "pinyin": "(pinyin)",
}


def language_name(tag: str) -> str:
    """Return a BCP 47 language tag as text, such as “Japanese in Latin letters”; unknown subtags are kept as they are.

    Source: https://www.rfc-editor.org/info/bcp47
    """
    language, *rest = tag.lower().split("-")
    return " ".join([LANGUAGES.get(language, language), *(SCRIPTS.get(part, part) for part in rest)])
