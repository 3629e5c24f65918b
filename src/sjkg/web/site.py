"""The pages: the start page, and a page for each stored question."""

from flask import Blueprint, render_template, request

from sjkg.pages import answer_page, start_page
from sjkg.queries import find_query
from sjkg.web.context import current_queries, current_snapshot, current_store

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
def start():
    return render_template("start.html", page=start_page(current_snapshot().manifest, current_queries()))


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
