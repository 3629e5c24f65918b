"""The lists, as pages, JSON and CSV."""

import csv
import io

from flask import Response, abort, request

from sjkg.index.definitions import NAMES, List, read_lists
from sjkg.pages.ask import Asker
from sjkg.pages.frame import Frame
from sjkg.pages.lists import ListPage, list_page, read_rows, shown_columns
from sjkg.pages.wanted import read_wanted
from sjkg.web.context import current_frame
from sjkg.web.site.show import blueprint, page


@page(f"/<any({', '.join(NAMES)}):name>", "list.html")
def show_list(asker: Asker, frame: Frame, name: str) -> ListPage:
    """Show a page of a list, narrowed by the facets of its address."""
    of = read_lists()[name]
    return list_page(asker, frame, of, read_wanted(of, request.args.items(multi=True)))


@blueprint.get(f"/<any({', '.join(NAMES)}):name>.csv")
def list_as_csv(name: str) -> Response:
    """Give every row of a list, not only a page of it, as CSV."""
    of = read_lists().get(name) or abort(404)
    wanted = read_wanted(of, request.args.items(multi=True))
    rows = current_frame().index.rows(of, wanted.choice, wanted.order, wanted.descending)
    return Response(
        _write_csv(of, rows), mimetype="text/csv", headers={"Content-Disposition": f"inline; filename={name}.csv"}
    )


def _write_csv(of: List, rows: list[dict]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["iri", *shown_columns(of)])
    for row, cells in zip(rows, read_rows(current_frame(), of, rows), strict=True):
        writer.writerow([row["item"], *(cell.text for cell in cells)])
    return stream.getvalue()
