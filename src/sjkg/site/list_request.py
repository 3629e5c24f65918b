"""Request for a page of a list: facet values, span of days, order and page number, read from URL parameters.

A list shows one kind of thing (events, actors, …). A facet is a property by which it can be filtered, such as “place”.
The same request can be written as a URL query string and as a SPARQL query.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlencode

from sjkg.core.datatypes import is_calendar_day
from sjkg.core.errors import BadParameter
from sjkg.core.terms import Iri, Literal, Term, is_valid_term, to_ntriples
from sjkg.core.vocabulary import PREFIXES, curie, expand, own, shorten
from sjkg.site.wording import FIRST_DAY, LAST_DAY
from sjkg.snapshot.index.lists import Facet, ListDefinition
from sjkg.snapshot.index.read import FacetSelection, Index
from sjkg.sparql.tokens import tokenize

XSD = PREFIXES["xsd"]
DEFAULT_ORDERS = {
    "events": "begin",
    "actors": "-events",
    "places": "-events",
    "claims": "start",
    "passages": "start",
    "remarks": "start",
}
MAX_VALUES, MAX_CHARACTERS = 50, 4000  # each link of a page repeats all selected values
MAX_SUGGESTIONS = 10
SPAN_FILTER = """
  FILTER(?first <= {last} && ?last >= {first})"""


@dataclass(frozen=True)
class ListRequest:
    """A request for one page of a list.

    selection: facet values and span of days. order: name of the column to sort by. descending: sort in descending
    order. page: number, from 1.
    """

    selection: FacetSelection
    order: str
    descending: bool
    page: int

    def query(self, **changes: object) -> str:
        """Return the URL query string, with “?”, of this request with some parameters changed.

        changes: new values of “stated” (“yes”: facet values that are only inferred do not count), “day”, “from”, “to”,
        “sort” or “page” by name; None removes a parameter. Without “page” the query string requests the first page.
        """
        values = self.selection.values
        parts = [(name, parameter_value(value)) for name in sorted(values) for value in values[name]]
        stated = "yes" if self.selection.asserted_only else None
        given: dict[str, object] = {"stated": stated, **self.days, "sort": self.sort, **changes}
        return "?" + urlencode(parts + [(name, str(value)) for name, value in given.items() if value])

    @property
    def days(self) -> dict[str, str | None]:
        """Selected span as URL parameters: {"day": ISO day} or {"from": ISO day, "to": ISO day}.

        Without a selected span it is {"day": None}.
        """
        first, last = self.selection.span or (None, None)
        return {"day": first} if first == last else {"from": first, "to": last}

    @property
    def sort(self) -> str:
        """Value of the URL parameter “sort”: the column name, after a minus sign for descending order."""
        return ("-" if self.descending else "") + self.order


def parse_list_request(definition: ListDefinition, parameters: Iterable[tuple[str, str]], index: Index) -> ListRequest:
    """Return the request that URL parameters make of a list.

    definition: of the list. parameters: pairs of name and value; empty values are ignored. index: used for suggestions
    of known facet values. Raises BadParameter for an unknown parameter, a malformed value, a span of days for a list
    without dates, and too many facet values.
    """
    values: dict[str, tuple[str, ...]] = {}
    parameters = list(parameters)
    _check_size(definition, [(name, value) for name, value in parameters if definition.facet(name) and value])
    others = {"stated": "", "day": "", "from": "", "to": "", "sort": DEFAULT_ORDERS[definition.name], "page": "1"}
    for name, value in parameters:
        if (facet := definition.facet(name)) and value:
            values[name] = (*values.get(name, ()), _parse_facet_value(definition, facet, value, index))
        elif name in others:
            others[name] = value or others[name]
        elif value:
            known = ", ".join([*(facet.name for facet in definition.facets), *others])
            raise BadParameter(
                f"unknown parameter “{name}” of the list of {definition.name}; known parameters: {known}"
            )
    span = _parse_span(*(_parse_day(name, others[name]) for name in ("day", "from", "to")))
    if span and "first" not in definition.columns:
        raise BadParameter(
            f"the list of {definition.name} cannot be filtered by day; select a day in the list at /events"
        )
    return ListRequest(
        FacetSelection(values, others["stated"] == "yes", span),
        _check_order(definition, others["sort"].removeprefix("-")),
        others["sort"].startswith("-"),
        _parse_page(others["page"]),
    )


def list_query(definition: ListDefinition, selection: FacetSelection) -> str:
    """Return the SPARQL query for the items of a list that pass a selection: facet values and a span of days.

    It is the list's own query with a sub-query for each facet with chosen values (by stated facts only, if the selection
    says so) and a filter for the days, inserted after its first “{”.
    """
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
    """Return a facet value (IRI or year) as the value of a URL parameter: the CURIE of the IRI, or the year."""
    return value if value.isdigit() else curie(value)


def _facet_pattern(facet: Facet, selection: FacetSelection) -> str:
    """Return the SPARQL sub-query that restricts ?item to the selected values of a facet.

    With `selection.asserted_only` it excludes values that only the graph of OWL inferences contains.
    """
    listed = " ".join(to_ntriples(facet_term(value)) for value in selection.values[facet.name])
    text = f"{facet.sparql.strip()} VALUES ?{facet.name} {{ {listed} }}"
    pattern = "\n  { " + text.replace("\n", "\n    ") + " }"
    if selection.asserted_only:
        pattern += (
            f"\n  FILTER(!BOUND(?{facet.graph_variable}) || ?{facet.graph_variable} != {shorten(own().inferred)})"
        )
    return pattern


def _check_size(definition: ListDefinition, selected: list[tuple[str, str]]) -> None:
    """Raise BadParameter for more than MAX_VALUES selected facet values, or more than MAX_CHARACTERS in the URL.

    selected: pairs of facet name and value. They are limited because each link of the page repeats them.
    """
    names = ", ".join(dict.fromkeys(name for name, _ in selected))
    if len(selected) > MAX_VALUES:
        raise BadParameter(
            f"too many values of {names} for the list of {definition.name}: {len(selected)}; select at most {MAX_VALUES} in all"
        )
    if (length := len(urlencode(selected))) > MAX_CHARACTERS:
        raise BadParameter(
            f"the values of {names} for the list of {definition.name} take {length:,} characters of the URL, "
            f"more than the {MAX_CHARACTERS:,} allowed for all together; select fewer or shorter values"
        )


def _parse_facet_value(definition: ListDefinition, facet: Facet, text: str, index: Index) -> str:
    """Return the facet value that a URL parameter gives: an IRI, expanded from a CURIE, or a year as digits.

    Raises BadParameter, with similar known values from the index, for any other text.
    """
    value = expand(text)
    if re.fullmatch(r"[0-9]{1,4}|\S+:\S+", value) and is_valid_term(facet_term(value)):
        return value
    known = [parameter_value(each) for each, _ in index.facet_counts(definition, facet.name, FacetSelection())]
    raise BadParameter(
        f"unknown value “{text}” for facet “{facet.name}”; known values: {', '.join(_closest_values(text, known))}"
    )


def _closest_values(text: str, known: list[str]) -> list[str]:
    """Return at most MAX_SUGGESTIONS of the known facet values, then “…” if there are more.

    Values with a local name similar to that of `text` come first, then the others in the given order.
    """
    by_name = {value.rpartition(":")[2].casefold(): value for value in known}
    similar = get_close_matches(text.rpartition(":")[2].casefold(), by_name, n=MAX_SUGGESTIONS, cutoff=0.5)
    first = dict.fromkeys([*(by_name[name] for name in similar), *known])
    return [*first][:MAX_SUGGESTIONS] + (["…"] if len(first) > MAX_SUGGESTIONS else [])


def _parse_span(day: str | None, first: str | None, last: str | None) -> tuple[str, str] | None:
    """Return the first and last ISO day of the selected span, both included; None if all parameters are None.

    day: a span of one day; first and last are then ignored. first, last: None for no limit, which becomes FIRST_DAY
    or LAST_DAY. Raises BadParameter if first is after last.
    """
    if day or not (first or last):
        return (day, day) if day else None
    first, last = first or FIRST_DAY, last or LAST_DAY
    if first > last:
        raise BadParameter(f"the span of days is reversed: “from” ({first}) must not be after “to” ({last})")
    return first, last


def _parse_day(name: str, text: str) -> str | None:
    """Return `text`, the value of the URL parameter `name`; None for "". Raises BadParameter unless it is a day YYYY-MM-DD."""
    if text and not is_calendar_day(text):
        raise BadParameter(
            f"“{text}” is not a valid value of “{name}”; write a calendar day as YYYY-MM-DD, for example 1939-08-20"
        )
    return text or None


def _check_order(definition: ListDefinition, column: str) -> str:
    """Return `column`, the name of the column to sort by. Raises BadParameter if the list has no such column."""
    if column not in definition.columns:
        raise BadParameter(
            f"the list of {definition.name} cannot be sorted by “{column}”; columns: {', '.join(definition.columns)}"
        )
    return column


def _parse_page(text: str) -> int:
    """Return the page number. Raises BadParameter unless it is a positive integer of at most seven digits."""
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise BadParameter(f"“{text}” is not a valid value of “page”; write a whole number from 1 to 9999999")
    return int(text)
