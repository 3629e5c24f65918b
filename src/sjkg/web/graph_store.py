"""/rdf-graph-store and /graph/…: the SPARQL 1.1 Graph Store Protocol, reading only.

Source: https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from flask import Blueprint, Response, request

from sjkg.core.errors import BadParameter
from sjkg.core.vocabulary import GRAPHS, UNION
from sjkg.describe.graphs import write_graph
from sjkg.store.formats import GraphFormat
from sjkg.web.context import current_served
from sjkg.web.rdf_responses import rdf_response, split_ending

blueprint = Blueprint("graph_store", __name__)


@blueprint.get("/rdf-graph-store")
def named_by_parameter():
    """Answer with the graph that ?graph= names, or with the default graph, which is the union of all, for ?default."""
    graphs = request.args.getlist("graph")
    is_default = "default" in request.args
    if len(graphs) + is_default != 1:
        raise BadParameter("name one graph: ?graph= with its IRI, or ?default for the union of all graphs")
    return _answer(UNION if is_default else graphs[0])


@blueprint.get("/graph/<path:name>")
def named_by_path(name: str):
    """Answer with the graph whose IRI leads here."""
    stem, fixed = split_ending(name)
    return _answer(GRAPHS + stem, f"/graph/{stem}", fixed)


def _answer(graph: str, path: str | None = None, fixed: GraphFormat | None = None) -> Response:
    return rdf_response(
        path, fixed, lambda target: write_graph(current_served().snapshot, current_served().sorted_quads, graph, target)
    )
