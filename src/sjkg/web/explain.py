"""/explain: why a triple is there, or what is lacking for it, as a page, JSON or PROV-O."""

from flask import Blueprint, Response, jsonify, request

from sjkg.core.errors import BadParameter, NotAcceptable
from sjkg.core.vocabulary import IDS, shorten
from sjkg.proofs.prover import Proof
from sjkg.proofs.render import as_json, as_prov, build_trees, misses_as_json, show_with_items
from sjkg.proofs.terms import parse_triple, show_triple
from sjkg.proofs.why_not import NearMiss
from sjkg.site.page_queries import ExecutedQuery
from sjkg.site.paths import page_path
from sjkg.site.proofs import query_of_triple, rule_in_words, triple_in_words
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS, GraphFormat
from sjkg.web.context import current_served
from sjkg.web.http.negotiation import HTML, choose
from sjkg.web.pages.show import render_json, render_page

blueprint = Blueprint("explain", __name__)
blueprint.add_app_template_global(show_triple)
blueprint.add_app_template_global(show_with_items)
blueprint.add_app_template_global(shorten)

JSON = "application/json"
NOTHING = {"triple": None}  # what the page says where it asks for a triple
YES, NO = ("", "1", "yes", "true"), ("0", "no", "false")


@blueprint.get("/explain")
def explain():
    """Answer for the triple s, p, o; `all` asks for every last step, `why-not` for what is lacking; `format` as by Accept."""
    chosen = _negotiate(request.args.get("format"))
    if chosen == HTML and not _is_asked():
        return _page(NOTHING)
    terms = _terms()
    if not _flag("why-not"):
        return _proofs(current_served().explainer.why(*terms, every=_flag("all")), chosen)
    misses: list[NearMiss] = current_served().explainer.why_not(*terms)
    found = misses_as_json(parse_triple(*terms), misses)
    if chosen not in (HTML, JSON):
        raise NotAcceptable(f"what is lacking for a triple is offered as {HTML} and {JSON} only")
    return _page(found, misses=misses) if chosen == HTML else _vary(jsonify(found))


@blueprint.get("/explain.json")
def explain_as_json():
    """Give the page that /explain shows for the same parameters, as every page's twin is."""
    if not _is_asked():
        return render_json(NOTHING)
    terms = _terms()
    if _flag("why-not"):
        found = misses_as_json(parse_triple(*terms), current_served().explainer.why_not(*terms))
    else:
        found = as_json(current_served().explainer.why(*terms, every=_flag("all")))
    return render_json(found, _behind(found))


def _is_asked() -> bool:
    return any(request.args.get(name) for name in "spo")


def _terms() -> tuple[str, ...]:
    """Return the terms of the triple that is asked about, as they were typed. Raises BadParameter where one is missing."""
    parts = {name: request.args.get(name, "") for name in "spo"}
    if missing := [name for name, value in parts.items() if not value.strip()]:
        raise BadParameter(f"give s, p and o, the three terms of a triple; there is no {' and no '.join(missing)}")
    return tuple(parts.values())


def _proofs(proofs: list[Proof], chosen: str) -> Response:
    if chosen == HTML:
        return _page(as_json(proofs), trees=build_trees(proofs))
    if chosen == JSON:
        return _vary(jsonify(as_json(proofs)))
    target: GraphFormat = GRAPH_FORMATS[chosen]
    return _vary(Response(convert_quads(as_prov(proofs).encode(), target), content_type=target.content_type))


def _page(found: dict, **shown: object) -> Response:
    """Return the page. found: what its twin says; shown: the same as the template draws it."""
    labels = current_served().labels
    words = {"in_words": lambda triple: triple_in_words(labels, triple), "rule_in_words": rule_in_words}
    page = render_page("explain.html", found, _behind(found), page_of=_page_of, **words, **shown)
    return _vary(Response(page, mimetype=HTML))


def _behind(found: dict) -> tuple[ExecutedQuery, ...]:
    """Return the query that tells where the triple stands; a blank node cannot be asked for."""
    triple = found["triple"]
    return (query_of_triple(triple),) if triple and not any(term.startswith("_:") for term in triple) else ()


def _page_of(graph: str) -> str | None:
    """Return the path of the page of a passage, None for another graph."""
    return page_path(graph) if graph.startswith(IDS) else None


def _vary(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    return response


def _negotiate(name: str | None) -> str:
    """Return HTML, JSON or the name of a format of graphs, by its name, its media type or the Accept header."""
    types = {HTML: HTML, JSON: JSON, **{chosen.media_type: key for key, chosen in GRAPH_FORMATS.items()}}
    names = {"html": HTML, "json": JSON, **{key: key for key in GRAPH_FORMATS}}
    chosen = (names.get(name) or types.get(name)) if name else types.get(choose(types))
    if chosen is None:
        raise NotAcceptable(f"proofs come as {', '.join(types)}; ask for one of these by Accept or format")
    return chosen


def _flag(name: str) -> bool:
    value = request.args.get(name, "no").lower()
    if value not in (*YES, *NO):
        raise BadParameter(f"“{name}” is yes or no, not “{value}”")
    return value in YES
