"""/dataset, /.well-known/void, /downloads and /dumps/…: what the dataset is, and all of it to take away."""

from datetime import datetime

from flask import Blueprint, Response, render_template, send_file

from sjkg.documents.dataset import DESCRIPTION, TITLE, describe_dataset, download_path
from sjkg.documents.statements import LICENCE
from sjkg.dumps import FOLDER, all_dumps
from sjkg.errors import UnknownName
from sjkg.store.convert import write_quads
from sjkg.store.formats import Format
from sjkg.web.context import current_snapshot
from sjkg.web.negotiation import HTML
from sjkg.web.rdf import respond, split_ending

blueprint = Blueprint("dataset", __name__)


@blueprint.get("/dataset", defaults={"ending": None})
@blueprint.get("/dataset.<ending>")
def dataset(ending: str | None):
    """Describe the dataset by VoID, DCAT and schema.org, or as a page."""
    _, fixed = split_ending(f"dataset.{ending}" if ending else "dataset")
    return _describe(fixed)


@blueprint.get("/.well-known/void")
def void():
    """Describe the dataset where the VoID specification (§7.2) has clients look for it."""
    return _describe(None)


def _describe(fixed: Format | None) -> Response:
    manifest = current_snapshot().manifest
    return respond(
        "/dataset",
        fixed,
        lambda target: write_quads(describe_dataset(manifest), target),
        lambda: _page("dataset.html"),
    )


@blueprint.get("/downloads")
def downloads():
    """List the dumps."""
    return _page("downloads.html")


@blueprint.get("/dumps/<name>")
def dump(name: str):
    """Send a dump, or the part of it that a Range header asks for."""
    snapshot = current_snapshot()
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


def _page(template: str) -> Response:
    manifest = current_snapshot().manifest
    files = [(dump, *manifest.files[download_path(dump)]) for dump in all_dumps(manifest.groups)]
    page = render_template(
        template, title=TITLE, description=DESCRIPTION, licence=LICENCE.value, manifest=manifest, files=files
    )
    return Response(page, mimetype=HTML)
