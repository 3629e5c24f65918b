"""The site: a page for each thing, lists, search; every page with its JSON twin and the queries behind it."""

from sjkg.web.site import cite, drawings, lists, marks, overviews, search, start, things
from sjkg.web.site.show import blueprint

__all__ = ["blueprint", "cite", "drawings", "lists", "marks", "overviews", "search", "start", "things"]
