"""Files of the script bundle that the build has compressed with brotli at its highest level, a tenth smaller than on the fly."""

from pathlib import Path, PurePosixPath
from wsgiref.types import WSGIEnvironment

from flask import Response, request, send_file
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header
from werkzeug.security import safe_join

BUNDLE = "/static/bundle/"
BROTLI = "br"


def prefer_brotli(environ: WSGIEnvironment) -> None:
    """Let a request for a file of the bundle accept nothing but brotli, if it accepts brotli at all.

    Other responses are compressed on the fly, for which zstd is faster.
    """
    if environ["PATH_INFO"].startswith(BUNDLE):
        weights = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"), Accept)
        if weights.quality(BROTLI) > 0:
            environ["HTTP_ACCEPT_ENCODING"] = BROTLI


def send_precompressed(folder: str, name: str) -> Response | None:
    """Return the response with the compressed form of a static file; None if there is none or the request does not accept it.

    folder: of the static files. name: path of the file in it, as in the URL, with "/".
    """
    path = safe_join(folder, f"{name}.{BROTLI}")
    if request.headers.get("Accept-Encoding") != BROTLI or path is None or not Path(path).is_file():
        return None
    response = send_file(path, download_name=PurePosixPath(name).name)
    response.headers["Content-Encoding"] = BROTLI
    response.headers["Vary"] = "Accept-Encoding"
    return response
