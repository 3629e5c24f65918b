"""The dataset as a whole: its description in RDF and as a page, its dump files, and its named graphs.

Named graphs are at /rdf-graph-store?graph=… and /graph/…, by the SPARQL 1.1 Graph Store HTTP Protocol, read-only.
Source: https://www.w3.org/TR/sparql11-http-rdf-update/#http-get
"""

from flask import Blueprint, Response, request, send_file

from sjkg.core.errors import BadParameter
from sjkg.core.terms import Iri, to_ntriples
from sjkg.core.vocabulary import own
from sjkg.describe.dataset import describe_dataset, download_path
from sjkg.describe.documents import write_graph
from sjkg.site.about import DatasetPage, dataset_page
from sjkg.snapshot.dumps import FOLDER, all_dumps
from sjkg.snapshot.manifest import Manifest
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GraphFormat
from sjkg.web.context import current_address, current_client, current_served
from sjkg.web.http.negotiation import HTML
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import JsonPage, render_json, render_page
from sjkg.web.profiles import add_profile_headers, profile_dump
from sjkg.web.rdf_responses import (
    BY_ENDING,
    FORMAT_PARAMETER,
    RDF_TYPES,
    rdf_response,
    rdf_types_and_page,
    split_ending,
)

blueprint = Blueprint("dataset", __name__)

GZIP = "application/gzip"

PARAMETERS = (
    Parameter(
        "graph", "The IRI of a named graph.", {"type": "string", "format": "uri"}, example=f"{own().graphs}inferred"
    ),
    Parameter("default", "Without a value: the union of all graphs."),
)


@blueprint.get("/dataset", defaults={"ending": None})
@blueprint.get("/dataset.<ending>")
@Documentation(produces=rdf_types_and_page, parameters=[FORMAT_PARAMETER], choices={"ending": lambda: BY_ENDING})
def dataset(ending: str | None) -> Response:
    """Return the description of the dataset in RDF (VoID, DCAT, schema.org), or its HTML page.

    The format is that of the ending in the path, such as .ttl, or else the one that the Accept header prefers.
    """
    _, fixed = split_ending(f"dataset.{ending}" if ending else "dataset")
    return _description_response(fixed)


@blueprint.get("/dataset.json")
@Documentation(produces={"application/json": JsonPage[DatasetPage]})
def dataset_as_json() -> Response:
    """Return the content of the page about the dataset as JSON; the description as JSON-LD is at /dataset.jsonld."""
    return render_json(dataset_page(current_served().snapshot.manifest))


@blueprint.get("/.well-known/void")
@Documentation(produces=rdf_types_and_page, parameters=[FORMAT_PARAMETER])
def void() -> Response:
    """Return the description of the dataset at the well-known URL of VoID, in the format that the Accept header prefers.

    Source: VoID §7.2, https://www.w3.org/TR/void/#well-known
    """
    return _description_response(None)


def _description_response(fixed: GraphFormat | None) -> Response:
    """Return the response with the description of the dataset in RDF, or as an HTML page for requests that prefer HTML.

    fixed: the RDF format of the requested path's ending; None to choose by the request. Raises NotAcceptable when the
    request accepts neither the format `fixed` nor, without it, any offered format.
    """
    manifest, profiles = current_served().snapshot.manifest, current_served().translations.profiles.values()
    return rdf_response(
        "/dataset",
        fixed,
        lambda target: convert_quads(describe_dataset(manifest, profiles), target),
        lambda: Response(_render_page(manifest), mimetype=HTML),
    )


def _render_page(manifest: Manifest) -> str:
    """Return the HTML page of the dataset, which two paths have."""
    canonical = f"{current_address()}/dataset"
    return render_page("dataset.html", dataset_page(manifest), twin="/dataset.json", canonical=canonical)


@blueprint.get("/dumps/<name>")
@Documentation(produces=RDF_TYPES | {GZIP: None}, errors=[416])
def dump(name: str) -> Response:
    """Return the dump file with this name, such as sjkg.nq.gz, or the part of it that a Range header asks for.

    All dump files are listed at /downloads, those in the terms of other vocabularies, such as sjkg.cidoc-crm.nt.gz, at
    /profiles; other names get 404.
    """
    snapshot = current_served().snapshot
    chosen = next((dump for dump in all_dumps(snapshot.manifest.groups) if dump.name == name), None)
    if chosen is None:
        return profile_dump(name)
    size_bytes, digest = snapshot.manifest.files[download_path(chosen)]
    response = send_file(
        snapshot.folder / FOLDER / name,
        mimetype=GZIP if chosen.is_compressed else chosen.format.media_type,
        etag=digest,
        conditional=False,
    )
    del response.headers[
        "Last-Modified"
    ]  # it is the time of the build; the data's own day is too coarse for If-Modified-Since
    response.make_conditional(request, accept_ranges=True, complete_length=size_bytes)
    response.cache_control.no_transform = True  # size, checksum and ranges are those of the file
    return response


@blueprint.get("/rdf-graph-store")
@Documentation(produces=RDF_TYPES, parameters=(*PARAMETERS, FORMAT_PARAMETER), errors=[404])
def graph_by_parameter() -> Response:
    """Return the named graph whose IRI is the parameter “graph”, or, with the parameter “default”, the default graph.

    The default graph is the union of all graphs. The RDF format is the one that the Accept header prefers. Source:
    SPARQL 1.1 Graph Store HTTP Protocol §4.2,
    https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification
    """
    graphs = request.args.getlist("graph")
    is_default = "default" in request.args
    if len(graphs) + is_default != 1:
        raise BadParameter("one graph is required: send ?graph= with its IRI, or ?default for the union of all graphs")
    return _graph_response(own().union if is_default else graphs[0])


@blueprint.get("/graph/<path:name>")
@Documentation(produces=RDF_TYPES, parameters=[FORMAT_PARAMETER])
def graph_by_path(name: str) -> Response:
    """Return the named graph whose IRI is the URL of this request without file ending.

    The format is that of the ending in the path, such as .ttl, or else the one that the Accept header prefers.
    Source: SPARQL 1.1 Graph Store HTTP Protocol §4.1,
    https://www.w3.org/TR/sparql11-http-rdf-update/#direct-graph-identification
    """
    is_profile = any(each.graph == own().graphs + name for each in current_served().translations.profiles.values())
    stem, fixed = (name, None) if is_profile else split_ending(name)  # the name schema.org has no ending
    return _graph_response(own().graphs + stem, f"/graph/{stem}", fixed)


def _graph_response(graph: str, path: str | None = None, fixed: GraphFormat | None = None) -> Response:
    """Return the response with the triples of the graph with this IRI.

    path: the path of the graph without ending, for the header Content-Location; None leaves the header out.
    fixed: the RDF format of the path's ending; None to choose by the request.
    Raises UnknownName when there is no such graph, and NotAcceptable when the request accepts no offered format.
    """
    served = current_served()
    profiles = served.translations.profiles.values()
    if profile := next((each for each in profiles if each.graph == graph), None):
        lines = b"".join(served.translations.get(profile.name).lines)
        response = rdf_response(path, fixed, lambda target: convert_quads(lines, target))
        add_profile_headers(response, profile)
        return response
    if graph in served.external.graphs:
        text = f"CONSTRUCT {{ ?s ?p ?o }} FROM {to_ntriples(Iri(graph))} WHERE {{ ?s ?p ?o }}"

        def write(target: GraphFormat) -> bytes:
            return served.public_queue.query(text, {"graph": target.name}, client=current_client()).body

        return rdf_response(path, fixed, write)
    return rdf_response(path, fixed, lambda target: write_graph(served.snapshot, served.sorted_quads, graph, target))
