"""The dataset as a whole: its description in RDF and as a page, and the dump files, which contain all of its triples."""

from datetime import datetime

from flask import Blueprint, Response, send_file

from sjkg.core.errors import UnknownName
from sjkg.describe.dataset import describe_dataset, download_path
from sjkg.site.about import DatasetPage, dataset_page
from sjkg.snapshot.dumps import FOLDER, all_dumps
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GraphFormat
from sjkg.web.context import current_served
from sjkg.web.http.negotiation import HTML
from sjkg.web.openapi import Documentation
from sjkg.web.pages.show import JsonPage, render_json, render_page
from sjkg.web.rdf_responses import BY_ENDING, RDF_TYPES, rdf_response, rdf_types_and_page, split_ending

blueprint = Blueprint("dataset", __name__)

GZIP = "application/gzip"


@blueprint.get("/dataset", defaults={"ending": None})
@blueprint.get("/dataset.<ending>")
@Documentation(produces=rdf_types_and_page, choices={"ending": lambda: BY_ENDING})
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
@Documentation(produces=rdf_types_and_page)
def void() -> Response:
    """Return the description of the dataset at the well-known URL of VoID, in the format that the Accept header prefers.

    Source: VoID §7.2, https://www.w3.org/TR/void/#well-known
    """
    return _description_response(None)


def _description_response(fixed: GraphFormat | None) -> Response:
    """Return the response with the description of the dataset in RDF, or as an HTML page for requests that prefer HTML.

    fixed: the RDF format of the requested path's ending; None for negotiation. Raises NotAcceptable.
    """
    manifest = current_served().snapshot.manifest
    return rdf_response(
        "/dataset",
        fixed,
        lambda target: convert_quads(describe_dataset(manifest), target),
        lambda: Response(render_page("dataset.html", dataset_page(manifest), twin="/dataset.json"), mimetype=HTML),
    )


@blueprint.get("/dumps/<name>")
@Documentation(produces=RDF_TYPES | {GZIP: None}, errors=[416])
def dump(name: str) -> Response:
    """Return the dump file with this name, such as sjkg.nq.gz, or the part of it that a Range header asks for.

    All dump files are listed at /downloads; other names get 404.
    """
    snapshot = current_served().snapshot
    chosen = next((dump for dump in all_dumps(snapshot.manifest.groups) if dump.name == name), None)
    if chosen is None:
        raise UnknownName(f"there is no dump file “{name}”; all dump files are listed at /downloads")
    _, digest = snapshot.manifest.files[download_path(chosen)]
    response = send_file(
        snapshot.folder / FOLDER / name,
        mimetype=GZIP if chosen.is_compressed else chosen.format.media_type,
        etag=digest,
        last_modified=datetime.fromisoformat(snapshot.manifest.built),
        conditional=True,
    )
    response.cache_control.no_transform = True  # size, checksum and ranges are those of the file
    return response
