"""Page model of all figures (claims of a number) of losses, strengths and supplies."""

from dataclasses import dataclass

from sjkg.site.claims import LOSSES, STRENGTHS, Figures, read_claims, select_figures
from sjkg.site.context import PageContext
from sjkg.site.disputes import Disputes, read_disputes_within
from sjkg.site.figure_charts import FigureChart, figure_charts
from sjkg.site.model import Thing
from sjkg.site.overview import Overview, read_overview


@dataclass(frozen=True)
class FiguresPage:
    """Content of the page of all figures (claims of a number) of losses, strengths and supplies.

    losses, strengths (with supplies): figures grouped by event, party, quantity and kind of equipment, events in the
    order of their first figure in the article. disputes: contradictions in which they take part. loss_charts,
    strength_charts: the same figures as charts, one for each event. overview: the losses by battle; None if the data name no
    event that they are about.
    """

    losses: tuple[Figures, ...]
    strengths: tuple[Figures, ...]
    disputes: Disputes
    loss_charts: tuple[FigureChart, ...]
    strength_charts: tuple[FigureChart, ...]
    overview: Overview | None


def figures_page(context: PageContext) -> FiguresPage:
    """Return the page (dataclass for HTML and JSON) of all figures (claims of a number) of losses, strengths and supplies."""
    claims = read_claims(context.labels, context.query("all-figures"))
    first: dict[Thing, int] = {}
    for claim in claims:
        number = claim.source.number or 0
        first[claim.about] = min(number, first.get(claim.about, number))

    def in_order(kinds: tuple[str, ...]) -> tuple[Figures, ...]:
        figures = select_figures(claims, kinds)
        return tuple(sorted(figures, key=lambda group: (first[group.about], group.about.name, group.about.iri)))

    losses, strengths = in_order(LOSSES), in_order(STRENGTHS)
    whole = next((row["event"].value for row in context.query("main-event")), None)
    disputes = read_disputes_within(context, {"kind": (*LOSSES, *STRENGTHS)})
    return FiguresPage(
        losses,
        strengths,
        disputes,
        figure_charts(context, losses, whole),
        figure_charts(context, strengths, whole),
        read_overview(context),
    )
