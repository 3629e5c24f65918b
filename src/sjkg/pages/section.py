"""The page of a section of the article: its passages in their order."""

from dataclasses import dataclass

from sjkg.pages.around import Groups, around
from sjkg.pages.ask import Asker
from sjkg.pages.entity import EntityPage, entity_page, extend
from sjkg.pages.frame import Frame, PassageRef
from sjkg.vocab import ONTOLOGY, PREFIXES

PART_OF = PREFIXES["dcterms"] + "isPartOf"
STEPS = {"Part of": ((PART_OF,), ()), "Its sections": ((), (PART_OF,))}


@dataclass(frozen=True)
class SectionPage(EntityPage):
    """A section."""

    around: Groups
    passages: tuple[PassageRef, ...]


def section_page(asker: Asker, frame: Frame, iri: str) -> SectionPage:
    """Return the page of a section. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    within = {value.iri for prop in page.mentions if prop.iri == f"{ONTOLOGY}inSection" for value in prop.values}
    return extend(
        page,
        SectionPage,
        around=around(page, STEPS),
        passages=tuple(passage for passage in frame.passages if passage.iri in within),
    )
