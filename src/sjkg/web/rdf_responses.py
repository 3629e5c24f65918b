"""RDF responses in the format of the path's file ending (/ontology.ttl) or of the Accept header, with their headers.

A document is an RDF graph at a URL such as /ontology; with an ending its URL names a fixed format. Some documents are also
offered as an HTML page.
Source: content negotiation, RFC 9110 §12, https://www.rfc-editor.org/rfc/rfc9110#section-12
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from flask import Response, redirect, request

from sjkg.core.errors import NotAcceptable, UnknownName
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat, by_media_type
from sjkg.web.http.negotiation import HTML, choose

BY_ENDING = {each.ending: each for each in GRAPH_FORMATS.values()}
BY_MEDIA_TYPE = by_media_type(GRAPH_FORMATS)
RDF_TYPES: dict[str, None] = dict.fromkeys(each.media_type for each in GRAPH_FORMATS.values())


def rdf_types(ending: str | None = None) -> dict[str, None]:
    """Return the media types of an RDF document as the keys of a dict with the values None, for a `Documentation`.

    ending: of the document's path, such as “ttl”: only its media type is returned; None for all formats.
    """
    return {BY_ENDING[ending].media_type: None} if ending else RDF_TYPES


def rdf_types_and_page(ending: str | None = None) -> dict[str, None]:
    """Return the media types of an RDF document that is also an HTML page, as keys with the values None.

    ending: of the document's path, such as “ttl”: only its media type is returned; None for all formats and HTML.
    """
    return rdf_types(ending) if ending else RDF_TYPES | {HTML: None}


def split_ending(name: str) -> tuple[str, GraphFormat | None]:
    """Return the last segment of a path without its file ending, and the RDF format of the ending.

    The format is None for a name without a dot. Raises UnknownName when no RDF format has the ending.
    """
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name, None
    if ending not in BY_ENDING:
        raise UnknownName(f"there is nothing at {request.path}; documents end in .{', .'.join(BY_ENDING)}")
    return stem, BY_ENDING[ending]


def negotiate_graph_format(*, has_page: bool = False) -> GraphFormat | None:
    """Return the RDF format that the Accept header of the current request prefers, None when it prefers an HTML page.

    has_page: HTML is offered in addition to the RDF formats. Raises NotAcceptable, listing all of them, when the request
    accepts none.
    """
    chosen = choose([*BY_MEDIA_TYPE, HTML] if has_page else BY_MEDIA_TYPE)
    if chosen is None:
        offered = ", ".join([each.media_type for each in GRAPH_FORMATS.values()] + [HTML] * has_page)
        raise NotAcceptable(
            f"{request.path} is not offered in a format that the Accept header allows; accept one of {offered}"
        )
    return BY_MEDIA_TYPE.get(chosen)


def see_other(path: str) -> Response:
    """Return a redirect to `path` with the status 303 (See Other) and “Vary: Accept”."""
    response = cast(Response, redirect(path, HTTPStatus.SEE_OTHER, Response))
    response.headers["Vary"] = "Accept"
    return response


def rdf_response(
    path: str | None,
    fixed: GraphFormat | None,
    write: Callable[[GraphFormat], bytes],
    page: Callable[[], Response] | None = None,
) -> Response:
    """Return the response with an RDF document, in the format `fixed` or the one that the Accept header prefers.

    path: the document's path without ending, for the header Content-Location, which names the chosen format; None leaves the
    header out. fixed: the format of the ending of the requested path; None for negotiation. write: serializes the document.
    page: returns the response for requests that prefer HTML; None when there is none. Raises NotAcceptable.
    """
    if fixed:
        return Response(write(fixed), content_type=fixed.content_type)
    chosen = negotiate_graph_format(has_page=page is not None)
    if chosen:
        response = Response(write(chosen), content_type=chosen.content_type)
        if path:
            response.headers["Content-Location"] = f"{path}.{chosen.ending}"
    else:
        assert page
        response = page()
    response.headers["Vary"] = "Accept"
    return response
