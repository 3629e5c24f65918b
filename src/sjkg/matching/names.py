"""Comparison of names in any script.

A name is a bag of *tokens*: folded words without accents, in Latin letters where they are Cyrillic, with a token for each
run of a script. Numerals are identity: “World War I” is not “World War II”. The order of tokens does not count, so that “Nelson, Horatio”
is the same as “Horatio Nelson”; an initial stands for a token that begins with it. Words for kinds of things, such as
“battle”, say little. Years and days in a name are dates.
"""

import re
from dataclasses import dataclass, field

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.folding import fold, romanize
from sjkg.matching.name_words import (
    ACRONYM_NUMERAL,
    DATE,
    KIND_SUFFIXES,
    KIND_WORDS,
    LONG_VOWEL,
    NUMERALS,
    ORDINAL,
    PLURAL,
    ROMAN,
    ROMAN_UNITS,
    STOP_WORDS,
    TITLES,
)

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
APOSTROPHE = re.compile(r"['’](?:s$)?")
SPACE_IN_CJK = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff])[ \u3000]+(?=[\u3040-\u30ff\u3400-\u9fff])")
MIN_JOINED = 6  # letters of a name without spaces


@dataclass(frozen=True, slots=True)
class NameToken:
    """A word of a name as it is compared.

    text: folded, in Latin letters where possible. is_initial: whether it is a single letter, as in “G. K.”. is_number: whether
    it is a numeral, of which only the same one is similar. is_kind: whether it is a word for a kind of things, as “battle”.
    word: the word as it is written; "" if `text` has all of it.
    """

    text: str
    is_initial: bool = False
    is_number: bool = False
    is_kind: bool = False
    word: str = field(default="", compare=False)

    @property
    def spelling(self) -> str:
        """Return the whole word in the form of `text`, with its ending and long vowels; of a numeral, its digits."""
        return self.text if self.is_number or not self.word else romanize(fold(self.word))


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name as it is compared.

    text: the name. words: all its words, those of dates last. tokens: without stop words, titles and dates. years: in the
    name. numerals: such as {"2"} of “World War II”. key: the texts of the tokens, sorted. joined: those of the tokens that are not kind words, without spaces, to compare
    “Newport” and “New Port”; "" if it is short.
    """

    text: str
    words: tuple[NameToken, ...] = field(compare=False)
    tokens: tuple[NameToken, ...] = field(compare=False)
    years: tuple[int, ...] = field(compare=False)
    numerals: frozenset[str] = field(compare=False)
    key: str = field(compare=False)
    joined: str = field(compare=False)


def _script(character: str) -> str:
    """Return the script of a letter, as far as names are divided by it."""
    code = ord(character)
    if 0x3040 <= code <= 0x309F:
        return "hiragana"
    if 0x30A0 <= code <= 0x30FF or 0xFF66 <= code <= 0xFF9F:
        return "katakana"
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or character == "々":
        return "han"
    return "hangul" if 0xAC00 <= code <= 0xD7AF else "other"


def _divide(word: str) -> list[str]:
    """Return the runs of one script in a word, with a Chinese, Japanese or Korean kind word at its end as a run of its own."""
    ending = next((suffix for suffix in KIND_SUFFIXES if word.endswith(suffix)), "")
    runs: list[str] = []
    for character in word.removesuffix(ending).removesuffix("の" if ending else ""):
        if runs and _script(runs[-1][-1]) == _script(character):
            runs[-1] += character
        else:
            runs.append(character)
    return [*runs, ending] if ending else runs


@bounded_cache(max_entries=8192)
def parse_name(text: str) -> ParsedName:
    """Return a name prepared for comparison. text: a name, or the key of a record, of which “_” separates words."""
    years: list[int] = []
    dates: list[str] = []

    def note_years(found: re.Match[str]) -> str:
        dates.append(found[0])
        first = found[1] or found[2]
        last = found[3] or first
        years.extend((int(first), int(last if len(last) == 4 else first[:2] + last)))
        return " "

    plain = SPACE_IN_CJK.sub("", text.replace("_", " "))
    without_dates = DATE.sub(note_years, plain)
    if not any(character.isalpha() for character in without_dates):
        without_dates, years, dates = plain, [], []
    tokens = _read_tokens(without_dates)
    kept = [t for t in tokens if t.is_initial or (t.text not in STOP_WORDS and t.text not in TITLES)] or tokens
    numerals = frozenset(t.text for t in kept if t.is_number)
    joined = "".join(t.text for t in kept if not t.is_kind)
    return ParsedName(
        text,
        (*tokens, *(token for date in dates for token in _read_tokens(date))),
        tuple(kept),
        tuple(dict.fromkeys(years)),
        numerals,
        " ".join(sorted(t.text for t in kept)),
        joined if len(joined) >= MIN_JOINED else "",
    )


def _read_tokens(text: str) -> list[NameToken]:
    """Return the tokens of all words of a text, in order."""
    tokens: list[NameToken] = []
    words = list(TOKEN.finditer(text))
    for position, found in enumerate(words):
        has_dot = text[found.end() : found.end() + 1] == "."
        is_last = position == len(words) - 1 and position > 0
        after_initial = bool(tokens) and tokens[-1].is_initial
        is_first = position == 0 and len(words) > 1
        tokens += _tokens(found[0], has_dot, is_first, is_last and not after_initial and "," not in text)
    return tokens


def _tokens(word: str, has_dot: bool, is_first: bool, is_last: bool) -> list[NameToken]:
    """Return the tokens of one word: one for each run of letters of one script, two for an acronym with a numeral (“WW2”).

    Each is folded, a numeral is written in digits, and a plural and long vowels are shortened; it is marked as an initial,
    numeral or kind word if it is one. has_dot: whether a full stop follows, so that one or two letters are an initial.
    is_first: whether it is the first of several words. is_last: whether it is the last of several words, so that “I” is a
    numeral.
    """
    if acronym := ACRONYM_NUMERAL.fullmatch(word):
        letters, numeral = (acronym[1] or acronym[3]).lower(), acronym[2] or acronym[4]
        number = _roman(numeral.lower()) or numeral
        return [NameToken(letters), NameToken(number, is_number=True)]
    tokens: list[NameToken] = []
    for run in _divide(APOSTROPHE.sub("", word)):
        if not (text := fold(run)):
            continue
        is_surname = is_first and len(text) == 2 and run.istitle()  # as in “Xi Jinping”
        if not is_surname and (number := _read_numeral(text, is_last and not has_dot)):
            tokens.append(NameToken(number, is_number=True, word=run))
            continue
        if text in KIND_WORDS:
            tokens.append(NameToken(text, is_kind=True))
            continue
        text = romanize(text)
        is_short = len(text) == 1 or (len(text) == 2 and has_dot and text not in TITLES)  # as “G.” or “Kh.”
        if is_short and text.isalpha() and _script(text[0]) == "other":
            tokens.append(NameToken(text, is_initial=True))
            continue
        singular = text[:-3] + "y" if text.endswith("ies") else PLURAL.sub("", text)
        shortened = LONG_VOWEL.sub(lambda found: found[0][0], singular)
        tokens.append(NameToken(shortened, is_kind=singular in KIND_WORDS, word=run))
    return tokens


def _read_numeral(word: str, is_last: bool) -> str:
    """Return the number that a folded word means, in digits; "" if it means none.

    is_last: whether it is the last of several words, where “i”, “v” and “x” are numerals.
    """
    if word in NUMERALS:
        return NUMERALS[word]
    if ordinal := ORDINAL.fullmatch(word):
        return str(int(ordinal[1]))
    if word.isdecimal():
        return str(int(word))
    return _roman(word) if len(word) > 1 or is_last else ""


def _roman(word: str) -> str:
    """Return the number of a Roman numeral in small letters, up to 39, in digits; "" for another word."""
    found = ROMAN.fullmatch(word)
    return str(10 * len(found[1]) + ROMAN_UNITS[found[2]]) if found and word else ""
