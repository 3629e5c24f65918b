"""Search over all names."""

from flask import request

from sjkg.pages.frame import Frame
from sjkg.pages.search import SearchPage, search_page
from sjkg.web.site.show import page


@page("/search", "search.html")
def search(_asker, frame: Frame) -> SearchPage:
    """Show what the words of the parameter q find."""
    return search_page(frame, request.args.get("q", ""))
