"""The page of a participation: who took part in what, as what and on which side, and what is claimed of them there."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Claim, read_claims
from sjkg.site.context import Asker, Frame
from sjkg.site.entity import EntityPage, Property, entity_page, extend
from sjkg.site.related import Groups, around
from sjkg.site.remarks import Remark, read_remarks

STEPS = {
    "Who": (("participant",), ()),
    "As": (("role",), ()),
    "In": ((), ("hasParticipation",)),
    "On the side": (("side",), ()),
}


@dataclass(frozen=True)
class ParticipationPage(EntityPage):
    """A participation. claims: what is claimed of this party about this event."""

    around: Groups
    claims: tuple[Claim, ...]
    remarks: tuple[Remark, ...]


def participation_page(asker: Asker, frame: Frame, iri: str) -> ParticipationPage:
    """Return the page of a participation. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    parties = _ends(page.statements, "participant")
    events = _ends(page.mentions, "hasParticipation")
    claims = (claim for event in events for claim in read_claims(frame, asker.ask("event-claims", thing=Iri(event))))
    return extend(
        page,
        ParticipationPage,
        around=around(page, STEPS),
        claims=tuple(c for c in claims if c.about.iri in events and c.party and c.party.iri in parties),
        remarks=read_remarks(frame, asker.ask("remarks-on", thing=Iri(iri))),
    )


def _ends(properties: tuple[Property, ...], name: str) -> set[str]:
    return {value.iri for prop in properties if prop.iri == ONTOLOGY + name for value in prop.values if value.iri}
