"""Explanations of triples (/explain): proofs, and near misses of triples that are not in the graph."""

from typing import Any, NotRequired, TypedDict

from flask import Blueprint, Response, jsonify, request

from sjkg.core.errors import BadParameter, NotAcceptable
from sjkg.core.vocabulary import IDS, shorten
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import as_json, as_prov, build_trees, misses_as_json, show_with_items
from sjkg.proofs.terms import parse_triple, show_triple
from sjkg.site.page_queries import ExecutedQuery
from sjkg.site.paths import page_path
from sjkg.site.proofs import query_of_triple, rule_in_words, triple_in_words
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS, by_any_name, by_media_type
from sjkg.web.context import current_served
from sjkg.web.http.negotiation import HTML, choose
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import JsonPage, render_json, render_page
from sjkg.web.rdf_responses import RDF_TYPES

blueprint = Blueprint("explain", __name__)
blueprint.add_app_template_global(show_triple)
blueprint.add_app_template_global(show_with_items)
blueprint.add_app_template_global(shorten)

JSON = "application/json"
NO_TRIPLE: dict[str, Any] = {"triple": None}  # the content of the page that asks for a triple
YES, NO = ("", "1", "yes", "true"), ("0", "no", "false")
FLAG = {"enum": [*YES, *NO]}
TERM_FORMS = "A prefixed name, an IRI in angle brackets, or a literal as in Turtle."
PARAMETERS = (
    Parameter("s", f"The subject. {TERM_FORMS}", example="event:halhamiao-incident"),
    Parameter("p", f"The predicate. {TERM_FORMS}", example="rdf:type"),
    Parameter("o", f"The object. {TERM_FORMS}", example="sjkg:Event"),
    Parameter("all", "Return a proof for each possible last step, not only one of least depth.", FLAG),
    Parameter("why-not", "Explain why the triple is not in the graph.", FLAG),
)
FORMAT = Parameter("format", f"html, json, {', '.join(GRAPH_FORMATS)} or a media type; precedes Accept.")


class Location(TypedDict):
    """The place of an asserted triple."""

    graph: str
    file: str | None
    line: int | None


class Step(TypedDict):
    """A step of a proof. premises, cells: positions of other steps; cells are those of an RDF list with these items."""

    triple: list[str]
    text: str
    kind: str
    depth: int
    rule: NotRequired[str]
    premises: NotRequired[list[int]]
    places: NotRequired[list[Location]]
    items: NotRequired[list[str]]
    cells: NotRequired[list[int]]


class Proofs(TypedDict):
    """Proofs of a triple. proofs: for each the position of its last step in `steps`."""

    triple: list[str]
    proofs: list[int]
    steps: list[Step]


class Present(TypedDict):
    """A premise that is in the graph."""

    triple: list[str]
    items: list[str]


class Miss(TypedDict):
    """A rule that would infer the triple if the lacking premises were in the graph."""

    rule: str
    lacking: list[list[str]]
    present: list[Present]


class Misses(TypedDict):
    """Near misses of a triple that is not in the graph."""

    triple: list[str]
    misses: list[Miss]


class NoTriple(TypedDict):
    """The content of the page without parameters."""

    triple: None


@blueprint.get("/explain")
@Documentation(
    produces={HTML: None, JSON: Proofs | Misses, **RDF_TYPES}, parameters=(*PARAMETERS, FORMAT), errors=[404, 504, 507]
)
def explain() -> Response:
    """Return proofs of the triple s, p, o, or with “why-not” what is lacking for it; RDF is in terms of PROV-O."""
    chosen = _negotiate(request.args.get("format"))
    if chosen == HTML and not _has_triple():
        return _page_response(NO_TRIPLE)
    terms = _read_terms()
    explainer = current_served().explainer
    if not _read_flag("why-not"):
        return _proofs_response(explainer.why(*terms, every=_read_flag("all")), chosen)
    misses = explainer.why_not(*terms)
    content = misses_as_json(parse_triple(*terms), misses)
    if chosen not in (HTML, JSON):
        raise NotAcceptable(f"explanations of missing triples are offered as {HTML} and {JSON} only")
    return _page_response(content, misses=misses) if chosen == HTML else _vary(jsonify(content))


@blueprint.get("/explain.json")
@Documentation(produces={JSON: JsonPage[Proofs | Misses | NoTriple]}, parameters=PARAMETERS, errors=[404, 504, 507])
def explain_as_json() -> Response:
    """Return the page that /explain shows for the same parameters, as JSON."""
    if not _has_triple():
        return render_json(NO_TRIPLE)
    terms = _read_terms()
    explainer = current_served().explainer
    if _read_flag("why-not"):
        content = misses_as_json(parse_triple(*terms), explainer.why_not(*terms))
    else:
        content = as_json(explainer.why(*terms, every=_read_flag("all")))
    return render_json(content, _queries(content))


def _has_triple() -> bool:
    """Return True when one of s, p and o is given."""
    return any(request.args.get(name) for name in "spo")


def _read_terms() -> tuple[str, str, str]:
    """Return s, p and o as sent. Raises BadParameter for a missing one."""
    s, p, o = (request.args.get(name, "") for name in "spo")
    if missing := [name for name, value in zip("spo", (s, p, o), strict=True) if not value.strip()]:
        raise BadParameter(f"the parameters s, p and o are required; missing: {', '.join(missing)}")
    return s, p, o


def _read_flag(name: str) -> bool:
    """Return the value of a yes-or-no parameter; without a value it is yes. Raises BadParameter for another value."""
    value = request.args.get(name, "no").lower()
    if value not in (*YES, *NO):
        raise BadParameter(f"the parameter “{name}” must be yes or no, not “{value}”")
    return value in YES


def _negotiate(name: str | None) -> str:
    """Return HTML, JSON or the name of an RDF format, by the parameter “format” or the Accept header."""
    types = {HTML: HTML, JSON: JSON}
    types |= {media_type: each.name for media_type, each in by_media_type(GRAPH_FORMATS).items() if media_type != JSON}
    if name:
        names = {key: each.name for key, each in by_any_name(GRAPH_FORMATS).items()}
        chosen = (names | types | {"html": HTML, "json": JSON}).get(name)
    else:
        media_type = choose(types)
        chosen = types[media_type] if media_type else None
    if chosen is None:
        offered = ", ".join((HTML, JSON, *RDF_TYPES))
        raise NotAcceptable(f"proofs come as {offered}; ask for one of these by Accept or format")
    return chosen


def _proofs_response(proofs: list[Proof], chosen: str) -> Response:
    """Return proofs in the negotiated format."""
    if chosen == HTML:
        return _page_response(as_json(proofs), trees=build_trees(proofs))
    if chosen == JSON:
        return _vary(jsonify(as_json(proofs)))
    target = GRAPH_FORMATS[chosen]
    return _vary(Response(convert_quads(as_prov(proofs).encode(), target), content_type=target.content_type))


def _page_response(content: dict[str, Any], **variables: Any) -> Response:
    """Return the page. content: of its JSON twin. variables: further template variables."""
    labels = current_served().labels
    page = render_page(
        "explain.html",
        content,
        _queries(content),
        page_of=_passage_path,
        in_words=lambda triple: triple_in_words(labels, triple),
        rule_in_words=rule_in_words,
        **variables,
    )
    return _vary(Response(page, mimetype=HTML))


def _queries(content: dict[str, Any]) -> tuple[ExecutedQuery, ...]:
    """Return the query for the graphs that contain the triple; none for a triple with a blank node."""
    triple = content["triple"]
    return (query_of_triple(triple),) if triple and not any(term.startswith("_:") for term in triple) else ()


def _passage_path(graph: str) -> str | None:
    """Return the path of the page of a passage's named graph, or None for another graph."""
    return page_path(graph) if graph.startswith(IDS) else None


def _vary(response: Response) -> Response:
    """Mark a response as negotiated by Accept."""
    response.headers["Vary"] = "Accept"
    return response
