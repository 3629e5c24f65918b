"""The SPARQL endpoint at /sparql: query results and the service description, each also as an HTML page.

At /sparql.json the content of these pages is available as JSON.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from sjkg.describe.service import describe_service
from sjkg.site.about import ServicePage, service_page
from sjkg.site.context import ExecutedQuery
from sjkg.site.questions import ResultPage, result_page
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.store.query_result import QueryResult
from sjkg.web.context import current_address, current_client, current_record, current_served, current_settings
from sjkg.web.http.connection import FORM
from sjkg.web.http.negotiation import FORMAT, HTML, JSON
from sjkg.web.json_schema import TEXT
from sjkg.web.openapi import QUERY_ERRORS, Documentation, Parameter
from sjkg.web.pages.show import JsonPage, render_json, render_page, result_urls
from sjkg.web.rdf_responses import RDF_TYPES, rdf_response
from sjkg.web.sparql_protocol import (
    QUERY,
    QueryRequest,
    common_headers,
    negotiate,
    read_query_request,
    result_headers,
    run_query,
)

blueprint = Blueprint("sparql", __name__)

GRAPH_URIS = {"type": "array", "items": {"type": "string", "format": "uri"}}
PARAMETERS = (
    Parameter("query", "A SPARQL 1.1 query; without one the service description is returned.", example="ASK {}"),
    Parameter("default-graph-uri", "Graphs that form the default graph.", GRAPH_URIS),
    Parameter("named-graph-uri", "Graphs available to GRAPH.", GRAPH_URIS),
)
FORMAT_PARAMETER = Parameter(
    FORMAT,
    f"{', '.join([*RESULT_FORMATS, *GRAPH_FORMATS])} or a media type; takes precedence over the Accept header.",
)


@blueprint.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
@Documentation(
    produces=dict.fromkeys(each.media_type for each in RESULT_FORMATS.values()) | RDF_TYPES | {HTML: None},
    parameters=(*PARAMETERS, FORMAT_PARAMETER),
    body={
        QUERY: TEXT,
        FORM: {
            "type": "object",
            "required": ["query"],
            "properties": {each.name: each.schema for each in (*PARAMETERS, FORMAT_PARAMETER)},
        },
    },
    errors=QUERY_ERRORS,
    is_costly=True,
)
def sparql() -> Response:
    """Run a SPARQL query and return its result; without a query, return the service description.

    The format is that of the parameter “format”, or else the one that the Accept header prefers. HTML is a page with the
    first rows of the result, or with a form for a query. The header SJKG-Unknown-Terms names IRIs of this project in the query
    that are nowhere in the graph, with similar ones; SJKG-Empty-Result says why a result is empty.
    Sources: SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/; SPARQL 1.1 Service Description §2,
    https://www.w3.org/TR/sparql11-service-description/#accessing
    """
    if request.method != "POST" and not set(request.args) - {FORMAT}:
        settings, manifest, address = current_settings(), current_served().snapshot.manifest, current_address()
        served = current_served()
        profiles, external = served.translations.profiles.values(), served.external.graphs
        return rdf_response(
            None,
            None,
            lambda target: convert_quads(describe_service(manifest, settings, address, profiles, external), target),
            lambda: Response(render_page("sparql.html", service_page(settings, address)), mimetype=HTML),
        )
    query = _read_query()
    formats = negotiate(request.headers.get("Accept"), query.formats)
    result = _run(query, formats)
    if formats[result.kind] != HTML:
        return Response(result.chunks, headers=result_headers(result))
    json_url = url_for("sparql.sparql_as_json", query=query.text, **_graph_parameters(query))
    page = render_page("query-result.html", _build_page(result, query), _executed(query), twin=json_url)
    return Response(page, mimetype=HTML, headers=common_headers(result))


@blueprint.get("/sparql.json")
@Documentation(
    produces={JSON: JsonPage[ResultPage | ServicePage]},
    parameters=PARAMETERS,
    errors=QUERY_ERRORS,
    is_costly=True,
)
def sparql_as_json() -> Response:
    """Return the content of the HTML page of a query result as JSON; without a query, of the page of the endpoint."""
    if not request.args:
        return render_json(service_page(current_settings(), current_address()))
    query = _read_query()
    result = _run(query, negotiate(HTML, ()))
    response = render_json(_build_page(result, query), _executed(query))
    response.headers.extend(common_headers(result))
    return response


def _read_query() -> QueryRequest:
    """Return the SPARQL query of the current request, and store its text in the request's log record.

    Raises BadParameter unless there is exactly one well-formed query, ReadOnly for an update, and UnsupportedMediaType
    for a POST of another type than a form or a SPARQL query.
    """
    query = read_query_request()
    current_record().query = query.text
    return query


def _run(query: QueryRequest, formats: Mapping[str, str]) -> QueryResult:
    """Return the result of a query, run in the queue for users' queries.

    formats: the name of a format for each kind of result, as `negotiate` returns them.
    """
    return run_query(current_served().public_queue, query, formats, current_client())


def _build_page(result: QueryResult, query: QueryRequest) -> ResultPage:
    """Return the content of the HTML page for the result of a query, with the URLs of other formats."""
    labels = current_served().labels
    return result_page(labels, result, query.text, result_urls(result.kind, query.text, **_graph_parameters(query)))


def _executed(query: QueryRequest) -> tuple[ExecutedQuery, ...]:
    """Return the query of a result page in a tuple, the form in which every page lists the queries behind it."""
    return (ExecutedQuery("The query of this result", query.text),)


def _graph_parameters(query: QueryRequest) -> dict[str, Any]:
    """Return the URL parameters default-graph-uri and named-graph-uri of a query, each with a tuple of IRIs."""
    return {"default-graph-uri": query.scope.default, "named-graph-uri": query.scope.named}
