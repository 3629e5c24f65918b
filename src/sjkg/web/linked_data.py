"""/id and /data: IRIs of ours lead to what is known of them, as a page or as RDF.

Source: Cool URIs for the Semantic Web §4.2, https://www.w3.org/TR/cooluris/#r303gendocument
"""

from flask import Blueprint

from sjkg.core.vocabulary import IDS
from sjkg.describe.statements import LICENCE
from sjkg.describe.thing import check_known, describe
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.web.context import current_served
from sjkg.web.rdf_responses import negotiate_graph_format, rdf_response, see_other, split_ending

blueprint = Blueprint("linked_data", __name__)

WITH_GRAPHS = ("trig", "nq")  # a JSON-LD reader that wants one graph would not see the named ones


@blueprint.get("/id/<kind>/<slug>")
def thing(kind: str, slug: str):
    """Send on to the page or the document of a thing, by Accept."""
    check_known(current_served().sorted_quads, f"{IDS}{kind}/{slug}")
    chosen = negotiate_graph_format(has_page=True)
    return see_other(f"/data/{kind}/{slug}.{chosen.ending}" if chosen else f"/page/{kind}/{slug}")


@blueprint.get("/data/<kind>/<name>")
def document(kind: str, name: str):
    """Answer with the document of a thing."""
    slug, fixed = split_ending(name)
    iri = f"{IDS}{kind}/{slug}"
    quads = describe(current_served().sorted_quads, iri)
    response = rdf_response(f"/data/{kind}/{slug}", fixed, lambda target: _write(quads, target))
    response.headers["Link"] = ", ".join(_links(iri, f"/data/{kind}/{slug}"))
    return response


def _write(quads: bytes, target: GraphFormat) -> bytes:
    return convert_quads(quads, target, with_graphs=target.name in WITH_GRAPHS)


def _links(iri: str, path: str) -> list[str]:
    """Return the links of a document: to its subject, its licence and its other formats."""
    return [
        f'<{iri}>; rel="describes"',
        f'<{LICENCE.value}>; rel="license"',
        *(f'<{path}.{f.ending}>; rel="alternate"; type="{f.media_type}"' for f in GRAPH_FORMATS.values()),
    ]
