"""Explanations of triples at /explain, as HTML, JSON and (proofs only) RDF.

The path /explain.json gives the JSON form of the page, with the SPARQL queries behind it.

A triple of the graph is explained by proofs: the OWL 2 RL rules that infer it, down to the files and lines that assert its
premises. A triple that is not in the graph is explained by near misses: rules that lack few premises to infer it. A triple in
the terms of a profile is explained by the rule of the profile that makes it, and by proofs of the triples that this rule used.
"""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from flask import Blueprint, Response, jsonify, request

from sjkg.core.errors import BadParameter, NotAcceptable, NotExplainable, NotInGraph
from sjkg.core.vocabulary import own, shorten
from sjkg.profiles.explain import explain_translated
from sjkg.profiles.read import find_profile
from sjkg.profiles.translate import construct_over
from sjkg.proofs.prover import TRANSLATED, Proof
from sjkg.proofs.render import Misses, Proofs, as_json, as_prov, build_trees, misses_as_json, show_with_items
from sjkg.proofs.terms import parse_triple, show_term, show_triple
from sjkg.site.context import ExecutedQuery, SnapshotLabels, page_queries
from sjkg.site.paths import page_path
from sjkg.site.plain_proof import plain_proof
from sjkg.site.term_names import terms_for
from sjkg.site.wording import RULES
from sjkg.sparql.tokens import insert_first
from sjkg.store.convert import convert_quads
from sjkg.store.formats import GRAPH_FORMATS, Format, GraphFormat
from sjkg.web.context import current_served, current_settings
from sjkg.web.http.negotiation import HTML, JSON, JSON_DOCUMENT, PAGE, negotiate_format
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import JsonPage, render_json, render_page
from sjkg.web.profiles import PARAMETER as PROFILE
from sjkg.web.rdf_responses import RDF_TYPES

blueprint = Blueprint("explain", __name__)
blueprint.add_app_template_global(show_triple)
blueprint.add_app_template_global(show_with_items)
blueprint.add_app_template_global(shorten)

FORMATS: dict[str, Format] = {each.name: each for each in (PAGE, JSON_DOCUMENT, *GRAPH_FORMATS.values())}
YES, NO = ("", "1", "yes", "true"), ("0", "no", "false")
FLAG = {"enum": [*YES, *NO]}
TERM_FORMS = "A prefixed name, an IRI in angle brackets, a literal as in Turtle, or the label of a term."
PARAMETERS = (
    Parameter("s", f"The subject. {TERM_FORMS}", example="{event}"),
    Parameter("p", f"The predicate. {TERM_FORMS}", example="rdf:type"),
    Parameter("o", f"The object. {TERM_FORMS}", example="sjkg:Event"),
    Parameter("all", "Return a proof for each possible last step, not only one of least depth.", FLAG),
    Parameter("why-not", "Explain why the triple is not in the graph.", FLAG),
    Parameter(
        PROFILE,
        "A profile, by name or IRI, such as cidoc-crm: the triple is one in the terms of that vocabulary. Explained are the rule "
        "that makes it and the triples that it used.",
    ),
)
FORMAT = Parameter(
    "format", f"html, json, {', '.join(GRAPH_FORMATS)} or a media type; takes precedence over the Accept header."
)


class TermChoice(TypedDict):
    """A term that a label in a parameter may mean. value: its prefixed name."""

    value: str
    name: str


class NoTriple(TypedDict):
    """The content of the page /explain before a triple is entered, or while a label may mean several terms.

    asked: values of the parameters s, p and o. choices: the terms that they may mean, for those that may mean several.
    """

    triple: None
    asked: dict[str, str]
    choices: dict[str, list[TermChoice]]


class PlainSentence(TypedDict):
    """A sentence of a proof in plain words.

    number: from 1. follows_from: numbers of the sentences that are its reasons; empty for a fact. rule: why it follows; "" for a
    fact. graphs: IRIs of the named graphs that state a fact, such as passages.
    """

    number: int
    sentence: str
    follows_from: list[int]
    rule: str
    graphs: list[str]


class PlainProofs(Proofs):
    """Proofs, and the first of them in plain sentences; none for a statement of the ontology, or in the terms of a profile."""

    plain: list[PlainSentence]


Content = PlainProofs | Misses | NoTriple


@blueprint.get("/explain")
@Documentation(
    produces={HTML: None, JSON: PlainProofs | Misses, **RDF_TYPES},
    parameters=(*PARAMETERS, FORMAT),
    errors=[404, 504, 507],
    is_costly=True,
)
def explain() -> Response:
    """Return proofs of the triple s, p, o, or with “why-not” the premises that are missing for a proof of it.

    The format is that of the parameter “format”, or else the one that the Accept header prefers. JSON lists each step of the
    proofs once, and the first proof in plain sentences; RDF, for proofs only, is in terms of PROV-O (https://www.w3.org/TR/prov-o/). Without s, p and o,
    the HTML page is a form, and so it is for a label that several terms may mean. The status is 404 when the triple is not in the graph; with “why-not”, when it is.
    """
    chosen = negotiate_format(FORMATS)
    content, proofs = _explain(is_triple_required=chosen != PAGE)
    if chosen == PAGE:
        response = Response(_render(content, proofs), mimetype=HTML)
    elif chosen == JSON_DOCUMENT:
        response = jsonify(content)
    elif proofs and isinstance(chosen, GraphFormat):
        response = Response(convert_quads(as_prov(proofs).encode(), chosen), content_type=chosen.content_type)
    else:
        raise NotAcceptable(
            f"the premises that are missing for a triple are available as {HTML} and {JSON} only; request one of these with the header Accept or the parameter “format”"
        )
    response.headers["Vary"] = "Accept"
    return response


@blueprint.get("/explain.json")
@Documentation(produces={JSON: JsonPage[Content]}, parameters=PARAMETERS, errors=[404, 504, 507], is_costly=True)
def explain_as_json() -> Response:
    """Return the content of the HTML page at /explain for the same parameters, with the queries behind it, as JSON."""
    content, _ = _explain(is_triple_required=False)
    return render_json(content, _queries(content))


def _explain(*, is_triple_required: bool) -> tuple[Content, list[Proof]]:
    """Return the explanation for the URL parameters s, p, o, all, why-not and _profile, as JSON data and as a list of proofs.

    all: a proof for each possible last step instead of only one. why-not: rules that lack few premises to infer the
    triple; then the list is empty. _profile: the triple is in the terms of this profile. is_triple_required: False if s, p and o
    may all be absent; then there is no triple or proof.
    Raises BadParameter for a missing or malformed parameter, UnknownName for an IRI or blank node that is not in the
    graph, NotExplainable when the triple is not in the graph (with “why-not”: when it is), LimitExceeded when the
    search needs too many triples, and DeadlineExceeded when that for missing premises takes longer than a query may.
    """
    s, p, o = (request.args.get(name, "") for name in "spo")
    if not is_triple_required and not (s or p or o):
        return {"triple": None, "asked": {}, "choices": {}}, []
    if missing := [name for name, value in zip("spo", (s, p, o), strict=True) if not value.strip()]:
        raise BadParameter(f"the parameters s, p and o are required; missing: {', '.join(missing)}")
    served, explainer = current_served(), current_served().explainer
    if name := request.args.get(PROFILE):
        if _read_flag("why-not"):
            raise BadParameter(
                f"the parameter “why-not” is not supported for triples in the terms of a profile; leave out “why-not” or “{PROFILE}”"
            )
        profile = find_profile(served.translations.profiles, name)
        construct = construct_over(served.internal_queue)
        proofs = explain_translated(profile, construct, explainer, s, p, o, every=_read_flag("all"))
        return {**as_json(proofs), "plain": []}, proofs
    labels = served.labels
    asked = {"s": s, "p": p, "o": o}
    named = {name: terms_for(labels, text, is_property=name == "p") for name, text in asked.items()}
    choices = {
        name: [TermChoice(value=shorten(term.iri), name=term.name) for term in terms]
        for name, terms in named.items()
        if len(terms) > 1
    }
    if choices:
        if is_triple_required:
            raise BadParameter(_describe_choices(asked, choices))
        return {"triple": None, "asked": asked, "choices": choices}, []
    s, p, o = (f"<{named[name][0].iri}>" if named[name] else text for name, text in asked.items())
    if _read_flag("why-not"):
        misses = explainer.why_not(s, p, o, current_settings().query_deadline_s)
        return misses_as_json(parse_triple(s, p, o), misses), []
    try:
        proofs = explainer.why(s, p, o, every=_read_flag("all"))
    except NotInGraph as error:
        raise NotExplainable(f"{error}; the parameter why-not=yes shows why it is missing") from None
    sentences = [
        PlainSentence(
            number=step.number,
            sentence=" ".join(text for text, _ in step.words),
            follows_from=list(step.reasons),
            rule=step.rule,
            graphs=[source.graph for source in step.sources],
        )
        for step in plain_proof(labels, proofs[0])
    ]
    return {**as_json(proofs), "plain": sentences}, proofs


def _describe_choices(asked: Mapping[str, str], choices: Mapping[str, Iterable[TermChoice]]) -> str:
    """Return the message for labels that may mean several terms."""
    return "; ".join(
        f"the parameter {name} (“{asked[name]}”) may mean several terms; choose one: "
        + ", ".join(f"{choice['value']} ({choice['name']})" for choice in found)
        for name, found in choices.items()
    )


def _read_flag(name: str) -> bool:
    """Return the URL parameter `name` as True or False: False when absent, True when present without a value.

    Raises BadParameter for a value other than yes, true, 1, no, false and 0.
    """
    value = request.args.get(name, "no").lower()
    if value not in (*YES, *NO):
        raise BadParameter(f"the parameter “{name}” must be yes or no, not “{value}”")
    return value in YES


def _render(content: Content, proofs: list[Proof]) -> str:
    """Return the HTML page of an explanation: proofs as nested lists, or near misses, or a form when there is no triple.

    A near miss is a rule that lacks few premises to infer a triple that is not in the graph. content: the explanation
    as JSON data. proofs: the same proofs; empty for near misses and for the form.
    """
    labels = current_served().labels
    return render_page(
        "explain.html",
        content,
        _queries(content),
        page_of=lambda graph: (
            page_path(graph) if graph.startswith(own().ids) else None
        ),  # graphs of passages have pages
        in_words=lambda triple: _triple_in_words(labels, triple),
        rules_in_words=RULES | _titles_of_rules(proofs),
        trees=build_trees(proofs),
        plain=() if not proofs or proofs[0].kind == TRANSLATED else plain_proof(labels, proofs[0]),
        profile=request.args.get(PROFILE),
        example=dict(zip("spo", (labels.name(iri) for iri in own().about.first_statement), strict=True)),
    )


def _titles_of_rules(proofs: list[Proof]) -> dict[str, str]:
    """Return a dict from the name of the rule of a profile in each of some proofs to its title."""
    rules = {
        rule.path: f"rule “{rule.title}” of the profile {profile.title}:"
        for profile in current_served().translations.profiles.values()
        for rule in profile.rules
    }
    return {proof.rule: rules[proof.rule] for proof in proofs if proof.rule in rules}


def _queries(content: Content) -> tuple[ExecutedQuery, ...]:
    """Return a tuple with the SPARQL query for the named graphs that contain the explained triple.

    The tuple is empty when there is no triple, one with a blank node, or one in the terms of a profile. content: the
    explanation as JSON data.
    """
    triple = content["triple"]
    if request.args.get(PROFILE):
        return ()
    return (_query_of_triple(triple),) if triple and not any(term.startswith("_:") for term in triple) else ()


def _query_of_triple(triple: tuple[str, str, str]) -> ExecutedQuery:
    """Return the query for the named graphs that contain a triple.

    triple: subject, predicate and object in N-Triples syntax; blank nodes are not possible.
    """
    query = page_queries()["graphs-of-triple"]
    return ExecutedQuery(
        query.title, insert_first(query.sparql, f"VALUES (?subject ?property ?value) {{ ({' '.join(triple)}) }}")
    )


def _triple_in_words(labels: SnapshotLabels, triple: tuple[str, str, str]) -> tuple[tuple[str, str | None], ...]:
    """Return for each term of a triple a pair of its label and the URL path of its page, None if it has no page.

    triple: subject, predicate and object in N-Triples syntax.
    """
    iris = [term[1:-1] for term in triple if term[0] == "<"]
    names = labels.names(iris)
    return tuple(
        (names[term[1:-1]], page_path(term[1:-1])) if term[0] == "<" else (show_term(term), None) for term in triple
    )
