"""The query builder: a form that makes a SPARQL query from choices."""

from flask import request

from sjkg.core.errors import LimitExceeded
from sjkg.site.builder import BuilderPage, builder_page, kinds_page
from sjkg.site.builder_query import write_query
from sjkg.site.builder_request import MAX_CONDITIONS, TOTALS, read_kind, read_request
from sjkg.site.builder_terms import read_kinds, read_properties
from sjkg.site.context import PageContext
from sjkg.store.query_result import QueryResult
from sjkg.web.context import current_client, current_record, current_served
from sjkg.web.http.negotiation import FORMAT
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import page, result_urls

PARAMETERS = (
    Parameter(
        "kind", "The class of the things; without it, the page lists the classes.", example="sjkg:BorderIncident"
    ),
    *(
        Parameter(f"{name}{number}", f"{text} of condition {number}.")
        for number in range(1, MAX_CONDITIONS + 1)
        for name, text in (
            ("property", "The property"),
            ("test", "The test"),
            ("value", "The value, or the first one,"),
            ("to", "The last value"),
        )
    ),
    Parameter("add", "The property of a further condition."),
    Parameter("show", "A property to show in a column.", {"type": "array", "items": {"type": "string"}}),
    Parameter("sort", "The column to sort by; a minus sign before it makes the order descending."),
    Parameter("total", "The total for each combination of values of the columns.", {"enum": [*TOTALS]}),
)


@page("/build", "build.html", Documentation(parameters=PARAMETERS, is_costly=True))
def build(context: PageContext) -> BuilderPage:
    """Show the query builder: a form, the SPARQL query that its choices make, and the first rows of the result.

    A query selects things of a kind that fulfil conditions on their properties. Without the parameter “kind” the page lists the kinds.
    """
    served = current_served()
    kinds = read_kinds(served.labels, served.snapshot.manifest.statistics.classes)
    parameters = [(name, value) for name, value in request.args.items(multi=True) if name != FORMAT]
    if not any(value for _, value in parameters):
        return kinds_page(kinds)
    kind = read_kind(kinds, request.args.get("kind", ""))
    properties = read_properties(served.labels, kind)
    wanted = read_request(kind, properties, parameters)
    text = write_query(wanted)
    return builder_page(context, kinds, properties, wanted, text, _run(text), result_urls("bindings", text))


def _run(text: str) -> QueryResult | str:
    """Return the result of a query in SPARQL JSON, or the message of the limit that it exceeds."""
    current_record().query = text
    try:
        queue, formats = current_served().public_queue, {"bindings": "json"}
        return queue.query(text, formats, client=current_client(), explains_empty=True)
    except LimitExceeded as error:
        return str(error)
