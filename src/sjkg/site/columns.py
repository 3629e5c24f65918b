"""The columns of the lists: their titles, and how a cell reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sjkg.site.date_text import edtf_in_words, in_words
from sjkg.site.wording import count_in_words

HIDDEN = {"item", "begin", "sureBegin", "sureEnd", "end", "wording", "start", "exact", "least", "greatest", "long"}
HIDDEN |= {("events", "lat")}
ORDERS = {
    "events": "begin",
    "actors": "name",
    "places": "name",
    "claims": "start",
    "passages": "start",
    "remarks": "start",
}
TITLES = {
    "name": "Name",
    "kind": "Kind",
    "date": "Date",
    "place": "Place",
    "whole": "Part of",
    "claims": "Claims",
    "state": "State",
    "unit": "Belongs to",
    "events": "Events",
    "within": "Lies in",
    "lat": "Coordinates",
    "about": "About",
    "party": "Whose",
    "quantity": "What is counted",
    "words": "How many",
    "speaker": "Who says so",
    "footnote": "Footnote",
    "passage": "Passage",
    "section": "Section",
    "abstract": "Summary",
    "statements": "Statements",
}
ONE_LINE = 12  # letters that are not broken into lines: a day, “passage 34”
NUMBERS = ("claims", "events", "statements", "words")


@dataclass(frozen=True)
class Cell:
    """What stands in a row's column: a text, and the thing it names where it names one."""

    text: str
    iri: str | None = None
    is_number: bool = False

    @property
    def is_short(self) -> bool:
        return len(self.text) <= ONE_LINE


def read_cell(column: str, row: dict, names: Mapping[str, str]) -> Cell:
    """Return a cell of a row of the index. A date is shown as the days it may span."""
    value = row[column]
    if column == "name":
        return Cell(value, row["item"])
    if column == "date":
        return Cell(dates_in_words(row["begin"], row["end"]) or (value and edtf_in_words(value)) or "no date given")
    if column == "words":
        return Cell(count_in_words(row["exact"], row["least"], row["greatest"], value), is_number=True)
    if column == "lat":
        return Cell("" if value is None else f"{value}, {row['long']}")
    if isinstance(value, str) and value in names:
        return Cell(names[value], value)
    return Cell("" if value is None else f"{value:,}" if isinstance(value, int) else value, None, column in NUMBERS)


def dates_in_words(begin: str | None, end: str | None) -> str:
    return in_words(date.fromisoformat(begin), date.fromisoformat(end)) if begin and end else ""
