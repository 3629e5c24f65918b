"""/dataset, /.well-known/void and /dumps/…: what the dataset is, and all of it to take away."""

from datetime import datetime

from flask import Blueprint, Response, send_file

from sjkg.core.errors import UnknownName
from sjkg.describe.dataset import describe_dataset, download_path
from sjkg.site.about import dataset_page
from sjkg.snapshot.dumps import FOLDER, all_dumps
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GraphFormat
from sjkg.web.context import current_served
from sjkg.web.http.negotiation import HTML
from sjkg.web.pages.show import render_json, render_page
from sjkg.web.rdf_responses import rdf_response, split_ending

blueprint = Blueprint("dataset", __name__)


@blueprint.get("/dataset", defaults={"ending": None})
@blueprint.get("/dataset.<ending>")
def dataset(ending: str | None):
    """Describe the dataset by VoID, DCAT and schema.org, or as a page."""
    _, fixed = split_ending(f"dataset.{ending}" if ending else "dataset")
    return _describe(fixed)


@blueprint.get("/dataset.json")
def dataset_as_json():
    """Give the page of the dataset as every page's twin is; its descriptions in RDF have other endings."""
    return render_json(dataset_page(current_served().snapshot.manifest))


@blueprint.get("/.well-known/void")
def void():
    """Describe the dataset where the VoID specification (§7.2) has clients look for it."""
    return _describe(None)


def _describe(fixed: GraphFormat | None) -> Response:
    manifest = current_served().snapshot.manifest
    return rdf_response(
        "/dataset",
        fixed,
        lambda target: convert_quads(describe_dataset(manifest), target),
        lambda: Response(render_page("dataset.html", dataset_page(manifest), twin="/dataset.json"), mimetype=HTML),
    )


@blueprint.get("/dumps/<name>")
def dump(name: str):
    """Send a dump, or the part of it that a Range header asks for."""
    snapshot = current_served().snapshot
    chosen = next((dump for dump in all_dumps(snapshot.manifest.groups) if dump.name == name), None)
    if chosen is None:
        raise UnknownName(f"there is no dump “{name}”; /downloads lists those there are")
    _, digest = snapshot.manifest.files[download_path(chosen)]
    response = send_file(
        snapshot.folder / FOLDER / name,
        mimetype="application/gzip" if chosen.is_compressed else chosen.format.media_type,
        etag=digest,
        last_modified=datetime.fromisoformat(snapshot.manifest.built),
        conditional=True,
    )
    response.cache_control.no_transform = True  # size, checksum and ranges are those of the file
    return response
