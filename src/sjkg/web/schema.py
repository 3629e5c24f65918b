"""The ontology, the SKOS concept schemes and the SHACL shapes as RDF documents.

The IRIs of single concepts and shapes redirect to the document with their definition, or to their HTML page.
"""

from flask import Blueprint, Response

from sjkg.core.errors import UnknownThing
from sjkg.core.vocabulary import BASE, GRAPHS, SCHEMES, SHAPES, close_matches
from sjkg.describe.graphs import TURTLE, is_graph, read_source, write_graph, write_graphs
from sjkg.describe.thing import check_known
from sjkg.store.formats import GraphFormat
from sjkg.store.sorted_quads import split_quad
from sjkg.web.context import current_served
from sjkg.web.openapi import Documentation
from sjkg.web.rdf_responses import (
    BY_ENDING,
    RDF_TYPES,
    negotiate_graph_format,
    rdf_response,
    rdf_types,
    see_other,
    split_ending,
)

blueprint = Blueprint("schema", __name__)

DOCUMENT = Documentation(produces=rdf_types, choices={"ending": lambda: BY_ENDING}, has_page=True)
TERM = Documentation(status=303, errors=[406])


@blueprint.get("/ontology", defaults={"ending": None})
@blueprint.get("/ontology.<ending>")
@DOCUMENT
def ontology(ending: str | None) -> Response:
    """Return the ontology in RDF; requests that prefer HTML are redirected (303) to its page.

    The format is that of the ending in the path, such as .ttl, or else the one that the Accept header prefers.
    The IRIs of the terms are this URL with a fragment.
    """
    _, fixed = split_ending(f"ontology.{ending}" if ending else "ontology")
    return _graph_response("ontology", fixed)


@blueprint.get("/vocab/<name>")
@Documentation(produces=RDF_TYPES, has_page=True)
def scheme(name: str) -> Response:
    """Return the SKOS concept scheme with this name in RDF; requests that prefer HTML are redirected (303) to its page.

    The format is that of the ending of the name, such as .ttl, or else the one that the Accept header prefers.
    """
    stem, fixed = split_ending(name)
    return _graph_response(f"vocab/{stem}", fixed)


@blueprint.get("/vocab/<scheme_name>/<name>")
@TERM
def concept(scheme_name: str, name: str) -> Response:
    """Redirect (303) from the IRI of a SKOS concept to its page or to its concept scheme in RDF, by the Accept header."""
    check_known(current_served().sorted_quads, f"{SCHEMES}{scheme_name}/{name}")
    return see_other(
        f"/vocab/{scheme_name}" if negotiate_graph_format(has_page=True) else f"/page/vocab/{scheme_name}/{name}"
    )


@blueprint.get("/shapes", defaults={"ending": None})
@blueprint.get("/shapes.<ending>")
@DOCUMENT
def shapes(ending: str | None) -> Response:
    """Return all SHACL shapes in RDF; requests that prefer HTML are redirected (303) to their page.

    The format is that of the ending in the path, such as .ttl, or else the one that the Accept header prefers.
    The Turtle is that of the source files, concatenated.
    """
    _, fixed = split_ending(f"shapes.{ending}" if ending else "shapes")
    return rdf_response("/shapes", fixed, _write_shapes, lambda: see_other("/page/shapes"))


@blueprint.get("/shapes/<name>")
@TERM
def shape(name: str) -> Response:
    """Redirect (303) from the IRI of a SHACL shape to its page or to the named graph with its definition, by Accept."""
    check_known(current_served().sorted_quads, SHAPES + name)
    graph = split_quad(next(current_served().sorted_quads.with_subject(f"<{SHAPES}{name}>"))).graph[1:-1]
    return see_other(
        f"/graph/{graph.removeprefix(GRAPHS)}" if negotiate_graph_format(has_page=True) else f"/page/shapes/{name}"
    )


def _graph_response(path: str, fixed: GraphFormat | None) -> Response:
    """Return the response with the named graph of a source file; requests that prefer HTML are redirected to its page.

    path: of the graph's IRI after the namespace of graphs, such as “vocab/role”. fixed: the RDF format of the requested
    path's ending; None for negotiation. Raises UnknownThing, with similar IRIs, when there is no such graph, and
    NotAcceptable.
    """
    snapshot = current_served().snapshot
    if not is_graph(snapshot, GRAPHS + path):
        known = [BASE + graph.removeprefix(GRAPHS) for graph in snapshot.manifest.sources]
        raise UnknownThing(BASE + path, close_matches(BASE + path, known))
    return rdf_response(
        f"/{path}",
        fixed,
        lambda target: write_graph(snapshot, current_served().sorted_quads, GRAPHS + path, target),
        lambda: see_other(f"/page/{path}"),
    )


def _write_shapes(target: GraphFormat) -> bytes:
    """Return the named graphs of all SHACL shapes in one RDF format: for Turtle their source files, joined."""
    snapshot = current_served().snapshot
    graphs = sorted(graph for graph, path in snapshot.manifest.sources.items() if path.startswith("shapes/"))
    if target == TURTLE:
        return b"\n".join(read_source(snapshot, graph) for graph in graphs)
    return write_graphs(current_served().sorted_quads, graphs, target)
