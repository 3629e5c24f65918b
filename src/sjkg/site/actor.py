"""Page model of an actor: a person, a unit, an armed force, a state or another organization.

A participation is the part of one actor in one event, with roles and a side. A claim is a figure or assertion that
somebody makes.
"""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Claim, read_claims
from sjkg.site.context import PageContext
from sjkg.site.date_text import begin_sort_key, row_date_in_words
from sjkg.site.entity import EntityPage, entity_page, read_names
from sjkg.site.event import Participant, read_participants
from sjkg.site.model import Name, PropertyGroups
from sjkg.site.remarks import Remark, read_remarks

BONDS = {
    "Belongs to": ("unitOf", "armedForceOf", "ofState", "clientStateOf", "alignedWith"),
    "Patron of": ("patronOf",),
    "Led by": ("ledBy", "commandedBy"),
    "Leads": ("leads", "commanded"),
    "Rank or office": ("rankText",),
    "Successor of": ("succeeded",),
    "May be the same actor as": ("possiblySameAs",),
}


@dataclass(frozen=True)
class ActorPage:
    """Content of the page of an actor.

    bonds: relations to other actors, each group as a title and its properties. parts: each participation, preceded by
    the date of its event as text ("" if undated), in order of date. claims: claims about the actor or with it as party.
    said: claims that it makes itself. remarks: by the editors, on errors and doubts.
    """

    entity: EntityPage
    names: tuple[Name, ...]
    bonds: PropertyGroups
    parts: tuple[tuple[str, Participant], ...]
    claims: tuple[Claim, ...]
    said: tuple[Claim, ...]
    remarks: tuple[Remark, ...]


def actor_page(context: PageContext, iri: str) -> ActorPage:
    """Return the page (dataclass for HTML and JSON) of an actor: names, relations, participations and claims.

    context: access to the snapshot; records executed queries. iri: of the actor. Raises UnknownName if the graph has no
    statement with it as subject or object.
    """
    labels = context.labels
    entity = entity_page(context, iri)
    rows = sorted(context.query("actor-participations", thing=Iri(iri)), key=begin_sort_key)
    dates = {row["event"].value: row_date_in_words(row) for row in rows}
    claims = read_claims(labels, context.query("actor-claims", thing=Iri(iri)))
    by_name = {prop.iri.removeprefix(ONTOLOGY): prop for prop in entity.statements}
    return ActorPage(
        entity=entity,
        names=read_names(entity.statements),
        bonds=tuple(
            (title, found)
            for title, names in BONDS.items()
            if (found := tuple(by_name[name] for name in names if name in by_name))
        ),
        parts=tuple((dates.get(part.within.iri, ""), part) for part in read_participants(labels, rows)),
        claims=tuple(claim for claim in claims if iri not in {speaker.iri for speaker in claim.speakers}),
        said=tuple(claim for claim in claims if iri in {speaker.iri for speaker in claim.speakers}),
        remarks=read_remarks(context, iri),
    )
