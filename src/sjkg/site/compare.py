"""Page model that puts two years, two events or two actors side by side, and the choice of the two."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sjkg.core.errors import BadParameter, UnknownName
from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import curie, expand, own
from sjkg.site.compared_actors import compare_actors
from sjkg.site.compared_events import compare_events
from sjkg.site.compared_years import compare_years
from sjkg.site.comparison import RowGroup, list_path
from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.paths import local_page_path
from sjkg.site.timeline import count_events_by_year
from sjkg.site.wording import event_date_in_words
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection

Kind = Literal["years", "events", "actors"]
COMPARE: dict[Kind, Callable[[PageContext, tuple[str, str]], tuple[RowGroup, ...]]] = {
    "years": compare_years,
    "events": compare_events,
    "actors": compare_actors,
}
KIND_OF_LISTS: dict[str, Kind] = {"event": "events", "actor": "actors"}  # by the first part of the IRI
MAX_OPTIONS = 400  # of one kind
MAX_CHARACTERS = 300  # of a parameter
FORMS = "write a year such as 1936, an event such as event:example or an actor such as actor:example"


@dataclass(frozen=True)
class Compared:
    """A year, event or actor to compare.

    kind: years, events or actors. value: as in the URL: the year, or the CURIE of the thing. name: label. path: URL path
    of its page; of the list of its events for a year.
    """

    kind: Kind
    value: str
    name: str
    path: str


@dataclass(frozen=True)
class Option:
    """A choice of a form. value: as in the URL. name: label. note: date of an event, number of events of a year, or ""."""

    value: str
    name: str
    note: str


@dataclass(frozen=True)
class ComparableThings:
    """The years, events or actors that can be compared.

    options: at most MAX_OPTIONS; events by date, actors with the most events first. more: number of those left out.
    suggested: values of two options, those with the most events or claims; empty if there are fewer than two.
    """

    kind: Kind
    options: tuple[Option, ...]
    more: int
    suggested: tuple[str, ...]


@dataclass(frozen=True)
class ComparePage:
    """Content of a page that compares two years, events or actors.

    first, second: what is compared; None if it is not chosen yet. groups: rows by topic; empty unless both are chosen.
    choices: for the forms; of one kind if something is chosen, else of each kind. sourced: events of which other datasets have
    records, at most MAX_OPTIONS; empty if something is chosen.
    """

    first: Compared | None
    second: Compared | None
    groups: tuple[RowGroup, ...]
    choices: tuple[ComparableThings, ...]
    sourced: tuple[Thing, ...]


def compare_page(context: PageContext, first: str, second: str) -> ComparePage:
    """Return the page (dataclass for HTML and JSON) that compares two years, events or actors.

    first, second: year of four digits, or CURIE or IRI of an event or actor; "" for none. Raises BadParameter for
    another text, for two of different kinds and for twice the same, and UnknownName for an event or actor that is not in
    the graph.
    """
    chosen = [_read_compared(context, name, text) if text else None for name, text in (("a", first), ("b", second))]
    one, other = chosen
    if one and other and one.kind != other.kind:
        raise BadParameter(
            f"“{one.value}” is one of the {one.kind} and “{other.value}” one of the {other.kind}; compare two of the same kind"
        )
    if one and one == other:
        raise BadParameter(f"the parameters “a” and “b” are both “{one.value}”; choose two different {one.kind}")
    groups: tuple[RowGroup, ...] = ()
    if one and other:
        values = [expand(each.value) for each in (one, other)]
        groups = COMPARE[one.kind](context, (values[0], values[1]))
    kinds = {each.kind for each in chosen if each} or set(COMPARE)
    choices = tuple(_read_comparable(context, kind) for kind in COMPARE if kind in kinds)
    sourced = () if one or other else context.labels.things(context.labels.linked.events()[:MAX_OPTIONS])
    return ComparePage(one, other, groups, choices, tuple(sorted(sourced, key=lambda thing: thing.name.casefold())))


def _read_compared(context: PageContext, parameter: str, text: str) -> Compared:
    """Return the year, event or actor that a URL parameter names.

    parameter: its name, “a” or “b”. Raises BadParameter for a text that is none of these, and UnknownName for an event
    or actor that is not in the graph.
    """
    text = text.strip()
    if re.fullmatch(r"[1-9]\d{3}", text, re.ASCII):
        return Compared("years", text, text, list_path("events", year=text))
    iri = expand(text)
    kind = KIND_OF_LISTS.get(iri.removeprefix(own().ids).partition("/")[0]) if iri.startswith(own().ids) else None
    if kind is None or len(text) > MAX_CHARACTERS:
        shown = text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"
        raise BadParameter(f"the value “{shown}” of the parameter “{parameter}” cannot be compared; {FORMS}")
    name = context.index.names_of([iri]).get(iri)
    if name is None:
        raise UnknownName(f"the data have no {kind[:-1]} “{curie(iri)}”; all are listed at /{kind}")
    return Compared(kind, curie(iri), name, local_page_path(iri))


def _read_comparable(context: PageContext, kind: Kind) -> ComparableThings:
    """Return the years, events or actors that can be compared."""
    if kind == "years":
        years = count_events_by_year(context, FacetSelection())
        options = tuple(Option(str(year.year), str(year.year), count_noun(year.count, "event")) for year in years)
        most = sorted(sorted(years, key=lambda year: -year.count)[:2], key=lambda year: year.year)
        return ComparableThings(
            kind, options[:MAX_OPTIONS], max(0, len(options) - MAX_OPTIONS), tuple(str(each.year) for each in most)
        )
    definition, is_event = read_lists()[kind], kind == "events"
    rows = context.index.rows(
        definition, FacetSelection(), "begin" if is_event else "events", not is_event, MAX_OPTIONS
    )
    return ComparableThings(
        kind,
        tuple(Option(curie(row["item"]), row["name"], event_date_in_words(row) if is_event else "") for row in rows),
        max(0, context.index.count(definition, FacetSelection()) - len(rows)),
        tuple(curie(row["item"]) for row in (context.index.most_claimed(2) if is_event else rows[:2])),
    )
