"""RDF responses in the format of the path's file ending (/ontology.ttl), of “format” or Accept, with their headers.

A document is an RDF graph at a URL such as /ontology; with an ending its URL names a fixed format. Some documents are also
offered as an HTML page.
Source: content negotiation, RFC 9110 §12, https://www.rfc-editor.org/rfc/rfc9110#section-12
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from flask import Response, redirect, request

from sjkg.core.errors import NotAcceptable, UnknownName
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.web.http.negotiation import FORMAT, HTML, PAGE, choose_format, negotiate_format, requested_formats
from sjkg.web.openapi import Parameter

BY_ENDING = {each.ending: each for each in GRAPH_FORMATS.values()}
FORMAT_PARAMETER = Parameter(
    FORMAT, f"{', '.join(GRAPH_FORMATS)} or a media type; takes precedence over the Accept header."
)
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
    """Return the RDF format that the current request prefers, by “format” or Accept; None when it prefers an HTML page.

    has_page: HTML is offered in addition to the RDF formats. Raises NotAcceptable, listing all of them, when the request
    accepts none.
    """
    chosen = negotiate_format({**GRAPH_FORMATS, PAGE.name: PAGE} if has_page else GRAPH_FORMATS)
    return chosen if isinstance(chosen, GraphFormat) else None


def redirect_to_document(document: str, page: str) -> Response:
    """Return a redirect (303) to the RDF document or the HTML page of a term, as the current request prefers.

    document: path of the document without ending; if the request has the parameter “format”, the ending of that format
    is added, so that the redirected request gets it, too. page: path of the page. Raises NotAcceptable when the request
    accepts no offered format.
    """
    chosen = negotiate_graph_format(has_page=True)
    if chosen is None:
        return see_other(page)
    return see_other(f"{document}.{chosen.ending}" if requested_formats() else document)


def _check_fixed_format(fixed: GraphFormat) -> None:
    """Raise NotAcceptable when the parameter “format” of the current request names another format than `fixed`.

    fixed: the format of the ending of the request's path. Raises BadParameter when it names several RDF formats.
    """
    names = requested_formats()
    if names and choose_format(GRAPH_FORMATS, None, names) != fixed:
        raise NotAcceptable(
            f"{request.path} is always {fixed.description}, not the format “{' or '.join(names)}”; leave out the ending of the path or the "
            "parameter “format”"
        )


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
    """Return the response with an RDF document, in the format `fixed` or the one that “format” or Accept asks for.

    path: the document's path without ending, for the header Content-Location, which names the chosen format; None
    leaves the header out. fixed: the format of the ending of the requested path; None for negotiation. write:
    serializes the document. page: returns the response for requests that prefer HTML; None when HTML is not offered.
    Raises NotAcceptable when the request accepts no offered format, or its parameter “format” contradicts `fixed`.
    """
    if fixed:
        _check_fixed_format(fixed)
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
