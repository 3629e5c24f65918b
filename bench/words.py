"""Random names, sentences and dates for synthetic graphs: invented words in the style of the packaged graph."""

from datetime import date
from random import Random

FIRST = "Tor Bal Kha Sui Nom Dar Ulan Ere Han Ta Mo Chu Ola Ger Bu Ak Sar Yel Zor Ir".split()
MIDDLE = "ba ga ri lo ma shi ru du te ko na zu ye vi lha no".split()
LAST = "gan miao nor duk ran fen ho shan lin khan gol vo mir tsa rak sen".split()
VERBS = "crosses holds shells leaves enters scouts attacks surrounds reaches fortifies".split()
CLAUSES = (
    "the other side answers within the hour",
    "a second column follows by night",
    "both capitals hear different accounts",
    "the survivors fall back across the river",
    "nothing further is said about the prisoners",
    "a commission is asked for and refused",
)
DOUBTS = (
    "which of the two forces is meant remains open",
    "the figure is given once and without a source",
    "the day does not fit the order of the story",
    "one name stands for two places further up",
    "the count leaves out those who died later",
)
FAMILY_NAMES = "Arai Baatar Chen Dorzhi Egorov Fukuda Galsan Honda Ivanov Jargal Kimura Lebedev".split()


def random_place_name(random: Random) -> str:
    """Return a random name of three syllable groups."""
    return random.choice(FIRST) + random.choice(MIDDLE) + random.choice(LAST)


def random_abstract(random: Random, actor: str, place: str) -> str:
    """Return a random sentence about what an actor does at a place."""
    return f"{actor} {random.choice(VERBS)} {place}; {random.choice(CLAUSES)}, and {random.choice(CLAUSES)}."


def random_remark(random: Random, topic: str) -> str:
    """Return a random sentence about two uncertainties of a topic."""
    return f"About {topic}, {random.choice(DOUBTS)}; {random.choice(DOUBTS)}."


def random_edtf(random: Random, day: date) -> str:
    """Return a random EDTF text that includes `day`: a day, month, third of a month, year, interval or set."""
    month = day.isoformat()[:7]
    form = random.random()
    if form < 0.4:
        return day.isoformat()
    if form < 0.7:
        return month
    if form < 0.8:
        return _third_of_month(day)
    if form < 0.88:
        return f"{day.isoformat()}/{month}-28" if day.day < 28 else day.isoformat()  # no effect begins before its cause
    if form < 0.94:
        return f"{day.year}"
    return f"../{day.isoformat()}" if form < 0.97 else f"[{day.year}-{max(day.month - 1, 1):02}~,{month}~]"


def _third_of_month(day: date) -> str:
    """Return the EDTF text for one unknown day of the third of a month with `day` in it; for days after 28, the day."""
    month = day.isoformat()[:7]
    if day.day <= 20:
        first = 1 if day.day <= 10 else 11
        return f"[{month}-{first:02}..{month}-{first + 9}]"
    return f"[{month}-21..{month}-28]" if day.day <= 28 else day.isoformat()
