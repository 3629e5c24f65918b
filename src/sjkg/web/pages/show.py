"""Routes of pages, and the rendering of page models as HTML and as JSON, with the SPARQL queries behind them.

A page model is a frozen dataclass. Each page has a JSON twin: the same content as JSON, at the path of the page with
the ending .json.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from types import GenericAlias
from typing import Any, Generic, TypedDict, TypeVar, get_type_hints
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for

from sjkg.core.messages import count_noun
from sjkg.core.terms import show_controls
from sjkg.core.vocabulary import curie, own
from sjkg.site.context import ExecutedQuery, PageContext
from sjkg.site.entity import split_inferred
from sjkg.site.paths import explain_path, page_path
from sjkg.site.wording import day_in_words, edtf_in_words, language_name, span_in_words
from sjkg.store.formats import FORMATS_OF_KINDS, RESULT_FORMATS, Format, ResultKind
from sjkg.web.context import current_address, current_served
from sjkg.web.http.negotiation import FORMAT, HTML, JSON_DOCUMENT, PAGE, negotiate_format, requested_formats
from sjkg.web.openapi import Documentation

M = TypeVar("M")
View = TypeVar("View", bound=Callable[..., object])  # (context, **variables of the rule) -> page model

FLATTENED = ("entity", "table")

blueprint = Blueprint("site", __name__)
blueprint.add_app_template_filter(page_path)
blueprint.add_app_template_filter(curie)
blueprint.add_app_template_filter(language_name, "language")
blueprint.add_app_template_filter(span_in_words, "days")
blueprint.add_app_template_filter(day_in_words, "day")
blueprint.add_app_template_filter(edtf_in_words, "edtf")
blueprint.add_app_template_filter(split_inferred)
blueprint.add_app_template_filter(show_controls, "visible")
blueprint.add_app_template_filter(count_noun)
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
    ("/compare", "Compare"),
    ("/passages", "Passages"),
    ("/questions", "Questions"),
    ("/build", "Build a query"),
    ("/sparql", "SPARQL"),
    ("/downloads", "Downloads"),
)


@blueprint.app_context_processor
def _common_variables() -> dict[str, object]:
    """Return the template variables of every page.

    They are “navigation” (pairs of path and label), “kb” (the content of kb.ttl), and “canonical”: the URL of the page
    without parameters, by which search engines know it.
    """
    canonical = current_address() + quote(request.path)
    return {"navigation": NAVIGATION, "kb": own().about, "canonical": canonical}


def new_context() -> PageContext:
    """Return a page context, which gives access to the current request's snapshot and records executed queries."""
    return PageContext(current_served().labels)


def page(
    rule: str, template: str, documentation: Documentation = Documentation(), csv: Callable[..., Response] | None = None
) -> Callable[[View], View]:
    """Return a decorator that serves a view at `rule` as HTML, and as JSON at `rule`.json.

    The view is called with a PageContext and the variables of the rule (a Flask URL rule), and returns the page model,
    a dataclass. template: name of the Jinja template. documentation: URL parameters of the page, for the OpenAPI
    document. csv: the view of the page as CSV, called with the variables of the rule; None if it has no such form.
    """

    def register(view: View) -> View:
        register_page(rule, template, view.__name__, view, documentation, csv=csv)
        return view

    return register


def register_page(
    rule: str,
    template: str,
    endpoint: str,
    view: Callable[..., object],
    documentation: Documentation = Documentation(),
    builder: Callable[..., object] | None = None,
    csv: Callable[..., Response] | None = None,
) -> None:
    """Serve the page models of `view` at `rule` as HTML, and as JSON at `rule`.json.

    At `rule`, the parameter “format” can ask for html, json and, if there is such a view, csv; Accept is not regarded.

    rule: Flask URL rule. template: name of the Jinja template. endpoint: Flask endpoint below “site.”; that of the JSON
    ends in “_json”. view: is called with a PageContext and the variables of the rule. documentation: URL parameters of
    the page. builder: function whose docstring and return type document the page; by default `view`. csv: as for `page`.
    """
    builder = builder or view
    model = get_type_hints(builder)["return"]
    formats: dict[str, Format] = {
        each.name: each for each in (PAGE, JSON_DOCUMENT, *([RESULT_FORMATS["csv"]] if csv else []))
    }

    def html(**variables: str) -> str | Response:
        chosen = negotiate_format(formats) if requested_formats() else PAGE
        if chosen == JSON_DOCUMENT:
            return twin(**variables)
        if csv and chosen != PAGE:
            return csv(**variables)
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
    """Return a page as HTML text, with links to its JSON twin (the same content as JSON) and to the executed queries.

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
    """Return a response with a page as JSON: {"page": the model, "queries": the queries whose results it shows}.

    Each query is an object with the members title, sparql (its text) and ask (the URL of its result). For a field of the model in FLATTENED, which holds a dataclass, the fields of that
    dataclass are members of “page” in place of the field.
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


def result_urls(kind: ResultKind, query: str, **parameters: Any) -> dict[str, str]:
    """Return the URL of the complete result of a SPARQL query by name of format, such as csv.

    kind: of the result. parameters: further URL parameters.
    """
    return {name: url_for("sparql.sparql", query=query, format=name, **parameters) for name in FORMATS_OF_KINDS[kind]}


def _json_path(path: str) -> str:
    """Return the URL path of the page at `path` as JSON: with .json, or index.json after a slash."""
    return f"{path}index.json" if path.endswith("/") else f"{path}.json"


def _json_url() -> str:
    """Return the URL of the requested page as JSON, with the same query string except for “format”."""
    pairs = request.query_string.decode("ascii", "ignore").split("&")
    query = "&".join(pair for pair in pairs if not pair.startswith(f"{FORMAT}="))
    return _json_path(request.path) + (f"?{query}" if query else "")


def dataclass_to_dict(value: object) -> dict[str, object]:
    """Return the fields of a dataclass instance by name, for json.dumps(default=…); values are not converted.

    Raises TypeError for any other value.
    """
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON; use a dataclass or a built-in type")
