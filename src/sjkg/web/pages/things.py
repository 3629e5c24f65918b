"""Pages of things: a view for each kind of IRI (event, actor, place, …), and a general one for all other IRIs."""

from collections.abc import Callable

from sjkg.core.errors import UnknownName
from sjkg.core.vocabulary import own
from sjkg.describe.documents import is_graph
from sjkg.site.about import graph_page
from sjkg.site.actor import actor_page, participation_page
from sjkg.site.claims import claim_page
from sjkg.site.context import PageContext
from sjkg.site.entity import EntityPage, entity_page
from sjkg.site.event import event_page
from sjkg.site.ontology import TermPage, concept_page, term_page, vocabulary_page
from sjkg.site.passage import cited_page, passage_page, section_page
from sjkg.site.paths import iri_of
from sjkg.site.places import place_page
from sjkg.site.remarks import remark_page
from sjkg.site.shapes import shape_page
from sjkg.site.treaty import treaty_page
from sjkg.web.context import current_served
from sjkg.web.pages.show import page, register_page


def _term_page(context: PageContext, iri: str) -> TermPage:
    """Return the page (dataclass for HTML and JSON) of a class or property of the ontology.

    It has related terms, statements that use it, SHACL rules that check it, and alignments with other ontologies.
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
    """Return a function from a page context and the variables of a URL path to the content of a thing's page.

    name: the end of the thing's IRI, with these variables in braces, such as event/{slug}. build: takes a page context
    and the IRI, and returns the content of the page.
    """
    return lambda context, **variables: build(context, iri_of(name.format(**variables)))


for endpoint, (name, template, build) in PAGES.items():
    rule = name.replace("{", "<").replace("}", ">")
    register_page(f"/page/{rule}", template, endpoint, _make_view(name, build), builder=build)


@page("/page/graph/<path:name>", "entity.html")
def graph(context: PageContext, name: str) -> EntityPage:
    """Show a named graph or a group of graphs: statements about it, or else its number of triples; links to it in RDF."""
    iri, snapshot = own().graphs + name, current_served().snapshot
    try:
        return entity_page(context, iri)
    except UnknownName:
        if not is_graph(snapshot, iri):
            raise
    return graph_page(iri, snapshot.manifest)


@page("/page/<path:name>", "entity.html")
def entity(context: PageContext, name: str) -> EntityPage:
    """Show a thing that no other view shows: statements about it, and statements with it as object."""
    return entity_page(context, iri_of(name))


@page("/statements/<path:name>", "entity.html")
def all_statements(context: PageContext, name: str) -> EntityPage:
    """Show all statements about a thing and mentions of it, for things whose own page shows only a selection."""
    return entity_page(context, iri_of(name))
