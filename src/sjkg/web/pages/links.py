"""The page of the links to other datasets."""

from flask import request

from sjkg.describe.links import read_links
from sjkg.site.context import PageContext
from sjkg.site.links import FILTERS, LinksPage, links_page
from sjkg.web.context import current_served
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import page

EXAMPLES = {"dataset": "wikidata", "match": "sameThing", "verdict": "refused"}
PARAMETERS = tuple(
    Parameter(name, f"Only the links with this {title.lower()}.", example=EXAMPLES[name])
    for name, title in FILTERS.items()
)


@page("/links", "links.html", Documentation(parameters=PARAMETERS))
def show_links(context: PageContext) -> LinksPage:
    """Show the links to other datasets, with the evidence and the editors’ verdict of each."""
    chosen = {name: request.args.get(name, "") for name in FILTERS}
    return links_page(context, read_links(current_served().sorted_quads), chosen)
