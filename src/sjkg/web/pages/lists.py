"""The lists as HTML, JSON and CSV, and the name search."""

import csv
import io

from flask import Response, request

from sjkg.site.context import PageContext
from sjkg.site.list_request import ListRequest, parse_list_request
from sjkg.site.lists import ListPage, list_page, read_rows, shown_columns
from sjkg.site.search import SearchPage, search_page
from sjkg.snapshot.index.lists import LIST_NAMES, ListDefinition, read_lists
from sjkg.web.context import current_served
from sjkg.web.pages.show import blueprint, page

ANY_LIST = f"<any({', '.join(LIST_NAMES)}):name>"


def request_of_list(of: ListDefinition, ignored: tuple[str, ...] = ()) -> ListRequest:
    """Return what the parameters of the request, without the ignored ones, ask of a list. Raises BadParameter."""
    parameters = ((name, value) for name, value in request.args.items(multi=True) if name not in ignored)
    return parse_list_request(of, parameters, current_served().labels.index)


@page(f"/{ANY_LIST}", "list.html")
def show_list(context: PageContext, name: str) -> ListPage:
    """Show a page of a list; the URL parameters select facet values, days, order and page."""
    of = read_lists()[name]
    return list_page(context, of, request_of_list(of))


@blueprint.get(f"/{ANY_LIST}.csv")
def list_as_csv(name: str) -> Response:
    """Send all rows of a list, not only one page, as CSV; the URL parameters are those of the list."""
    of = read_lists()[name]
    labels, wanted = current_served().labels, request_of_list(of)
    rows = labels.index.rows(of, wanted.selection, wanted.order, wanted.descending)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["iri", *shown_columns(of)])
    for row, cells in zip(rows, read_rows(labels, of, rows), strict=True):
        writer.writerow([row["item"], *(cell.text for cell in cells)])
    headers = {"Content-Disposition": f"inline; filename={name}.csv"}
    return Response(stream.getvalue(), mimetype="text/csv", headers=headers)


@page("/search", "search.html")
def search(context: PageContext) -> SearchPage:
    """Show the things whose names are similar to the parameter “q”."""
    return search_page(context.labels, request.args.get("q", ""))
