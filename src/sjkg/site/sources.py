"""Page model of a footnote or of a cited work: the claims and passages that cite it."""

from dataclasses import dataclass

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.claims import Claim, read_claims
from sjkg.site.context import PageContext
from sjkg.site.entity import NAMES, TYPE, EntityPage, entity_page
from sjkg.site.model import PassageRef, Property
from sjkg.site.remarks import Remark, read_remarks

SHOWN_IN_HEAD = (TYPE, *NAMES, f"{ONTOLOGY}noteNumber")


@dataclass(frozen=True)
class CitedPage:
    """Content of the page of a footnote or a work.

    facts: statements about it, without class, name and number. claims, passages: those that cite it, or a footnote to
    it, in the order of the article. remarks: by the editors.
    """

    entity: EntityPage
    facts: tuple[Property, ...]
    claims: tuple[Claim, ...]
    passages: tuple[PassageRef, ...]
    remarks: tuple[Remark, ...]


def cited_page(context: PageContext, iri: str) -> CitedPage:
    """Return the page (dataclass for HTML and JSON) of a footnote or work: the claims and passages that cite it.

    context: access to the snapshot; records executed queries. iri: of the footnote or work. Raises UnknownName if the
    graph has no statement with it as subject or object.
    """
    labels = context.labels
    entity = entity_page(context, iri)
    passages = {labels.passage_of[row["passage"].value] for row in context.query("citing-passages", thing=Iri(iri))}
    claims = read_claims(labels, context.query("citing-claims", thing=Iri(iri)))
    return CitedPage(
        entity=entity,
        facts=tuple(prop for prop in entity.statements if prop.iri not in SHOWN_IN_HEAD),
        claims=tuple(sorted(claims, key=lambda claim: (claim.source.number or 0, claim.label))),
        passages=tuple(sorted(passages, key=lambda passage: passage.number)),
        remarks=read_remarks(context, iri),
    )
