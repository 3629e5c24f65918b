"""The request for a list: facet values, span of days, order and page, read from URL parameters and written as a query."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from urllib.parse import urlencode

from sjkg.core.errors import BadParameter
from sjkg.core.terms import Iri, Literal, Term, is_valid_term, to_ntriples
from sjkg.core.vocabulary import INFERRED, PREFIXES, curie, expand, shorten
from sjkg.site.date_text import FIRST_DAY, LAST_DAY
from sjkg.snapshot.index.lists import Facet, ListDefinition
from sjkg.snapshot.index.read import FacetSelection, Index
from sjkg.sparql.tokens import tokenize

XSD = PREFIXES["xsd"]
DEFAULT_ORDERS = {
    "events": "begin",
    "actors": "name",
    "places": "name",
    "claims": "start",
    "passages": "start",
    "remarks": "start",
}
MAX_VALUES, MAX_CHARACTERS = 50, 4000  # each link of a page repeats all selected values
MAX_SUGGESTIONS = 10
SPAN_FILTER = """
  FILTER(BOUND(?begin) || BOUND(?end))
  FILTER((!BOUND(?begin) || ?begin <= {last}) && (!BOUND(?end) || ?end >= {first}))"""


@dataclass(frozen=True)
class ListRequest:
    """A request for one page of a list. order: the column to sort by; page: from 1."""

    selection: FacetSelection
    order: str
    descending: bool
    page: int

    def query(self, **changes: object) -> str:
        """Return the URL query string of this request with `changes`; the page is 1 unless it is among them."""
        values = self.selection.values
        parts = [(name, parameter_value(value)) for name in sorted(values) for value in values[name]]
        stated = "yes" if self.selection.asserted_only else None
        given: dict[str, object] = {"stated": stated, **self.days, "sort": self.sort, **changes}
        return "?" + urlencode(parts + [(name, str(value)) for name, value in given.items() if value])

    @property
    def days(self) -> dict[str, str | None]:
        """the span of days as URL parameters: “day”, or “from” and “to”."""
        first, last = self.selection.span or (None, None)
        return {"day": first} if first == last else {"from": first, "to": last}

    @property
    def sort(self) -> str:
        """The URL parameter “sort”: the column, after a minus sign for descending order."""
        return ("-" if self.descending else "") + self.order


def parse_list_request(definition: ListDefinition, parameters: Iterable[tuple[str, str]], index: Index) -> ListRequest:
    """Return the request that URL parameters (name, value) make of a list. index: has the known values of its facets.

    Raises BadParameter for an unknown parameter, a malformed value, and more than MAX_VALUES facet values.
    """
    values: dict[str, tuple[str, ...]] = {}
    parameters = list(parameters)
    _check_size(definition, [(name, value) for name, value in parameters if definition.facet(name) and value])
    others = {"stated": "", "day": "", "from": "", "to": "", "sort": DEFAULT_ORDERS[definition.name], "page": "1"}
    for name, value in parameters:
        if (facet := definition.facet(name)) and value:
            values[name] = (*values.get(name, ()), _facet_value(definition, facet, value, index))
        elif name in others:
            others[name] = value or others[name]
        elif value:
            known = ", ".join([*(facet.name for facet in definition.facets), *others])
            raise BadParameter(
                f"unknown parameter “{name}” of the list of {definition.name}; known parameters: {known}"
            )
    span = _span(*(_day(name, others[name]) for name in ("day", "from", "to")))
    if span and "begin" not in definition.columns:
        raise BadParameter(
            f"the list of {definition.name} cannot be filtered by day; select a day in the list at /events"
        )
    return ListRequest(
        FacetSelection(values, others["stated"] == "yes", span),
        _order(definition, others["sort"].removeprefix("-")),
        others["sort"].startswith("-"),
        _page(others["page"]),
    )


def list_query(definition: ListDefinition, selection: FacetSelection) -> str:
    """Return the SPARQL query of a list with a sub-query for each selected facet and a filter for the selected days."""
    parts = [_facet_pattern(facet, selection) for facet in definition.facets if facet.name in selection.values]
    if selection.span:
        first, last = (to_ntriples(Literal(day, f"{XSD}date")) for day in selection.span)
        parts.append(SPAN_FILTER.format(first=first, last=last))
    brace = next(token.end for token in tokenize(definition.sparql) if token.text == "{")
    return definition.sparql[:brace] + "".join(parts) + definition.sparql[brace:]


def facet_term(value: str) -> Term:
    """Return a facet value as an RDF term: an xsd:integer if it consists of digits (a year), else an IRI."""
    return Literal(value, f"{XSD}integer") if value.isdigit() else Iri(value)


def parameter_value(value: str) -> str:
    """Return a facet value as a URL parameter: the CURIE of an IRI, or the year."""
    return value if value.isdigit() else curie(value)


def _facet_pattern(facet: Facet, selection: FacetSelection) -> str:
    """Return the SPARQL sub-query that restricts ?item to the selected values of a facet."""
    listed = " ".join(to_ntriples(facet_term(value)) for value in selection.values[facet.name])
    text = f"{facet.sparql.strip()} VALUES ?{facet.name} {{ {listed} }}"
    pattern = "\n  { " + text.replace("\n", "\n    ") + " }"
    if selection.asserted_only:
        pattern += f"\n  FILTER(!BOUND(?{facet.graph_variable}) || ?{facet.graph_variable} != {shorten(INFERRED)})"
    return pattern


def _check_size(definition: ListDefinition, selected: list[tuple[str, str]]) -> None:
    """Raise BadParameter if more facet values are selected than MAX_VALUES, or longer ones than MAX_CHARACTERS."""
    if len(selected) > MAX_VALUES or len(urlencode(selected)) > MAX_CHARACTERS:
        names = ", ".join(dict.fromkeys(name for name, _ in selected))
        raise BadParameter(
            f"too many values of {names} for the list of {definition.name}: {len(selected)}; "
            f"select at most {MAX_VALUES}, with at most {MAX_CHARACTERS} characters in the URL"
        )


def _facet_value(definition: ListDefinition, facet: Facet, text: str, index: Index) -> str:
    """Return the IRI or year of a facet value in a URL. Raises BadParameter, with similar known values, if it is neither."""
    value = expand(text)
    if re.fullmatch(r"\d{1,4}|\S+:\S+", value) and is_valid_term(facet_term(value)):
        return value
    known = [parameter_value(each) for each, _ in index.facet_counts(definition, facet.name, FacetSelection())]
    raise BadParameter(
        f"unknown value “{text}” for facet “{facet.name}”; known values: {', '.join(_most_similar(text, known))}"
    )


def _most_similar(text: str, known: list[str]) -> list[str]:
    """Return at most MAX_SUGGESTIONS of the known values: those whose local names are similar to `text`, then the others."""
    by_name = {value.rpartition(":")[2].casefold(): value for value in known}
    similar = get_close_matches(text.rpartition(":")[2].casefold(), by_name, n=MAX_SUGGESTIONS, cutoff=0.5)
    first = dict.fromkeys([*(by_name[name] for name in similar), *known])
    return [*first][:MAX_SUGGESTIONS] + (["…"] if len(first) > MAX_SUGGESTIONS else [])


def _span(day: str | None, first: str | None, last: str | None) -> tuple[str, str] | None:
    """Return the span of ISO days; a single day goes before a span, and a missing side is open."""
    if day or not (first or last):
        return (day, day) if day else None
    first, last = first or FIRST_DAY, last or LAST_DAY
    if first > last:
        raise BadParameter(f"the span of days is reversed: “from” ({first}) must not be after “to” ({last})")
    return first, last


def _day(name: str, text: str) -> str | None:
    """Return the ISO day of the URL parameter `name`, None for "". Raises BadParameter if it is not a day."""
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise BadParameter(
            f"“{text}” is not a valid value of “{name}”; write a day as YYYY-MM-DD: 1939-08-20"
        ) from None


def _order(definition: ListDefinition, column: str) -> str:
    """Return `column`. Raises BadParameter if the list has no such column."""
    if column not in definition.columns:
        raise BadParameter(
            f"the list of {definition.name} cannot be sorted by “{column}”; columns: {', '.join(definition.columns)}"
        )
    return column


def _page(text: str) -> int:
    """Return a page number. Raises BadParameter if it is not a positive integer of at most seven digits."""
    if not re.fullmatch(r"[1-9]\d{0,6}", text):
        raise BadParameter(f"“{text}” is not a valid value of “page”; write a whole number from 1")
    return int(text)
