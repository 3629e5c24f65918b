"""References to a page, for reference managers."""

from flask import Response

from sjkg.errors import UnknownName
from sjkg.pages.cite import bibtex, csl_json, ris
from sjkg.pages.paths import iri_of
from sjkg.web.context import current_frame, current_snapshot
from sjkg.web.site.show import blueprint

FORMATS = {
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
    "json": (csl_json, "application/vnd.citationstyles.csl+json"),
}


@blueprint.get("/cite/<path:name>.<any(bib, ris, json):ending>")
def cite(name: str, ending: str) -> Response:
    """Give the reference of a thing's page."""
    iri = iri_of(name)
    title = current_frame().title(iri)
    if title is None:
        raise UnknownName(f"there is no “{name}” to cite; look for it at /search")
    manifest = current_snapshot().manifest
    write, media_type = FORMATS[ending]
    version = f"{manifest.versions['sjkg']}, snapshot {manifest.inputs_sha256[:12]}"
    return Response(write(name.rpartition("/")[2], title, iri, version), content_type=f"{media_type}; charset=utf-8")
