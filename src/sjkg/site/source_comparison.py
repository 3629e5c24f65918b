"""Page model of what this graph and other datasets say of one event, side by side.

Nothing is merged: each dataset stays in its own graph, and links say which of its records are about the event.
"""

from collections.abc import Iterable
from dataclasses import replace

from sjkg.core.errors import BadParameter, UnknownName
from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, curie
from sjkg.derive.bounds import intersect
from sjkg.derive.edtf import Bounds, date_bounds
from sjkg.matching.records import Point
from sjkg.site.claims import COMPARISON, read_claims
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.model import Thing
from sjkg.site.source_agreement import compare_rows
from sjkg.site.source_figures import figure_order, own_figures, own_outcomes
from sjkg.site.source_model import SourceComparison, SourceRow
from sjkg.site.source_records import APPROXIMATE_DATE, days_between, read_records
from sjkg.site.wording import is_open_ended, read_event_date
from sjkg.snapshot.index.precomputed import Row

MAX_PLACES = 4  # of this graph


def source_comparison(context: PageContext, iri: str) -> SourceComparison:
    """Return the page (dataclass for HTML and JSON) of what the sources say of an event.

    iri: of the event. Raises BadParameter if it is not an IRI of an event, and UnknownName if
    the graph has no such event.
    """
    if not iri.startswith(PREFIXES["event"]):
        raise BadParameter(f"“{curie(iri)}” is not an event; write one such as event:example")
    if iri not in context.index.events_of([iri]):
        raise UnknownName(
            f"the data have no event “{curie(iri)}”; search for it by its name, or see the list of events"
        )
    entity = entity_page(context, iri)
    return compare_event(context, entity, context.query("event-claims", thing=Iri(iri)))


def compare_event(context: PageContext, entity: EntityPage, claims: Iterable[Row]) -> SourceComparison:
    """Return the comparison for an event whose statements are read already. claims: rows of the query “event-claims”."""
    claims = tuple(claims)
    ours = _read_own(context, entity, claims)
    others, disagreements = compare_rows(ours, read_records(context, entity.iri, ours.points))
    in_words = tuple(claim for claim in read_claims(context.labels, claims) if claim.kind.iri == COMPARISON)
    return SourceComparison(Thing(entity.iri, entity.title), ours, others, disagreements, in_words)


def _read_own(context: PageContext, entity: EntityPage, claims: Iterable[Row]) -> SourceRow:
    """Return the row of this graph. claims: as for `compare_event`."""
    labels, dated = context.labels, context.index.events_of([entity.iri]).get(entity.iri)
    span = read_event_date(entity.statements)
    is_approximate = any(APPROXIMATE_DATE.search(value.text) for value in span.edtf)
    own = intersect(date_bounds(value.text) for value in span.edtf) if span.edtf else Bounds()
    stated_days = [
        tuple(day.isoformat() if day else None for day in days)
        for days in ((own.earliest_begin, own.latest_begin), (own.earliest_end, own.latest_end))
    ]
    if is_open_ended(value.text for value in span.edtf):
        stated_days[1] = (None, None)  # that it ended no earlier than it began is not a statement
    begin = end = None
    points: tuple[Point, ...] = ()
    if dated:
        begin, end = (
            replace(days, is_computed=(days.first, days.last) != stated_days[side]) if days else None
            for side, days in enumerate(
                days_between(dated[first], dated[last], is_approximate)
                for first, last in (("begin", "sureBegin"), ("sureEnd", "end"))
            )
        )
        points = (Point(dated["lat"], dated["long"]),) if dated["lat"] is not None else ()
    places = (
        value.text
        for prop in entity.statements
        if prop.iri == f"{ONTOLOGY}occurredAt"
        for value in prop.values
        if not value.is_only_inferred
    )
    graphs = dict.fromkeys(row["graph"].value for row in context.query("points-of-event", thing=Iri(entity.iri)))
    quantities = context.query("stated-quantities", thing=Iri(entity.iri))
    stated = {(row["claim"].value, row["quantity"].value) for row in quantities}
    wordings = [value for _, value in span.wordings]
    return SourceRow(
        dataset=None,
        relation="same",
        iri=entity.iri,
        label=entity.title,
        begin=begin,
        end=end,
        words=tuple(value.text for value in wordings),
        date_sources=tuple(dict.fromkeys(source for value in wordings for source in value.sources)),
        points=points,
        point_sources=tuple(map(labels.source, graphs)) if points else (),
        places=tuple(places)[:MAX_PLACES],
        figures=tuple(sorted(own_figures(labels, claims, stated, entity.iri), key=figure_order)),
        outcomes=tuple(own_outcomes(labels, context.query("outcomes", thing=Iri(entity.iri)))),
    )
