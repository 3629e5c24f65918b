"""The SPARQL 1.1 Protocol: reading query requests, choosing result formats, running queries.

The kind of a query result is “bindings” (SELECT), “boolean” (ASK) or “graph” (CONSTRUCT and DESCRIBE).
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
    """A SPARQL query as a client sent it.

    scope: the RDF dataset selected by default-graph-uri and named-graph-uri; without these, all graphs of the snapshot.
    format: the URL parameter `format`, a name or media type of a result format; None when absent.
    """

    text: str
    scope: Scope
    format: str | None


def read_query_request() -> QueryRequest:
    """Return the query of Flask's current request: a GET, a form, or a POST of the type application/sparql-query (§2.1).

    Raises BadParameter when there is not exactly one query, when it is not UTF-8, or when a graph is not an absolute IRI;
    ReadOnly for an update; UnsupportedMediaType for a POST of another type or charset.
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
        raise BadParameter(f"the parameter “query” is required once, and was sent {len(queries)} times; send it once")
    return QueryRequest(queries[0], _read_scope(parameters), parameters.get("format"))


def read_body(content: str) -> bytes:
    """Return the body of Flask's current request. content: a noun for the error message, as in “the query”.

    Raises BadParameter when the body is shorter than its Content-Length, because the client stopped sending it.
    """
    body = request.get_data()
    if len(body) < (request.content_length or 0):
        raise BadParameter(
            f"the request body has {len(body)} bytes, fewer than its Content-Length of {request.content_length}; "
            f"send all of {content}"
        )
    return body


def _check_body() -> None:
    """Check the body of the current POST request.

    Raises UnsupportedMediaType unless it is a form, a SPARQL query or a SPARQL update in UTF-8, and BadParameter when it is
    shorter than its Content-Length.
    """
    if request.mimetype not in (FORM, QUERY, UPDATE):
        raise UnsupportedMediaType(f"send the query as {QUERY}, or as the field “query” of a form ({FORM})")
    read_body("the query")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"the charset “{charset}” is not supported; send the query in UTF-8")


def _check_encoding(urlencoded: bytes) -> None:
    """Raise BadParameter when a query string or form (application/x-www-form-urlencoded) is not UTF-8."""
    if NOT_ASCII.search(urlencoded):
        _decode(unquote_to_bytes(urlencoded))


def _decode(body: bytes) -> str:
    """Return a query in UTF-8 as text. Raises BadParameter, with the offset of the first invalid byte, for other bytes."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadParameter(f"the query is not UTF-8 (byte {error.start}); send it in UTF-8") from None


def _read_scope(parameters: MultiDict[str, str]) -> Scope:
    """Return the RDF dataset that the parameters default-graph-uri and named-graph-uri select; without both, all graphs.

    Raises BadParameter when a value is not an absolute IRI. Source: SPARQL 1.1 Protocol §2.1.4
    """
    default, named = (_read_iris(name, parameters) for name in ("default-graph-uri", "named-graph-uri"))
    return Scope(default=default, named=named) if default or named else Scope()


def _read_iris(name: str, parameters: MultiDict[str, str]) -> tuple[str, ...]:
    """Return all values of the parameter `name`. Raises BadParameter for a value that is not an absolute IRI."""
    values = parameters.getlist(name)
    for value in values:
        if not is_valid_term(Iri(value)):
            raise BadParameter(f"the parameter “{name}” must be the absolute IRI of a graph, not “{value}”")
    return tuple(values)


@bounded_cache(512)
def negotiate(accept: str | None, format_name: str | None) -> Mapping[str, str]:
    """Return the name of the preferred format for each kind of query result: bindings, boolean, graph.

    A kind for which no format is acceptable is left out; text/html stands for an HTML page.
    accept: the Accept header. format_name: the name or media type of a format, which takes precedence over `accept`.
    Raises NotAcceptable, listing the formats, when no kind has an acceptable format.
    """
    chosen = {kind: _choose(formats, accept, format_name) for kind, formats in FORMATS_OF_KINDS.items()}
    acceptable = {kind: name for kind, name in chosen.items() if name}
    if not acceptable:
        raise NotAcceptable(
            f"none of the requested formats is offered; ask for one of these by Accept or format: {_describe_formats()}"
        )
    return MappingProxyType(acceptable)


def _choose(formats: Mapping[str, Format], accept: str | None, format_name: str | None) -> str | None:
    """Return the name of the format that the client prefers, text/html for an HTML page, None when none is acceptable.

    formats: the offered ones by name, in addition to HTML. accept: the Accept header. format_name: the name or media type of a format, which takes precedence over `accept`.
    """
    if format_name is not None:
        named = {name: each.name for name, each in by_any_name(formats).items()} | {HTML: HTML, "html": HTML}
        return named.get(format_name.lower())
    by_type = {media_type: each.name for media_type, each in by_media_type(formats).items()} | {HTML: HTML}
    media_type = choose_by(accept, tuple(by_type))
    return by_type[media_type] if media_type else None


def _describe_formats() -> str:
    """Return a clause that lists the media types and names of all result formats, for an error message."""
    tables, graphs = (
        ", ".join(f"{f.media_type} ({f.name})" for f in FORMATS_OF_KINDS[kind].values())
        for kind in ("bindings", "graph")
    )
    return f"tables and yes or no come as {tables}, graphs as {graphs}"


def run_query(queue: QueryQueue, query: QueryRequest, formats: Mapping[str, str], client_address: str) -> QueryResult:
    """Run a SPARQL query in a query worker and return its result, serialized.

    formats: the name of the format for each kind of result; for text/html it is SPARQL JSON or, for a graph, Turtle.
    client_address: the IP address of the client; the query is stopped when it closes the connection.
    Raises NotAcceptable when `formats` has none for the kind of this result, and any error of the query.
    """
    names = {kind: name if name != HTML else "turtle" if kind == "graph" else "json" for kind, name in formats.items()}
    client = Client(client_address)
    try:
        return queue.query(query.text, names, scope=query.scope, is_disconnected=client.is_disconnected)
    except NotAcceptable as error:
        raise NotAcceptable(f"{error}; {_describe_formats()}") from None


def result_headers(result: QueryResult) -> HeaderList:
    """Return the headers of the response with a query result: Content-Type, Content-Length, Vary and Cache-Control."""
    return [
        ("Content-Type", result.format.content_type),
        ("Content-Length", str(result.size)),
        *caching_headers(result),
    ]


def caching_headers(result: QueryResult) -> HeaderList:
    """Return Vary, and Cache-Control: no-store for a query that may give another result next time, as with NOW()."""
    return [("Vary", "Accept")] + [("Cache-Control", "no-store")] * (not result.is_deterministic)
