"""Linked data: /id/… redirects to the page or the RDF document of a thing, /data/… is the document.

A thing is a resource with an IRI of this knowledge base, such as an event, an actor, a place or a claim.
Source: Cool URIs for the Semantic Web §4.2, https://www.w3.org/TR/cooluris/#r303gendocument
"""

from flask import Blueprint, Response

from sjkg.core.vocabulary import IDS
from sjkg.describe.statements import LICENCE
from sjkg.describe.thing import check_known, describe
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.web.context import current_served
from sjkg.web.openapi import Documentation
from sjkg.web.rdf_responses import RDF_TYPES, negotiate_graph_format, rdf_response, see_other, split_ending

blueprint = Blueprint("linked_data", __name__)

FORMATS_WITH_GRAPHS = ("trig", "nq")  # not JSON-LD: readers that expect one graph ignore the named ones


@blueprint.get("/id/<kind>/<slug>")
@Documentation(status=303, errors=[406])
def thing(kind: str, slug: str) -> Response:
    """Redirect (303) from the IRI of a thing to its HTML page or its RDF document, by the Accept header.

    kind and slug are the last segments of the IRI, such as event/halhamiao-incident. An unknown IRI gets 404, a deprecated
    one 410.
    """
    check_known(current_served().sorted_quads, f"{IDS}{kind}/{slug}")
    chosen = negotiate_graph_format(has_page=True)
    return see_other(f"/data/{kind}/{slug}.{chosen.ending}" if chosen else f"/page/{kind}/{slug}")


@blueprint.get("/data/<kind>/<name>")
@Documentation(produces=RDF_TYPES)
def document(kind: str, name: str) -> Response:
    """Return an RDF document with the statements about a thing.

    name is the last segment of its IRI, with or without a file ending. The format is that of the ending, such as .ttl, or
    else the one that the Accept header prefers.
    TriG and N-Quads contain the named graphs; the other formats, JSON-LD included, have the triples only.
    """
    slug, fixed = split_ending(name)
    iri, path = f"{IDS}{kind}/{slug}", f"/data/{kind}/{slug}"
    quads = describe(current_served().sorted_quads, iri)
    response = rdf_response(
        path, fixed, lambda target: convert_quads(quads, target, with_graphs=target.name in FORMATS_WITH_GRAPHS)
    )
    formats = (f'<{path}.{each.ending}>; rel="alternate"; type="{each.media_type}"' for each in GRAPH_FORMATS.values())
    links = [f'<{iri}>; rel="describes"', f'<{LICENCE.value}>; rel="license"', *formats]
    response.headers["Link"] = ", ".join(links)
    return response
