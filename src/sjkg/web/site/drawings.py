"""What the scripts of the site draw, as JSON; the parameters are those of the list of events."""

import json
from urllib.parse import urlencode

from flask import Response, request
from jinja2.utils import htmlsafe_json_dumps

from sjkg.index.definitions import read_lists
from sjkg.pages.drawings import charted, drawn_figure, timeline
from sjkg.pages.ground import read_box, spots
from sjkg.pages.wanted import Wanted, read_wanted
from sjkg.web.assets import scripts_ahead
from sjkg.web.context import current_frame
from sjkg.web.site.show import blueprint, new_asker, plain

blueprint.add_app_template_filter(charted)
blueprint.add_app_template_filter(drawn_figure)
blueprint.add_app_template_filter(lambda shown: htmlsafe_json_dumps(shown, default=plain), "as_json")
blueprint.add_app_template_global(scripts_ahead)

OF_THE_TABLE = ("sort", "page")


@blueprint.app_template_global()
def narrowing(days: dict[str, str]) -> str:
    """Return the query string with which a script asks for a drawing (frontend/src/common/choice.ts); days: to begin with."""
    chosen = [(name, value) for name, value in request.args.items(multi=True) if name not in OF_THE_TABLE]
    return urlencode(chosen + [(name, day) for name, day in days.items() if "from" not in request.args])


@blueprint.get("/drawings/timeline.json")
def drawn_timeline() -> Response:
    return _json(timeline(new_asker(), current_frame(), _wanted()))


@blueprint.get("/drawings/spots.json")
def drawn_spots() -> Response:
    """Give the spots in the part of the map that `box` names: west,south,east,north."""
    return _json(spots(current_frame(), _wanted("box"), read_box(request.args.get("box", ""))))


def _wanted(*others: str) -> Wanted:
    """Return the choice of an address, its other parameters left out."""
    return read_wanted(
        read_lists()["events"], ((name, value) for name, value in request.args.items(multi=True) if name not in others)
    )


def _json(shown: object) -> Response:
    return Response(json.dumps(shown, default=plain, ensure_ascii=False), mimetype="application/json")
