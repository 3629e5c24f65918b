"""The page of a claim."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.site.claims import Claim, read_claims
from sjkg.site.context import Asker, Frame
from sjkg.site.entity import EntityPage, entity_page, extend
from sjkg.site.remarks import Remark, read_remarks


@dataclass(frozen=True)
class ClaimPage(EntityPage):
    """A claim; `claims` has it once for each thing that it is about, `others` what else is claimed of the same party there."""

    claims: tuple[Claim, ...]
    others: tuple[Claim, ...]
    remarks: tuple[Remark, ...]


def claim_page(asker: Asker, frame: Frame, iri: str) -> ClaimPage:
    """Return the page of a claim. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    claims = read_claims(frame, asker.ask("claim", thing=Iri(iri)))
    return extend(
        page,
        ClaimPage,
        claims=tuple(claim for claim in claims if claim.iri == iri),
        others=tuple(claim for claim in claims if claim.iri != iri),
        remarks=read_remarks(frame, asker.ask("remarks-on", thing=Iri(iri))),
    )
