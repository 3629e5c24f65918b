"""The pages that show many things at once, and the page about the project."""

import json
from functools import cache

from flask import request

from sjkg.index.definitions import read_lists
from sjkg.pages.about import AboutPage, about_page
from sjkg.pages.ask import Asker
from sjkg.pages.contradictions import ContradictionsPage, contradictions_page
from sjkg.pages.dataset import DownloadsPage, downloads_page
from sjkg.pages.figures import FiguresPage, figures_page
from sjkg.pages.frame import Frame
from sjkg.pages.network import NetworkPage, network_page
from sjkg.pages.ontology import OntologyPage, ontology_page
from sjkg.pages.overview import MapPage, TimelinePage, map_page, timeline_page
from sjkg.pages.shapes import ShapesPage, shapes_page
from sjkg.pages.wanted import read_wanted
from sjkg.web.assets import STATIC
from sjkg.web.context import current_snapshot
from sjkg.web.site.show import page


@page("/figures", "figures.html")
def figures(asker: Asker, frame: Frame) -> FiguresPage:
    return figures_page(asker, frame)


@page("/contradictions", "contradictions.html")
def contradictions(asker: Asker, frame: Frame) -> ContradictionsPage:
    return contradictions_page(asker, frame)


@page("/timeline", "timeline.html")
def timeline(asker: Asker, frame: Frame) -> TimelinePage:
    """Show the events of a list of events, narrowed by the same parameters, on the axis of time."""
    return timeline_page(asker, frame, read_wanted(read_lists()["events"], request.args.items(multi=True)))


@page("/map", "map.html")
def show_map(asker: Asker, frame: Frame) -> MapPage:
    return map_page(asker, frame)


@page("/network", "network.html")
def network(asker: Asker, frame: Frame) -> NetworkPage:
    return network_page(asker, frame)


@page("/about", "about.html")
def about(_asker, _frame) -> AboutPage:
    return about_page(current_snapshot().manifest, _packages_of_scripts())


@cache
def _packages_of_scripts() -> tuple[tuple[str, str, str], ...]:
    """Return name, version and licence of each package in the bundle, as the build listed them."""
    listed = json.loads((STATIC / "bundle" / "licences.json").read_text(encoding="utf-8"))
    return tuple((package["name"], package["version"], package["licence"]) for package in listed)


@page("/downloads", "downloads.html")
def downloads(_asker, _frame) -> DownloadsPage:
    return downloads_page(current_snapshot().manifest)


@page("/page/ontology", "ontology.html")
def ontology(asker: Asker, _frame) -> OntologyPage:
    return ontology_page(asker)


@page("/page/shapes", "shapes.html")
def shapes(asker: Asker, frame: Frame) -> ShapesPage:
    return shapes_page(asker, frame)
