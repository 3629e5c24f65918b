"""The site over HTTP: HTML pages, their JSON twins, CSV lists and the data of the drawings."""

from sjkg.web.pages import lists, markup, overviews, start, things
from sjkg.web.pages.show import blueprint

__all__ = ["blueprint", "lists", "markup", "overviews", "start", "things"]
