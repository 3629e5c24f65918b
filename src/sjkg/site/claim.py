"""The page of a claim."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.site.claims import Claim, read_claims
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.remarks import Remark, read_remarks


@dataclass(frozen=True)
class ClaimPage:
    """A claim; `claims` has it once for each thing that it is about, `others` what else is claimed of the same party there."""

    entity: EntityPage
    claims: tuple[Claim, ...]
    others: tuple[Claim, ...]
    remarks: tuple[Remark, ...]


def claim_page(context: PageContext, iri: str) -> ClaimPage:
    """Return the page of a claim. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    claims = read_claims(context.labels, context.query("claim", thing=Iri(iri)))
    return ClaimPage(
        entity=entity,
        claims=tuple(claim for claim in claims if claim.iri == iri),
        others=tuple(claim for claim in claims if claim.iri != iri),
        remarks=read_remarks(context.labels, context.query("remarks-on", thing=Iri(iri))),
    )
