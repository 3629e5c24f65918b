"""RDF responses: the format by the path's ending or by the Accept header, with the headers that belong to it."""

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
    """Return the media types of a document, or the one of its ending, for its `Documentation`."""
    return {BY_ENDING[ending].media_type: None} if ending else RDF_TYPES


def rdf_types_and_page(ending: str | None = None) -> dict[str, None]:
    """Return the media types of a document that is offered as a page, too, or the one of its ending."""
    return rdf_types(ending) if ending else RDF_TYPES | {HTML: None}


def split_ending(name: str) -> tuple[str, GraphFormat | None]:
    """Return a name without its file ending, and the format of the ending, None when there is no ending.

    Raises UnknownName for the ending of no format.
    """
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name, None
    if ending not in BY_ENDING:
        raise UnknownName(f"there is nothing at {request.path}; documents end in .{', .'.join(BY_ENDING)}")
    return stem, BY_ENDING[ending]


def negotiate_graph_format(*, has_page: bool = False) -> GraphFormat | None:
    """Return the RDF format that the request prefers, or None when it prefers HTML and there is a page.

    Raises NotAcceptable, listing the formats.
    """
    chosen = choose([*BY_MEDIA_TYPE, HTML] if has_page else BY_MEDIA_TYPE)
    if chosen is None:
        offered = ", ".join([each.media_type for each in GRAPH_FORMATS.values()] + [HTML] * has_page)
        raise NotAcceptable(f"none of the formats asked for is offered; {request.path} comes as {offered}")
    return BY_MEDIA_TYPE.get(chosen)


def see_other(path: str) -> Response:
    """Return a 303 redirect whose target was chosen by the Accept header."""
    response = cast(Response, redirect(path, HTTPStatus.SEE_OTHER, Response))
    response.headers["Vary"] = "Accept"
    return response


def rdf_response(
    path: str | None,
    fixed: GraphFormat | None,
    write: Callable[[GraphFormat], bytes],
    page: Callable[[], Response] | None = None,
) -> Response:
    """Return a document in a fixed format, or in the negotiated one with its own URL as Content-Location.

    path: of the document without ending; None when it has no URLs with endings. fixed: the format of the path's ending.
    write: returns the document in a format. page: returns the response for requests that prefer HTML.
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
