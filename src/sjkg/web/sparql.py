"""/sparql: the SPARQL 1.1 Protocol, reading only."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import UnsupportedMediaType

from sjkg.errors import BadParameter, NotAcceptable, ReadOnly
from sjkg.pages import answer_page
from sjkg.store.engine import Answer, Scope
from sjkg.store.formats import GRAPH_FORMATS, RESULT_FORMATS
from sjkg.web.context import current_store

blueprint = Blueprint("sparql", __name__)

HTML = "text/html"
MEDIA_TYPES = {"bindings": RESULT_FORMATS, "boolean": RESULT_FORMATS, "graph": GRAPH_FORMATS}
ALIASES = {
    "application/json": "json",
    "text/xml": "xml",
    "application/xml": "xml",
    "text/plain": "nt",
    "application/x-turtle": "turtle",
}


@dataclass(frozen=True)
class QueryRequest:
    """A query as the protocol sends it."""

    text: str
    scope: Scope
    format: str | None


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql():
    """Answer a query. Source: SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/"""
    asked = read_request()
    return answer_request(asked)


def answer_request(asked: QueryRequest) -> Response:
    """Evaluate a query and write its answer in the format that the request accepts."""
    chosen = negotiate(asked.format)
    formats = {
        kind: "json" if name == HTML and kind != "graph" else "turtle" if name == HTML else name
        for kind, name in chosen.items()
    }
    answer = current_store().query(asked.text, formats, scope=asked.scope)
    if chosen[answer.kind] == HTML and answer.kind != "graph":
        return Response(
            render_template("answer.html", page=answer_page(answer, asked.text)),
            mimetype=HTML,
            headers={"Vary": "Accept"},
        )
    return _response(answer)


def read_request() -> QueryRequest:
    """Return the query of a GET, of a form, or of a body that is itself the query.

    Raises BadParameter, ReadOnly or UnsupportedMediaType when the request is none of these.
    """
    parameters = request.args
    if request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded":
        parameters = request.form
    elif request.method == "POST" and request.mimetype not in ("application/sparql-query", "application/sparql-update"):
        raise UnsupportedMediaType(
            "send the query as application/sparql-query, or as the field “query” of an application/x-www-form-urlencoded form"
        )
    if "update" in parameters or request.mimetype == "application/sparql-update":
        raise ReadOnly("this endpoint is read-only; ask with SELECT, ASK, CONSTRUCT or DESCRIBE")
    queries = (
        [_decode(request.get_data())] if request.mimetype == "application/sparql-query" else parameters.getlist("query")
    )
    if len(queries) != 1:
        raise BadParameter(f"give one parameter “query”; there {'is none' if not queries else f'are {len(queries)}'}")
    return QueryRequest(queries[0], _scope(parameters), parameters.get("format"))


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadParameter(f"the query is not UTF-8 (byte {error.start})") from None


def _scope(parameters) -> Scope:
    """Return the graphs that the protocol's parameters name, or all."""
    default, named = (tuple(parameters.getlist(name)) for name in ("default-graph-uri", "named-graph-uri"))
    return Scope(default=default, named=named) if default or named else Scope()


def negotiate(format_name: str | None) -> dict[str, str]:
    """Return the format's name for each kind of answer that the request accepts one for; HTML stands for a page.

    A format given by name or media type goes before the Accept header.
    Raises NotAcceptable, listing what there is, when nothing fits any kind.
    """
    chosen = {kind: _choose(formats, format_name) for kind, formats in MEDIA_TYPES.items()}
    fitting = {kind: name for kind, name in chosen.items() if name}
    if not fitting:
        offered = [f.media_type for f in (*RESULT_FORMATS.values(), *GRAPH_FORMATS.values())]
        raise NotAcceptable(
            f"none of the formats asked for is offered; tables come as {', '.join(offered[:4])}, graphs as {', '.join(offered[4:])}"
        )
    return fitting


def _choose(formats: dict, format_name: str | None) -> str | None:
    by_type = (
        {f.media_type: f.name for f in formats.values()}
        | {t: n for t, n in ALIASES.items() if n in formats}
        | {HTML: HTML}
    )
    if format_name is not None:
        return format_name if format_name in formats or format_name == HTML else by_type.get(format_name.lower())
    best = request.accept_mimetypes.best_match(list(by_type)) if request.accept_mimetypes else next(iter(by_type))
    return by_type.get(best)


def _response(answer: Answer) -> Response:
    response = Response(answer.body, content_type=_content_type(answer))
    response.headers["Vary"] = "Accept"
    return response


def _content_type(answer: Answer) -> str:
    media_type = answer.format.media_type
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
