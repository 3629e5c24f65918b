"""The site over HTTP: HTML pages, the same pages as JSON, lists as CSV, and JSON data for timeline and map.

In: page models of `sjkg.site`, made from the snapshot and the URL. Out: a Flask blueprint with all routes of the site.
"""

from sjkg.web.pages import build, datasets, links, lists, markup, overviews, profiles, sources, start, things
from sjkg.web.pages.show import blueprint

__all__ = [
    "blueprint",
    "build",
    "datasets",
    "links",
    "lists",
    "markup",
    "overviews",
    "profiles",
    "sources",
    "start",
    "things",
]
