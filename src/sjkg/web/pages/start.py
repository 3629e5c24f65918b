"""References to a page, for reference managers.

The start page, and the stored questions."""

from flask import Response, request

from sjkg.core.errors import UnknownName
from sjkg.kb.queries import find_query
from sjkg.site.citation import bibtex, csl_json, ris
from sjkg.site.context import PageContext
from sjkg.site.page_queries import inline_bindings
from sjkg.site.paths import iri_of
from sjkg.site.questions import QuestionPage, question_page
from sjkg.site.start import QuestionsPage, StartPage, questions_page, start_page
from sjkg.web.context import current_served
from sjkg.web.pages.show import blueprint, page, result_urls

FORMATS = {
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
    "json": (csl_json, "application/vnd.citationstyles.csl+json"),
}


@blueprint.get("/cite/<path:name>.<any(bib, ris, json):ending>")
def cite(name: str, ending: str) -> Response:
    """Give the reference of a thing's page."""
    iri = iri_of(name)
    title = current_served().labels.title(iri)
    if title is None:
        raise UnknownName(f"there is no “{name}” to cite; look for it at /search")
    manifest = current_served().snapshot.manifest
    write, media_type = FORMATS[ending]
    version = f"{manifest.versions['sjkg']}, snapshot {manifest.inputs_sha256[:12]}"
    return Response(write(name.rpartition("/")[2], title, iri, version), content_type=f"{media_type}; charset=utf-8")


@page("/", "start.html")
def start(context: PageContext) -> StartPage:
    return start_page(context, current_served().snapshot.manifest, current_served().queries)


@page("/questions", "questions.html")
def questions(_context: PageContext) -> QuestionsPage:
    return questions_page(current_served().queries.values())


@blueprint.get("/questions/<name>.rq")
def question_text(name: str) -> Response:
    """Give a stored question as a query that asks it by itself, its parameters written out."""
    query = find_query(current_served().queries, name)
    bindings = query.bind({key: value for key, value in request.args.items() if value})
    return Response(inline_bindings(query.body, bindings), mimetype="application/sparql-query")


@page("/questions/<name>", "question.html")
def question(context: PageContext, name: str) -> QuestionPage:
    """Show a stored question's answer, its parameters as a form, and its query."""
    query = find_query(current_served().queries, name)
    values = {key: value for key, value in request.args.items() if value}
    bindings = query.bind(values)
    answer = current_served().internal_queue.query(query.text, bindings=bindings)
    text = inline_bindings(query.body, bindings)
    return question_page(context, query, values, answer, text, result_urls(text))
