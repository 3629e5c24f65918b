"""The page of the SPARQL service where nothing is asked of it yet: its address, formats and limits."""

from dataclasses import dataclass

from sjkg.settings import Limit, Settings
from sjkg.store.formats import FORMATS_OF_KINDS

KINDS = {"bindings": "Tables", "graph": "Graphs"}


@dataclass(frozen=True)
class ServicePage:
    """The service. formats: the media types in which tables and graphs come."""

    address: str
    formats: tuple[tuple[str, tuple[str, ...]], ...]
    limits: tuple[Limit, ...]


def service_page(settings: Settings) -> ServicePage:
    """Return the page."""
    formats = ((title, tuple(f.media_type for f in FORMATS_OF_KINDS[kind].values())) for kind, title in KINDS.items())
    return ServicePage(f"{settings.address}/sparql", tuple(formats), tuple(settings.limits))
