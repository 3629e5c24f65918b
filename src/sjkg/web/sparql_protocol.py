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
from sjkg.core.messages import count_noun
from sjkg.core.terms import Iri, is_valid_term
from sjkg.sparql.empty_results import EMPTY_RESULT, write_reason
from sjkg.sparql.own_terms import UNKNOWN_TERMS, write_unknown_terms
from sjkg.store.datasets import Scope
from sjkg.store.formats import FORMATS_OF_KINDS
from sjkg.store.query_result import QueryResult
from sjkg.web.http.connection import FORM
from sjkg.web.http.headers import HeaderList
from sjkg.web.http.negotiation import HTML, PAGE, choose_format, requested_formats
from sjkg.workers.fair_queue import Client
from sjkg.workers.query_queue import QueryQueue

QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
NOT_ASCII = re.compile(rb"%[89A-Fa-f]|[\x80-\xff]")


@dataclass(frozen=True)
class QueryRequest:
    """A SPARQL query as a client sent it.

    scope: the RDF dataset selected by default-graph-uri and named-graph-uri; without these, all graphs of the snapshot.
    formats: the values of the parameter `format` in lower case, names or media types of result formats.
    """

    text: str
    scope: Scope
    formats: tuple[str, ...]


def read_query_request() -> QueryRequest:
    """Return the query of Flask's current request: a GET, a form, or a POST of the type application/sparql-query (§2.1).

    Raises BadParameter when there is not exactly one query, when it is not UTF-8, or when a graph is not an absolute
    IRI; ReadOnly for an update; UnsupportedMediaType for a POST of another type or charset.
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
        raise BadParameter(
            f"the parameter “query” is required once, and was sent {count_noun(len(queries), 'time')}; send it once"
        )
    return QueryRequest(queries[0], _read_scope(parameters), requested_formats())


def _check_body() -> None:
    """Check the body of the current POST request.

    Raises UnsupportedMediaType unless it is a form, a SPARQL query or a SPARQL update in UTF-8.
    """
    if request.mimetype not in (FORM, QUERY, UPDATE):
        raise UnsupportedMediaType(
            f"a query cannot be sent as a body of this type; send it as {QUERY}, or as the field “query” of a form ({FORM})"
        )
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
def negotiate(accept: str | None, names: tuple[str, ...]) -> Mapping[str, str]:
    """Return the name of the preferred format for each kind of query result, such as {"bindings": "csv", "graph": "turtle"}.

    The kinds are bindings, boolean and graph; a kind for which no format is acceptable is left out. The name of a
    format is a key of RESULT_FORMATS or GRAPH_FORMATS, or “text/html” for an HTML page.
    accept: the Accept header. names: the values of the parameter “format”, names or media types, which take precedence
    over `accept`; for each kind, those of other kinds are left out. Raises NotAcceptable, listing the formats, when no
    kind has an acceptable format, and BadParameter when several formats of one kind are named.
    """
    chosen = {
        kind: choose_format({**formats, PAGE.name: PAGE}, accept, names) for kind, formats in FORMATS_OF_KINDS.items()
    }
    acceptable = {kind: HTML if each == PAGE else each.name for kind, each in chosen.items() if each}
    if not acceptable:
        raise NotAcceptable(
            f"none of the requested formats is offered; request another one with the header Accept or the parameter “format”: {_describe_formats()}"
        )
    return MappingProxyType(acceptable)


def _describe_formats() -> str:
    """Return a clause that lists the media types and names of all result formats, for an error message."""
    tables, graphs = (
        ", ".join(each.description for each in FORMATS_OF_KINDS[kind].values()) for kind in ("bindings", "graph")
    )
    return f"results of SELECT and ASK are available as {tables}, those of CONSTRUCT and DESCRIBE as {graphs}"


def run_query(queue: QueryQueue, query: QueryRequest, formats: Mapping[str, str], client: Client) -> QueryResult:
    """Run a SPARQL query in a query worker and return its result, serialized.

    formats: the name of the format for each kind of result, as `negotiate` returns them. Instead of an HTML page,
    SPARQL JSON is returned, or N-Triples for a graph, from which the caller makes the page.
    client: asks for the query, which is stopped when the client closes the connection. Raises NotAcceptable when
    `formats` has no format for the kind of this result, and any error of the query.
    """
    names = {kind: name if name != HTML else "nt" if kind == "graph" else "json" for kind, name in formats.items()}
    return queue.query(query.text, names, scope=query.scope, client=client, explains_empty=True)


def result_headers(result: QueryResult) -> HeaderList:
    """Return the headers of the response with a query result: Content-Type, Content-Length, and those of `common_headers`."""
    return [
        ("Content-Type", result.format.content_type),
        ("Content-Length", str(result.size)),
        *common_headers(result),
    ]


def common_headers(result: QueryResult) -> HeaderList:
    """Return the headers of a response with a query result, also of one in a page.

    They are Vary, Cache-Control: no-store for a query that may give another result next time, as with NOW(),
    UNKNOWN_TERMS for a query with IRIs that are nowhere in the graph, and EMPTY_RESULT for an empty result with a known reason.
    """
    headers = [("Vary", "Accept")] + [("Cache-Control", "no-store")] * (not result.is_deterministic)
    if result.unknown_terms:
        headers.append((UNKNOWN_TERMS, write_unknown_terms(result.unknown_terms)))
    if result.empty_reason:
        headers.append((EMPTY_RESULT, write_reason(result.empty_reason)))
    return headers
