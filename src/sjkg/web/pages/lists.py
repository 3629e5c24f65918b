"""Lists as HTML, JSON and CSV, and the name search.

A list shows one kind of thing (events, actors, …). A facet is a property by which it can be filtered.
"""

import csv
import io

from flask import Response, request

from sjkg.site.context import PageContext
from sjkg.site.list_request import ListRequest, parse_list_request
from sjkg.site.lists import ListPage, list_page, read_rows, shown_columns
from sjkg.site.search import SearchPage, search_page
from sjkg.snapshot.index.lists import LIST_NAMES, ListDefinition, read_lists
from sjkg.web.context import current_served
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import blueprint, page

REPEATABLE = {"type": "array", "items": {"type": "string"}}
DAY = {"type": "string", "format": "date"}
DAYS = {
    "day": "Only events that may have been under way on this day.",
    "from": "Only events that may have ended on this day or later.",
    "to": "Only events that may have begun on this day or earlier.",
}
ANY_LIST = f"<any({', '.join(LIST_NAMES)}):name>"


def request_of_list(definition: ListDefinition, ignored: tuple[str, ...] = ()) -> ListRequest:
    """Return the request that the URL parameters of the current HTTP request make of a list.

    definition: of the list. ignored: names of parameters that do not belong to it. Raises BadParameter for an unknown
    or malformed parameter.
    """
    parameters = ((name, value) for name, value in request.args.items(multi=True) if name not in ignored)
    return parse_list_request(definition, parameters, current_served().labels.index)


def list_parameters(name: str) -> list[Parameter]:
    """Return the URL parameters of the list with this name, for the OpenAPI document.

    They are its facets, the days (only for events), “stated”, “sort” and “page”.
    """
    of = read_lists()[name]
    facets = [Parameter(each.name, each.description or each.title, REPEATABLE) for each in of.facets]
    days = [Parameter(name, text, DAY) for name, text in DAYS.items() if "begin" in of.columns]
    order = {"enum": [sign + column for column in of.columns for sign in ("", "-")]}
    return [
        *facets,
        *days,
        Parameter("stated", "“yes” makes the filters ignore inferred statements.", {"enum": ["yes", ""]}),
        Parameter("sort", "The column to sort the list by; a minus sign before it makes the order descending.", order),
        Parameter("page", "The number of the page of the list, from 1.", {"type": "integer", "minimum": 1}),
    ]


@page(f"/{ANY_LIST}", "list.html", Documentation(parameters=list_parameters))
def show_list(context: PageContext, name: str) -> ListPage:
    """Show a page of a list: at most 50 items, and the facets with counts.

    The URL parameters select facet values, days, order and page.
    """
    definition = read_lists()[name]
    return list_page(context, definition, request_of_list(definition))


@blueprint.get(f"/{ANY_LIST}.csv")
@Documentation(produces={"text/csv": None}, parameters=list_parameters)
def list_as_csv(name: str) -> Response:
    """Send all selected items of a list, not only one page, as CSV.

    The columns are the IRI and those of the HTML table. The URL parameters are those of the list.
    """
    definition = read_lists()[name]
    labels, wanted = current_served().labels, request_of_list(definition)
    rows = labels.index.rows(definition, wanted.selection, wanted.order, wanted.descending)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["iri", *shown_columns(definition)])
    for row, cells in zip(rows, read_rows(labels, definition, rows), strict=True):
        writer.writerow([row["item"], *(cell.text for cell in cells)])
    headers = {"Content-Disposition": f"inline; filename={name}.csv"}
    return Response(stream.getvalue(), mimetype="text/csv", headers=headers)


@page(
    "/search",
    "search.html",
    Documentation(parameters=[Parameter("q", "The name to search for, in any script.", example="Khasan")]),
)
def search(context: PageContext) -> SearchPage:
    """Show the things with names similar to the parameter “q”, by kind."""
    return search_page(context.labels, request.args.get("q", ""))
