"""The page of a remark: which slip or doubt we noticed, where, and what it concerns."""

from dataclasses import dataclass, replace

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.model import PassageRef, PropertyGroups
from sjkg.site.relations import related_groups

RELATIONS = {"Kind": (("remarkKind",), ()), "Concerns": (("concerns",), ())}


@dataclass(frozen=True)
class RemarkPage:
    """A remark. passages: those that it is on, in the article's order."""

    entity: EntityPage
    related: PropertyGroups
    passages: tuple[PassageRef, ...]


def remark_page(context: PageContext, iri: str) -> RemarkPage:
    """Return the page of a remark. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    values = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in entity.statements}
    passages = [context.labels.passage_of[value.iri] for value in values.get("remarkOn", ())]
    kinds = ", ".join(value.text for value in values.get("remarkKind", ()))
    where = ", ".join(f"passage {passage.number}" for passage in passages)
    return RemarkPage(
        entity=replace(entity, title=f"{kinds} in {where}"),
        related=related_groups(entity, RELATIONS),
        passages=tuple(sorted(passages, key=lambda passage: passage.number)),
    )
