"""What the scripts of the site draw, as JSON; the parameters are those of the list of events.

The pages that show many things at once, and the page about the project."""

import json
from functools import cache
from urllib.parse import urlencode

from flask import Response, request
from jinja2.utils import htmlsafe_json_dumps

from sjkg.site.about import AboutPage, DownloadsPage, about_page, downloads_page
from sjkg.site.context import PageContext
from sjkg.site.contradictions import ContradictionsPage, contradictions_page
from sjkg.site.drawings import charted, drawn_figure
from sjkg.site.drawings import timeline as drawn
from sjkg.site.figures import FiguresPage, figures_page
from sjkg.site.list_request import ListRequest, parse_list_request
from sjkg.site.map import read_box, spots
from sjkg.site.network import NetworkPage, network_page
from sjkg.site.ontology import OntologyPage, ontology_page
from sjkg.site.overview import MapPage, TimelinePage, map_page, timeline_page
from sjkg.site.shapes import ShapesPage, shapes_page
from sjkg.snapshot.index.lists import read_lists
from sjkg.web.assets import STATIC, scripts_ahead
from sjkg.web.context import current_served
from sjkg.web.pages.show import blueprint, new_context, page, plain

blueprint.add_app_template_filter(charted)
blueprint.add_app_template_filter(drawn_figure)
blueprint.add_app_template_filter(lambda shown: htmlsafe_json_dumps(shown, default=plain), "as_json")
blueprint.add_app_template_global(scripts_ahead)

OF_THE_TABLE = ("sort", "page")


@blueprint.app_template_global()
def narrowing(days: dict[str, str]) -> str:
    """Return the query string with which a script asks for a drawing (frontend/src/shared/filters.ts); days: to begin with."""
    chosen = [(name, value) for name, value in request.args.items(multi=True) if name not in OF_THE_TABLE]
    return urlencode(chosen + [(name, day) for name, day in days.items() if "from" not in request.args])


@blueprint.get("/drawings/timeline.json")
def drawn_timeline() -> Response:
    return _json(drawn(new_context(), _wanted()))


@blueprint.get("/drawings/spots.json")
def drawn_spots() -> Response:
    """Give the spots in the part of the map that `box` names: west,south,east,north."""
    return _json(spots(current_served().labels, _wanted("box"), read_box(request.args.get("box", ""))))


def _wanted(*others: str) -> ListRequest:
    """Return the choice of an address, its other parameters left out."""
    return parse_list_request(
        read_lists()["events"], ((name, value) for name, value in request.args.items(multi=True) if name not in others)
    )


def _json(shown: object) -> Response:
    return Response(json.dumps(shown, default=plain, ensure_ascii=False), mimetype="application/json")


@page("/figures", "figures.html")
def figures(context: PageContext) -> FiguresPage:
    return figures_page(context)


@page("/contradictions", "contradictions.html")
def contradictions(context: PageContext) -> ContradictionsPage:
    return contradictions_page(context)


@page("/timeline", "timeline.html")
def timeline(context: PageContext) -> TimelinePage:
    """Show the events of a list of events, narrowed by the same parameters, on the axis of time."""
    return timeline_page(context, parse_list_request(read_lists()["events"], request.args.items(multi=True)))


@page("/map", "map.html")
def show_map(context: PageContext) -> MapPage:
    return map_page(context)


@page("/network", "network.html")
def network(context: PageContext) -> NetworkPage:
    return network_page(context)


@page("/about", "about.html")
def about(_context: PageContext) -> AboutPage:
    return about_page(current_served().snapshot.manifest, _packages_of_scripts())


@cache
def _packages_of_scripts() -> tuple[tuple[str, str, str], ...]:
    """Return name, version and licence of each package in the bundle, as the build listed them."""
    listed = json.loads((STATIC / "bundle" / "licences.json").read_text(encoding="utf-8"))
    return tuple((package["name"], package["version"], package["licence"]) for package in listed)


@page("/downloads", "downloads.html")
def downloads(_context: PageContext) -> DownloadsPage:
    return downloads_page(current_served().snapshot.manifest)


@page("/page/ontology", "ontology.html")
def ontology(context: PageContext) -> OntologyPage:
    return ontology_page(context)


@page("/page/shapes", "shapes.html")
def shapes(context: PageContext) -> ShapesPage:
    return shapes_page(context)
