"""The OpenAPI 3.1 document, generated from the application's routes and the documentation declared beside each view.

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
from sjkg.describe.dataset import DESCRIPTION, TITLE
from sjkg.web.http.problem import PROBLEM
from sjkg.web.json_schema import TEXT, Schema, Schemas

View = TypeVar("View", bound=Callable[..., Any])
MediaTypes = Mapping[str, Any]
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
    501: "The query engine cannot evaluate the query.",
    502: "A remote endpoint called by the query has not answered.",
    503: "Too many queries are waiting; `Retry-After` says when to repeat the request.",
    504: "The time limit was reached.",
    507: "A memory or size limit was reached.",
    "default": "Another error.",
}
QUERY_ERRORS = (403, 501, 502, 503, 504, 507)


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query string. schema: its JSON Schema; an array stands for a repeatable parameter."""

    name: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: TEXT)
    is_required: bool = False
    example: object = None

    def describe(self) -> Schema:
        """Return the Parameter Object."""
        described: Schema = {"name": self.name, "in": "query", "description": self.description, "schema": self.schema}
        if self.is_required:
            described["required"] = True
        if self.example is not None:
            described["example"] = self.example
        return described


@dataclass(frozen=True)
class Documentation:
    """What the OpenAPI document says of a view beyond its docstring; a decorator for the view.

    produces: media types of the successful response, each with the Python type of its JSON content, None for text.
    status: of that response. has_page: requests that prefer HTML are redirected to a page. parameters: of the query string. body: media types of a POST's body with their schemas; a field
    that one of them requires is left out of the parameters. errors: status codes beyond those that follow from the rest.
    choices: for a path variable of few values, a function that returns these; each value becomes a path of its own, as do
    those of an any(…) converter. `produces`, `parameters` and `docstring` may be functions of these values, by the
    variables' names. docstring: replaces the view's.
    """

    produces: MediaTypes | Callable[..., MediaTypes] = field(default_factory=dict)
    status: int = 200
    has_page: bool = False
    parameters: Sequence[Parameter] | Callable[..., Sequence[Parameter]] = ()
    body: Mapping[str, Schema] = field(default_factory=dict)
    errors: Iterable[int] = ()
    choices: Mapping[str, Callable[[], Iterable[str]]] = field(default_factory=dict)
    docstring: str | Callable[..., str] | None = None

    def __call__(self, view: View) -> View:
        """Attach this documentation to a view and return the view."""
        view.__dict__[ATTRIBUTE] = self
        return view


def build_document(app: Flask, settings: Settings, version: str, flattened: Iterable[str]) -> Schema:
    """Return the OpenAPI document of an application. Call it within a request: choices may depend on the snapshot.

    version: of the API. flattened: see `Schemas`. The site's own style sheets and scripts (/static) are left out.
    Raises LookupError for a view without documentation.
    """
    schemas = Schemas(flattened)
    paths: dict[str, Schema] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint == "static":
            continue
        for path, values in _expand(rule, _documentation(app, rule)):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                paths.setdefault(path, {})[method.lower()] = _operation(app, rule, method, values, schemas)
    schemas.components["Problem"] = PROBLEM_SCHEMA
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": version,
            "description": f"{DESCRIPTION}\n\n{_describe_limits(settings)}",
            "license": {"name": "CC BY-SA 4.0 (data), Apache-2.0 (code)", "identifier": "CC-BY-SA-4.0 AND Apache-2.0"},
        },
        "servers": [{"url": "/"}],
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


def _documentation(app: Flask, rule: Rule) -> Documentation:
    """Return the documentation of a route's view. Raises LookupError when it has none."""
    found = getattr(app.view_functions[rule.endpoint], ATTRIBUTE, None)
    if not isinstance(found, Documentation):
        raise LookupError(f"the view of {rule.rule} ({rule.endpoint}) lacks the decorator Documentation(…)")
    return found


def _expand(rule: Rule, documentation: Documentation) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the OpenAPI paths of a route, each with the values of the path variables that it fills in."""
    choices: dict[str, list[str]] = {name: values.split(", ") for values, name in CHOICE.findall(rule.rule)}
    in_path = VARIABLE.findall(rule.rule)
    choices |= {name: list(values()) for name, values in documentation.choices.items() if name in in_path}
    for combination in product(*choices.values()):
        values = dict(zip(choices, combination, strict=True))
        yield _fill(rule.rule, values), values


def _fill(rule: str, values: Mapping[str, str]) -> str:
    """Return a route's rule as an OpenAPI path, with these values of variables filled in."""
    return VARIABLE.sub(lambda match: values.get(match[1], f"{{{match[1]}}}"), rule)


def _operation(app: Flask, rule: Rule, method: str, values: Mapping[str, str], schemas: Schemas) -> Schema:
    """Return the Operation Object of a route with these values of path variables."""
    documentation = _documentation(app, rule)
    produces = documentation.produces(**values) if callable(documentation.produces) else documentation.produces
    taken = documentation.parameters(**values) if callable(documentation.parameters) else documentation.parameters
    docstring = documentation.docstring(**values) if callable(documentation.docstring) else documentation.docstring
    docstring = inspect.cleandoc(docstring or app.view_functions[rule.endpoint].__doc__ or "")
    summary, _, description = docstring.partition("\n\n")
    variables = [name for name in VARIABLE.findall(rule.rule) if name not in values]
    operation: Schema = {
        "operationId": "-".join([rule.endpoint, method.lower(), *values.values()]),
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": " ".join(summary.split()),
    }
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
    errors = {
        *documentation.errors,
        *([404, 410] if variables else []),
        *([400] if taken or body else []),
        *([406] if len(produces) > 1 else []),
        *([413, 415] if body else []),
    }
    operation["responses"] = _responses(documentation, produces, errors, schemas)
    return operation


def _responses(
    documentation: Documentation, produces: MediaTypes, errors: Iterable[int], schemas: Schemas
) -> dict[str, Schema]:
    """Return the Responses Object: success, the redirect to a page where there is one, and errors as references."""
    success: Schema = {"description": HTTPStatus(documentation.status).phrase}
    if produces:
        success["content"] = {
            media_type: {"schema": TEXT if kind is None else schemas.of(kind)} for media_type, kind in produces.items()
        }
    responses = {str(documentation.status): success}
    if documentation.has_page:
        responses["303"] = {"description": "Redirect to the page, for requests that prefer HTML."}
    return responses | {str(code): {"$ref": f"#/components/responses/{code}"} for code in (*sorted(errors), "default")}


def _describe_limits(settings: Settings) -> str:
    """Return the published limits as a Markdown list."""
    values = {limit: f"{limit.value:,}".removesuffix(".0") for limit in settings.limits}
    lines = [f"- {limit.title}: {value} {limit.unit}".rstrip() for limit, value in values.items()]
    return "Limits of this server:\n\n" + "\n".join(lines)
