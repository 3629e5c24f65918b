"""Words and patterns of names: stop words, titles, words for kinds of things, numerals, dates."""

import re

STOP_WORDS = frozenset(
    "a an and at by during for from in near of off on or over the to under with within de del der des di du d el en et im la las le les los "
    "und von am и на в о у no".split()
)
TITLES = frozenset(
    "admiral captain colonel comrade emperor general kaiser lieutenant major marshal commander dr mr mrs sir tsar gen col lt maj capt "
    "lg mg lieut comdr adm field".split()
)
# Words that tell the kind of a thing, with the kind; each weighs less than another word
KIND_WORDS = {
    word: kind
    for kind, words in {
        "event": "action affair affray attack battle campaign clash combat conflict crisis defence defense engagement event "
        "fight fighting incident invasion operation raid siege skirmish war jiken sensou senso shijian schlacht krieg "
        "zwischenfall bataille batalla guerre guerra incidente бой бои битва война инцидент конфликт дайн байлдаан "
        "事件 事変 事变 事變 戦争 战争 戰爭 戦い 会戦 会战 會戰 戦役 战役 戰役 紛争 作戦 行动 行動 전투 전쟁 사건 작전",
        "treaty": "treaty pact convention agreement",
        "army": "army division regiment",
        "state": "republic empire kingdom",
        "place": "lake river island city port sea bay hill mountain pass lac lago ozero озеро озера река реке",
    }.items()
    for word in words.split()
}
# of Chinese, Japanese and Korean words, which have no spaces
KIND_SUFFIXES = tuple(sorted((word for word in KIND_WORDS if word > "\u3000"), key=len, reverse=True))
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
