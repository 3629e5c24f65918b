"""The OpenAPI 3.1 document, generated from the routes of the Flask application and a decorator at each view.

A view is the function that handles the requests of a route. Its docstring becomes summary (the first paragraph) and
description of the operation; the decorator `Documentation` declares parameters, media types and errors.
Source: https://spec.openapis.org/oas/v3.1.1
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import product
from typing import Any, TypeVar

from flask import Flask
from werkzeug.routing import Rule

from sjkg.core.settings import Settings
from sjkg.core.vocabulary import own
from sjkg.web.http.clients import UNQUEUED
from sjkg.web.http.problem import PROBLEM
from sjkg.web.json_schema import TEXT, Schema, Schemas

View = TypeVar("View", bound=Callable[..., Any])
MediaTypes = Mapping[str, Any]
SPDX_IDENTIFIERS = {
    "https://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0",
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
}
ATTRIBUTE = "documentation"  # of a view
VARIABLE = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
CHOICE = re.compile(r"<any\(([^)]*)\):(\w+)>")

ERRORS: dict[int | str, str] = {
    400: "A parameter or the query is invalid.",
    403: "The query is an update, or calls an endpoint that is not permitted.",
    404: "Nothing has this name.",
    406: "None of the requested formats is offered.",
    410: "The thing is deprecated; `replaced_by` names its replacement.",
    413: "The request body is too large.",
    415: "The media type of the request body is not supported.",
    416: "The requested range is outside the file.",
    429: "The server is busy, and this client takes more than its share; `Retry-After` says when to repeat the request.",
    501: "The query engine cannot evaluate the query.",
    502: "A remote endpoint called by the query has not answered.",
    503: "Too many requests are waiting; `Retry-After` says when to repeat the request.",
    504: "The time limit was reached.",
    507: "A memory or size limit was reached.",
    "default": "Another error.",
}
QUERY_ERRORS = (403, 429, 501, 502, 503, 504, 507)


@dataclass(frozen=True)
class Parameter:
    """A URL query parameter, as the OpenAPI document describes it.

    schema: its JSON Schema; an array stands for a parameter that may be repeated. example: a value to show, None to show none; in a
    text, {event} and the like stand for examples of the knowledge base (`Description.fill`).
    """

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: TEXT)
    example: object = None

    def describe(self) -> Schema:
        """Return the Parameter Object (OpenAPI 3.1 §4.8.12) as JSON data."""
        example = {} if self.example is None else {"example": fill_example(self.example)}
        return {"name": self.name, "in": "query", "description": self.description, "schema": self.schema} | example


@dataclass(frozen=True)
class Documentation:
    """A decorator that declares what the OpenAPI document says about a view in addition to its docstring.

    produces: the media types of a successful response, each with the Python type of its JSON content, or None for text.
    status: the status code of that response. has_page: requests that prefer HTML are redirected to a page.
    parameters: the URL query parameters. body: the media types of a POST body with their JSON Schemas; a field that one of
    them requires is not listed among the parameters of the POST.
    errors: status codes in addition to 400, 404, 406, 410, 413 and 415, which follow from the other fields, and to 429 and 503
    of views that wait in the queue of pages.
    is_costly: whether the view evaluates what the client sends, such as a query, a text or a name. The operation then has the
    member “x-costly”: a reverse proxy should limit the rate of such requests.
    choices: by the name of a path variable with few values, a function that returns these; each value becomes a path of its
    own, as does each value of werkzeug's any(…) converter. docstring: replaces the docstring of the view.
    `produces`, `parameters` and `docstring` may be functions that take the values of these path variables by name.
    """

    produces: MediaTypes | Callable[..., MediaTypes] = field(default_factory=dict)
    status: int = 200
    has_page: bool = False
    parameters: Sequence[Parameter] | Callable[..., Sequence[Parameter]] = ()
    body: Mapping[str, Schema] = field(default_factory=dict)
    errors: Iterable[int] = ()
    is_costly: bool = False
    choices: Mapping[str, Callable[[], Iterable[str]]] = field(default_factory=dict)
    docstring: str | Callable[..., str] | None = None

    def __call__(self, view: View) -> View:
        """Store this documentation as an attribute of a view and return the view."""
        view.__dict__[ATTRIBUTE] = self
        return view


PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "Problem details (RFC 9457), with the position in the query and alternatives where they are known.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"const": "about:blank"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "token": TEXT,
        "suggestions": {"type": "array", "items": TEXT},
        "replaced_by": {"type": "array", "items": TEXT},
        "whole": {"type": "object", "additionalProperties": TEXT},
    },
}


def build_document(app: Flask, settings: Settings, version: str, flattened: Iterable[str]) -> Schema:
    """Return the OpenAPI document of a Flask application as JSON data, with the limits in `settings` in its description.

    It must be called within a request, because values of path variables may depend on the snapshot.
    version: the version of the API. flattened: names of dataclass fields, passed to `Schemas`.
    The route /static is left out. Raises LookupError for a view without the decorator Documentation.
    """
    schemas = Schemas(flattened)
    paths: dict[str, Schema] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        documentation = getattr(view, ATTRIBUTE, None)
        if not isinstance(documentation, Documentation):
            raise LookupError(f"the view of {rule.rule} ({rule.endpoint}) lacks the decorator Documentation(…)")
        for values in _expand(rule.rule, documentation.choices):
            path = VARIABLE.sub(r"{\1}", rule.rule)
            for name, value in values.items():
                path = path.replace(f"{{{name}}}", value)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                operation = _operation(rule, view.__doc__, documentation, method, values, schemas)
                paths.setdefault(path, {})[method.lower()] = operation
    schemas.components["Problem"] = PROBLEM_SCHEMA
    limits = "\n".join(
        f"- {limit.title}: {f'{limit.value:,}'.removesuffix('.0')} {limit.unit}".rstrip() for limit in settings.limits
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": own().about.title,
            "version": version,
            "description": f"{own().about.description}\n\nLimits of this server:\n\n{limits}",
            "license": _licence(),
        },
        "servers": [{"url": settings.site_path or "/"}],
        "paths": paths,
        "components": {
            "responses": {
                str(code): {
                    "description": text,
                    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for code, text in ERRORS.items()
            },
            "schemas": dict(sorted(schemas.components.items())),
        },
    }


def _expand(rule: str, choices: Mapping[str, Callable[[], Iterable[str]]]) -> Iterator[dict[str, str]]:
    """Yield each combination of values of those path variables of a route that have few values, as a dict by variable.

    For a route without such variables, one empty dict is yielded.
    rule: the route in werkzeug's syntax, as in “/cite/<path:name>.<any(bib, ris):ending>”. choices: functions that
    return the values of variables, in addition to those of any(…) converters; variables that the rule lacks are
    ignored.
    """
    listed: dict[str, Iterable[str]] = {name: values.split(", ") for values, name in CHOICE.findall(rule)}
    listed |= {name: values() for name, values in choices.items() if name in VARIABLE.findall(rule)}
    for combination in product(*listed.values()):
        yield dict(zip(listed, combination, strict=True))


def _operation(
    rule: Rule,
    docstring: str | None,
    documentation: Documentation,
    method: str,
    values: Mapping[str, str],
    schemas: Schemas,
) -> Schema:
    """Return the Operation Object (OpenAPI 3.1 §4.8.10) of a route and HTTP method as JSON data.

    docstring: of the view. method: GET or POST. values: the values of the path variables that are part of the path.
    The schemas of response types are added to `schemas`.
    """
    produces = documentation.produces(**values) if callable(documentation.produces) else documentation.produces
    taken = documentation.parameters(**values) if callable(documentation.parameters) else documentation.parameters
    given = documentation.docstring(**values) if callable(documentation.docstring) else documentation.docstring
    summary, _, description = inspect.cleandoc(given or docstring or "").partition("\n\n")
    variables = [name for name in VARIABLE.findall(rule.rule) if name not in values]
    operation: Schema = {
        "operationId": "-".join([rule.endpoint, method.lower(), *values.values()]),
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": " ".join(summary.split()),
    }
    if documentation.is_costly:
        operation["x-costly"] = True
    if description:
        operation["description"] = description
    body = documentation.body if method == "POST" else {}
    body_fields = {name for schema in body.values() for name in schema.get("required", ())}
    parameters = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in variables]
    parameters += [each.describe() for each in taken if each.name not in body_fields]
    if parameters:
        operation["parameters"] = parameters
    if body:
        content = {media_type: {"schema": schema} for media_type, schema in body.items()}
        operation["requestBody"] = {"required": True, "content": content}
    success: Schema = {"description": HTTPStatus(documentation.status).phrase}
    if produces:
        success["content"] = {
            media_type: {"schema": TEXT if kind is None else schemas.of(kind)} for media_type, kind in produces.items()
        }
    responses = operation["responses"] = {str(documentation.status): success}
    if documentation.has_page:
        responses["303"] = {"description": "Redirect to the page, for requests that prefer HTML."}
    errors = {
        *documentation.errors,
        *([429, 503] if rule.endpoint.partition(".")[0] not in UNQUEUED else []),
        *([404, 410] if variables else []),
        *([400] if taken or body else []),
        *([406] if len(produces) > 1 else []),
        *([413, 415] if body else []),
    }
    responses |= {str(code): {"$ref": f"#/components/responses/{code}"} for code in (*sorted(errors), "default")}
    return operation


def fill_example(example: object) -> object:
    """Return an example with those of the knowledge base in use, if it is a text."""
    return own().about.fill(example) if isinstance(example, str) else example


def _licence() -> dict[str, str]:
    """Return the licences of data and code; with their SPDX identifiers if the data have one known here."""
    about = own().about
    name = f"{about.licence_name} (data), Apache-2.0 (code)"
    identifier = SPDX_IDENTIFIERS.get(about.licence)
    return (
        {"name": name, "identifier": f"{identifier} AND Apache-2.0"}
        if identifier
        else {"name": name, "url": about.licence}
    )
