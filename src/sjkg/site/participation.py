"""Page model of a participation: the part of one actor in one event, with roles and a side."""

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
    "Actor": (("participant",), ()),
    "Role": (("role",), ()),
    "Event": ((), ("hasParticipation",)),
    "Side": (("side",), ()),
}


@dataclass(frozen=True)
class ParticipationPage:
    """Content of the page of a participation.

    related: actor, role, event and side. claims: about its event with its actor as party.
    """

    entity: EntityPage
    related: PropertyGroups
    claims: tuple[Claim, ...]
    remarks: tuple[Remark, ...]


def participation_page(context: PageContext, iri: str) -> ParticipationPage:
    """Return the page (dataclass for HTML and JSON) of a participation: actor, event, roles, side and claims.

    context: access to the snapshot; records executed queries. iri: of the participation. Raises UnknownName if the
    graph has no statement with it as subject or object.
    """
    entity = entity_page(context, iri)
    parties = _iris_of_values(entity.statements, "participant")
    events = _iris_of_values(entity.mentions, "hasParticipation")
    rows = [row for event in events for row in context.query("event-claims", thing=Iri(event))]
    claims = read_claims(context.labels, rows)
    return ParticipationPage(
        entity=entity,
        related=related_groups(entity, RELATIONS),
        claims=tuple(c for c in claims if c.about.iri in events and c.party and c.party.iri in parties),
        remarks=read_remarks(context, iri),
    )


def _iris_of_values(properties: tuple[Property, ...], name: str) -> set[str]:
    """Return the IRIs among the values of the property with this local name in our ontology."""
    return {value.iri for prop in properties if prop.iri == ONTOLOGY + name for value in prop.values if value.iri}
