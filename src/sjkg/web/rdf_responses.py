"""RDF over HTTP: the format by the ending of the path or by Accept, and the headers that say so."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Response, redirect, request

from sjkg.core.errors import NotAcceptable, UnknownName
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.web.http.negotiation import HTML, choose

BY_ENDING = {f.ending: f for f in GRAPH_FORMATS.values()}
BY_MEDIA_TYPE = {f.media_type: f for f in GRAPH_FORMATS.values()} | {
    "application/x-turtle": GRAPH_FORMATS["turtle"],
    "text/rdf+n3": GRAPH_FORMATS["turtle"],
    "text/n3": GRAPH_FORMATS["turtle"],
    "application/xml": GRAPH_FORMATS["rdfxml"],
    "application/json": GRAPH_FORMATS["jsonld"],
    "text/plain": GRAPH_FORMATS["nt"],
}


def split_ending(name: str) -> tuple[str, GraphFormat | None]:
    """Return a name without its ending, and the format that the ending stands for, None where there is no ending.

    Raises UnknownName for an ending that is no format.
    """
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name, None
    if ending not in BY_ENDING:
        raise UnknownName(f"there is nothing at {request.path}; documents end in .{', .'.join(BY_ENDING)}")
    return stem, BY_ENDING[ending]


def pick_format(*, or_page: bool = False) -> GraphFormat | None:
    """Return the RDF format that the request accepts most; None where it prefers a page and there is one.

    Raises NotAcceptable, listing what there is.
    """
    chosen = choose([*BY_MEDIA_TYPE, HTML] if or_page else BY_MEDIA_TYPE)
    if chosen is None:
        offered = ", ".join([f.media_type for f in GRAPH_FORMATS.values()] + [HTML] * or_page)
        raise NotAcceptable(f"none of the formats asked for is offered; {request.path} comes as {offered}")
    return BY_MEDIA_TYPE.get(chosen)


def see_other(path: str) -> Response:
    """Send on to where the request's Accept header leads."""
    response = redirect(path, HTTPStatus.SEE_OTHER)
    response.headers["Vary"] = "Accept"
    return response


def respond(
    path: str | None,
    fixed: GraphFormat | None,
    write: Callable[[GraphFormat], bytes],
    page: Callable[[], Response] | None = None,
) -> Response:
    """Answer with a document in the format of its ending, or else in the one negotiated, saying where that one is.

    path: of the document, without ending; None where there is none with. page: for those who would rather read than parse.
    """
    if fixed:
        return Response(write(fixed), content_type=fixed.content_type)
    chosen = pick_format(or_page=page is not None)
    if chosen is None:
        response = page()
    else:
        response = Response(write(chosen), content_type=chosen.content_type)
        if path:
            response.headers["Content-Location"] = f"{path}.{chosen.ending}"
    response.headers["Vary"] = "Accept"
    return response
