"""Comparison of two events: date, place, powers, sides, commanders, losses, strengths, outcome and sources."""

from collections.abc import Iterable, Mapping

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, curie
from sjkg.site.claims import OUTCOME, Claim, Figures
from sjkg.site.comparison import (
    Cell,
    ComparedItem,
    RowGroup,
    compare_by_title,
    compare_cells,
    item_of_claim,
    items_of,
    items_of_values,
    kind_in_words,
    list_path,
    read_sums,
    related_by_title,
)
from sjkg.site.context import PageContext
from sjkg.site.disputes import Disputes
from sjkg.site.event import COMMANDING, EventPage, event_page
from sjkg.site.wording import NO_DATE, event_date_in_words
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.read import FacetSelection

POWERS = f"{ONTOLOGY}hasParticipatingPower"
RELATED = ("Part of the event", "Causes", "Consequences", "Prevented or made to fail by", "Prevented or made to fail")


def compare_events(context: PageContext, iris: tuple[str, str]) -> tuple[RowGroup, ...]:
    """Return the rows that compare two events, made from what their pages show. iris: of the events.

    Raises UnknownName if the graph has no statement with one of the IRIs as subject or object.
    """
    pages = [event_page(context, iri) for iri in iris]
    powers = [_read_powers_of_claims(context, iri) for iri in iris]
    claims = [_all_claims(page) for page in pages]
    facts = (
        compare_cells("Summary", [_summary(page) for page in pages]),
        compare_cells("Kind", [items_of(page.entity.types) for page in pages]),
        compare_cells("Date", [_read_date(context, page) for page in pages]),
        compare_cells("Place", [items_of_values(page.places, "follows from other statements") for page in pages]),
        compare_cells("Powers that took part", [_read_powers(page) for page in pages]),
    )
    related = compare_by_title("", [related_by_title(page.related, RELATED, page.dates) for page in pages])
    participants = compare_by_title("Participants", [_read_participants(page) for page in pages])
    commanders = compare_cells("Commanders and leaders", [_read_commanders(context, page) for page in pages])
    losses = [
        _read_figures((*page.losses, *page.losses_of_parts), page.entity.iri, of_claims, page.disputes)
        for page, of_claims in zip(pages, powers, strict=True)
    ]
    for of_event, iri in zip(losses, iris, strict=True):
        _add_sums(context, of_event, iri)
    strengths = [
        _read_figures(page.strengths, page.entity.iri, of_claims, page.disputes)
        for page, of_claims in zip(pages, powers, strict=True)
    ]
    said = (
        compare_cells("Outcome", [_read_outcomes(page) for page in pages]),
        compare_cells("Contradictions", [_read_contradictions(page) for page in pages]),
        compare_cells("All claims", [_count_claims(context, iri) for iri in iris]),
        compare_cells("Notes cited for the claims", [_read_notes(of_event) for of_event in claims]),
        compare_cells("Passages that make the claims", [_read_passages(of_event) for of_event in claims]),
    )
    return (
        RowGroup("Facts", (*facts, *related.rows)),
        RowGroup(participants.title, (*participants.rows, commanders), participants.more),
        compare_by_title("Losses, in the event and its parts, as claimed", losses),
        compare_by_title("Strengths and supplies, in the event and its parts, as claimed", strengths),
        RowGroup("Claims and sources", said),
    )


def _read_powers_of_claims(context: PageContext, iri: str) -> dict[str, str]:
    """Return the name of the power of each claim about an event or its parts that has one, by the IRI of the claim."""
    rows = context.index.rows(read_lists()["claims"], FacetSelection({"within": (iri,)}), "start", False)
    powers = {row["item"]: row["power"] for row in rows if row["power"]}
    names = context.labels.names(powers.values())
    return {claim: names[power] for claim, power in powers.items()}


def _all_claims(page: EventPage) -> list[Claim]:
    """Return all claims that the page of an event shows, figures first."""
    groups = (*page.losses, *page.losses_of_parts, *page.strengths, *page.counts)
    return [*(claim for group in groups for claim in group.claims), *page.claims, *page.claims_of_parts]


def _summary(page: EventPage) -> Cell:
    """Return the summary of an event; an empty cell if it has none."""
    return (ComparedItem(page.entity.description),) if page.entity.description else ()


def _read_date(context: PageContext, page: EventPage) -> Cell:
    """Return the date of an event as in lists, then the wordings of the article with their passages."""
    row = context.index.events_of([page.entity.iri]).get(page.entity.iri)
    words = event_date_in_words(row) if row else NO_DATE
    days = (ComparedItem(words),) if words != NO_DATE else ()
    wordings = (ComparedItem(f"“{value.text}”", note=side, sources=value.sources) for side, value in page.span.wordings)
    return (*days, *wordings)


def _read_powers(page: EventPage) -> Cell:
    """Return the states that took part in an event."""
    return items_of_values(
        (prop for prop in page.entity.statements if prop.iri == POWERS), "derived from the participants"
    )


def _read_participants(page: EventPage) -> dict[str, Cell]:
    """Return the participants of an event by the name of their side, each once with its roles."""
    sides: dict[str, Cell] = {}
    for side, participants in page.participants:
        roles: dict[tuple[str, str], dict[str, None]] = {}
        for part in participants:
            found = roles.setdefault((part.actor.iri, part.actor.name), {})
            found.update(dict.fromkeys(role.name for role in part.roles))
        title = side or "Participants without a stated side"
        sides[title] = tuple(ComparedItem(name, iri, note=", ".join(roles[iri, name])) for iri, name in roles)
    return sides


def _read_commanders(context: PageContext, page: EventPage) -> Cell:
    """Return the commanders and leaders among the participants of an event, and commanders of units that took part."""
    rows = context.query("commanders", thing=Iri(page.entity.iri))
    names = context.labels.names(row[key].value for row in rows for key in ("unit", "commander"))
    of_units = (
        ComparedItem(
            names[row["commander"].value],
            row["commander"].value,
            note=f"commander of {names[row['unit'].value]}",
            sources=(context.labels.source(row["graph"].value),),
        )
        for row in rows
    )
    own = tuple(
        ComparedItem(part.actor.name, part.actor.iri, note=side, sources=(part.source,))
        for side, participants in page.participants
        for part in participants
        if COMMANDING & {role.iri for role in part.roles}
    )
    named = {item.iri for item in own}
    return (*own, *(item for item in of_units if item.iri not in named))


def _read_figures(
    groups: Iterable[Figures], event: str, powers: Mapping[str, str], disputes: Disputes
) -> dict[str, Cell]:
    """Return figures by “power: kind”, each with the party and the part of the event that it is about.

    event: IRI of the event. powers: name of the power of each claim by IRI; a claim without one is under its party.
    disputes: contradictions in which claims take part.
    """
    cells: dict[str, Cell] = {}
    for group in groups:
        kind = kind_in_words(*(thing.name if thing else "" for thing in (group.quantity, group.materiel)))
        party = group.party.name if group.party else ""
        for claim in group.claims:
            power = powers.get(claim.iri) or party or "side not stated"
            notes = (
                party if party != power else "",
                f"in {group.about.name}" if group.about.iri != event else "",
                "disputed" if claim.iri in disputes else "",
            )
            title = f"{power}: {kind}"
            cells[title] = (*cells.get(title, ()), item_of_claim(claim, notes))
    return dict(sorted(cells.items()))


def _add_sums(context: PageContext, figures: dict[str, Cell], event: str) -> None:
    """Put the sum of the figures that may be added up before those of a row, if at least two are numbers. figures: changed."""
    for (power, kind), total in read_sums(context, [event]).items():
        if total.numbers > 1 and (cell := figures.get(f"{power}: {kind}")):
            figures[f"{power}: {kind}"] = (ComparedItem(total.text, note=f"sum of {total.numbers} figures"), *cell)


def _read_outcomes(page: EventPage) -> Cell:
    """Return the claims about the outcome of an event, then those about the outcomes of its parts."""
    return tuple(
        item_of_claim(claim, [f"of {claim.about.name}" if claim.about.iri != page.entity.iri else ""])
        for claim in (*page.claims, *page.claims_of_parts)
        if claim.kind.iri == OUTCOME
    )


def _read_contradictions(page: EventPage) -> Cell:
    """Return the editors' remarks on contradictions about an event or its parts."""
    remarks = (one.remark for one in page.disagreements)
    return tuple(
        ComparedItem(remark.words, remark.iri, note=remark.kind.name, sources=(remark.source,)) for remark in remarks
    )


def _count_claims(context: PageContext, iri: str) -> Cell:
    """Return the number of claims about an event and its parts, linked to their list; an empty cell if it is 0."""
    count = context.index.count(read_lists()["claims"], FacetSelection({"within": (iri,)}))
    return (ComparedItem(f"{count:,}", path=list_path("claims", within=curie(iri))),) if count else ()


def _read_notes(claims: Iterable[Claim]) -> Cell:
    """Return the footnotes of claims, each with the number of claims that cite it."""
    notes = [note for claim in claims for note in claim.footnotes]
    return tuple(
        ComparedItem(note.name, note.iri, note="1 claim" if notes.count(note) == 1 else f"{notes.count(note)} claims")
        for note in dict.fromkeys(sorted(notes, key=lambda each: (len(each.iri), each.iri)))
    )


def _read_passages(claims: Iterable[Claim]) -> Cell:
    """Return the passages that make claims, in the order of the article."""
    passages = {claim.source for claim in claims if claim.source.sort == "passage"}
    return tuple(
        ComparedItem(f"¶{source.number}", source.graph, note=source.name.partition(", ")[2])
        for source in sorted(passages, key=lambda each: each.number or 0)
    )
