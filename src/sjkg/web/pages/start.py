"""The start page, the saved queries (“questions”), and citations for reference managers."""

from dataclasses import replace

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
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import blueprint, page, result_urls

CITATION_FORMATS = {
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
    "json": (csl_json, "application/vnd.citationstyles.csl+json"),
}


def question_parameters(name: str) -> list[Parameter]:
    """Return the URL parameters of the saved query `name`, from its header. Raises UnknownName."""
    return [
        Parameter(each.name, f"{each.form}; by default {each.default}", example=each.default)
        for each in find_query(current_served().queries, name).parameters
    ]


def _describe_question(name: str) -> str:
    """Return title and description of the saved query `name`, with an empty line between. Raises UnknownName."""
    query = find_query(current_served().queries, name)
    return f"{query.title}\n\n{query.description}"


QUESTION = Documentation(
    docstring=_describe_question, parameters=question_parameters, choices={"name": lambda: current_served().queries}
)


@blueprint.get("/cite/<path:name>.<any(bib, ris, json):ending>")
@Documentation(produces=lambda ending: {CITATION_FORMATS[ending][1]: None})
def cite(name: str, ending: str) -> Response:
    """Send the citation of the page /page/{name} for a reference manager.

    The ending selects the format: bib (BibTeX), ris (RIS) or json (CSL-JSON).
    """
    iri = iri_of(name)
    title = current_served().labels.title(iri)
    if title is None:
        raise UnknownName(f"there is no “{name}” to cite; search for it at /search")
    manifest = current_served().snapshot.manifest
    write, media_type = CITATION_FORMATS[ending]
    version = f"{manifest.versions['sjkg']}, snapshot {manifest.inputs_sha256[:12]}"
    return Response(write(name.rpartition("/")[2], title, iri, version), content_type=f"{media_type}; charset=utf-8")


@page("/", "start.html")
def start(context: PageContext) -> StartPage:
    """Show the start page: largest events, events by year, example questions and counts."""
    return start_page(context, current_served().snapshot.manifest, current_served().queries)


@page("/questions", "questions.html")
def questions(_context: PageContext) -> QuestionsPage:
    """Show all saved queries by group."""
    return questions_page(current_served().queries)


@blueprint.get("/questions/<name>.rq")
@replace(QUESTION, produces={"application/sparql-query": None})
def question_text(name: str) -> Response:
    """Send the SPARQL text of a saved query with the URL parameters, or their defaults, inlined."""
    query = find_query(current_served().queries, name)
    bindings = query.bind({key: value for key, value in request.args.items() if value})
    return Response(inline_bindings(query.body, bindings), mimetype="application/sparql-query")


@page("/questions/<name>", "question.html", QUESTION)
def question(context: PageContext, name: str) -> QuestionPage:
    """Show the result of a saved query for the URL parameters, or their defaults."""
    query = find_query(current_served().queries, name)
    values = {key: value for key, value in request.args.items() if value}
    bindings = query.bind(values)
    result = current_served().internal_queue.query(query.text, bindings=bindings)
    text = inline_bindings(query.body, bindings)
    return question_page(context, query, values, result, text, result_urls(text))
