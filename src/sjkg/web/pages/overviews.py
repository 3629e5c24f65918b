"""Pages about many things at once, and the JSON data for the scripts that draw the timeline and the map."""

import json
from dataclasses import is_dataclass
from functools import cache, partial
from urllib.parse import urlencode

from flask import Response, render_template, request
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from sjkg.core.vocabulary import own
from sjkg.describe.dataset import dataset_as_jsonld
from sjkg.site.about import AboutPage, DatasetPage, DownloadsPage, about_page, downloads_page
from sjkg.site.compare import ComparePage, compare_page
from sjkg.site.context import PageContext
from sjkg.site.contradictions import ContradictionsPage, contradictions_page
from sjkg.site.csv_tables import FIGURES
from sjkg.site.entity import EntityPage
from sjkg.site.event_map import MapPage, Spots, features, find_spots, map_page, read_box
from sjkg.site.figures import figures_page
from sjkg.site.network import network_page
from sjkg.site.ontology import ontology_page
from sjkg.site.paths import local_page_path
from sjkg.site.shapes import shapes_page
from sjkg.site.static_map import HEIGHT, WIDTH, place_marks, place_names
from sjkg.site.structured_data import thing_as_jsonld
from sjkg.site.timeline import Timeline, TimelinePage, timeline, timeline_page
from sjkg.snapshot.index.lists import read_lists
from sjkg.web.context import current_address, current_served
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.lists import list_as_csv, list_parameters, request_of_list
from sjkg.web.pages.show import blueprint, dataclass_to_dict, new_context, page, register_page
from sjkg.web.served import STATIC, preloaded_scripts

blueprint.add_app_template_global(preloaded_scripts)

BOX = Parameter(
    "box", "Only positions in this part of the map, in degrees: west,south,east,north.", example="105,40,125,52"
)
SVG = "image/svg+xml"
GEOJSON = "application/geo+json"  # RFC 7946, section 12
TABLE_PARAMETERS = ("sort", "page")


@blueprint.app_template_filter()
def as_json(value: object) -> Markup:
    """Return a value as JSON that is safe inside an HTML attribute; dataclasses become objects."""
    return htmlsafe_json_dumps(value, default=dataclass_to_dict, ensure_ascii=False, separators=(",", ":"))


@blueprint.app_template_filter()
def without_empty(value: object) -> object:
    """Return dataclasses as JSON data without members that are None, "" or false, for a script that knows these defaults."""
    if is_dataclass(value):
        return {
            key: without_empty(member)
            for key, member in dataclass_to_dict(value).items()
            if member not in (None, "") and member is not False  # 0 is a number, though it equals False
        }
    return [without_empty(member) for member in value] if isinstance(value, tuple) else value


@blueprint.app_template_global()
def page_structured_data(entity: object) -> dict[str, object] | None:
    """Return the JSON-LD of a page for search engines: of its thing, or of the dataset; None for other pages."""
    if isinstance(entity, EntityPage):
        return thing_as_jsonld(current_served().labels, entity, current_address() + local_page_path(entity.iri))
    return dataset_as_jsonld(current_served().snapshot.manifest) if isinstance(entity, DatasetPage) else None


@blueprint.app_template_global()
def drawing_parameters(days: dict[str, str]) -> str:
    """Return the query string for requests of scripts for drawing data (see frontend/src/shared/filters.ts).

    It is the query string of the current request without “sort” and “page”. days: values of “from” and “to” to add if
    the request has no “from”; {} to add none.
    """
    selected = [(name, value) for name, value in request.args.items(multi=True) if name not in TABLE_PARAMETERS]
    return urlencode(selected + [(name, day) for name, day in days.items() if "from" not in request.args])


@blueprint.get("/drawings/timeline.json")
@Documentation(produces={"application/json": Timeline}, parameters=list_parameters("events"))
def timeline_data() -> Response:
    """Send the data that the timeline script draws, as JSON.

    The URL parameters are those of the list of events.
    """
    return _json_response(timeline(new_context(), request_of_list(read_lists()["events"])))


@blueprint.get("/drawings/spots.json")
@Documentation(produces={"application/json": Spots}, parameters=[BOX, *list_parameters("events")])
def map_data() -> Response:
    """Send the data that the map script draws, as JSON.

    “box” is the part of the map; the other URL parameters are those of the list of events.
    """
    wanted = request_of_list(read_lists()["events"], ignored=("box",))
    return _json_response(find_spots(current_served().labels, wanted, read_box(request.args.get("box", ""))))


def _json_response(value: object) -> Response:
    """Return a value as a JSON response; dataclasses become objects."""
    return Response(json.dumps(value, default=dataclass_to_dict, ensure_ascii=False), mimetype="application/json")


@page("/timeline", "timeline.html", Documentation(parameters=list_parameters("events")))
def show_timeline(context: PageContext) -> TimelinePage:
    """Show the dated events on the time axis, at most 200.

    The URL parameters are those of the list of events.
    """
    return timeline_page(context, request_of_list(read_lists()["events"]))


@page("/map", "map.html", Documentation(parameters=list_parameters("events")))
def show_map(context: PageContext) -> MapPage:
    """Show which events are on the map, how exactly, and why others are not; of each at most 400.

    The URL parameters are those of the list of events.
    """
    return map_page(context.labels, request_of_list(read_lists()["events"]))


@blueprint.get("/map.geojson")
@Documentation(produces={GEOJSON: None}, parameters=list_parameters("events"))
def map_features() -> Response:
    """Send the positions of the events as GeoJSON, at most 10,000; the geometry is null for a lake, river or region.

    The URL parameters are those of the list of events.
    """
    found = features(current_served().labels.index, request_of_list(read_lists()["events"]))
    return Response(json.dumps(found, ensure_ascii=False), mimetype=GEOJSON)


@blueprint.get("/map.svg")
@Documentation(produces={SVG: None}, parameters=list_parameters("events"))
def map_image() -> Response:
    """Send the positions of the events as an SVG image with links; without positions if there are more than 600.

    The URL parameters are those of the list of events.
    """
    return Response(render_template("map.svg"), mimetype=SVG)


@blueprint.app_template_global()
def map_drawing() -> dict[str, object]:
    """Return what the template map-drawing.html draws: width and height in pixels, base map (by layer), marks of spots and names of regions.

    The URL parameters of the request are those of the list of events; there are no marks if there are more than 600.
    """
    found = find_spots(current_served().labels, request_of_list(read_lists()["events"]))
    marks, names = place_marks(found.spots or ()), place_names(own().about.map_labels)
    return {"width": WIDTH, "height": HEIGHT, "base": _read_theatre(), "marks": marks, "names": names}


def _read_theatre() -> dict[str, str]:
    """Return the SVG path of each layer of the base map; none while the bundle is being replaced."""
    try:
        return json.loads((STATIC / "bundle" / "theatre.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]  # written by base-map.mjs
    except (OSError, ValueError):
        return {}


@page("/about", "about.html")
def about(_context: PageContext) -> AboutPage:
    """Show the page about the project: version, snapshot, licence, and the packages it uses."""
    return about_page(current_served().snapshot.manifest, _packages_of_scripts())


@cache
def _packages_of_scripts() -> tuple[tuple[str, str, str], ...]:
    """Return name, version and licence of each npm package in the site's scripts. Cached.

    The build of the frontend lists them in licences.json.
    """
    listed = json.loads((STATIC / "bundle" / "licences.json").read_text(encoding="utf-8"))
    return tuple((package["name"], package["version"], package["licence"]) for package in listed)


@page("/downloads", "downloads.html")
def downloads(_context: PageContext) -> DownloadsPage:
    """Show the dump files with sizes and SHA-256 digests."""
    return downloads_page(current_served().snapshot.manifest)


@page(
    "/contradictions",
    "contradictions.html",
    Documentation(
        parameters=[
            Parameter("event", "Only contradictions about this event or its parts.", example="event:tauran-incident"),
            Parameter("party", "Only contradictions about this actor or its forces."),
        ]
    ),
)
def contradictions(context: PageContext) -> ContradictionsPage:
    """Show contradictions in the article by topic, with the statements that do not fit together beside each other."""
    return contradictions_page(context, request.args.get("event", ""), request.args.get("party", ""))


@page(
    "/compare",
    "compare.html",
    Documentation(
        parameters=[
            Parameter(
                "a", "A year, or the prefixed name or IRI of an event or actor.", example="event:tauran-incident"
            ),
            Parameter("b", "Another one of the same kind.", example="{event}"),
        ]
    ),
)
def compare(context: PageContext) -> ComparePage:
    """Show two years, two events or two actors side by side; without “a” and “b”, forms to choose them."""
    return compare_page(context, request.args.get("a", ""), request.args.get("b", ""))


register_page("/figures", "figures.html", "figures", figures_page, csv=partial(list_as_csv, FIGURES))
register_page("/network", "network.html", "network", network_page)
register_page("/page/ontology", "ontology.html", "ontology", ontology_page)
register_page("/page/shapes", "shapes.html", "shapes", shapes_page)
