"""The page of an actor."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Claim, read_claims
from sjkg.site.columns import dates_in_words
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page, read_names
from sjkg.site.event import Participant, read_participants
from sjkg.site.model import Name, Property
from sjkg.site.remarks import Remark, read_remarks

BONDS = {
    "Belongs to": ("unitOf", "armedForceOf", "ofState", "clientStateOf", "alignedWith"),
    "Patron of": ("patronOf",),
    "Led by": ("ledBy", "commandedBy"),
    "Leads": ("leads", "commanded"),
    "Rank or office": ("rankText",),
    "Succeeded": ("succeeded",),
    "Possibly the same": ("possiblySameAs",),
}


@dataclass(frozen=True)
class ActorPage:
    """An actor: what it took part in, in order of date; its figures; what it says itself; what it belongs to.

    parts: each participation with the event's date in words. claims: by how the claim concerns the actor.
    """

    entity: EntityPage
    names: tuple[Name, ...]
    bonds: tuple[tuple[str, tuple[Property, ...]], ...]
    parts: tuple[tuple[str, Participant], ...]
    claims: tuple[Claim, ...]
    said: tuple[Claim, ...]
    remarks: tuple[Remark, ...]


def actor_page(context: PageContext, iri: str) -> ActorPage:
    """Return the page of an actor. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    rows = sorted(
        context.query("actor-participations", thing=Iri(iri)),
        key=lambda row: (row["begin"].value if "begin" in row else "9", row["event"].value),
    )
    dates = {row["event"].value: dates_in_words(row["begin"].value, row["end"].value) for row in rows if "begin" in row}
    claims = read_claims(context.labels, context.query("actor-claims", thing=Iri(iri)))
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop for prop in entity.statements}
    return ActorPage(
        entity=entity,
        names=read_names(entity.statements),
        bonds=tuple(
            (title, found)
            for title, names in BONDS.items()
            if (found := tuple(by_name[name] for name in names if name in by_name))
        ),
        parts=tuple((dates.get(part.within.iri, ""), part) for part in read_participants(context.labels, rows)),
        claims=tuple(claim for claim in claims if iri not in {speaker.iri for speaker in claim.speakers}),
        said=tuple(claim for claim in claims if iri in {speaker.iri for speaker in claim.speakers}),
        remarks=read_remarks(context.labels, context.query("remarks-on", thing=Iri(iri))),
    )
