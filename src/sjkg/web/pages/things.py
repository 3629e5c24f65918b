"""Pages of things: a view for each kind of IRI (event, actor, place, …), and a general one for all other IRIs."""

from collections.abc import Callable

from sjkg.site.actor import actor_page
from sjkg.site.claims import claim_page
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.event import event_page
from sjkg.site.ontology import TermPage, concept_page, term_page, vocabulary_page
from sjkg.site.participation import participation_page
from sjkg.site.passage import passage_page, section_page
from sjkg.site.paths import iri_of
from sjkg.site.place import place_page
from sjkg.site.remarks import remark_page
from sjkg.site.shapes import shape_page
from sjkg.site.sources import cited_page
from sjkg.site.treaty import treaty_page
from sjkg.web.context import current_served
from sjkg.web.pages.show import page, register_page


def _term_page(context: PageContext, iri: str) -> TermPage:
    """Return the page (dataclass for HTML and JSON) of a class or property: relations, uses, rules, alignments.

    context: access to the snapshot; records executed queries. iri: of the term. Raises UnknownName if the graph has no
    statement with it as subject or object.
    """
    return term_page(context, iri, current_served().snapshot.manifest.statistics)


# For each endpoint: the part of the IRI and of the page's path that names the thing, the template, the builder.
PAGES: dict[str, tuple[str, str, Callable[[PageContext, str], object]]] = {
    "event": ("event/{slug}", "event.html", event_page),
    "actor": ("actor/{slug}", "actor.html", actor_page),
    "place": ("place/{slug}", "place.html", place_page),
    "claim": ("claim/{slug}", "claim.html", claim_page),
    "passage": ("passage/{slug}", "passage.html", passage_page),
    "footnote": ("footnote/{slug}", "citation.html", cited_page),
    "work": ("work/{slug}", "citation.html", cited_page),
    "treaty": ("treaty/{slug}", "treaty.html", treaty_page),
    "participation": ("participation/{slug}", "participation.html", participation_page),
    "remark": ("remark/{slug}", "remark.html", remark_page),
    "section": ("section/{slug}", "section.html", section_page),
    "term": ("ontology/{slug}", "term.html", _term_page),
    "vocabulary": ("vocab/{slug}", "vocabulary.html", vocabulary_page),
    "concept": ("vocab/{scheme}/{slug}", "concept.html", concept_page),
    "shape": ("shapes/{slug}", "shape.html", shape_page),
}


def _make_view(name: str, build: Callable[[PageContext, str], object]) -> Callable[..., object]:
    """Return a view that builds the page of an IRI.

    name: end of the page's path with the variables of the rule in braces, such as event/{slug}. build: page builder.
    """
    return lambda context, **variables: build(context, iri_of(name.format(**variables)))


for endpoint, (name, template, build) in PAGES.items():
    rule = name.replace("{", "<").replace("}", ">")
    register_page(f"/page/{rule}", template, endpoint, _make_view(name, build), builder=build)


@page("/page/<path:name>", "entity.html")
def entity(context: PageContext, name: str) -> EntityPage:
    """Show a thing of any other kind: statements about it, and statements with it as object."""
    return entity_page(context, iri_of(name))
