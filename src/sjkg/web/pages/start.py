"""The start page, the saved queries (“questions”), and citations for reference managers."""

from dataclasses import replace

from flask import Response, request

from sjkg.core.datatypes import is_calendar_day
from sjkg.core.errors import BadParameter
from sjkg.kb.queries import find_query
from sjkg.site.citation import as_text, bibtex, cite_page, csl_json, page_title, ris
from sjkg.site.context import PageContext
from sjkg.site.paths import iri_of
from sjkg.site.questions import QuestionPage, question_page
from sjkg.site.start import QuestionsPage, StartPage, questions_page, start_page
from sjkg.sparql.rewriting import inline_bindings
from sjkg.web.context import current_served
from sjkg.web.http.negotiation import FORMAT
from sjkg.web.openapi import Documentation, Parameter
from sjkg.web.pages.show import blueprint, page, result_urls

CITATION_FORMATS = {
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
    "json": (csl_json, "application/vnd.citationstyles.csl+json"),
}


def question_parameters(name: str) -> list[Parameter]:
    """Return the URL parameters of the saved query `name`, which the header of its file declares.

    Raises UnknownName when there is no such saved query.
    """
    return [
        Parameter(each.name, f"{each.form}; by default {each.default}", example=each.default)
        for each in find_query(current_served().queries, name).parameters
    ]


def _describe_question(name: str) -> str:
    """Return title and description of the saved query `name`, with an empty line between.

    Raises UnknownName when there is no such saved query.
    """
    query = find_query(current_served().queries, name)
    return f"{query.title}\n\n{query.description}"


QUESTION = Documentation(
    docstring=_describe_question,
    parameters=question_parameters,
    choices={"name": lambda: current_served().queries},
    is_costly=True,
)


@blueprint.get("/cite/<path:name>.<any(bib, ris, json):ending>")
@Documentation(
    produces=lambda ending: {CITATION_FORMATS[ending][1]: None},
    parameters=[Parameter("accessed", "The day on which the page was seen.", {"type": "string", "format": "date"})],
)
def cite(name: str, ending: str) -> Response:
    """Send the citation of the page /page/{name} for a reference manager.

    The ending selects the format: bib (BibTeX), ris (RIS) or json (CSL-JSON). The parameter “accessed” becomes the date of access.
    """
    iri = iri_of(name)
    title, accessed = page_title(current_served().labels, iri), _read_accessed_day()
    write, media_type = CITATION_FORMATS[ending]
    citation = cite_page(iri, title, current_served().snapshot.manifest, accessed)
    return Response(write(citation), content_type=f"{media_type}; charset=utf-8")


def _read_accessed_day() -> str | None:
    """Return the URL parameter “accessed” of the current request; None when absent or empty.

    Raises BadParameter unless it is a day YYYY-MM-DD.
    """
    text = request.args.get("accessed")
    if text and not is_calendar_day(text):
        raise BadParameter(
            f"the parameter “accessed” must be a day as YYYY-MM-DD, for example 1939-08-20, not “{text}”"
        )
    return text or None


@blueprint.app_template_global()
def citation_text(iri: str, title: str) -> str:
    """Return the citation of the page of an IRI as text. title: of the page, used if the index has none for the IRI."""
    served = current_served()
    return as_text(cite_page(iri, served.labels.title(iri) or title, served.snapshot.manifest))


@page("/", "start.html")
def start(context: PageContext) -> StartPage:
    """Show the start page: events with the most claims, numbers of events by year, example questions, other counts."""
    return start_page(context, current_served().snapshot.manifest, current_served().queries)


@page("/questions", "questions.html")
def questions(_context: PageContext) -> QuestionsPage:
    """Show all saved queries, under the headings that the headers of their files name."""
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
    values = {key: value for key, value in request.args.items() if value and key != FORMAT}
    bindings = query.bind(values)
    result = current_served().internal_queue.query(query.text, bindings=bindings)
    text = inline_bindings(query.body, bindings)
    return question_page(context, query, values, result, text, result_urls(result.kind, text))
