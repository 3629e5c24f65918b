"""The SPARQL 1.1 Protocol without Flask's routing: reading query requests, choosing formats, running queries.

Source: https://www.w3.org/TR/sparql11-protocol/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.errors import BadParameter, NotAcceptable, ReadOnly
from sjkg.core.terms import Iri, is_valid_term
from sjkg.store.datasets import Scope
from sjkg.store.formats import FORMATS_OF_KINDS, Format, by_any_name, by_media_type
from sjkg.store.query_result import QueryResult
from sjkg.web.http.disconnect import Client
from sjkg.web.http.headers import HeaderList
from sjkg.web.http.negotiation import HTML, choose_by
from sjkg.workers.query_queue import QueryQueue

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
NOT_ASCII = re.compile(rb"%[89A-Fa-f]|[\x80-\xff]")


@dataclass(frozen=True)
class QueryRequest:
    """A query as a client sent it. scope: the RDF dataset that its parameters select. format: its parameter `format`."""

    text: str
    scope: Scope
    format: str | None


def read_query_request() -> QueryRequest:
    """Return the query of the current request: a GET, a form, or a body of the type application/sparql-query.

    Raises BadParameter, ReadOnly (for an update) or UnsupportedMediaType.
    """
    body_type = request.mimetype if request.method == "POST" else None  # the body of a GET has no meaning
    if request.method == "POST":
        _check_body()
    _check_encoding(request.query_string)
    if body_type == FORM:
        _check_encoding(request.get_data())
    parameters = request.values
    if "update" in parameters or body_type == UPDATE:
        raise ReadOnly("this endpoint is read-only; send a SELECT, ASK, CONSTRUCT or DESCRIBE query")
    queries = parameters.getlist("query") + ([_decode(request.get_data())] if body_type == QUERY else [])
    if len(queries) != 1:
        raise BadParameter(f"the parameter “query” is required once, and was sent {len(queries)} times")
    return QueryRequest(queries[0], _read_scope(parameters), parameters.get("format"))


def read_body(content: str) -> bytes:
    """Return the body of the current request. content: a name of the content for the error message.

    Raises BadParameter when the body is shorter than its Content-Length: the server passes on what it has received when the
    client stops sending.
    """
    body = request.get_data()
    if len(body) < (request.content_length or 0):
        raise BadParameter(f"the body ended before its Content-Length; send all of {content}")
    return body


def _check_body() -> None:
    """Raise UnsupportedMediaType unless the body is a form, a query or an update in UTF-8, BadParameter when it is cut."""
    if request.mimetype not in (FORM, QUERY, UPDATE):
        raise UnsupportedMediaType(f"send the query as {QUERY}, or as the field “query” of a form ({FORM})")
    read_body("the query")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"the charset “{charset}” is not supported; send the query in UTF-8")


def _check_encoding(urlencoded: bytes) -> None:
    """Raise BadParameter when percent-encoded parameters are not UTF-8."""
    if NOT_ASCII.search(urlencoded):
        _decode(unquote_to_bytes(urlencoded))


def _decode(body: bytes) -> str:
    """Return UTF-8 as text. Raises BadParameter with the position of the first invalid byte."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadParameter(f"the query is not UTF-8 (byte {error.start})") from None


def _read_scope(parameters: MultiDict[str, str]) -> Scope:
    """Return the RDF dataset of `default-graph-uri` and `named-graph-uri`; without either, all graphs."""
    default, named = (_read_iris(name, parameters) for name in ("default-graph-uri", "named-graph-uri"))
    return Scope(default=default, named=named) if default or named else Scope()


def _read_iris(name: str, parameters: MultiDict[str, str]) -> tuple[str, ...]:
    """Return the values of a parameter. Raises BadParameter for one that is not an absolute IRI."""
    values = parameters.getlist(name)
    for value in values:
        if not is_valid_term(Iri(value)):
            raise BadParameter(f"the parameter “{name}” must be the absolute IRI of a graph, not “{value}”")
    return tuple(values)


@bounded_cache(512)
def negotiate(accept: str | None, format_name: str | None) -> Mapping[str, str]:
    """Return the name of the acceptable format for each kind of query result that has one; HTML stands for a page.

    accept: the Accept header. format_name: a format by name or media type, which takes precedence over `accept`.
    Raises NotAcceptable, listing the formats, when no kind has one.
    """
    chosen = {kind: _choose(formats, accept, format_name) for kind, formats in FORMATS_OF_KINDS.items()}
    acceptable = {kind: name for kind, name in chosen.items() if name}
    if not acceptable:
        raise NotAcceptable(f"none of the formats asked for is offered; {_describe_formats()}")
    return MappingProxyType(acceptable)


def _choose(formats: Mapping[str, Format], accept: str | None, format_name: str | None) -> str | None:
    """Return the name of the acceptable one of these formats, HTML for a page, or None."""
    if format_name is not None:
        named = {name: each.name for name, each in by_any_name(formats).items()} | {HTML: HTML, "html": HTML}
        return named.get(format_name.lower())
    by_type = {media_type: each.name for media_type, each in by_media_type(formats).items()} | {HTML: HTML}
    media_type = choose_by(accept, tuple(by_type))
    return by_type[media_type] if media_type else None


def _describe_formats() -> str:
    """Return the list of formats for an error message."""
    tables, graphs = (
        ", ".join(f"{f.media_type} ({f.name})" for f in FORMATS_OF_KINDS[kind].values())
        for kind in ("bindings", "graph")
    )
    return f"tables and yes or no come as {tables}, graphs as {graphs}"


def run_query(queue: QueryQueue, query: QueryRequest, formats: Mapping[str, str], client_address: str) -> QueryResult:
    """Run a query and return its result. formats: from `negotiate`; a page is made from SPARQL JSON or Turtle.

    The query is stopped when the client at `client_address` disconnects.
    """
    names = {kind: name if name != HTML else "turtle" if kind == "graph" else "json" for kind, name in formats.items()}
    client = Client(client_address)
    try:
        return queue.query(query.text, names, scope=query.scope, is_disconnected=client.is_disconnected)
    except NotAcceptable as error:
        raise NotAcceptable(f"{error}; {_describe_formats()}") from None


def result_headers(result: QueryResult) -> HeaderList:
    """Return the response headers of a result that is sent as the engine serialized it."""
    return [
        ("Content-Type", result.format.content_type),
        ("Content-Length", str(result.size)),
        *caching_headers(result),
    ]


def caching_headers(result: QueryResult) -> HeaderList:
    """Return Vary, and Cache-Control: no-store for a result that may differ when the query is repeated, as with NOW()."""
    return [("Vary", "Accept")] + [("Cache-Control", "no-store")] * (not result.is_deterministic)
