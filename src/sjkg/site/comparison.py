"""Rows of a comparison: what two years, events or actors have under the same heading, side by side.

A cell has items; an item that both cells of a row have is marked as shared, so that pages can show the differences.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlencode

from sjkg.core.terms import Iri
from sjkg.site.claims import Claim
from sjkg.site.context import PageContext
from sjkg.site.lists import read_items
from sjkg.site.model import Property, PropertyGroups, Source, Thing, Value
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.precomputed import Row
from sjkg.snapshot.index.read import FacetSelection

NUMBER = re.compile(r"(at least )?[\d,]+")
MAX_ITEMS = 20  # in a cell
MAX_ROWS_IN_GROUP = 30
MAX_CANDIDATES = 12


@dataclass(frozen=True)
class ComparedItem:
    """An entry of a cell.

    text: shown. iri: of the thing that it links to, or None. path: URL path that it links to if `iri` is None; "" for no
    link. note: further text, such as a date or who makes the claim, or "". sources: of the statement. is_shared: the
    other cell of the row has an entry for the same thing, or with the same text. Numbers are never shared: two battles with
    three dead each have nothing in common.
    """

    text: str
    iri: str | None = None
    path: str = ""
    note: str = ""
    sources: tuple[Source, ...] = ()
    is_shared: bool = False


Cell = tuple[ComparedItem, ...]


@dataclass(frozen=True)
class ComparedRow:
    """A heading, and what the first and the second thing have under it. An empty cell: the data give nothing."""

    title: str
    cells: tuple[Cell, Cell]

    @property
    def is_same(self) -> bool:
        """True if every entry is marked as shared, or if both cells are empty; a row with a number in it is never the same."""
        return all(item.is_shared for cell in self.cells for item in cell)


@dataclass(frozen=True)
class RowGroup:
    """Rows of one topic, such as losses. more: number of further rows, which are left out."""

    title: str
    rows: tuple[ComparedRow, ...]
    more: int = 0


def compare_cells(
    title: str, cells: Sequence[Iterable[ComparedItem]], paths: tuple[str, str] = ("", "")
) -> ComparedRow:
    """Return a row with the entries of two cells, of which those in both are marked.

    cells: entries of the first and of the second cell; a cell shows at most MAX_ITEMS of them and the number of the others.
    paths: URL paths of the complete lists, "" for none.
    """
    first, second = (tuple(dict.fromkeys(cell)) for cell in cells)
    keys = [{_key_of(item) for item in cell} for cell in (first, second)]
    marked = (
        [replace(item, is_shared=_key_of(item) in others - {""}) for item in cell]
        for cell, others in ((first, keys[1]), (second, keys[0]))
    )
    one, other = (_cut(cell, path) for cell, path in zip(marked, paths, strict=True))
    return ComparedRow(title, (one, other))


def _key_of(item: ComparedItem) -> str:
    """Return a text that is the same for entries that count as shared: the IRI or the text; "" for a number, which is never shared."""
    return item.iri or ("" if NUMBER.fullmatch(item.text) else item.text)


def _cut(cell: list[ComparedItem], path: str) -> Cell:
    """Return a cell with at most MAX_ITEMS entries and, if there are more, a last one with their number.

    path: URL path of the complete list, to which the last entry links; "" for none.
    """
    if len(cell) <= MAX_ITEMS:
        return tuple(cell)
    return (*cell[:MAX_ITEMS], ComparedItem(f"and {len(cell) - MAX_ITEMS:,} more", path=path))


def compare_by_title(group: str, sides: Sequence[Mapping[str, Iterable[ComparedItem]]]) -> RowGroup:
    """Return a group with a row for each title that at least one of two dicts has; the cell of the other may be empty.

    sides: for the first and for the second thing a dict from title to entries. Rows are in the order of the dicts; at
    most MAX_ROWS_IN_GROUP are kept.
    """
    titles = list(dict.fromkeys(title for side in sides for title in side))
    shown = tuple(compare_cells(title, [side.get(title, ()) for side in sides]) for title in titles[:MAX_ROWS_IN_GROUP])
    return RowGroup(group, shown, len(titles) - len(shown))


def items_of(things: Iterable[Thing], note: str = "") -> Cell:
    """Return an entry for each thing, linked to its page."""
    return tuple(ComparedItem(thing.name, thing.iri, note=note) for thing in things)


def items_of_values(properties: Iterable[Property], note_if_computed: str) -> Cell:
    """Return an entry for each value of some properties, once, with its sources; those that are stated come first.

    note_if_computed: note of values that only OWL inference or a rule of the project gives; "" for none.
    """
    items: dict[str, ComparedItem] = {}
    values = [value for prop in properties for value in prop.values]
    for value in sorted(values, key=_is_computed):
        text, note = (value.text if value.iri else f"“{value.text}”"), note_if_computed * _is_computed(value)
        items.setdefault(value.iri or text, ComparedItem(text, value.iri, note=note, sources=value.sources))
    return tuple(items.values())


def _is_computed(value: Value) -> bool:
    """Return whether only OWL inference or a rule of the project gives a value."""
    return {source.sort for source in value.sources} <= {"inferred", "derived"}


def related_by_title(
    groups: PropertyGroups, titles: Iterable[str], dates: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Cell]:
    """Return the entries of groups of related things by title, in the order of `titles`, without empty ones.

    dates: note of a thing by IRI, such as the date of an event.
    """
    found = {title: items_of_values(properties, "inferred") for title, properties in groups}
    return {
        title: tuple(
            replace(item, note=", ".join(filter(None, (dates.get(item.iri or "", ""), item.note))))
            for item in found[title]
        )
        for title in titles
        if found.get(title)
    }


def item_of_claim(claim: Claim, notes: Iterable[str] = ()) -> ComparedItem:
    """Return the entry of a claim: its figure or text, who makes it, the figure that includes it, its passage.

    notes: further notes, put first; empty ones are ignored.
    """
    says = ", ".join(speaker.name for speaker in claim.speakers)
    editors = claim.source.sort == "editorial"
    parts = [
        *notes,
        f"“{claim.hedge}”" if claim.hedge else "",
        f"according to {says}" if says else f"said by the {'editors' if editors else 'article'}",
        ", ".join(note.name for note in claim.footnotes),
        f"included in “{claim.part_of.name}”" if claim.part_of else "",
    ]
    return ComparedItem(
        claim.count or claim.label, claim.iri, note="; ".join(filter(None, parts)), sources=(claim.source,)
    )


@dataclass(frozen=True)
class Sum:
    """A sum of figures. text: such as “at least 41”. numbers: number of figures that are added up; words: of the others."""

    text: str
    numbers: int
    words: int


def read_sums(context: PageContext, events: Sequence[str]) -> dict[tuple[str, str], Sum]:
    """Return the losses in some events, none of which is a part of another, added up by power and kind.

    events: IRIs. Only figures with sjkg:countsTowards one of the events are added up, each once, so that no figure is
    included in another one. The keys are the names of the power, or else of the party, and of the kind with the kind
    of equipment. A sum is a lower bound if there are several events, if a figure is a lower bound or a word, or if it
    is one of a part of the event, because the article may not tell of every loss.
    """
    groups: dict[tuple[str, str], dict[str, Row]] = {}
    rows = context.query_for_things("losses-that-count", events) if events else []
    names = context.labels.names(term.value for row in rows for term in row.values() if isinstance(term, Iri))

    def name_of(row: Row, *variables: str) -> str:
        return next((names[row[each].value] for each in variables if each in row), "")

    for row in rows:
        power = name_of(row, "power", "party") or "power not stated"
        key = power, kind_in_words(name_of(row, "quantity"), name_of(row, "materiel"))
        groups.setdefault(key, {})[row["claim"].value] = row
    return {key: _add_up(list(of_key.values()), len(events) > 1) for key, of_key in groups.items()}


def _add_up(rows: list[Row], is_lower_bound: bool) -> Sum:
    """Return the sum of figures as text: “27”, “at least 41”, or their words, such as “heavy losses”, without a number."""
    numbers = [int((row.get("exact") or row["least"]).value) for row in rows if row.keys() & {"exact", "least"}]
    words = dict.fromkeys(f"“{row['words'].value}”" for row in rows if "words" in row and "exact" not in row)
    is_open = is_lower_bound or any("exact" not in row or row["about"] != row["thing"] for row in rows)
    total = [f"{'at least ' * (is_open and any(numbers))}{sum(numbers):,}"] if numbers else []
    return Sum(" and ".join([*total, *words]), len(numbers), len(rows) - len(numbers))


def kind_in_words(quantity: str, materiel: str) -> str:
    """Return a kind of figure, such as “killed” or “destroyed: tanks”, from the labels of quantity and equipment."""
    return ": ".join(part for part in (quantity, materiel if materiel not in quantity else "") if part) or "figure"


def list_path(name: str, **values: str) -> str:
    """Return the URL path and query string of a list with these facet values."""
    return f"/{name}?{urlencode(values)}"


def read_candidates(context: PageContext, list_name: str, iri: str, kinds: Iterable[str]) -> tuple[Thing, ...]:
    """Return at most MAX_CANDIDATES things of the same kinds with which a thing can be compared, the largest first.

    list_name: “events” or “actors”. iri: of the thing, which is left out. kinds: IRIs of its classes. An event is larger
    with more claims about it, an actor with more events.
    """
    order = {"events": "claims", "actors": "events"}[list_name]
    found = read_items(
        context,
        f"Other {list_name} of the same kind",
        read_lists()[list_name],
        FacetSelection({"kind": tuple(kinds)}),
        order=order,
        descending=True,
        limit=MAX_CANDIDATES + 1,
    )
    return tuple(thing for thing, _, _ in found if thing.iri != iri)[:MAX_CANDIDATES]
