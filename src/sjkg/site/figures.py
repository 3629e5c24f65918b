"""Figures of losses and strengths: the page of all of them, and the data of their charts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from sjkg.site.claims import LOSSES, STRENGTHS, Claim, Figures, figures_of, read_claims
from sjkg.site.context import PageContext
from sjkg.site.model import Thing


@dataclass(frozen=True)
class FiguresPage:
    """All figures by event, in the order in which the article first gives figures of the event."""

    losses: tuple[Figures, ...]
    strengths: tuple[Figures, ...]


class ChartedFigure(TypedDict):
    """A figure as the chart script reads it. event: None where the chart is of one event only."""

    kind: str
    party: str | None
    event: str | None
    exact: int | None
    least: int | None
    greatest: int | None
    words: str
    speakers: str


def figures_page(context: PageContext) -> FiguresPage:
    """Return the page of all figures."""
    claims = read_claims(context.labels, context.query("all-figures"))
    first: dict[Thing, int] = {}
    for claim in claims:
        number = claim.source.number or 0
        first[claim.about] = min(number, first.get(claim.about, number))

    def in_order(kinds: tuple[str, ...]) -> tuple[Figures, ...]:
        figures = figures_of(claims, kinds)
        return tuple(sorted(figures, key=lambda group: (first[group.about], group.about.name, group.about.iri)))

    return FiguresPage(in_order(LOSSES), in_order(STRENGTHS))


def charted_kinds(groups: Iterable[Figures]) -> list[tuple[str, int]]:
    """Return the kinds of figures that get a chart, each with its number of figures.

    A kind gets a chart if it has more than one figure and at least one of them is a number.
    """
    kinds: dict[str, list[Claim]] = {}
    for claim in (claim for group in groups for claim in group.claims):
        kinds.setdefault(_kind_of_figure(claim), []).append(claim)
    return [(kind, len(claims)) for kind, claims in kinds.items() if len(claims) > 1 and any(map(_has_number, claims))]


def charted_figure(claim: Claim, with_event: bool) -> ChartedFigure:
    """Return the chart data of a figure. with_event: the chart is of several events, so name the event."""
    return {
        "kind": _kind_of_figure(claim),
        "party": claim.party.name if claim.party else None,
        "event": claim.about.name if with_event else None,
        "exact": claim.exact,
        "least": claim.least,
        "greatest": claim.greatest,
        "words": claim.count,
        "speakers": ", ".join(speaker.name for speaker in claim.speakers),
    }


def _has_number(claim: Claim) -> bool:
    """Return whether the figure is a number or has a bound."""
    return any(number is not None for number in (claim.exact, claim.least, claim.greatest))


def _kind_of_figure(claim: Claim) -> str:
    """Return the quantity and the materiel of a figure, as “lost: tanks”; the quantity alone where it names the materiel."""
    kinds = [thing.name for thing in (claim.quantity, claim.materiel) if thing]
    return kinds[0] if kinds and kinds[-1] in kinds[0] else ": ".join(kinds)
