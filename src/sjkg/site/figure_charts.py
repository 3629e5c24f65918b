"""Charts of figures (claims of a number) as data for the script that draws them: one chart for each battle, incident or other event.

A chart has the figures of an event and of the parts of that event. Figures are compared by side and never added up.
Numbers of people and of things have separate scales. Charts share a scale; a chart of the whole of which the others are
parts, or with far larger numbers than all others, has a scale of its own.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Claim, Figures, kind_of_figure
from sjkg.site.context import PageContext
from sjkg.site.model import Thing
from sjkg.site.paths import local_page_path
from sjkg.site.wording import event_date_in_words
from sjkg.snapshot.index.read import Index, SqlRow

MAX_DEPTH = 8  # of parts of parts
MAX_CHARTS = 60
MAX_RATIO = 3  # of the largest number of a chart to that of the next one, on one scale
PEOPLE = {f"{ONTOLOGY}{name}" for name in ("CasualtyClaim", "StrengthClaim")}

Measure = Literal["people", "things"]
MEASURES: tuple[Measure, ...] = ("people", "things")


@dataclass(frozen=True)
class ChartFigure:
    """A figure as a bar.

    party: name, or "". side: last segment of the IRI of the side, such as “defenders”, or "". exact, least,
    greatest: whole numbers, or None. text: the figure as text. source: who says so, such as “¶9” for a passage of the
    article. included_in: label of the claim whose figure includes this one, or "". is_nested: that claim is of the same
    kind, and stands before this one. path: of the page of the claim.
    """

    party: str
    side: str
    exact: int | None
    least: int | None
    greatest: int | None
    text: str
    source: str
    included_in: str
    is_nested: bool
    path: str


@dataclass(frozen=True)
class ChartKind:
    """The figures of one kind, such as “killed”, in one event. event: name of the part that they are about, "" for the event of the chart."""

    event: str
    kind: str
    measure: Measure
    figures: tuple[ChartFigure, ...]


@dataclass(frozen=True)
class FigureChart:
    """The chart of one event and its parts.

    path, name, date: of the event. is_whole: the events of the other charts are parts of it. kinds: in order of the parts.
    ends: the largest number of the scale of each measure. has_own_scale: the scale is not that of the other charts.
    """

    path: str
    name: str
    date: str
    is_whole: bool
    kinds: tuple[ChartKind, ...]
    ends: dict[Measure, int]
    has_own_scale: bool

    @property
    def figures(self) -> int:
        """Number of figures."""
        return sum(len(kind.figures) for kind in self.kinds)

    @property
    def lines(self) -> int:
        """Height of the chart in lines: two for each figure and heading of a kind, one for the name of each part."""
        parts = len({kind.event for kind in self.kinds} - {""})
        return 2 * (self.figures + len(self.kinds)) + parts


def figure_charts(context: PageContext, groups: Iterable[Figures], whole: str | None) -> tuple[FigureChart, ...]:
    """Return the charts of some figures, at most 60: that of the whole first, then the others by the dates of their events.

    whole: IRI of the event whose parts get a chart each, or None.
    """
    groups = tuple(groups)
    abouts = {group.about.iri for group in groups}
    wholes = _read_wholes(context.index, abouts)
    charted: dict[str, list[Figures]] = {}
    for group in groups:
        charted.setdefault(_topmost(group.about.iri, wholes, whole), []).append(group)
    rows = context.index.events_of({*charted, *abouts})
    names = context.labels.names(charted)
    ends = _share_scales({event: _largest_numbers(members) for event, members in charted.items() if event != whole})
    order = sorted(charted, key=lambda event: (event != whole, *_date_sort_key(rows, event), event))[:MAX_CHARTS]
    return tuple(
        FigureChart(
            path=local_page_path(event),
            name=names[event],
            date=event_date_in_words(rows[event]) if event in rows else "",
            is_whole=event == whole,
            kinds=_read_kinds(charted[event], event, rows),
            ends=ends.get(event, (_largest_numbers(charted[event]), True))[0],
            has_own_scale=ends.get(event, ({}, True))[1] and len(charted) > 1,
        )
        for event in order
    )


def _read_wholes(index: Index, events: set[str]) -> dict[str, str]:
    """Return a dict from the IRIs of events, and of the events that contain them, to the IRI of the event that contains each.

    It follows at most MAX_DEPTH steps from a part to its whole. An event that is part of no other is not a key.
    """
    wholes: dict[str, str] = {}
    wanted = events
    for _ in range(MAX_DEPTH):
        found = {iri: row["whole"] for iri, row in index.events_of(wanted).items() if row["whole"]}
        wholes.update(found)
        wanted = set(found.values()) - wholes.keys()
        if not wanted:
            break
    return wholes


def _topmost(event: str, wholes: Mapping[str, str], whole: str | None) -> str:
    """Return the topmost event that contains `event`, or `event` itself, but not `whole` unless it is `event`.

    wholes: from the IRI of an event to that of the event that it is part of. At most MAX_DEPTH steps are taken.
    """
    for _ in range(MAX_DEPTH):
        if event == whole or wholes.get(event) in (None, whole):
            break
        event = wholes[event]
    return event


def _date_sort_key(rows: Mapping[str, SqlRow], event: str) -> tuple[str, str]:
    """Return first and last possible day of an event; unknown days come last."""
    row = rows.get(event)
    return (row["begin"] or "9999", row["end"] or "9999") if row else ("9999", "9999")


def _read_kinds(groups: Iterable[Figures], event: str, rows: Mapping[str, SqlRow]) -> tuple[ChartKind, ...]:
    """Return the figures of one chart by event and kind: those of the event of the chart first, then its parts by date."""
    kinds: dict[tuple[Thing, str], list[Claim]] = {}
    for group in groups:
        for claim in group.claims:
            kinds.setdefault((claim.about, kind_of_figure(claim)), []).append(claim)

    def position(key: tuple[Thing, str]) -> tuple[bool, str, str, str, bool, str]:
        about, kind = key
        is_part, of_things = about.iri != event, _measure(kinds[key][0]) == "things"
        return is_part, *_date_sort_key(rows, about.iri), about.iri, of_things, kind

    return tuple(
        ChartKind(
            "" if about.iri == event else about.name,
            kind,
            _measure(kinds[about, kind][0]),
            _read_figures(kinds[about, kind]),
        )
        for about, kind in sorted(kinds, key=position)
    )


def _read_figures(claims: list[Claim]) -> tuple[ChartFigure, ...]:
    """Return the figures of claims of one kind as bars: by side, large ones first, a nested one after that which includes it."""
    by_iri = {claim.iri: claim for claim in claims}

    def own_position(claim: Claim) -> tuple[bool, str, int, str]:
        number = claim.exact or claim.least or claim.greatest or 0
        return claim.side is None, claim.side.iri if claim.side else "", -number, claim.iri

    def position(claim: Claim) -> tuple[tuple[bool, str, int, str], ...]:
        whole = by_iri.get(claim.part_of.iri) if claim.part_of else None
        return (own_position(whole), own_position(claim)) if whole else (own_position(claim),)

    return tuple(_read_figure(claim, by_iri) for claim in sorted(claims, key=position))


def _read_figure(claim: Claim, same_kind: Container[str]) -> ChartFigure:
    """Return the figure of a claim as a bar. same_kind: IRIs of the claims of its kind."""
    passage = f"¶{claim.source.number}" if claim.source.number else "editors"
    speakers = ", ".join(speaker.name for speaker in claim.speakers)
    return ChartFigure(
        party=claim.party.name if claim.party else "",
        side=claim.side.iri.rpartition("/")[2] if claim.side else "",
        exact=claim.exact,
        least=claim.least,
        greatest=claim.greatest,
        text=claim.count or claim.label,
        source=f"{speakers}, {passage}" if speakers else passage,
        included_in=claim.part_of.name if claim.part_of else "",
        is_nested=claim.part_of is not None and claim.part_of.iri in same_kind,
        path=local_page_path(claim.iri),
    )


def _measure(claim: Claim) -> Measure:
    """Return whether a figure counts people or things."""
    return "people" if claim.kind.iri in PEOPLE and not claim.materiel else "things"


def _largest_numbers(groups: Iterable[Figures]) -> dict[Measure, int]:
    """Return the largest number of figures that count people, and of those that count things; at least 1."""
    largest: dict[Measure, int] = dict.fromkeys(MEASURES, 1)
    for claim in (claim for group in groups for claim in group.claims):
        number = max(claim.exact or 0, claim.least or 0, claim.greatest or 0)
        largest[_measure(claim)] = max(largest[_measure(claim)], number)
    return largest


def _share_scales(largest: dict[str, dict[Measure, int]]) -> dict[str, tuple[dict[Measure, int], bool]]:
    """Return for each chart the ends of its scales, for people and for things, and whether one of them is its own.

    largest: largest numbers of each chart. For each measure, the charts with the largest numbers get scales of their own as
    long as their number is more than MAX_RATIO times that of the next chart; all other charts share one scale.
    """
    shared: dict[Measure, int] = {}
    for measure in MEASURES:
        numbers = sorted((ends[measure] for ends in largest.values()), reverse=True)
        while len(numbers) > 1 and numbers[0] > MAX_RATIO * numbers[1]:
            del numbers[0]
        shared[measure] = numbers[0] if numbers else 1
    return {
        chart: (
            {measure: max(ends[measure], shared[measure]) for measure in MEASURES},
            any(ends[measure] > shared[measure] for measure in MEASURES),
        )
        for chart, ends in largest.items()
    }
