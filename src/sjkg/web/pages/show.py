"""Renders page models: as HTML, as their JSON twin, each with the queries whose results the page shows."""

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
    """A query behind a page: its title, its text, and the path and query string that run it."""

    title: str
    sparql: str
    ask: str


class JsonPage(TypedDict, Generic[M]):
    """A page as JSON: the page model, and the queries behind it."""

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
    """Return the template variables of every page."""
    return {"navigation": NAVIGATION, "article": ARTICLE_URL}


def new_context() -> PageContext:
    """Return a context to build one page of this request's snapshot in."""
    return PageContext(current_served().labels)


def page(rule: str, template: str, documentation: Documentation = Documentation()) -> Callable[[View], View]:
    """Return a decorator that serves a view at `rule` as HTML by `template`, and at `rule`.json as JSON.

    The view gets a PageContext and the variables of the rule, and returns the page model, a dataclass.
    documentation: the parameters of the page, for the OpenAPI document.
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
    """Serve `view` as `page` describes, as the endpoints site.{endpoint} and site.{endpoint}_json.

    documentation: the parameters of the page. builder: the function whose docstring and return type document the page, if
    not those of the view.
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
    """Return a page as HTML, with links to its JSON twin and to the executed queries.

    The template gets the model as `page`, and what all pages of things share (an EntityPage) as `entity`.
    twin: URL of the JSON twin, by default this request's path with .json. variables: further template variables.
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
    """Return the JSON twin of a page: {"page": the model, "queries": the executed queries with their URLs}.

    The fields of the model's parts named in FLATTENED stand beside its own.
    """
    queries = [
        {"title": query.title, "sparql": query.sparql, "ask": url_for("sparql.sparql", query=query.sparql)}
        for query in executed
    ]
    shown = plain(model) if is_dataclass(model) else model
    if isinstance(shown, dict):
        parts = (plain(value) if name in FLATTENED else {name: value} for name, value in shown.items())
        shown = {name: value for part in parts for name, value in part.items()}
    body = json.dumps({"page": shown, "queries": queries}, default=plain, ensure_ascii=False, indent=1)
    return Response(body + "\n", mimetype="application/json")


def result_urls(query: str, **parameters: Any) -> dict[str, str]:
    """Return the URL of the complete result of `query` in each format of tables, with these further URL parameters."""
    return {name: url_for("sparql.sparql", query=query, format=name, **parameters) for name in RESULT_FORMATS}


def _json_path(path: str) -> str:
    """Return the path of the JSON twin of the page at `path`."""
    return f"{path}index.json" if path.endswith("/") else f"{path}.json"


def _json_url() -> str:
    """Return the URL of the JSON twin of the requested page, with the same query string."""
    query = request.query_string.decode("ascii", "ignore")
    return _json_path(request.path) + (f"?{query}" if query else "")


def plain(value: object) -> dict[str, object]:
    """Return the fields of a dataclass by name, for json.dumps(default=…). Raises TypeError for any other value."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be written as JSON in a page")
