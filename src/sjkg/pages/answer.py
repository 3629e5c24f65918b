"""The page of an answer: a table, or a yes or no, with the query behind it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sjkg.pages.columns import ONE_LINE
from sjkg.store.engine import Answer
from sjkg.vocab import shorten


@dataclass(frozen=True)
class Cell:
    """One term of an answer: its text, and its IRI or language where it has one."""

    text: str
    iri: str | None = None
    language: str | None = None
    is_number: bool = False

    @property
    def is_short(self) -> bool:
        return len(self.text) <= ONE_LINE


@dataclass(frozen=True)
class AnswerPage:
    """A table of an answer (or a yes or no) and the query behind it."""

    query: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    boolean: bool | None


def answer_page(answer: Answer, query: str) -> AnswerPage:
    """Return the page of an answer in SPARQL JSON."""
    parsed = json.loads(answer.body)
    columns = tuple(parsed["head"].get("vars", ()))
    rows = tuple(
        tuple(cell(row.get(column)) for column in columns) for row in parsed.get("results", {}).get("bindings", ())
    )
    return AnswerPage(query, columns, rows, parsed.get("boolean"))


def cell(term: dict | None, names: Mapping[str, str] = MappingProxyType({})) -> Cell:
    """Return what a table shows of a term in SPARQL JSON. names: what to call things; others show their IRI, in short."""
    if term is None:
        return Cell("")
    if term["type"] == "uri":
        iri = term["value"]
        return Cell(names.get(iri) or shorten(iri).removeprefix("<").removesuffix(">"), iri=iri)
    return Cell(
        term["value"],
        language=term.get("xml:lang"),
        is_number=term.get("datatype", "").endswith(("#integer", "#decimal")),
    )
