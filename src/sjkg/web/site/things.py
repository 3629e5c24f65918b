"""The page of each thing."""

from sjkg.pages.ask import Asker
from sjkg.pages.entity import EntityPage, entity_page
from sjkg.pages.frame import Frame
from sjkg.pages.paths import iri_of
from sjkg.web.site.show import page


@page("/page/<path:name>", "entity.html")
def entity(asker: Asker, frame: Frame, name: str) -> EntityPage:
    """Show any thing of the graph."""
    return entity_page(asker, frame, iri_of(name))
