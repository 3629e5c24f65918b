"""Linked data: /id/… redirects to the page or the RDF document of a thing, /data/… sends the document.

Source: Cool URIs for the Semantic Web §4.2, https://www.w3.org/TR/cooluris/#r303gendocument
"""

from flask import Blueprint, Response

from sjkg.core.vocabulary import IDS
from sjkg.describe.statements import LICENCE
from sjkg.describe.thing import check_known, describe
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.web.context import current_served
from sjkg.web.openapi import Documentation
from sjkg.web.rdf_responses import RDF_TYPES, negotiate_graph_format, rdf_response, see_other, split_ending

blueprint = Blueprint("linked_data", __name__)

FORMATS_WITH_GRAPHS = ("trig", "nq")  # not JSON-LD: readers that expect one graph ignore the named ones


@blueprint.get("/id/<kind>/<slug>")
@Documentation(status=303, errors=[406])
def thing(kind: str, slug: str) -> Response:
    """Redirect from the IRI of a thing to its page or its RDF document, by the Accept header."""
    check_known(current_served().sorted_quads, f"{IDS}{kind}/{slug}")
    chosen = negotiate_graph_format(has_page=True)
    return see_other(f"/data/{kind}/{slug}.{chosen.ending}" if chosen else f"/page/{kind}/{slug}")


@blueprint.get("/data/<kind>/<name>")
@Documentation(produces=RDF_TYPES)
def document(kind: str, name: str) -> Response:
    """Return the RDF document of a thing. An ending such as .ttl in its name precedes the Accept header."""
    slug, fixed = split_ending(name)
    iri = f"{IDS}{kind}/{slug}"
    quads = describe(current_served().sorted_quads, iri)
    response = rdf_response(f"/data/{kind}/{slug}", fixed, lambda target: _write(quads, target))
    response.headers["Link"] = ", ".join(_links(iri, f"/data/{kind}/{slug}"))
    return response


def _write(quads: bytes, target: GraphFormat) -> bytes:
    """Return N-Quads in another format, with named graphs in TriG and N-Quads only."""
    return convert_quads(quads, target, with_graphs=target.name in FORMATS_WITH_GRAPHS)


def _links(iri: str, path: str) -> list[str]:
    """Return the values of a document's Link header: to its subject, its licence and its other formats."""
    return [
        f'<{iri}>; rel="describes"',
        f'<{LICENCE.value}>; rel="license"',
        *(f'<{path}.{each.ending}>; rel="alternate"; type="{each.media_type}"' for each in GRAPH_FORMATS.values()),
    ]
