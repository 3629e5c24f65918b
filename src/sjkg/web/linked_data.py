"""Linked data: RDF documents of things, of the ontology, the SKOS concept schemes and the SHACL shapes.

A thing is a resource with an IRI of this knowledge base, such as an event, an actor, a place or a claim: /id/… redirects
to its page or to its RDF document at /data/…. The IRIs of single concepts and shapes redirect to the document with their
definition, or to their page.
Source: Cool URIs for the Semantic Web §4.2, https://www.w3.org/TR/cooluris/#r303gendocument
"""

import re
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from sjkg.core.errors import UnknownThing
from sjkg.core.ntriples import parse_triples
from sjkg.core.vocabulary import SHAPES, close_matches, own
from sjkg.describe.documents import TURTLE, check_known, describe, is_graph, read_source, write_graph, write_graphs
from sjkg.describe.jsonld import JSONLD, compact_document
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.store.sorted_quads import split_quad
from sjkg.web.context import current_address, current_served
from sjkg.web.openapi import Documentation
from sjkg.web.profiles import (
    PARAMETER,
    PROFILE_PARAMETER,
    add_profile_headers,
    alternate_links,
    profile_parameter,
    requested_profile,
)
from sjkg.web.rdf_responses import (
    BY_ENDING,
    FORMAT_PARAMETER,
    RDF_TYPES,
    negotiate_graph_format,
    rdf_response,
    rdf_types,
    redirect_to_document,
    see_other,
    split_ending,
)

blueprint = Blueprint("linked_data", __name__)

JSON_LD, EXPANDED = GRAPH_FORMATS["jsonld"], f"{JSONLD}expanded"
PROFILE_OF_JSON_LD = re.compile(rf'application/ld\+json[^,]*;\s*profile="?[^",]*{JSONLD}(?:expanded|flattened)')
FORMATS_WITH_GRAPHS = ("trig", "nq")  # not JSON-LD: readers that expect one graph ignore the named ones

DOCUMENT = Documentation(
    produces=rdf_types, parameters=[FORMAT_PARAMETER], choices={"ending": lambda: BY_ENDING}, has_page=True
)
TERM = Documentation(status=303, parameters=[FORMAT_PARAMETER], errors=[406])


@blueprint.get("/id/<kind>/<slug>")
@TERM
def thing(kind: str, slug: str) -> Response:
    """Redirect (303) from the IRI of a thing to its HTML page or its RDF document, by the Accept header.

    kind and slug are the last segments of the IRI, such as event/example. An unknown IRI gets 404, a deprecated
    one 410. The parameter “_profile” is passed on to the document.
    """
    check_known(current_served().sorted_quads, f"{own().ids}{kind}/{slug}")
    chosen = negotiate_graph_format(has_page=True)
    if not chosen:
        return see_other(f"/page/{kind}/{slug}")
    asked = [(PARAMETER, name) for name in profile_parameter()]
    return see_other(f"/data/{kind}/{slug}.{chosen.ending}" + (f"?{urlencode(asked)}" if asked else ""))


@blueprint.get("/data/<kind>/<name>")
@Documentation(produces=RDF_TYPES, parameters=[FORMAT_PARAMETER, PROFILE_PARAMETER], errors=[406])
def document(kind: str, name: str) -> Response:
    """Return an RDF document with the statements about a thing.

    name is the last segment of its IRI, with or without a file ending. The format is that of the ending, such as .ttl, or
    else the one that the Accept header prefers.
    TriG and N-Quads contain the named graphs; the other formats, JSON-LD included, have the triples only. JSON-LD is compacted
    with /context.jsonld; Accept: application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded" asks for the expanded form.
    The parameter “_profile”, or the header Accept-Profile, asks for the terms of another vocabulary; /profiles lists them.
    """
    slug, fixed = split_ending(name)
    iri, path = f"{own().ids}{kind}/{slug}", f"/data/{kind}/{slug}"
    quads = describe(current_served().sorted_quads, iri)
    profile = requested_profile()
    suffix = f"?{PARAMETER}={profile.name}" if profile else ""
    if profile:
        lines = b"".join(current_served().translations.things(profile.name).describe(iri))
        response = rdf_response(path, fixed, lambda target: _write_document(lines, target, iri))
        if location := response.headers.get("Content-Location"):
            response.headers["Content-Location"] = location + suffix
    else:
        response = rdf_response(path, fixed, lambda target: _write_document(quads, target, iri))
    formats = (
        f'<{path}.{each.ending}{suffix}>; rel="alternate"; type="{each.media_type}"' for each in GRAPH_FORMATS.values()
    )
    links = [
        f'<{iri}>; rel="describes"',
        f'<{own().about.licence}>; rel="license"',
        *formats,
        *alternate_links(path, profile),
    ]
    response.headers["Link"] = ", ".join(links)
    add_profile_headers(response, profile)
    if response.mimetype == JSON_LD.media_type:
        response.vary.add("Accept")
        if _wants_expanded():
            response.content_type = f'{JSON_LD.media_type}; profile="{EXPANDED}"'
    return response


def _write_document(quads: bytes, target: GraphFormat, iri: str) -> bytes:
    """Return a document about the thing with an IRI in a format. quads: N-Quads in UTF-8, or N-Triples.

    JSON-LD is compacted with the context at /context.jsonld and framed around the thing, unless the request wants it
    expanded.
    """
    if target == JSON_LD and not _wants_expanded():
        triples = parse_triples(convert_quads(quads, GRAPH_FORMATS["nt"]))
        context = current_served().jsonld_context
        return compact_document(triples, iri, context, f"{current_address()}/context.jsonld")
    return convert_quads(quads, target, with_graphs=target.name in FORMATS_WITH_GRAPHS)


def _wants_expanded() -> bool:
    """Return whether the Accept header asks for JSON-LD with the profile “expanded” or “flattened”.

    Source: JSON-LD 1.1 §C, https://www.w3.org/TR/json-ld11/#iana-considerations
    """
    return bool(PROFILE_OF_JSON_LD.search(request.headers.get("Accept", "")))


@blueprint.get("/context.jsonld")
@Documentation(produces={"application/ld+json": None})
def context() -> Response:
    """Return the JSON-LD context of the documents about things: terms for properties and classes, with their types."""
    return Response(current_served().jsonld_context.to_json(), content_type=JSON_LD.content_type)


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
@Documentation(produces=RDF_TYPES, parameters=[FORMAT_PARAMETER], has_page=True)
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
    check_known(current_served().sorted_quads, own().scheme(scheme_name) + name)
    return redirect_to_document(f"/vocab/{scheme_name}", f"/page/vocab/{scheme_name}/{name}")


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
    """Redirect (303) from the IRI of a SHACL shape to its page or to the RDF graph with its definition.

    The Accept header decides which.
    """
    check_known(current_served().sorted_quads, SHAPES + name)
    graph = split_quad(next(current_served().sorted_quads.with_subject(f"<{SHAPES}{name}>"))).graph[1:-1]
    return redirect_to_document(f"/graph/{graph.removeprefix(own().graphs)}", f"/page/shapes/{name}")


def _graph_response(path: str, fixed: GraphFormat | None) -> Response:
    """Return the response with the named graph of a source file; requests that prefer HTML are redirected to its page.

    path: of the graph's IRI after the namespace of graphs, such as “vocab/role”. fixed: the RDF format of the requested
    path's ending; None to choose by the request. Raises UnknownThing, with similar IRIs, when there is no such graph,
    and NotAcceptable when the request accepts no offered format.
    """
    snapshot = current_served().snapshot
    if not is_graph(snapshot, own().graphs + path):
        known = [own().base + graph.removeprefix(own().graphs) for graph in snapshot.manifest.sources]
        raise UnknownThing(own().base + path, close_matches(own().base + path, known))
    return rdf_response(
        f"/{path}",
        fixed,
        lambda target: write_graph(snapshot, current_served().sorted_quads, own().graphs + path, target),
        lambda: see_other(f"/page/{path}"),
    )


def _write_shapes(target: GraphFormat) -> bytes:
    """Return the named graphs of all SHACL shapes in one RDF format: for Turtle their source files, joined."""
    snapshot = current_served().snapshot
    graphs = sorted(graph for graph, path in snapshot.manifest.sources.items() if path.startswith("shapes/"))
    if target == TURTLE:
        return b"\n".join(read_source(snapshot, graph) for graph in graphs)
    return write_graphs(current_served().sorted_quads, graphs, target)
