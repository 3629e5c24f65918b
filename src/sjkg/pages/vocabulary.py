"""The pages of a vocabulary and of a concept in one: what the concepts mean, and where they are used."""

from dataclasses import dataclass

from sjkg.pages.around import Groups, around
from sjkg.pages.ask import Asker
from sjkg.pages.claims import Thing
from sjkg.pages.entity import EntityPage, Property, entity_page, extend
from sjkg.pages.frame import Frame
from sjkg.vocab import PREFIXES

IN_SCHEME, BROADER = f"{SKOS}inScheme", f"{SKOS}broader"
CONCEPT_RELATIONS = {"In the vocabulary": ((IN_SCHEME,), ()), "Broader": ((BROADER,), ()), "Narrower": ((), (BROADER,))}


@dataclass(frozen=True)
class VocabularyPage(EntityPage):
    """A vocabulary. concepts: by name, each with what it means."""

    concepts: tuple[tuple[Thing, str], ...]


@dataclass(frozen=True)
class ConceptPage(EntityPage):
    """A concept. uses: what says it, by property."""

    around: Groups
    uses: tuple[Property, ...]


def vocabulary_page(asker: Asker, frame: Frame, iri: str) -> VocabularyPage:
    """Return the page of a vocabulary. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    members = sorted(term for term in frame.definitions if term.startswith(f"{iri}/"))
    concepts = ((Thing(term, frame.name(term)), frame.definitions[term]) for term in members)
    return extend(page, VocabularyPage, concepts=tuple(concepts))


def concept_page(asker: Asker, frame: Frame, iri: str) -> ConceptPage:
    """Return the page of a concept. Raises UnknownName when the graph says nothing of it."""
    page = entity_page(asker, frame, iri)
    uses = tuple(prop for prop in page.mentions if prop.iri != BROADER)
    return extend(page, ConceptPage, around=around(page, CONCEPT_RELATIONS), uses=uses)
