"""Claims in the answers of tools: figures and attributed statements, each with its passage and footnotes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import own
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.sources import LinkedThing, link_thing, origin_text, origins_of, passage_numbers
from sjkg.site.claims import Claim, kind_of_figure, read_claims
from sjkg.site.model import Thing

QUERIES = {  # by the first part of the IRI of a thing
    "event": "event-claims",
    "actor": "actor-claims",
    "claim": "claim",
    "footnote": "citing-claims",
    "work": "citing-claims",
}
WARNING = (
    "Figures are claims, which may overlap, include each other or contradict each other: never add them up. "
    "The saved query losses-added-up gives sums that are sound."
)


@dataclass(frozen=True)
class GivenClaim:
    """A claim: a figure or assertion that the article or somebody in it makes.

    kind: class, such as “casualty claim”. about: the event or other thing. party: actor whose loss or strength it is;
    party_concluded: the editors concluded the party. side: of the party. quantity: such as “killed” or “lost: tanks”. figure: as text,
    "" without one; exact, least, greatest: as numbers. speakers: those who make the claim; empty for the article itself. hedge:
    words that weaken it. status: such as “alleged”. part_of: the claim whose figure includes this one. conflicts: claims that exclude
    this one. passages, origins: where it is stated. footnotes: of the passage; note_is_later: they stand in a later passage of the same
    paragraph.
    """

    claim: LinkedThing
    kind: str
    about: LinkedThing
    party: LinkedThing | None = None
    party_concluded: bool = False
    side: LinkedThing | None = None
    quantity: str = ""
    figure: str = ""
    exact: int | None = None
    least: int | None = None
    greatest: int | None = None
    speakers: tuple[LinkedThing, ...] = ()
    hedge: str = ""
    status: str = ""
    part_of: LinkedThing | None = None
    conflicts: tuple[LinkedThing, ...] = ()
    passages: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()
    footnotes: tuple[LinkedThing, ...] = ()
    note_is_later: bool = False


def claims_about(graph: OpenedGraph, iri: str) -> tuple[GivenClaim, ...]:
    """Return the claims about a thing: of an event also those about its parts, of an actor those in which it is the party.

    For a footnote or work they are those that cite it, for a claim also others about the same thing; empty for other things.
    """
    query = QUERIES.get(iri.removeprefix(own().ids).partition("/")[0]) if iri.startswith(own().ids) else None
    if query is None:
        return ()
    claims = read_claims(graph.labels, graph.new_context().query(query, thing=Iri(iri)))
    return tuple(_give(graph, claim) for claim in claims)


def _give(graph: OpenedGraph, claim: Claim) -> GivenClaim:
    """Return a claim of a page as a claim of an answer."""

    def link(thing: Thing | None) -> LinkedThing | None:
        return link_thing(graph, thing.iri, thing.name) if thing else None

    def links(things: Sequence[Thing]) -> tuple[LinkedThing, ...]:
        return tuple(link_thing(graph, thing.iri, thing.name) for thing in things)

    return GivenClaim(
        claim=link_thing(graph, claim.iri, claim.label),
        kind=claim.kind.name,
        about=link_thing(graph, claim.about.iri, claim.about.name),
        party=link(claim.party),
        party_concluded=claim.party_is_ours,
        side=link(claim.side),
        quantity=kind_of_figure(claim),
        figure=claim.count,
        exact=claim.exact,
        least=claim.least,
        greatest=claim.greatest,
        speakers=links(claim.speakers),
        hedge=claim.hedge,
        status=claim.status.name if claim.status else "",
        part_of=link(claim.part_of),
        conflicts=links(claim.conflicts),
        passages=passage_numbers([claim.source]),
        origins=origins_of([claim.source]),
        footnotes=links(claim.footnotes),
        note_is_later=claim.note_is_later and bool(claim.footnotes),
    )


def claim_lines(claims: Sequence[GivenClaim]) -> Iterator[str]:
    """Yield the lines of a text that list claims, after a warning not to add figures up; nothing without any."""
    if any(claim.figure for claim in claims):
        yield WARNING
    for each in claims:
        party = each.party or each.side
        notes = ", ".join(note.name for note in each.footnotes)
        facts = (
            f"about {each.about.short}",
            f"of {party.short}{' (concluded by the editors)' * each.party_concluded}" if party else "",
            f"{each.quantity}: {each.figure}" if each.figure else "",
            f"according to {', '.join(speaker.name for speaker in each.speakers)}" if each.speakers else "",
            f"hedged by “{each.hedge}”" if each.hedge else "",
            f"status {each.status}" if each.status else "",
            f"included in {each.part_of.short}" if each.part_of else "",
            f"contradicts {', '.join(other.short for other in each.conflicts)}" if each.conflicts else "",
            f"cites {notes}{' (later in its paragraph)' * each.note_is_later}" if notes else "",
        )
        told = "; ".join(filter(None, facts))
        yield f"- {each.claim.short} “{each.claim.name}” ({each.kind}); {told} {origin_text(each.passages, each.origins)}"
