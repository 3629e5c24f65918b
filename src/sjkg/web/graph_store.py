"""The SPARQL 1.1 Graph Store HTTP Protocol, read-only: named graphs at /rdf-graph-store?graph=… and /graph/….

Source: https://www.w3.org/TR/sparql11-http-rdf-update/#http-get
"""

from flask import Blueprint, Response, request

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import GRAPHS, UNION
from sjkg.describe.graphs import write_graph
from sjkg.store.formats import GraphFormat
from sjkg.web.context import current_served
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.rdf_responses import RDF_TYPES, rdf_response, split_ending

blueprint = Blueprint("graph_store", __name__)

PARAMETERS = (
    Parameter("graph", "The IRI of a named graph.", {"type": "string", "format": "uri"}, example=f"{GRAPHS}inferred"),
    Parameter("default", "Without a value: the union of all graphs."),
)


@blueprint.get("/rdf-graph-store")
@Documentation(produces=RDF_TYPES, parameters=PARAMETERS, errors=[404])
def graph_by_parameter() -> Response:
    """Return the named graph with the IRI “graph”, or for “default” the default graph, which is the union of all graphs.

    The RDF format is the one that the Accept header prefers. Source: SPARQL 1.1 Graph Store HTTP Protocol §4.2,
    https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification
    """
    graphs = request.args.getlist("graph")
    is_default = "default" in request.args
    if len(graphs) + is_default != 1:
        raise BadParameter("one graph is required: ?graph= with its IRI, or ?default for the union of all graphs")
    return _graph_response(UNION if is_default else graphs[0])


@blueprint.get("/graph/<path:name>")
@Documentation(produces=RDF_TYPES)
def graph_by_path(name: str) -> Response:
    """Return the named graph whose IRI is the URL of this request without file ending.

    The format is that of the ending in the path, such as .ttl, or else the one that the Accept header prefers.
    Source: SPARQL 1.1 Graph Store HTTP Protocol §4.1,
    https://www.w3.org/TR/sparql11-http-rdf-update/#direct-graph-identification
    """
    stem, fixed = split_ending(name)
    return _graph_response(GRAPHS + stem, f"/graph/{stem}", fixed)


def _graph_response(graph: str, path: str | None = None, fixed: GraphFormat | None = None) -> Response:
    """Return the response with the triples of the graph with this IRI.

    path: the path of the graph without ending, for the header Content-Location; None leaves the header out.
    fixed: the RDF format of the path's ending; None chooses by the Accept header.
    Raises UnknownName when there is no such graph, and NotAcceptable.
    """
    served = current_served()
    return rdf_response(path, fixed, lambda target: write_graph(served.snapshot, served.sorted_quads, graph, target))
