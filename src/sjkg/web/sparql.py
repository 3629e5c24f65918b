"""/sparql: the SPARQL 1.1 Protocol, reading only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.core.bounded_cache import bounded_cache
from sjkg.core.errors import BadParameter, NotAcceptable, ReadOnly
from sjkg.core.terms import Iri, is_valid_term
from sjkg.describe.service import describe_service
from sjkg.site.about import service_page
from sjkg.site.page_queries import ExecutedQuery
from sjkg.site.query_results import ResultPage, result_page
from sjkg.store.convert import convert_quads
from sjkg.store.datasets import Scope
from sjkg.store.formats import FORMATS_OF_KINDS, Format
from sjkg.store.query_result import QueryResult
from sjkg.web.context import current_record, current_served, current_settings
from sjkg.web.http.disconnect import Client
from sjkg.web.http.negotiation import HTML, choose_by
from sjkg.web.pages.show import render_json, render_page, result_urls
from sjkg.web.rdf_responses import respond
from sjkg.workers.query_queue import QueryQueue

blueprint = Blueprint("sparql", __name__)

FAILURE = "sjkg.failure"  # in an environ: the error that a query has met already
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
JSON = "application/json"
NOT_ASCII = re.compile(rb"%[89A-Fa-f]|[\x80-\xff]")
OTHER_NAMES = {
    "bindings": {"application/json": "json", "text/xml": "xml", "application/xml": "xml"},
    "graph": {
        "application/x-turtle": "turtle",
        "text/plain": "nt",
        "ttl": "turtle",
        "n3": "turtle",
        "rdf": "rdfxml",
        "rdf+xml": "rdfxml",
        "xml": "rdfxml",
        "json-ld": "jsonld",
        "json": "jsonld",
    },
}
OTHER_NAMES["boolean"] = OTHER_NAMES["bindings"]


@dataclass(frozen=True)
class QueryRequest:
    """A query as the protocol sends it; `format` is what it asks for by name, before any Accept header."""

    text: str
    scope: Scope
    format: str | None


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql():
    """QueryResult a query, or say what this service is where none is asked.

    Sources: SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/; SPARQL 1.1 Service Description §2,
    https://www.w3.org/TR/sparql11-service-description/#accessing
    """
    if failure := request.environ.get(FAILURE):
        raise failure
    if request.method != "POST" and not request.args:
        return _describe()
    return answer_request(read_request())


@blueprint.get("/sparql.json")
def sparql_as_json():
    """Give the page of an answer, or of the service where nothing is asked, as every page's twin is."""
    if not request.args:
        return render_json(service_page(current_settings()))
    asked = read_request()
    current_record().query = asked.text
    answer = evaluate(current_served().public_queue, asked, negotiate(JSON, None), request.environ["REMOTE_ADDR"])
    if answer.kind == "graph":
        raise BadParameter("the answer is a graph, which has no page; /sparql gives it as RDF")
    response = render_json(_page(answer, asked), _behind(asked))
    response.headers.extend(_caching_headers(answer))
    return response


def _describe() -> Response:
    """Return the service description, or the page to write a query on."""
    settings, manifest = current_settings(), current_served().snapshot.manifest
    return respond(
        None,
        None,
        lambda target: convert_quads(describe_service(manifest, settings), target),
        lambda: Response(render_page("sparql.html", service_page(settings)), mimetype=HTML),
    )


def answer_request(asked: QueryRequest) -> Response:
    """Evaluate a query and write its answer in the format that the request accepts."""
    current_record().query = asked.text
    chosen = negotiate(request.headers.get("Accept"), asked.format)
    answer = evaluate(current_served().public_queue, asked, chosen, request.environ["REMOTE_ADDR"])
    if chosen[answer.kind] == HTML and answer.kind != "graph":
        page = render_page("query-result.html", _page(answer, asked), _behind(asked), twin=_twin(asked))
        return Response(page, mimetype=HTML, headers=_caching_headers(answer))
    return Response(answer.chunks, headers=headers_of(answer))


def _page(answer: QueryResult, asked: QueryRequest) -> ResultPage:
    return result_page(answer, asked.text, result_urls(asked.text, **_scope_as_sent(asked)))


def _behind(asked: QueryRequest) -> tuple[ExecutedQuery, ...]:
    return (ExecutedQuery("The query of this answer", asked.text),)


def _twin(asked: QueryRequest) -> str:
    """Return where the page of an answer is as JSON; the query may have come in the body of a POST."""
    return url_for("sparql.sparql_as_json", query=asked.text, **_scope_as_sent(asked))


def _scope_as_sent(asked: QueryRequest) -> dict[str, tuple[str, ...] | None]:
    return {"default-graph-uri": asked.scope.default, "named-graph-uri": asked.scope.named}


def evaluate(store: QueryQueue, asked: QueryRequest, chosen: Mapping[str, str], client_address: str) -> QueryResult:
    """Return the answer in the format chosen for its kind; for a page, in the one that it is made from."""
    formats = {kind: name if name != HTML else "turtle" if kind == "graph" else "json" for kind, name in chosen.items()}
    try:
        return store.query(
            asked.text, formats, scope=asked.scope, is_disconnected=Client(client_address).is_disconnected
        )
    except NotAcceptable as error:
        raise NotAcceptable(f"{error}; {_offer()}") from None


def headers_of(answer: QueryResult) -> list[tuple[str, str]]:
    """Return the headers of an answer that is sent as the engine wrote it."""
    return [
        ("Content-Type", answer.format.content_type),
        ("Content-Length", str(answer.size)),
        *_caching_headers(answer),
    ]


def _caching_headers(answer: QueryResult) -> list[tuple[str, str]]:
    return [("Vary", "Accept")] + [("Cache-Control", "no-store")] * (not answer.is_deterministic)


def read_request() -> QueryRequest:
    """Return the query of a GET, of a form, or of a body that is itself the query.

    Raises BadParameter, ReadOnly or UnsupportedMediaType when the request is none of these.
    """
    sent = request.mimetype if request.method == "POST" else None  # what a GET has in its body means nothing
    if request.method == "POST":
        _check_body()
    _check_encoding(request.query_string)
    if sent == FORM:
        _check_encoding(request.get_data())
    parameters = request.values
    if "update" in parameters or sent == UPDATE:
        raise ReadOnly("this endpoint is read-only; ask with SELECT, ASK, CONSTRUCT or DESCRIBE")
    queries = parameters.getlist("query") + ([_decode(request.get_data())] if sent == QUERY else [])
    if len(queries) != 1:
        raise BadParameter(f"give one parameter “query”; there {'is none' if not queries else f'are {len(queries)}'}")
    return QueryRequest(queries[0], _scope(parameters), parameters.get("format"))


def _check_body() -> None:
    """Raise UnsupportedMediaType unless a POST says that it is a form, a query or an update, in UTF-8, and BadParameter
    where a part of it is missing."""
    if request.mimetype not in (FORM, QUERY, UPDATE):
        raise UnsupportedMediaType(f"send the query as {QUERY}, or as the field “query” of a form ({FORM})")
    read_body("the query")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"the protocol knows UTF-8 only, not {charset}; send the query in UTF-8")


def read_body(what: str) -> bytes:
    """Return the body. Raises BadParameter where a part of it is missing: the server hands on what came before the client
    went silent. what: is in it, in words."""
    body = request.get_data()
    if len(body) < (request.content_length or 0):
        raise BadParameter(f"the body ended before its Content-Length; send all of {what}")
    return body


def _check_encoding(urlencoded: bytes) -> None:
    """Raise BadParameter where parameters are no UTF-8: they would be read as something else."""
    if NOT_ASCII.search(urlencoded):
        _decode(unquote_to_bytes(urlencoded))


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadParameter(f"the query is not UTF-8 (byte {error.start})") from None


def _scope(parameters) -> Scope:
    """Return the graphs that the protocol's parameters name, or all."""
    default, named = (_iris(name, parameters.getlist(name)) for name in ("default-graph-uri", "named-graph-uri"))
    return Scope(default=default, named=named) if default or named else Scope()


def _iris(parameter: str, values: list[str]) -> tuple[str, ...]:
    for value in values:
        if not is_valid_term(Iri(value)):
            raise BadParameter(f"{parameter} is the absolute IRI of a graph, not “{value}”")
    return tuple(values)


@bounded_cache(512)
def negotiate(accept: str | None, format_name: str | None) -> Mapping[str, str]:
    """Return the format's name for each kind of answer that a request accepts one for; HTML stands for a page.

    A format given by name or media type goes before the Accept header. Remembered, because clients ask alike.
    Raises NotAcceptable, listing what there is, when nothing fits any kind.
    """
    chosen = {kind: _choose(kind, formats, accept, format_name) for kind, formats in FORMATS_OF_KINDS.items()}
    fitting = {kind: name for kind, name in chosen.items() if name}
    if not fitting:
        raise NotAcceptable(f"none of the formats asked for is offered; {_offer()}")
    return MappingProxyType(fitting)


def _choose(kind: str, formats: dict[str, Format], accept: str | None, format_name: str | None) -> str | None:
    by_type = {f.media_type: f.name for f in formats.values()} | OTHER_NAMES[kind] | {HTML: HTML}
    if format_name is not None:
        by_name = by_type | {name: name for name in formats} | {"html": HTML}
        return by_name.get(format_name.lower())
    return by_type.get(choose_by(accept, tuple(media_type for media_type in by_type if "/" in media_type)))


def _offer() -> str:
    """Say which formats there are."""
    tables, graphs = (
        ", ".join(f"{f.media_type} ({f.name})" for f in FORMATS_OF_KINDS[kind].values())
        for kind in ("bindings", "graph")
    )
    return f"tables and yes or no come as {tables}, graphs as {graphs}"
