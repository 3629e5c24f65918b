"""The one way from a page's dataclass to an answer: HTML, its JSON twin, and the queries behind both."""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass

from flask import Blueprint, Response, render_template, request, url_for

from sjkg.site.context import ARTICLE, Asker, ExecutedQuery
from sjkg.site.date_text import day_in_words, edtf_in_words
from sjkg.site.entity import fold
from sjkg.site.list_request import span_in_words
from sjkg.site.paths import explain_path, page_path
from sjkg.site.wording import language_name
from sjkg.store.formats import RESULT_FORMATS
from sjkg.web.context import current_frame, current_internal_queue

blueprint = Blueprint("site", __name__)
blueprint.add_app_template_filter(page_path)
blueprint.add_app_template_filter(language_name, "language")
blueprint.add_app_template_filter(span_in_words, "days")
blueprint.add_app_template_filter(day_in_words, "day")
blueprint.add_app_template_filter(edtf_in_words, "edtf")
blueprint.add_app_template_filter(fold)
blueprint.add_app_template_global(explain_path)

NAVIGATION = (
    ("/events", "Events"),
    ("/actors", "Actors"),
    ("/places", "Places"),
    ("/timeline", "Timeline"),
    ("/map", "Map"),
    ("/network", "Network"),
    ("/figures", "Figures"),
    ("/contradictions", "Contradictions"),
    ("/passages", "Passages"),
    ("/questions", "Questions"),
    ("/sparql", "SPARQL"),
    ("/downloads", "Downloads"),
)


@blueprint.app_context_processor
def _of_every_page() -> dict:
    return {"navigation": NAVIGATION, "article": ARTICLE}


def new_asker() -> Asker:
    """Return what asks for one page."""
    return Asker(current_internal_queue(), current_frame().index)


def page(rule: str, template: str) -> Callable:
    """Serve what a view returns at `rule` as HTML and at `rule`.json as JSON.

    The view takes an asker, the frame and the rule's values, and returns the page's dataclass.
    """

    def register(view: Callable[..., object]) -> Callable:
        def html(**values):
            asker, shown = _look(view, values)
            return show(template, shown, asker.asked)

        def twin(**values):
            asker, shown = _look(view, values)
            return show_as_json(shown, asker.asked)

        blueprint.add_url_rule(rule, view.__name__, html)
        blueprint.add_url_rule(_twin(rule), f"{view.__name__}_json", twin)
        return view

    return register


def show(
    template: str, shown: object, asked: Iterable[ExecutedQuery] = (), twin: str | None = None, **helpers: object
) -> str:
    """Return a page as HTML, with the ways to its twin and to the queries behind it.

    twin: where that is not at the page's own address and .json. helpers: what only this template needs.
    """
    return render_template(template, page=shown, asked=asked, twin=twin or _twin_with_query(), **helpers)


def show_as_json(shown: object, asked: Iterable[ExecutedQuery] = ()) -> Response:
    """Return the JSON twin of a page: what it says, and the queries behind it."""
    queries = [
        {"title": query.title, "sparql": query.sparql, "ask": url_for("sparql.sparql", query=query.sparql)}
        for query in asked
    ]
    body = json.dumps({"page": shown, "queries": queries}, default=plain, ensure_ascii=False, indent=1)
    return Response(body + "\n", mimetype="application/json")


def addresses_of(query: str, **more: object) -> dict[str, str]:
    """Return where the whole answer to a query is, in each format of tables. more: the other parameters it is asked with."""
    return {name: url_for("sparql.sparql", query=query, format=name, **more) for name in RESULT_FORMATS}


def _look(view: Callable, values: dict) -> tuple[Asker, object]:
    asker = new_asker()
    return asker, view(asker, current_frame(), **values)


def _twin(path: str) -> str:
    return f"{path}index.json" if path.endswith("/") else f"{path}.json"


def _twin_with_query() -> str:
    query = request.query_string.decode("ascii", "ignore")
    return _twin(request.path) + (f"?{query}" if query else "")


def plain(value: object) -> dict:
    """Return a dataclass as what JSON makes an object of."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a page")
