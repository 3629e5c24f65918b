"""The page of an answer: a table, or a yes or no, with the query behind it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sjkg.core.errors import TooLargeForPage
from sjkg.core.vocabulary import curie
from sjkg.site.columns import ONE_LINE
from sjkg.store.query_result import QueryResult

MOST_BYTES = 4 * 1024 * 1024  # of an answer that is read for a page, which takes up to 25 times as much memory
MOST_CELLS = 20_000  # of a table that is drawn: a variable without value costs nothing in an answer, but its cell does


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
    """A table of an answer (or a yes or no) and the query behind it.

    columns, rows: the first ones, where the table is cut; whole: the address of the whole answer in each format.
    """

    query: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    boolean: bool | None
    total_columns: int
    total_rows: int
    is_cut: bool
    whole: dict[str, str]


@dataclass(frozen=True)
class Read:
    """What a page draws of an answer in SPARQL JSON, as that has it: the first columns and rows of a table, or a yes or no."""

    columns: Sequence[str]
    rows: Sequence[dict]
    boolean: bool | None
    total_columns: int
    total_rows: int

    @property
    def is_cut(self) -> bool:
        return len(self.columns) < self.total_columns or len(self.rows) < self.total_rows


def answer_page(answer: QueryResult, query: str, whole: dict[str, str]) -> AnswerPage:
    """Return the page of an answer in SPARQL JSON. Raises TooLargeForPage."""
    read = read_answer(answer, whole)
    return AnswerPage(
        query,
        tuple(read.columns),
        tuple(tuple(cell(row.get(column)) for column in read.columns) for row in read.rows),
        read.boolean,
        read.total_columns,
        read.total_rows,
        read.is_cut,
        whole,
    )


def read_answer(answer: QueryResult, whole: dict[str, str]) -> Read:
    """Return what a page draws of an answer, no more cells than MOST_CELLS. Raises TooLargeForPage, which says where it is
    as a whole."""
    if answer.size > MOST_BYTES:
        raise TooLargeForPage(
            f"the answer has {answer.size:,} bytes, and a page is made of {MOST_BYTES:,} at most; take all of it in "
            f"another format (format={', '.join(whole)}), or ask for less, with LIMIT or for fewer variables",
            whole,
        )
    parsed = json.loads(answer.body)
    columns, rows = parsed["head"].get("vars", ()), parsed.get("results", {}).get("bindings", ())
    drawn = columns[:MOST_CELLS]
    return Read(drawn, rows[: MOST_CELLS // max(len(drawn), 1)], parsed.get("boolean"), len(columns), len(rows))


def cell(term: dict | None, names: Mapping[str, str] = MappingProxyType({})) -> Cell:
    """Return what a table shows of a term in SPARQL JSON. names: what to call things; others show their IRI, in short."""
    if term is None:
        return Cell("")
    if term["type"] == "uri":
        iri = term["value"]
        return Cell(names.get(iri) or curie(iri), iri=iri)
    return Cell(
        term["value"],
        language=term.get("xml:lang"),
        is_number=term.get("datatype", "").endswith(("#integer", "#decimal")),
    )
