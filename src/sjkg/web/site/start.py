"""The start page, and a page for each stored question."""

from flask import render_template, request

from sjkg.pages.answer import answer_page
from sjkg.pages.start import StartPage, start_page
from sjkg.queries import find_query
from sjkg.web.context import current_queries, current_snapshot, current_store
from sjkg.web.site.show import blueprint, page


@page("/", "start.html")
def start(_asker, _frame) -> StartPage:
    return start_page(current_snapshot().manifest, current_queries())


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
