"""The site over HTTP: HTML pages, their JSON twins and CSV lists."""

from sjkg.web.pages import lists, markup, overviews, start, things
from sjkg.web.pages.show import blueprint

__all__ = ["blueprint", "lists", "markup", "overviews", "start", "things"]
