"""A site below a path, such as https://example.org/sjkg: requests lose the path, and links in responses get it.

All code between the two classes of this module sees a site at the root: routes, caching, pages, the access log.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sjkg.web.http.headers import HeaderList

# A double quote in a text is written as &#34; in HTML and as \" in JSON, so that these patterns match no text.
LINKS = {
    "text/html": re.compile(rb'( (?:href|src|action|data-network)=")/(?!/)'),
    "application/json": re.compile(rb'("(?:path|whole|ask|document|listed|csv|tsv|json|xml)": ?")/(?!/)'),
}
LINK_HEADERS = {
    "location": re.compile("^()/(?!/)"),
    "content-location": re.compile("^()/(?!/)"),
    "link": re.compile("(<)/(?!/)"),
}


class PathRemover:
    """WSGI middleware that removes the path of the site from the path of each request.

    Requests whose path does not begin with it are passed on unchanged: those of proxies that remove it, and of health
    checks on the same machine. site_path: such as “/sjkg”, without a slash at the end.
    """

    def __init__(self, app: WSGIApplication, site_path: str) -> None:
        self._app, self._site_path = app, site_path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == self._site_path or path.startswith(self._site_path + "/"):
            environ["PATH_INFO"] = path.removeprefix(self._site_path) or "/"
        return self._app(environ, start_response)


class LinkPrefixer:
    """WSGI middleware that puts the path of the site before the links in pages, in their JSON and in headers.

    Links are the values of the attributes, members and headers in LINKS and LINK_HEADERS that begin with one slash.
    The bodies of pages are taken into memory; other bodies, such as dump files and results, are passed on unread.
    """

    def __init__(self, app: WSGIApplication, site_path: str) -> None:
        self._app, self._site_path = app, site_path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers = "", list[tuple[str, str]]()

        def start(new_status: str, new_headers: HeaderList, exc_info: object = None, /) -> Callable[[bytes], Any]:
            nonlocal status, headers
            status, headers = new_status, [(name, self._prefix_header(name, value)) for name, value in new_headers]
            return headers.clear  # type: ignore[return-value]  # never called: see BufferedResponse

        chunks = self._app(environ, start)
        media_type = next((value for name, value in headers if name.lower() == "content-type"), "").partition(";")[0]
        if pattern := LINKS.get(media_type):
            body = pattern.sub(rb"\1" + self._site_path.encode() + b"/", b"".join(chunks))
            if hasattr(chunks, "close"):
                chunks.close()
            chunks = [body]
            headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
            headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return chunks

    def _prefix_header(self, name: str, value: str) -> str:
        """Return the value of the response header `name` with the path of the site before each link in this value."""
        pattern = LINK_HEADERS.get(name.lower())
        return pattern.sub(rf"\1{self._site_path}/", value) if pattern else value
