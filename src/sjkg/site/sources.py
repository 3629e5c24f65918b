"""The page of a footnote or a work: what rests on it."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Claim, read_claims
from sjkg.site.context import PageContext
from sjkg.site.entity import NAMES, TYPE, EntityPage, entity_page
from sjkg.site.model import PassageRef, Property
from sjkg.site.remarks import Remark, read_remarks

TOLD_ABOVE = (TYPE, *NAMES, f"{ONTOLOGY}noteNumber")


@dataclass(frozen=True)
class CitedPage:
    """A footnote or a work. facts: what is said of it beside its kind and name; claims: that cite it; passages: in which it is cited; both in the article's order."""

    entity: EntityPage
    facts: tuple[Property, ...]
    claims: tuple[Claim, ...]
    passages: tuple[PassageRef, ...]
    remarks: tuple[Remark, ...]


def cited_page(context: PageContext, iri: str) -> CitedPage:
    """Return the page of a footnote or a work. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    passages = {
        context.labels.passage_of[row["passage"].value] for row in context.query("citing-passages", thing=Iri(iri))
    }
    claims = read_claims(context.labels, context.query("citing-claims", thing=Iri(iri)))
    return CitedPage(
        entity=entity,
        facts=tuple(prop for prop in entity.statements if prop.iri not in TOLD_ABOVE),
        claims=tuple(sorted(claims, key=lambda claim: (claim.source.number or 0, claim.label))),
        passages=tuple(sorted(passages, key=lambda passage: passage.number)),
        remarks=read_remarks(context.labels, context.query("remarks-on", thing=Iri(iri))),
    )
