"""The page of a participation: who took part in what, as what and on which side, and what is claimed of them there."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Claim, read_claims
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.model import Property, PropertyGroups
from sjkg.site.relations import related_groups
from sjkg.site.remarks import Remark, read_remarks

RELATIONS = {
    "Who": (("participant",), ()),
    "As": (("role",), ()),
    "In": ((), ("hasParticipation",)),
    "On the side": (("side",), ()),
}


@dataclass(frozen=True)
class ParticipationPage:
    """A participation. claims: what is claimed of this party about this event."""

    entity: EntityPage
    related: PropertyGroups
    claims: tuple[Claim, ...]
    remarks: tuple[Remark, ...]


def participation_page(context: PageContext, iri: str) -> ParticipationPage:
    """Return the page of a participation. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    parties = _ends(entity.statements, "participant")
    events = _ends(entity.mentions, "hasParticipation")
    claims = (
        claim
        for event in events
        for claim in read_claims(context.labels, context.query("event-claims", thing=Iri(event)))
    )
    return ParticipationPage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        claims=tuple(c for c in claims if c.about.iri in events and c.party and c.party.iri in parties),
        remarks=read_remarks(context.labels, context.query("remarks-on", thing=Iri(iri))),
    )


def _ends(properties: tuple[Property, ...], name: str) -> set[str]:
    return {value.iri for prop in properties if prop.iri == ONTOLOGY + name for value in prop.values if value.iri}
