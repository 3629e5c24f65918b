"""The form of names and words in which all of this package compares them: without case, accents and punctuation."""

import unicodedata

LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
VOICE_MARKS = "\u3099\u309a"  # of kana, where they make another letter: ガ is not カ
# Romanization of Cyrillic without ь and ъ, https://en.wikipedia.org/wiki/BGN/PCGN_romanization_of_Russian
CYRILLIC = str.maketrans(
    dict(zip("абвгдезиклмнопрстуфыэьъөүі", [*"abvgdeziklmnoprstufye", "", "", *"oui"], strict=True))
    | dict(zip("жхцчшщюяйё", ("zh", "kh", "ts", "ch", "sh", "shch", "yu", "ya", "i", "e"), strict=True))
)


def fold(text: str) -> str:
    """Return a text in small letters (casefold), without accents, and with a single space for each run of other characters.

    Letters stay in their script; й is и, but the voice marks of kana stay. The result is in Unicode's normal form C.
    """
    lowered = unicodedata.normalize("NFKC", text).casefold()
    if not lowered.isascii():
        decomposed = unicodedata.normalize("NFKD", lowered)
        bare = "".join(c for c in decomposed if c in VOICE_MARKS or not unicodedata.combining(c))
        lowered = unicodedata.normalize("NFC", bare).translate(LETTERS)
    if lowered.isalnum():
        return lowered
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in lowered)
    return " ".join("".join(kept).split())


def romanize(folded: str) -> str:
    """Return a folded text with Latin letters for Cyrillic ones; other scripts are left as they are."""
    return folded if folded.isascii() else folded.translate(CYRILLIC)
