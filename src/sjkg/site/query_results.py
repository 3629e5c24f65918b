"""Results of SPARQL queries as tables of a page, limited in size, and the page model of such a result.

Input is SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sjkg.core.errors import TooLargeForPage
from sjkg.core.vocabulary import curie
from sjkg.site.model import TableCell
from sjkg.store.query_result import QueryResult

MAX_RESULT_BYTES = 4 * 1024 * 1024  # parsing takes up to 25 times as much memory
MAX_CELLS = 20_000  # an unbound variable takes no space in a result, but its cell does in a page

JsonTerm = Mapping[str, str]  # an RDF term in SPARQL JSON: type, value, datatype, xml:lang
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class ParsedResult:
    """The part of a query result that fits on a page: at most 20,000 cells, first columns and rows first.

    columns: variable names. rows: terms by variable name, without the unbound ones. boolean: result of an ASK query,
    else None. total_columns, total_rows: of the complete result.
    """

    columns: Sequence[str]
    rows: Sequence[Mapping[str, JsonTerm]]
    boolean: bool | None
    total_columns: int
    total_rows: int

    @property
    def is_cut(self) -> bool:
        """True if columns or rows are left out."""
        return len(self.columns) < self.total_columns or len(self.rows) < self.total_rows


@dataclass(frozen=True)
class ResultTable:
    """The result of a query as a table, or as a boolean (result of an ASK query, else None).

    columns, rows: the first ones if is_cut; at most 20,000 cells. total_columns, total_rows: before the cut. whole: URL
    of the complete result by name of format.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    boolean: bool | None
    total_columns: int
    total_rows: int
    is_cut: bool
    whole: dict[str, str]


@dataclass(frozen=True)
class ResultPage:
    """The result of a SPARQL query, and the text of the query."""

    query: str
    table: ResultTable


def result_page(result: QueryResult, query: str, whole: dict[str, str]) -> ResultPage:
    """Return the page (dataclass for HTML and JSON) of a query result.

    query: its text. whole: URL of the complete result by name of format. Raises TooLargeForPage if the result has more
    than MAX_RESULT_BYTES.
    """
    parsed = parse_result(result, whole)
    rows = tuple(tuple(table_cell(row.get(column)) for column in parsed.columns) for row in parsed.rows)
    table = ResultTable(
        tuple(parsed.columns), rows, parsed.boolean, parsed.total_columns, parsed.total_rows, parsed.is_cut, whole
    )
    return ResultPage(query, table)


def parse_result(result: QueryResult, whole: dict[str, str]) -> ParsedResult:
    """Return the part of a query result that fits on a page: at most MAX_CELLS cells.

    whole: URL of the complete result by name of format. Raises TooLargeForPage, with these URLs, above
    MAX_RESULT_BYTES.
    """
    if result.size > MAX_RESULT_BYTES:
        raise TooLargeForPage(
            f"the result has {result.size:,} bytes; a page can show at most {MAX_RESULT_BYTES:,}; download it in another "
            f"format (format={', '.join(whole)}), or reduce it with LIMIT or fewer variables",
            whole,
        )
    parsed = json.loads(result.body)
    columns, rows = parsed["head"].get("vars", ()), parsed.get("results", {}).get("bindings", ())
    shown = columns[:MAX_CELLS]
    return ParsedResult(shown, rows[: MAX_CELLS // max(len(shown), 1)], parsed.get("boolean"), len(columns), len(rows))


def table_cell(term: JsonTerm | None, names: Mapping[str, str] = NO_NAMES) -> TableCell:
    """Return the table cell of an RDF term in SPARQL JSON, an empty cell for None (unbound).

    names: label by IRI; an IRI without label is shown as its CURIE.
    """
    if term is None:
        return TableCell("")
    if term["type"] == "uri":
        iri = term["value"]
        return TableCell(names.get(iri) or curie(iri), iri=iri)
    return TableCell(
        term["value"],
        language=term.get("xml:lang"),
        is_number=term.get("datatype", "").endswith(("#integer", "#decimal")),
    )
