"""The page of figures: losses and strengths of every event, side by side and never added up."""

from dataclasses import dataclass

from sjkg.site.claims import LOSSES, STRENGTHS, Figures, group_figures, read_claims
from sjkg.site.context import PageContext


@dataclass(frozen=True)
class FiguresPage:
    """Figures by event in the order of the article, then by party and quantity."""

    losses: tuple[Figures, ...]
    strengths: tuple[Figures, ...]


def figures_page(context: PageContext) -> FiguresPage:
    """Return the page."""
    claims = read_claims(context.labels, context.query("all-figures"))
    first = {}
    for claim in claims:
        number = claim.source.number or 0
        first[claim.about] = min(number, first.get(claim.about, number))

    def in_order(kinds: tuple[str, ...]) -> tuple[Figures, ...]:
        return tuple(
            sorted(
                group_figures(claims, kinds), key=lambda group: (first[group.about], group.about.name, group.about.iri)
            )
        )

    return FiguresPage(in_order(LOSSES), in_order(STRENGTHS))
