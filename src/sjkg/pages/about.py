"""The page about the project: what it is, its source, its licences, how to cite it."""

from dataclasses import dataclass

from sjkg.pages.cite import LICENCE, PUBLISHED_AS
from sjkg.pages.frame import ARTICLE
from sjkg.snapshot import Manifest


@dataclass(frozen=True)
class AboutPage:
    """What is said about the project itself."""

    name: str
    version: str
    snapshot: str
    triples: int
    licence: str
    article: str
    libraries: tuple[tuple[str, str], ...]
    scripts: tuple[tuple[str, str, str], ...]


def about_page(manifest: Manifest, scripts: tuple[tuple[str, str, str], ...]) -> AboutPage:
    """Return the page. scripts: name, version and licence of each package that the scripts of the site are made of."""
    libraries = tuple((name, version) for name, version in manifest.versions.items() if name != "sjkg")
    return AboutPage(
        PUBLISHED_AS,
        manifest.versions["sjkg"],
        manifest.inputs_sha256,
        manifest.triples,
        LICENCE,
        ARTICLE,
        libraries,
        scripts,
    )
