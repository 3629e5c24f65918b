"""Language tags in words. Source: BCP 47, https://www.rfc-editor.org/info/bcp47"""

LANGUAGES = {"en": "English", "ja": "Japanese", "zh": "Chinese", "ru": "Russian", "mn": "Mongolian", "ko": "Korean"}
WRITINGS = {
    "latn": "in Latin letters",
    "cyrl": "in Cyrillic",
    "hans": "in simplified characters",
    "hant": "in traditional characters",
    "pinyin": "(pinyin)",
}


def language_name(tag: str) -> str:
    """Return a language tag in words, as “Japanese in Latin letters”; what is not known stays as it is."""
    language, *rest = tag.lower().split("-")
    return " ".join([LANGUAGES.get(language, language), *(WRITINGS.get(part, part) for part in rest)])
