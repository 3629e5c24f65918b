"""Lists as HTML, JSON and CSV, and the name search.

A list shows one kind of thing (events, actors, …). A facet is a property by which it can be filtered.
"""

import json
from dataclasses import replace
from urllib.parse import quote

from flask import Response, request

from sjkg.core.errors import BadParameter
from sjkg.site.context import PageContext
from sjkg.site.csv_tables import (
    FIGURE_KINDS,
    FIGURES,
    METADATA,
    TABLE_NAMES,
    describe_table,
    table_definition,
    write_table,
)
from sjkg.site.list_request import ListRequest, parse_list_request
from sjkg.site.lists import ListPage, list_page
from sjkg.site.search_page import SearchPage, search_page
from sjkg.snapshot.index.lists import LIST_NAMES, ListDefinition, read_lists
from sjkg.web.context import current_served
from sjkg.web.http.negotiation import FORMAT
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import blueprint, page

REPEATABLE = {"type": "array", "items": {"type": "string"}}
DAY = {"type": "string", "format": "date"}
DAYS = {
    "day": "Only events that may have been under way on this day.",
    "from": "Only events that may have ended on this day or later.",
    "to": "Only events that may have begun on this day or earlier.",
}
BOM = "bom"
CSV_ONLY = Parameter(
    BOM, "1 begins the file with a byte order mark, by which Excel knows that it is UTF-8.", {"enum": ["1"]}
)
ANY_LIST = f"<any({', '.join(LIST_NAMES)}):name>"
ANY_TABLE = f"<any({', '.join(TABLE_NAMES)}):name>"


def request_of_list(definition: ListDefinition, ignored: tuple[str, ...] = ()) -> ListRequest:
    """Return what the URL parameters of the current HTTP request ask of a list: filters, order and page number.

    definition: of the list. ignored: names of parameters that do not belong to the list and may be present. “format”
    may be present, too, unless the path has an ending such as .csv, which decides the format. Raises BadParameter for
    an unknown or malformed parameter.
    """
    if "." not in request.path:
        ignored = (*ignored, FORMAT)
    parameters = ((name, value) for name, value in request.args.items(multi=True) if name not in ignored)
    return parse_list_request(definition, parameters, current_served().labels.index)


def list_parameters(name: str) -> list[Parameter]:
    """Return the URL parameters of the list or CSV table with this name, for the OpenAPI document.

    They are its facets; “day”, “from” and “to” (only for lists with dates); “stated”, by which the filters ignore
    inferred statements; “sort”, “format” and “page”.
    """
    of = table_definition(name)
    facets = [Parameter(each.name, each.description or each.title, REPEATABLE) for each in of.facets]
    days = [Parameter(name, text, DAY) for name, text in DAYS.items() if "begin" in of.columns]
    order = {"enum": [sign + column for column in of.columns for sign in ("", "-")]}
    return [
        *facets,
        *days,
        Parameter("stated", "“yes” makes the filters ignore inferred statements.", {"enum": ["yes", ""]}),
        Parameter("sort", "The column to sort the list by; a minus sign before it makes the order descending.", order),
        Parameter(FORMAT, "html, json or csv, or their media types; only at the path without ending."),
        Parameter("page", "The number of the page of the list, from 1.", {"type": "integer", "minimum": 1}),
    ]


def csv_parameters(name: str) -> list[Parameter]:
    """Return the URL parameters of the CSV table with this name: those of the list, and “bom”."""
    return [*list_parameters(name), CSV_ONLY]


@blueprint.get(f"/{ANY_TABLE}.csv")
@Documentation(produces={"text/csv": None}, parameters=csv_parameters)
def list_as_csv(name: str) -> Response:
    """Send all selected items of a list (events, actors, …), not only one page of it, as CSV for programs.

    Each column has one kind of value: labels, IRIs, ISO days or numbers; figures are the claims of losses, strengths and
    supplies. The columns are described by the document that the header Link names with rel="describedby" (CSV on the Web).
    A text that spreadsheets would run as a formula, because it begins with =, +, - or @ and is not a number, has an
    apostrophe before it. The URL parameters are those of the list, and “bom”: with bom=1 the file begins with a byte order mark.
    Raises BadParameter for another value of it.
    """
    if request.args.get(BOM, "1") != "1":
        raise BadParameter(f"“{BOM}” is 1, for a file that begins with a byte order mark, or left out")
    definition = table_definition(name)
    labels, wanted = current_served().labels, request_of_list(definition, (BOM,))
    selection = wanted.selection
    if name == FIGURES:
        kinds = [kind for kind in selection.values.get("kind", FIGURE_KINDS) if kind in FIGURE_KINDS]
        selection = replace(selection, values={**selection.values, "kind": tuple(kinds)})
    rows = labels.index.rows(definition, selection, wanted.order, wanted.descending)
    headers = {
        "Content-Disposition": f"inline; filename={name}.csv",
        "Link": f'<{name}.csv-metadata.json{_query_string()}>; rel="describedby"; type="{METADATA}"',
    }
    mark = "\ufeff" if BOM in request.args else ""
    return Response(mark + write_table(labels, definition, rows), mimetype="text/csv", headers=headers)


@blueprint.get(f"/{ANY_TABLE}.csv-metadata.json")
@Documentation(produces={METADATA: dict[str, object]}, parameters=list_parameters)
def table_metadata(name: str) -> Response:
    """Send the description of the CSV file of a list: title, licence, and the datatype and meaning of each column.

    The URL parameters are those of the CSV file that is described.
    Source: Metadata Vocabulary for Tabular Data, https://www.w3.org/TR/tabular-metadata/
    """
    described = describe_table(name, f"{name}.csv{_query_string()}")
    return Response(json.dumps(described, ensure_ascii=False, indent=1) + "\n", mimetype=METADATA)


def _query_string() -> str:
    """Return the query string of the current request with “?”, percent-encoded; "" if it has none."""
    text = quote(request.query_string.decode("latin-1"), safe="%=&+:/?,;-._~")
    return f"?{text}" if text else ""


@page(f"/{ANY_LIST}", "list.html", Documentation(parameters=list_parameters), csv=list_as_csv)
def show_list(context: PageContext, name: str) -> ListPage:
    """Show a page of a list: at most 50 items, and the facets with counts.

    The URL parameters select facet values, days, order and page.
    """
    definition = read_lists()[name]
    return list_page(context, definition, request_of_list(definition))


@page(
    "/search",
    "search.html",
    Documentation(
        parameters=[
            Parameter("q", "Names in any script, kinds, years, roles or words of summaries.", example="{search}")
        ],
        is_costly=True,
    ),
)
def search(context: PageContext) -> SearchPage:
    """Show the things that have all words of the parameter “q”, or else similar ones, in sections by kind.

    The words are those of names, kinds, years, roles and related things, in any order.
    """
    return search_page(context.labels, request.args.get("q", ""))
