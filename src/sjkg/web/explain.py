"""Explanations of triples at /explain, as HTML, JSON and RDF, and at /explain.json as the JSON form of the page.

A triple of the graph is explained by proofs: the OWL 2 RL rules that infer it, down to the files and lines that assert its
premises. A triple that is not in the graph is explained by near misses: rules that lack few premises to infer it.
"""

from typing import TypedDict

from flask import Blueprint, Response, jsonify, request

from sjkg.core.errors import BadParameter, NotAcceptable
from sjkg.core.vocabulary import IDS, shorten
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import Misses, Proofs, as_json, as_prov, build_trees, misses_as_json, show_with_items
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
FORMAT = Parameter(
    "format", f"html, json, {', '.join(GRAPH_FORMATS)} or a media type; takes precedence over the Accept header."
)


class NoTriple(TypedDict):
    """The content of the page before a triple is entered."""

    triple: None


Content = Proofs | Misses | NoTriple


@blueprint.get("/explain")
@Documentation(
    produces={HTML: None, JSON: Proofs | Misses, **RDF_TYPES}, parameters=(*PARAMETERS, FORMAT), errors=[404, 504, 507]
)
def explain() -> Response:
    """Return proofs of the triple s, p, o, or with “why-not” the premises that it lacks.

    The format is that of the parameter “format”, or else the one that the Accept header prefers. JSON lists each step of the
    proofs once; RDF, for proofs only, is in terms of PROV-O (https://www.w3.org/TR/prov-o/). Without parameters, HTML is a
    form. A triple that is not in the graph gets 404, with “why-not” one that is.
    """
    chosen = _negotiate(request.args.get("format"))
    content, proofs = _explain(is_triple_required=chosen != HTML)
    if chosen == HTML:
        response = Response(_render(content, proofs), mimetype=HTML)
    elif chosen == JSON:
        response = jsonify(content)
    elif proofs:
        target = GRAPH_FORMATS[chosen]
        response = Response(convert_quads(as_prov(proofs).encode(), target), content_type=target.content_type)
    else:
        raise NotAcceptable(
            f"the premises that a missing triple lacks come as {HTML} or {JSON}; ask for one of these by Accept or format"
        )
    response.headers["Vary"] = "Accept"
    return response


@blueprint.get("/explain.json")
@Documentation(produces={JSON: JsonPage[Content]}, parameters=PARAMETERS, errors=[404, 504, 507])
def explain_as_json() -> Response:
    """Return the content of the HTML page at /explain for the same parameters, and the executed queries, as JSON."""
    content, _ = _explain(is_triple_required=False)
    return render_json(content, _queries(content))


def _explain(*, is_triple_required: bool) -> tuple[Content, list[Proof]]:
    """Return the explanation for the URL parameters s, p, o, all and why-not, as JSON data and as a list of proofs.

    The list is empty with “why-not”, and without s, p and o if no triple is required.
    Raises BadParameter for a missing or malformed parameter, NotExplainable when the triple is not in the graph (with
    “why-not”: when it is), and LimitExceeded.
    """
    s, p, o = (request.args.get(name, "") for name in "spo")
    if not is_triple_required and not (s or p or o):
        return {"triple": None}, []
    if missing := [name for name, value in zip("spo", (s, p, o), strict=True) if not value.strip()]:
        raise BadParameter(f"the parameters s, p and o are required; missing: {', '.join(missing)}")
    explainer = current_served().explainer
    if _read_flag("why-not"):
        return misses_as_json(parse_triple(s, p, o), explainer.why_not(s, p, o)), []
    proofs = explainer.why(s, p, o, every=_read_flag("all"))
    return as_json(proofs), proofs


def _read_flag(name: str) -> bool:
    """Return the URL parameter `name` as True or False: False when absent, True when present without a value.

    Raises BadParameter for a value other than yes, true, 1, no, false and 0.
    """
    value = request.args.get(name, "no").lower()
    if value not in (*YES, *NO):
        raise BadParameter(f"the parameter “{name}” must be yes or no, not “{value}”")
    return value in YES


def _negotiate(name: str | None) -> str:
    """Return text/html, application/json or the name of an RDF format, by “format” or else by the Accept header.

    name: the URL parameter “format”, a format's name or media type; None or empty when absent.
    Raises NotAcceptable, listing the media types, when none of them is acceptable.
    """
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


def _render(content: Content, proofs: list[Proof]) -> str:
    """Return the HTML page of an explanation: proofs as nested lists, or near misses, or a form when there is no triple.

    content: the explanation as JSON data. proofs: the same proofs; empty for near misses and for the form.
    """
    labels = current_served().labels
    return render_page(
        "explain.html",
        content,
        _queries(content),
        page_of=lambda graph: page_path(graph) if graph.startswith(IDS) else None,  # graphs of passages have pages
        in_words=lambda triple: triple_in_words(labels, triple),
        rule_in_words=rule_in_words,
        trees=build_trees(proofs),
    )


def _queries(content: Content) -> tuple[ExecutedQuery, ...]:
    """Return a tuple with the SPARQL query for the named graphs that contain the explained triple.

    The tuple is empty when there is no triple or one with a blank node. content: the explanation as JSON data.
    """
    triple = content["triple"]
    return (query_of_triple(triple),) if triple and not any(term.startswith("_:") for term in triple) else ()
