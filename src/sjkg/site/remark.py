"""The page of a remark: which slip or doubt we noticed, where, and what it concerns."""

from dataclasses import dataclass, replace

from sjkg.core.vocabulary import ONTOLOGY
from sjkg.site.context import Asker, Frame, PassageRef
from sjkg.site.entity import EntityPage, entity_page, extend
from sjkg.site.related import Groups, around

STEPS = {"Kind": (("remarkKind",), ()), "Concerns": (("concerns",), ())}


@dataclass(frozen=True)
class RemarkPage(EntityPage):
    """A remark. passages: those that it is on, in the article's order."""

    around: Groups
    passages: tuple[PassageRef, ...]


def remark_page(asker: Asker, frame: Frame, iri: str) -> RemarkPage:
    """Return the page of a remark. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    values = {prop.iri.removeprefix(ONTOLOGY): prop.values for prop in page.statements}
    passages = [frame.passage_of[value.iri] for value in values.get("remarkOn", ())]
    kinds = ", ".join(value.text for value in values.get("remarkKind", ()))
    where = ", ".join(f"passage {passage.number}" for passage in passages)
    return extend(
        replace(page, title=f"{kinds} in {where}"),
        RemarkPage,
        around=around(page, STEPS),
        passages=tuple(sorted(passages, key=lambda passage: passage.number)),
    )
