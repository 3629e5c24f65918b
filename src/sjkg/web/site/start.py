"""The start page, and the stored questions."""

from flask import Response, request

from sjkg.pages.ask import Asker, write_out
from sjkg.pages.frame import Frame
from sjkg.pages.question import QuestionPage, question_page
from sjkg.pages.start import QuestionsPage, StartPage, questions_page, start_page
from sjkg.queries import find_query
from sjkg.web.context import current_queries, current_snapshot, current_store
from sjkg.web.site.show import addresses_of, blueprint, page


@page("/", "start.html")
def start(asker: Asker, frame: Frame) -> StartPage:
    return start_page(asker, frame, current_snapshot().manifest, current_queries())


@page("/questions", "questions.html")
def questions(_asker, _frame) -> QuestionsPage:
    return questions_page(current_queries().values())


@blueprint.get("/questions/<name>.rq")
def question_text(name: str) -> Response:
    """Give a stored question as a query that asks it by itself, its parameters written out."""
    query = find_query(current_queries(), name)
    bindings = query.bind({key: value for key, value in request.args.items() if value})
    return Response(write_out(query.body, bindings), mimetype="application/sparql-query")


@page("/questions/<name>", "question.html")
def question(asker: Asker, frame: Frame, name: str) -> QuestionPage:
    """Show a stored question's answer, its parameters as a form, and its query."""
    query = find_query(current_queries(), name)
    values = {key: value for key, value in request.args.items() if value}
    bindings = query.bind(values)
    answer = current_store().query(query.text, bindings=bindings)
    text = write_out(query.body, bindings)
    return question_page(asker, frame, query, values, answer, text, addresses_of(text))
