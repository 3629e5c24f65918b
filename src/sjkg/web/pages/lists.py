"""The lists, as pages, JSON and CSV.

Search over all names."""

import csv
import io

from flask import Response, abort, request

from sjkg.site.context import PageContext
from sjkg.site.list_request import parse_list_request
from sjkg.site.lists import ListPage, list_page, read_rows, shown_columns
from sjkg.site.search import SearchPage, search_page
from sjkg.snapshot.index.lists import NAMES, List, read_lists
from sjkg.web.context import current_served
from sjkg.web.pages.show import blueprint, page


@page(f"/<any({', '.join(NAMES)}):name>", "list.html")
def show_list(context: PageContext, name: str) -> ListPage:
    """Show a page of a list, narrowed by the facets of its address."""
    of = read_lists()[name]
    return list_page(context, of, parse_list_request(of, request.args.items(multi=True)))


@blueprint.get(f"/<any({', '.join(NAMES)}):name>.csv")
def list_as_csv(name: str) -> Response:
    """Give every row of a list, not only a page of it, as CSV."""
    of = read_lists().get(name) or abort(404)
    wanted = parse_list_request(of, request.args.items(multi=True))
    rows = current_served().labels.index.rows(of, wanted.choice, wanted.order, wanted.descending)
    return Response(
        _write_csv(of, rows), mimetype="text/csv", headers={"Content-Disposition": f"inline; filename={name}.csv"}
    )


def _write_csv(of: List, rows: list[dict]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["iri", *shown_columns(of)])
    for row, cells in zip(rows, read_rows(current_served().labels, of, rows), strict=True):
        writer.writerow([row["item"], *(cell.text for cell in cells)])
    return stream.getvalue()


@page("/search", "search.html")
def search(context: PageContext) -> SearchPage:
    """Show what the words of the parameter q find."""
    return search_page(context.labels, request.args.get("q", ""))
