"""The page of an answer: a table, or a yes or no, with the query behind it."""

import json
from dataclasses import dataclass

from sjkg.queries import Parameter
from sjkg.store.engine import Answer
from sjkg.vocab import shorten


@dataclass(frozen=True)
class Cell:
    """One term of an answer: its text, and its IRI or language where it has one."""

    text: str
    iri: str | None = None
    language: str | None = None
    is_number: bool = False


@dataclass(frozen=True)
class AnswerPage:
    """A table of an answer (or a yes or no) and the query behind it."""

    title: str
    description: str
    query: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    boolean: bool | None = None
    name: str | None = None
    fields: tuple[tuple[Parameter, str], ...] = ()


def answer_page(
    answer: Answer,
    query: str,
    title: str = "Answer",
    description: str = "",
    name: str | None = None,
    fields: tuple[tuple[Parameter, str], ...] = (),
) -> AnswerPage:
    """Return the page of an answer in SPARQL JSON."""
    parsed = json.loads(answer.body)
    columns = tuple(parsed["head"].get("vars", ()))
    rows = tuple(
        tuple(_cell(row.get(column)) for column in columns) for row in parsed.get("results", {}).get("bindings", ())
    )
    return AnswerPage(title, description, query, columns, rows, parsed.get("boolean"), name, fields)


def _cell(term: dict | None) -> Cell:
    if term is None:
        return Cell("")
    if term["type"] == "uri":
        return Cell(shorten(term["value"]).removeprefix("<").removesuffix(">"), iri=term["value"])
    return Cell(
        term["value"],
        language=term.get("xml:lang"),
        is_number=term.get("datatype", "").endswith(("#integer", "#decimal")),
    )
