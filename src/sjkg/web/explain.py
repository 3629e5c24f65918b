"""/explain: why a triple is there, or what is lacking for it, as a page, JSON or PROV-O."""

from flask import Blueprint, Response, jsonify, render_template, request

from sjkg.errors import BadParameter, NotAcceptable
from sjkg.explain.missing import Miss
from sjkg.explain.prover import Proof
from sjkg.explain.report import as_json, as_prov, misses_as_json
from sjkg.explain.terms import parse_term, show_triple
from sjkg.explain.tree import grow_trees, show_with_items
from sjkg.pages.paths import page_path
from sjkg.pages.proofs import rule_in_words, triple_in_words
from sjkg.store.convert import write_quads
from sjkg.store.formats import GRAPH_FORMATS, Format
from sjkg.vocab import IDS, shorten
from sjkg.web.context import current_explainer, current_frame
from sjkg.web.negotiation import HTML, choose

blueprint = Blueprint("explain", __name__)
blueprint.add_app_template_global(show_triple)
blueprint.add_app_template_global(show_with_items)
blueprint.add_app_template_global(shorten)

JSON = "application/json"
YES, NO = ("", "1", "yes", "true"), ("0", "no", "false")


@blueprint.get("/explain")
def explain():
    """Answer for the triple s, p, o; `all` asks for every last step, `why-not` for what is lacking; `format` as by Accept."""
    chosen = _negotiate(request.args.get("format"))
    parts = {name: request.args.get(name, "") for name in "spo"}
    if chosen == HTML and not any(parts.values()):
        return _page("explain.html", triple=None)
    if missing := [name for name, value in parts.items() if not value.strip()]:
        raise BadParameter(f"give s, p and o, the three terms of a triple; there is no {' and no '.join(missing)}")
    if _flag("why-not"):
        return _misses(tuple(parts.values()), chosen)
    return _proofs(current_explainer().why(*parts.values(), every=_flag("all")), chosen)


def _proofs(proofs: list[Proof], chosen: str) -> Response:
    if chosen == HTML:
        return _page("explain.html", triple=proofs[0].triple, trees=grow_trees(proofs))
    if chosen == JSON:
        return _vary(jsonify(as_json(proofs)))
    target: Format = GRAPH_FORMATS[chosen]
    return _vary(Response(write_quads(as_prov(proofs).encode(), target), content_type=target.content_type))


def _misses(asked: tuple[str, ...], chosen: str) -> Response:
    misses: list[Miss] = current_explainer().why_not(*asked)
    triple = tuple(map(parse_term, asked))
    if chosen == HTML:
        return _page("explain.html", triple=triple, misses=misses)
    if chosen != JSON:
        raise NotAcceptable(f"what is lacking for a triple is offered as {HTML} and {JSON} only")
    return _vary(jsonify(misses_as_json(triple, misses)))


def _page(template: str, **page) -> Response:
    frame = current_frame()
    words = {"in_words": lambda triple: triple_in_words(frame, triple), "rule_in_words": rule_in_words}
    return _vary(Response(render_template(template, page_of=_page_of, **words, **page), mimetype=HTML))


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
