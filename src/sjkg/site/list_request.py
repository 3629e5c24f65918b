"""The query that gives the same rows as a list does under the same choices.

What the address of a list asks for: values of facets, a span of days, an order and a page; read, and written again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sjkg.core.errors import BadParameter
from sjkg.core.terms import Iri, Literal, Term, is_valid_term, to_ntriples
from sjkg.core.vocabulary import INFERRED, PREFIXES, curie, expand, shorten
from sjkg.site.columns import ORDERS
from sjkg.site.date_text import FIRST_DAY, LAST_DAY
from sjkg.snapshot.index.lists import Facet, List
from sjkg.snapshot.index.read import FacetSelection
from sjkg.sparql.tokens import tokenize

SPAN = """
  FILTER(BOUND(?begin) || BOUND(?end))
  FILTER((!BOUND(?begin) || ?begin <= {last}) && (!BOUND(?end) || ?end >= {first}))"""


def compose(of: List, choice: FacetSelection) -> str:
    """Return the list's query with a sub-query for each facet that is chosen in."""
    parts = [_part(of.facet(name), values, choice.asserted_only) for name, values in choice.values.items()]
    if choice.span:
        first, last = (to_ntriples(Literal(day, PREFIXES["xsd"] + "date")) for day in choice.span)
        parts.append(SPAN.format(first=first, last=last))
    brace = next(token.end for token in tokenize(of.text) if token.text == "{")
    return of.text[:brace] + "".join(parts) + of.text[brace:]


def _part(facet: Facet, values: tuple[str, ...], asserted_only: bool) -> str:
    listed = " ".join(to_ntriples(facet_term(value)) for value in values)
    text = f"{facet.text.strip()} VALUES ?{facet.name} {{ {listed} }}"
    only = f"\n  FILTER(!BOUND(?{facet.graph}) || ?{facet.graph} != {shorten(INFERRED)})" if asserted_only else ""
    return "\n  { " + text.replace("\n", "\n    ") + " }" + only


def facet_term(value: str) -> Term:
    """Return a facet's value as the term it was: years are numbers, everything else is a thing."""
    return Literal(value, PREFIXES["xsd"] + "integer") if value.isdigit() else Iri(value)


MOST_VALUES, MOST_CHARACTERS = 50, 4000  # each link of a page repeats all values that are chosen


@dataclass(frozen=True)
class ListRequest:
    """What the address of a list asks for."""

    choice: FacetSelection
    order: str
    descending: bool
    page: int

    def query(self, **changes: object) -> str:
        """Return the query string of this list with changes; the page starts anew unless it is what changes."""
        parts = [(name, shown_value(value)) for name, values in sorted(self.choice.values.items()) for value in values]
        given = {"stated": self.choice.asserted_only and "yes", **self.days, "sort": self.sort, **changes}
        return "?" + urlencode(parts + [(name, value) for name, value in given.items() if value])

    @property
    def days(self) -> dict[str, str]:
        """Return the span of days as addresses have it: one day, or from and to."""
        first, last = self.choice.span or (None, None)
        return {"day": first} if first == last else {"from": first, "to": last}

    @property
    def sort(self) -> str:
        return ("-" if self.descending else "") + self.order


def parse_list_request(of: List, parameters: Iterable[tuple[str, str]]) -> ListRequest:
    """Return what the parameters of an address ask of a list. Raises BadParameter for one that it does not take."""
    values: dict[str, tuple[str, ...]] = {}
    parameters = list(parameters)
    _check_size(of, [(name, value) for name, value in parameters if of.facet(name) and value])
    others = {"stated": "", "day": "", "from": "", "to": "", "sort": ORDERS[of.name], "page": "1"}
    for name, value in parameters:
        if of.facet(name) and value:
            values[name] = (*values.get(name, ()), _facet_value(value))
        elif name in others:
            others[name] = value or others[name]
        elif value:
            known = ", ".join([*(facet.name for facet in of.facets), *others])
            raise BadParameter(f"the list of {of.name} has no “{name}”; it takes {known}")
    span = _span(*(_day(others[name]) for name in ("day", "from", "to")))
    if span and "begin" not in of.columns:
        raise BadParameter(f"{of.name} have no days; choose a day at /events")
    return ListRequest(
        FacetSelection(values, others["stated"] == "yes", span),
        _order(of, others["sort"].removeprefix("-")),
        others["sort"].startswith("-"),
        _page(others["page"]),
    )


def shown_value(value: str) -> str:
    """Return a facet's value as addresses have it: a prefixed name, or a year."""
    return value if value.isdigit() else curie(value)


def _check_size(of: List, chosen: list[tuple[str, str]]) -> None:
    """Raise BadParameter where more is chosen than anybody would."""
    if len(chosen) > MOST_VALUES or len(urlencode(chosen)) > MOST_CHARACTERS:
        names = ", ".join(dict.fromkeys(name for name, _ in chosen))
        raise BadParameter(
            f"the list of {of.name} takes {MOST_VALUES} values of {names}, in {MOST_CHARACTERS} characters, and no more;"
            f" there are {len(chosen)}, so choose fewer"
        )


def _facet_value(text: str) -> str:
    value = expand(text)
    if not re.fullmatch(r"\d{1,4}|\S+:\S+", value) or not is_valid_term(facet_term(value)):
        raise BadParameter(f"“{text}” is no value here; choose from the list’s own, as actor:soviet-union or 1936")
    return value


def _span(day: str | None, first: str | None, last: str | None) -> tuple[str, str] | None:
    """Return the span of days; a single day goes before a span, and a side not given is open."""
    if day or not (first or last):
        return (day, day) if day else None
    first, last = first or FIRST_DAY, last or LAST_DAY
    if first > last:
        raise BadParameter(f"from {first} to {last} is no span; the first day comes first")
    return first, last


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise BadParameter(f"“{text}” is no day; write it as 1939-08-20") from None


def _order(of: List, column: str) -> str:
    if column not in of.columns:
        raise BadParameter(f"{of.name} cannot be sorted by “{column}”; choose one of {', '.join(of.columns)}")
    return column


def _page(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,6}", text):
        raise BadParameter(f"“{text}” is no page; pages count from 1")
    return int(text)
