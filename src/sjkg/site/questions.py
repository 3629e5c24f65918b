"""Page models of a saved query (“question”) and of any SPARQL query's result, as a table limited in size.

The page of a saved query shows parameters as a form, the result with labels and dates, and the SPARQL text. Results
are SPARQL 1.1 Query Results JSON (https://www.w3.org/TR/sparql11-results-json/).
"""

import json
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

from sjkg.core.errors import TooLargeForPage
from sjkg.core.terms import JsonTerm, show_term
from sjkg.core.vocabulary import EDTF, PREFIXES, curie, own, shorten
from sjkg.kb.queries import IRI_KINDS, QueryParameter, SavedQuery
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.model import TableCell
from sjkg.site.paths import spaced
from sjkg.site.wording import day_in_words, edtf_in_words
from sjkg.snapshot.index.read import Index
from sjkg.store.convert import convert_quads, read_json_triples
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.store.query_result import QueryResult

DATES_IN_WORDS = {EDTF: edtf_in_words, f"{PREFIXES['xsd']}date": day_in_words}
MAX_OPTIONS = 400  # a parameter with more values is typed, not selected
MAX_RESULT_BYTES = 4 * 1024 * 1024  # parsing takes up to 25 times as much memory
HEAD, BINDINGS = '"head":', '"bindings":['
TRIPLE = ("subject", "predicate", "object")
MAX_CELLS = 20_000  # an unbound variable takes no space in a result, but its cell does in a page


NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class ParsedResult:
    """The part of a query result that fits on a page: its first columns and rows, at most 20,000 cells together.

    columns: variable names. rows: terms by variable name, without the unbound ones. boolean: result of an ASK query,
    else None. total_columns, total_rows: numbers of columns and rows of the complete result; total_rows is None if the
    result is too large to be counted. turtle: the triples of a graph in Turtle; "" for other results.
    """

    columns: Sequence[str]
    rows: Sequence[Mapping[str, JsonTerm]]
    boolean: bool | None
    total_columns: int
    total_rows: int | None
    turtle: str = ""

    @property
    def is_cut(self) -> bool:
        """True if columns or rows are left out."""
        return len(self.columns) < self.total_columns or self.total_rows is None or len(self.rows) < self.total_rows


@dataclass(frozen=True)
class ResultTable:
    """The result of a query for a page: a table, or the boolean of an ASK query.

    columns, rows: the first columns and rows, at most 20,000 cells together; is_cut: others are left out. boolean: True
    or False for an ASK query, else None. total_columns, total_rows: numbers of columns and rows of the complete result,
    for a saved query without the columns that its page leaves out; total_rows is None if the result is too large to be
    counted. whole: URL of the complete result by name of format,
    such as “csv”.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    boolean: bool | None
    total_columns: int
    total_rows: int | None
    is_cut: bool
    whole: dict[str, str]


@dataclass(frozen=True)
class ResultPage:
    """The result of a SPARQL query, and the text of the query. A graph is a table of triples.

    turtle: the triples of the table in Turtle, if the result is a graph, else "". warnings: a sentence, without full stop, for each IRI in the query that is nowhere
    in the graph, and the reason of an empty result.
    """

    query: str
    warnings: tuple[str, ...]
    turtle: str
    table: ResultTable


@dataclass(frozen=True)
class Field:
    """A parameter of a saved query as a form field.

    type: xsd:date, xsd:integer, xsd:string, lang (a language tag), or a kind of entity such as event. value: current
    value. form: description of the permitted values. options: value and label of each permitted value; empty if the
    value is to be typed.
    """

    name: str
    label: str
    type: str
    value: str
    form: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QuestionPage:
    """A saved query and its result. query: SPARQL with the parameters inlined.

    warnings: a sentence, without full stop, for each IRI in the query that is nowhere in the graph.

    The table leaves out the columns of the parameters, columns without values, and columns that repeat the label of a
    thing in the same row.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    query: str
    warnings: tuple[str, ...]
    table: ResultTable


def question_page(
    context: PageContext,
    query: SavedQuery,
    values: Mapping[str, str],
    result: QueryResult,
    text: str,
    whole: dict[str, str],
) -> QuestionPage:
    """Return the page (dataclass for HTML and JSON) of a saved query and its result.

    values: given parameters by name; the others have their defaults. result: of the query with these values. text:
    SPARQL with all parameters inlined. whole: URL of the complete result by name of format, such as “csv”. Raises
    TooLargeForPage if not even the first row of the result fits on a page.
    """
    context.record(query.title, text)
    given = {parameter.name for parameter in query.parameters}
    table = readable_table(context.labels, parse_result(result, whole), whole, given)
    fields = tuple(_build_field(context.index, p, values.get(p.name, p.default)) for p in query.parameters)
    return QuestionPage(query.name, query.title, query.description, fields, text, result.warnings, table)


def readable_table(
    labels: SnapshotLabels, parsed: ParsedResult, whole: dict[str, str], left_out: Set[str] = frozenset()
) -> ResultTable:
    """Return the table of a query result for readers: labels in place of IRIs, dates as English text.

    Columns without values are left out, and those that repeat the label of a thing in the same row, and those in `left_out`.
    whole: URL of the complete result by name of format.
    """
    rows = parsed.rows
    names = labels.names(term["value"] for row in rows for term in row.values() if term["type"] == "uri")
    own_names = {iri: name for iri, name in names.items() if iri.startswith(own().all_own)}
    columns = [
        column
        for column in parsed.columns
        if column not in left_out and any(column in row for row in rows) and not _repeats_labels(column, rows, names)
    ]
    return ResultTable(
        tuple(spaced(column) for column in columns),
        tuple(tuple(_build_cell(row.get(column), own_names) for column in columns) for row in rows),
        parsed.boolean,
        len(columns),
        parsed.total_rows,
        parsed.is_cut,
        whole,
    )


def _build_cell(term: JsonTerm | None, names: Mapping[str, str]) -> TableCell:
    """Return the table cell of a term in SPARQL JSON (None if unbound), with a date as English text.

    names: label by IRI; an IRI without label is shown as its CURIE.
    """
    cell = table_cell(term, names)
    in_words = DATES_IN_WORDS.get(term.get("datatype", "")) if term else None
    return replace(cell, text=in_words(cell.text)) if in_words else cell


def _build_field(index: Index, parameter: QueryParameter, value: str) -> Field:
    """Return the form field of a parameter with its current value.

    It has options to choose from if the parameter is an entity of a kind with at most MAX_OPTIONS entities and `value`
    is one of them; otherwise its value is to be typed.
    """
    options = _list_options(index, parameter.type) if parameter.type in IRI_KINDS else ()
    if options and ":" not in value:
        value = f"{parameter.type}:{value}"
    if value not in dict(options):
        options = ()
    return Field(parameter.name, spaced(parameter.name), parameter.type, value, parameter.form, options)


def _list_options(index: Index, kind: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of CURIE and label of all entities of a kind, such as event, by label; () above MAX_OPTIONS entities."""
    things = index.things_of(f"{own().ids}{kind}/", MAX_OPTIONS + 1)
    return tuple((shorten(thing), name) for thing, name in things) if len(things) <= MAX_OPTIONS else ()


def _repeats_labels(column: str, rows: Sequence[Mapping[str, JsonTerm]], names: Mapping[str, str]) -> bool:
    """Return whether each value of a column is a literal that equals the label of an IRI in the same row.

    names: label by IRI.
    """
    return all(
        column in row
        and row[column]["type"] == "literal"
        and row[column]["value"] in {names[term["value"]] for term in row.values() if term["type"] == "uri"}
        for row in rows
    )


def result_page(labels: SnapshotLabels, result: QueryResult, query: str, whole: dict[str, str]) -> ResultPage:
    """Return the page (dataclass for HTML and JSON) of a query result.

    query: its SPARQL text. whole: URL of the complete result by name of format, such as “csv”. Raises TooLargeForPage
    if not even the first row of the result fits on a page.
    """
    parsed = parse_result(result, whole)
    names = labels.names(
        term["value"]
        for row in parsed.rows
        for term in row.values()
        if term["type"] == "uri" and term["value"].startswith(own().all_own)
    )
    rows = tuple(
        tuple(_with_label(table_cell(row.get(column)), names) for column in parsed.columns) for row in parsed.rows
    )
    table = ResultTable(
        tuple(parsed.columns), rows, parsed.boolean, parsed.total_columns, parsed.total_rows, parsed.is_cut, whole
    )
    return ResultPage(query, result.warnings, parsed.turtle, table)


def _with_label(cell: TableCell, names: Mapping[str, str]) -> TableCell:
    """Return a table cell with the label of its IRI, if `names` has one."""
    return replace(cell, label=names[cell.iri]) if cell.iri and cell.iri in names else cell


def parse_result(result: QueryResult, whole: dict[str, str]) -> ParsedResult:
    """Return the part of a query result that fits on a page: at most MAX_CELLS cells of its first MAX_RESULT_BYTES.

    result: in SPARQL JSON, or for CONSTRUCT and DESCRIBE in N-Triples. whole: URL of the complete result by name of format,
    such as “csv”. Raises TooLargeForPage, with these URLs, if not even the first row fits.
    """
    start = _first_bytes(result, MAX_RESULT_BYTES)
    is_complete = len(start) == result.size
    if result.kind == "graph":
        parsed = _parse_graph(start, sum(chunk.count(b"\n") for chunk in result.chunks))
    elif is_complete:
        document = json.loads(start)
        columns, rows = document["head"].get("vars", ()), document.get("results", {}).get("bindings", ())
        shown = columns[:MAX_CELLS]
        fitting = rows[: MAX_CELLS // max(len(shown), 1)]
        parsed = ParsedResult(shown, fitting, document.get("boolean"), len(columns), len(rows))
    else:
        parsed = _parse_first_rows(start.decode("utf-8", "ignore"))
    if not is_complete and not parsed.rows:
        raise TooLargeForPage(
            f"the result of the query has {result.size:,} bytes; a page can show at most {MAX_RESULT_BYTES:,}; download it in another "
            f"format (format={', '.join(whole)}), or reduce it with LIMIT or fewer variables",
            whole,
        )
    return parsed


def _first_bytes(result: QueryResult, count: int) -> bytes:
    """Return the first `count` bytes of a serialized result, or all if there are fewer."""
    start = bytearray()
    for chunk in result.chunks:
        start += chunk
        if len(start) >= count:
            break
    return bytes(start[:count])


def _parse_first_rows(start: str) -> ParsedResult:
    """Return the first rows of a SELECT result, as many as fit on a page; their total number is unknown.

    start: the beginning of the result in SPARQL JSON as the engine writes it: the head first.
    """
    decoder = json.JSONDecoder()
    head, position = decoder.raw_decode(start, start.index(HEAD) + len(HEAD))
    columns = head["vars"][:MAX_CELLS]
    position = start.index(BINDINGS, position) + len(BINDINGS)
    rows: list[Mapping[str, JsonTerm]] = []
    with suppress(ValueError):  # the last row is incomplete
        while len(rows) < MAX_CELLS // max(len(columns), 1):
            row, position = decoder.raw_decode(start, position)
            rows.append(row)
            position += 1  # the comma
    return ParsedResult(columns, rows, None, len(head["vars"]), None)


def _parse_graph(start: bytes, total: int) -> ParsedResult:
    """Return the first triples of a graph as rows, as many as fit on a page.

    start: the beginning of its N-Triples. total: the number of its triples.
    """
    lines = start.splitlines(keepends=True)[: MAX_CELLS // len(TRIPLE)]
    ntriples = b"".join(line for line in lines if line.endswith(b"\n"))
    rows = [dict(zip(TRIPLE, triple, strict=True)) for triple in read_json_triples(ntriples)]
    turtle = convert_quads(ntriples, GRAPH_FORMATS["turtle"]).decode()
    return ParsedResult(TRIPLE, rows, None, len(TRIPLE), total, turtle)


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
        show_term(term),
        language=term.get("xml:lang"),
        is_number=term.get("datatype", "").endswith(("#integer", "#decimal")),
    )
