"""Figures of losses and strengths: the page model of all of them, and the data of their charts.

A figure is a claim with a number, or a word for one such as “several”. Charts are drawn by a script in the browser.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from sjkg.site.claims import LOSSES, STRENGTHS, Claim, Figures, read_claims, select_figures
from sjkg.site.context import PageContext
from sjkg.site.model import Thing


@dataclass(frozen=True)
class FiguresPage:
    """Content of the page of all losses and strengths.

    losses, strengths: figures grouped by event, party and quantity, events in the order of their first figure in the
    article.
    """

    losses: tuple[Figures, ...]
    strengths: tuple[Figures, ...]


class ChartedFigure(TypedDict):
    """A figure as JSON for the chart script.

    kind: such as “lost: tanks”. event: name, None if the chart is of one event only. exact, least, greatest: whole
    numbers or None. words: the figure as text. speakers: names of those who make the claim, separated by commas.
    """

    kind: str
    party: str | None
    event: str | None
    exact: int | None
    least: int | None
    greatest: int | None
    words: str
    speakers: str


def figures_page(context: PageContext) -> FiguresPage:
    """Return the page (dataclass for HTML and JSON) of all figures of losses and strengths in the graph."""
    claims = read_claims(context.labels, context.query("all-figures"))
    first: dict[Thing, int] = {}
    for claim in claims:
        number = claim.source.number or 0
        first[claim.about] = min(number, first.get(claim.about, number))

    def in_order(kinds: tuple[str, ...]) -> tuple[Figures, ...]:
        figures = select_figures(claims, kinds)
        return tuple(sorted(figures, key=lambda group: (first[group.about], group.about.name, group.about.iri)))

    return FiguresPage(in_order(LOSSES), in_order(STRENGTHS))


def charted_kinds(groups: Iterable[Figures]) -> list[tuple[str, int]]:
    """Return the kinds of figures that get a chart, each as its text, such as “lost: tanks”, and its number of figures.

    A kind gets a chart if it has at least two figures, and at least one of them is a number or has a bound.
    """
    kinds: dict[str, list[Claim]] = {}
    for claim in (claim for group in groups for claim in group.claims):
        kinds.setdefault(_kind_of_figure(claim), []).append(claim)
    return [
        (kind, len(claims))
        for kind, claims in kinds.items()
        if len(claims) > 1 and any({claim.exact, claim.least, claim.greatest} != {None} for claim in claims)
    ]


def charted_figure(claim: Claim, with_event: bool) -> ChartedFigure:
    """Return the data of a figure for the chart script as a JSON-serializable dict.

    claim: the figure. with_event: add the name of the event, for a chart of several events.
    """
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


def _kind_of_figure(claim: Claim) -> str:
    """Return the quantity and the materiel of a figure as text, such as “lost: tanks”.

    It is the quantity alone if that contains the name of the materiel.
    """
    kinds = [thing.name for thing in (claim.quantity, claim.materiel) if thing]
    return kinds[0] if kinds and kinds[-1] in kinds[0] else ": ".join(kinds)
