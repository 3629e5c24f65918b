"""/ontology, /vocab/… and /shapes: the terms of the graph lead to the files that define them, or to their pages."""

from flask import Blueprint, Response

from sjkg.core.errors import UnknownThing
from sjkg.core.vocabulary import BASE, GRAPHS, SCHEMES, SHAPES, close_matches
from sjkg.describe.graphs import TURTLE, is_graph, read_source, write_graph, write_graphs
from sjkg.describe.thing import check_known
from sjkg.store.formats import GraphFormat
from sjkg.store.sorted_quads import split_quad
from sjkg.web.context import current_served
from sjkg.web.rdf_responses import negotiate_graph_format, rdf_response, see_other, split_ending

blueprint = Blueprint("schema", __name__)


@blueprint.get("/ontology", defaults={"ending": None})
@blueprint.get("/ontology.<ending>")
def ontology(ending: str | None):
    """Answer with the ontology; its terms are fragments of it."""
    _, fixed = split_ending(f"ontology.{ending}" if ending else "ontology")
    return _file_of("ontology", fixed)


@blueprint.get("/vocab/<name>")
def scheme(name: str):
    """Answer with a concept scheme."""
    stem, fixed = split_ending(name)
    return _file_of(f"vocab/{stem}", fixed)


@blueprint.get("/vocab/<scheme_name>/<name>")
def concept(scheme_name: str, name: str):
    """Send on from a concept to its page or to the scheme that defines it."""
    check_known(current_served().sorted_quads, f"{SCHEMES}{scheme_name}/{name}")
    return see_other(
        f"/vocab/{scheme_name}" if negotiate_graph_format(has_page=True) else f"/page/vocab/{scheme_name}/{name}"
    )


@blueprint.get("/shapes", defaults={"ending": None})
@blueprint.get("/shapes.<ending>")
def shapes(ending: str | None):
    """Answer with all shapes, one file after the other, or their page."""
    _, fixed = split_ending(f"shapes.{ending}" if ending else "shapes")
    return rdf_response("/shapes", fixed, _write_shapes, lambda: see_other("/page/shapes"))


@blueprint.get("/shapes/<name>")
def shape(name: str):
    """Send on from a shape to its page or to the graph that defines it."""
    check_known(current_served().sorted_quads, SHAPES + name)
    graph = split_quad(next(current_served().sorted_quads.with_subject(f"<{SHAPES}{name}>"))).graph[1:-1]
    return see_other(
        f"/graph/{graph.removeprefix(GRAPHS)}" if negotiate_graph_format(has_page=True) else f"/page/shapes/{name}"
    )


def _file_of(path: str, fixed: GraphFormat | None) -> Response:
    """Answer with a file that defines terms; it is a graph of the same name."""
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
    snapshot = current_served().snapshot
    graphs = sorted(graph for graph, path in snapshot.manifest.sources.items() if path.startswith("shapes/"))
    if target == TURTLE:
        return b"\n".join(read_source(snapshot, graph) for graph in graphs)
    return write_graphs(current_served().sorted_quads, graphs, target)
