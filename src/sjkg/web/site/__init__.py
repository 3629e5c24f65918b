"""The site: a page for each thing, lists, search; every page with its JSON twin and the queries behind it."""

from sjkg.web.site import lists, search, start, things
from sjkg.web.site.show import blueprint

__all__ = ["blueprint", "lists", "search", "start", "things"]
