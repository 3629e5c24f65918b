"""Routes of pages, and the rendering of page models as HTML and as JSON, with the SPARQL queries behind them.

A page model is a frozen dataclass. Each page has a JSON twin: the same content as JSON, at the path of the page with
the ending .json.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from types import GenericAlias
from typing import Any, Generic, TypedDict, TypeVar, get_type_hints

from flask import Blueprint, Response, render_template, request, url_for

from sjkg.site.context import PageContext
from sjkg.site.date_text import day_in_words, edtf_in_words, span_in_words
from sjkg.site.entity import split_inferred
from sjkg.site.page_queries import ExecutedQuery
from sjkg.site.paths import ARTICLE_URL, explain_path, page_path
from sjkg.site.wording import language_name
from sjkg.store.formats import RESULT_FORMATS
from sjkg.web.context import current_served
from sjkg.web.http.negotiation import HTML
from sjkg.web.openapi import Documentation

M = TypeVar("M")
View = TypeVar("View", bound=Callable[..., object])  # (context, **variables of the rule) -> page model

FLATTENED = ("entity", "table")

blueprint = Blueprint("site", __name__)
blueprint.add_app_template_filter(page_path)
blueprint.add_app_template_filter(language_name, "language")
blueprint.add_app_template_filter(span_in_words, "days")
blueprint.add_app_template_filter(day_in_words, "day")
blueprint.add_app_template_filter(edtf_in_words, "edtf")
blueprint.add_app_template_filter(split_inferred)
blueprint.add_app_template_global(explain_path)


class QueryReference(TypedDict):
    """A query behind a page. title: shown above it. sparql: its text. ask: URL path and query string that run it."""

    title: str
    sparql: str
    ask: str


class JsonPage(TypedDict, Generic[M]):
    """A page as JSON: the page model, and the queries whose results it shows."""

    page: M
    queries: list[QueryReference]


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
def _common_variables() -> dict[str, object]:
    """Return the template variables of every page: “navigation” (pairs of path and label) and “article” (its URL)."""
    return {"navigation": NAVIGATION, "article": ARTICLE_URL}


def new_context() -> PageContext:
    """Return a page context of the current request's snapshot, with no executed queries."""
    return PageContext(current_served().labels)


def page(rule: str, template: str, documentation: Documentation = Documentation()) -> Callable[[View], View]:
    """Return a decorator that serves a view at `rule` as HTML, and as JSON at `rule`.json.

    The view is called with a PageContext and the variables of the rule (a Flask URL rule), and returns the page model,
    a dataclass. template: name of the Jinja template. documentation: URL parameters of the page, for the OpenAPI
    document.
    """

    def register(view: View) -> View:
        register_page(rule, template, view.__name__, view, documentation)
        return view

    return register


def register_page(
    rule: str,
    template: str,
    endpoint: str,
    view: Callable[..., object],
    documentation: Documentation = Documentation(),
    builder: Callable[..., object] | None = None,
) -> None:
    """Serve the page models of `view` at `rule` as HTML, and as JSON at `rule`.json.

    rule: Flask URL rule. template: name of the Jinja template. endpoint: Flask endpoint below “site.”; that of the JSON
    ends in “_json”. view: is called with a PageContext and the variables of the rule. documentation: URL parameters of
    the page. builder: function whose docstring and return type document the page; by default `view`.
    """
    builder = builder or view
    model = get_type_hints(builder)["return"]

    def html(**variables: str) -> str:
        context = new_context()
        return render_page(template, view(context, **variables), context.executed)

    def twin(**variables: str) -> Response:
        context = new_context()
        return render_json(view(context, **variables), context.executed)

    described = replace(documentation, docstring=documentation.docstring or builder.__doc__)
    blueprint.add_url_rule(rule, endpoint, replace(described, produces={HTML: None})(html))
    as_json = replace(described, produces={"application/json": GenericAlias(JsonPage, model)})
    blueprint.add_url_rule(_json_path(rule), f"{endpoint}_json", as_json(twin))


def render_page(
    template: str, model: object, executed: Iterable[ExecutedQuery] = (), twin: str | None = None, **variables: object
) -> str:
    """Return a page as HTML text, with links to its JSON twin and to the executed queries.

    The template gets the model as `page`, and its EntityPage part (or else the model itself) as `entity`. twin: URL of
    the JSON twin; by default the path of the request with .json, and its query string. variables: further template
    variables.
    """
    return render_template(
        template,
        page=model,
        entity=getattr(model, "entity", model),
        executed=executed,
        twin=twin or _json_url(),
        **variables,
    )


def render_json(model: object, executed: Iterable[ExecutedQuery] = ()) -> Response:
    """Return a response with the JSON twin of a page: {"page": the model, "queries": the executed queries}.

    A query has title, text and URL. Fields of the parts of the model that FLATTENED names are members of “page” itself.
    """
    queries = [
        {"title": query.title, "sparql": query.sparql, "ask": url_for("sparql.sparql", query=query.sparql)}
        for query in executed
    ]
    shown = dataclass_to_dict(model) if is_dataclass(model) else model
    if isinstance(shown, dict):
        parts = (dataclass_to_dict(value) if name in FLATTENED else {name: value} for name, value in shown.items())
        shown = {name: value for part in parts for name, value in part.items()}
    body = json.dumps({"page": shown, "queries": queries}, default=dataclass_to_dict, ensure_ascii=False, indent=1)
    return Response(body + "\n", mimetype="application/json")


def result_urls(query: str, **parameters: Any) -> dict[str, str]:
    """Return the URL of the complete result of a SPARQL query by name of format (csv, json, tsv, xml).

    parameters: further URL parameters.
    """
    return {name: url_for("sparql.sparql", query=query, format=name, **parameters) for name in RESULT_FORMATS}


def _json_path(path: str) -> str:
    """Return the URL path of the JSON twin of the page at `path`: with .json, or index.json after a slash."""
    return f"{path}index.json" if path.endswith("/") else f"{path}.json"


def _json_url() -> str:
    """Return the URL of the JSON twin of the requested page, with the same query string."""
    query = request.query_string.decode("ascii", "ignore")
    return _json_path(request.path) + (f"?{query}" if query else "")


def dataclass_to_dict(value: object) -> dict[str, object]:
    """Return the fields of a dataclass instance by name, for json.dumps(default=…); values are not converted.

    Raises TypeError for any other value.
    """
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be written as JSON in a page")
