"""The page of each thing: of its kind's own where there is one, else the general one."""

from sjkg.site.actor import ActorPage, actor_page
from sjkg.site.claim import ClaimPage, claim_page
from sjkg.site.context import Asker, Frame
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.event import EventPage, event_page
from sjkg.site.ontology import ConceptPage, TermPage, VocabularyPage, concept_page, term_page, vocabulary_page
from sjkg.site.participation import ParticipationPage, participation_page
from sjkg.site.passage import PassagePage, SectionPage, passage_page, section_page
from sjkg.site.paths import iri_of
from sjkg.site.place import PlacePage, place_page
from sjkg.site.remark import RemarkPage, remark_page
from sjkg.site.shapes import ShapePage, shape_page
from sjkg.site.sources import CitedPage, cited_page
from sjkg.site.treaty import TreatyPage, treaty_page
from sjkg.web.context import current_snapshot
from sjkg.web.pages.show import page


@page("/page/event/<slug>", "event.html")
def event(asker: Asker, frame: Frame, slug: str) -> EventPage:
    return event_page(asker, frame, iri_of(f"event/{slug}"))


@page("/page/actor/<slug>", "actor.html")
def actor(asker: Asker, frame: Frame, slug: str) -> ActorPage:
    return actor_page(asker, frame, iri_of(f"actor/{slug}"))


@page("/page/place/<slug>", "place.html")
def place(asker: Asker, frame: Frame, slug: str) -> PlacePage:
    return place_page(asker, frame, iri_of(f"place/{slug}"))


@page("/page/claim/<slug>", "claim.html")
def claim(asker: Asker, frame: Frame, slug: str) -> ClaimPage:
    return claim_page(asker, frame, iri_of(f"claim/{slug}"))


@page("/page/passage/<slug>", "passage.html")
def passage(asker: Asker, frame: Frame, slug: str) -> PassagePage:
    return passage_page(asker, frame, iri_of(f"passage/{slug}"))


@page("/page/footnote/<slug>", "cited.html")
def footnote(asker: Asker, frame: Frame, slug: str) -> CitedPage:
    return cited_page(asker, frame, iri_of(f"footnote/{slug}"))


@page("/page/work/<slug>", "cited.html")
def work(asker: Asker, frame: Frame, slug: str) -> CitedPage:
    return cited_page(asker, frame, iri_of(f"work/{slug}"))


@page("/page/treaty/<slug>", "treaty.html")
def treaty(asker: Asker, frame: Frame, slug: str) -> TreatyPage:
    return treaty_page(asker, frame, iri_of(f"treaty/{slug}"))


@page("/page/participation/<slug>", "participation.html")
def participation(asker: Asker, frame: Frame, slug: str) -> ParticipationPage:
    return participation_page(asker, frame, iri_of(f"participation/{slug}"))


@page("/page/remark/<slug>", "remark.html")
def remark(asker: Asker, frame: Frame, slug: str) -> RemarkPage:
    return remark_page(asker, frame, iri_of(f"remark/{slug}"))


@page("/page/section/<slug>", "section.html")
def section(asker: Asker, frame: Frame, slug: str) -> SectionPage:
    return section_page(asker, frame, iri_of(f"section/{slug}"))


@page("/page/ontology/<name>", "term.html")
def term(asker: Asker, frame: Frame, name: str) -> TermPage:
    return term_page(asker, frame, iri_of(f"ontology/{name}"), current_snapshot().manifest.statistics)


@page("/page/vocab/<name>", "vocabulary.html")
def vocabulary(asker: Asker, frame: Frame, name: str) -> VocabularyPage:
    return vocabulary_page(asker, frame, iri_of(f"vocab/{name}"))


@page("/page/vocab/<scheme>/<name>", "concept.html")
def concept(asker: Asker, frame: Frame, scheme: str, name: str) -> ConceptPage:
    return concept_page(asker, frame, iri_of(f"vocab/{scheme}/{name}"))


@page("/page/shapes/<name>", "shape.html")
def shape(asker: Asker, frame: Frame, name: str) -> ShapePage:
    return shape_page(asker, frame, iri_of(f"shapes/{name}"))


@page("/page/<path:name>", "entity.html")
def entity(asker: Asker, frame: Frame, name: str) -> EntityPage:
    """Show any thing of the graph."""
    return entity_page(asker, frame, iri_of(name))
