"""The start page, and the stored questions."""

from flask import Response, render_template, request

from sjkg.pages.answer import answer_page
from sjkg.pages.ask import Asker, write_out
from sjkg.pages.frame import Frame
from sjkg.pages.start import QuestionsPage, StartPage, questions_page, start_page
from sjkg.queries import find_query
from sjkg.web.context import current_queries, current_snapshot, current_store
from sjkg.web.site.show import blueprint, page


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


@blueprint.get("/questions/<name>")
def question(name: str):
    """Show a stored question's answer, its parameters as a form, and its text."""
    query = find_query(current_queries(), name)
    values = {key: value for key, value in request.args.items() if value}
    bindings = query.bind(values)
    answer = current_store().query(query.text, bindings=bindings)
    fields = tuple((parameter, values.get(parameter.name, parameter.default)) for parameter in query.parameters)
    page = answer_page(answer, query.body, query.title, query.description, query.name, fields)
    return render_template("answer.html", page=page)
