"""Comparison of names in any script.

A name is a bag of *tokens*: folded words without accents, in Latin letters where they are Cyrillic, with a token for each
run of a script. Numerals are identity: “World War I” is not “World War II”. The order of tokens does not count, so that “Zhukov, Georgy”
is the same as “Georgy Zhukov”; an initial stands for a token that begins with it. Words for kinds of things, such as
“battle”, say little. Years and days in a name are dates.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from sjkg.core.bounded_cache import bounded_cache

STOP_WORDS = frozenset(
    "a an and at by during for from in near of off on or over the to under with within de del der des di du d el en et im la las le les los "
    "und von am и на в о у no".split()
)
TITLES = frozenset(
    "admiral captain colonel comrade general kaiser lieutenant major marshal commander dr mr mrs sir tsar gen col lt maj capt "
    "lg mg lieut comdr adm field".split()
)
# Words that tell the kind of a thing; each weighs KIND_WEIGHT of another word
KIND_WORDS = frozenset(
    "action affair affray attack battle campaign clash combat conflict crisis defence defense engagement event fight fighting "
    "incident invasion operation raid siege skirmish war treaty pact convention agreement army division regiment lake river "
    "island city port republic empire kingdom jiken sensou senso shijian "
    "schlacht krieg zwischenfall bataille batalla guerre guerra incidente бой бои битва война инцидент конфликт дайн байлдаан "
    "事件 事変 事变 事變 戦争 战争 戰爭 戦い 会戦 会战 會戰 戦役 战役 戰役 紛争 作戦 行动 行動 전투 전쟁 사건 작전".split()
)
KIND_SUFFIXES = tuple(sorted((word for word in KIND_WORDS if not word.isascii()), key=len, reverse=True))
NUMERALS = {
    word: str(number)
    for number, words in enumerate(
        ("one first erster erste premier premiere primera primer", "two second zweiter zweite seconde segunda segundo")
        + ("three third", "four fourth", "five fifth", "six sixth", "seven seventh", "eight eighth", "nine ninth")
        + ("ten tenth", "eleven eleventh", "twelve twelfth"),
        start=1,
    )
    for word in words.split()
}
ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
ROMAN_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
# an acronym without vowels and a numeral, as WWI, WW2, wwii
ACRONYM_NUMERAL = re.compile(
    r"([BCDFGHJ-NP-TWZ]{2,}?)(I{1,3}|IV|VI{0,3}|[1-9]\d?)|([bcdfghj-np-twz]{2,}?)(ii|iii|iv|vi|[1-9]\d?)"
)
PLURAL = re.compile(r"(?<=[a-z]{2})(?:(?<=ss|sh|ch)es|(?<![suio])s)$")
LONG_VOWEL = re.compile(r"ou|oo|oh(?=$|[^aeiou])|uu")
MONTH_NAMES = "january february march april may june july august september october november december".split()
DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:{'|'.join(MONTH_NAMES)})(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+(1\d{{3}}|20\d\d))\b"
    r"|\b(1\d{3}|20\d\d)(?:\s*[-–—/]\s*((?:1\d|20)?\d\d))?\b",
    re.IGNORECASE,
)
TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
APOSTROPHE = re.compile(r"['’](?:s$)?")
# Romanization of Cyrillic without ь and ъ, https://en.wikipedia.org/wiki/BGN/PCGN_romanization_of_Russian
CYRILLIC = str.maketrans(
    dict(zip("абвгдезиклмнопрстуфыэьъөүі", [*"abvgdeziklmnoprstufye", "", "", *"oui"], strict=True))
    | dict(zip("жхцчшщюяйё", ("zh", "kh", "ts", "ch", "sh", "shch", "yu", "ya", "i", "e"), strict=True))
)


@dataclass(frozen=True, slots=True)
class NameToken:
    """A word of a name as it is compared.

    text: folded, in Latin letters where possible. is_initial: whether it is a single letter, as in “G. K.”. is_number: whether
    it is a numeral, of which only the same one is similar. is_kind: whether it is a word for a kind of things, as “battle”.
    """

    text: str
    is_initial: bool = False
    is_number: bool = False
    is_kind: bool = False


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name as it is compared.

    text: the name. tokens: without stop words, titles and dates. years: in the name. numerals: such as {"2"} of “World War
    II”. key: the texts of all tokens, sorted.
    """

    text: str
    tokens: tuple[NameToken, ...] = field(compare=False)
    years: tuple[int, ...] = field(compare=False)
    numerals: frozenset[str] = field(compare=False)
    key: str = field(compare=False)


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
    runs: list[str] = []
    for character in word:
        if runs and _script(runs[-1][-1]) == _script(character):
            runs[-1] += character
        else:
            runs.append(character)
    divided: list[str] = []
    for run in runs:
        ending = next((suffix for suffix in KIND_SUFFIXES if run.endswith(suffix) and run != suffix), "")
        divided += [run.removesuffix(ending), ending] if ending and _script(run[-1]) in ("han", "hangul") else [run]
    return divided


def fold(word: str) -> str:
    """Return a word in small letters (casefold), without accents, and Cyrillic in Latin letters."""
    lowered = unicodedata.normalize("NFKC", word).casefold()
    if not lowered.isascii():
        # the accents of kana and the breve of й are letters
        decomposed = lowered if _script(lowered[0]) != "other" else unicodedata.normalize("NFKD", lowered)
        lowered = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return lowered


@bounded_cache(max_entries=8192)
def parse_name(text: str) -> ParsedName:
    """Return a name prepared for comparison. text: a name, or the key of a record, of which “_” separates words."""
    years: list[int] = []

    def note_years(found: re.Match[str]) -> str:
        first = found[1] or found[2]
        last = found[3] or first
        years.extend((int(first), int(last if len(last) == 4 else first[:2] + last)))
        return " "

    plain = text.replace("_", " ")
    without_dates = DATE.sub(note_years, plain)
    if not any(character.isalpha() for character in without_dates):
        without_dates, years = plain, []
    tokens: list[NameToken] = []
    words = list(TOKEN.finditer(without_dates))
    for position, found in enumerate(words):
        has_dot = without_dates[found.end() : found.end() + 1] == "."
        is_last = position == len(words) - 1 and position > 0
        after_initial = bool(tokens) and tokens[-1].is_initial
        is_first = position == 0 and len(words) > 1
        tokens += _tokens(found[0], has_dot, is_first, is_last and not after_initial and "," not in without_dates)
    kept = [t for t in tokens if t.is_initial or (t.text not in STOP_WORDS and t.text not in TITLES)] or tokens
    numerals = frozenset(t.text for t in kept if t.is_number)
    return ParsedName(text, tuple(kept), tuple(dict.fromkeys(years)), numerals, " ".join(sorted(t.text for t in kept)))


def _tokens(word: str, has_dot: bool, is_first: bool, is_last: bool) -> list[NameToken]:
    """Return the tokens of one word: one for each run of a script.

    has_dot: whether a full stop follows. is_first: whether it is the first of several words. is_last: whether it is the last
    of several words, so that “I” is a numeral.
    """
    if acronym := ACRONYM_NUMERAL.fullmatch(word):
        letters, numeral = (acronym[1] or acronym[3]).lower(), acronym[2] or acronym[4]
        number = _roman(numeral.lower()) or numeral
        return [NameToken(letters), NameToken(number, is_number=True)]
    tokens: list[NameToken] = []
    for run in _divide(APOSTROPHE.sub("", word)):
        text = fold(run)
        is_surname = is_first and len(text) == 2 and run.istitle()  # as in “Xi Jinping”
        if not is_surname and (number := _read_numeral(text, is_last and not has_dot)):
            tokens.append(NameToken(number, is_number=True))
            continue
        if text in KIND_WORDS:
            tokens.append(NameToken(text, is_kind=True))
            continue
        text = text.translate(CYRILLIC)
        if len(text) == 1 and text.isalpha() and _script(text) == "other":
            tokens.append(NameToken(text, is_initial=True))
            continue
        singular = text[:-3] + "y" if text.endswith("ies") else PLURAL.sub("", text)
        shortened = LONG_VOWEL.sub(lambda found: found[0][0], singular)
        tokens.append(NameToken(shortened, is_kind=singular in KIND_WORDS))
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
