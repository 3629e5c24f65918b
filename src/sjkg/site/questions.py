"""Page model of a saved query (“question”): parameters as a form, result with labels and dates, SPARQL text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sjkg.core.vocabulary import BASE, EDTF, IDS, PREFIXES, shorten
from sjkg.kb.queries import IRI_KINDS, QueryParameter, SavedQuery
from sjkg.site.context import PageContext
from sjkg.site.date_text import day_in_words, edtf_in_words
from sjkg.site.model import TableCell
from sjkg.site.paths import spaced
from sjkg.site.query_results import JsonTerm, ResultTable, parse_result, table_cell
from sjkg.snapshot.index.read import Index
from sjkg.store.query_result import QueryResult

DATES_IN_WORDS = {EDTF: edtf_in_words, f"{PREFIXES['xsd']}date": day_in_words}
MAX_OPTIONS = 400  # a parameter with more values is typed, not selected


@dataclass(frozen=True)
class Field:
    """A parameter of a saved query as a form field.

    type: xsd:date, xsd:integer, xsd:string, lang, or a kind of entity such as event. value: current value. form:
    description of the permitted values. options: value and label of each permitted value; empty if the value is to be
    typed.
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

    The table leaves out the columns of the parameters, columns without values, and columns that repeat the label of a
    thing in the same row.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    query: str
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

    values: given parameters by name; the others have their defaults. text: SPARQL with all parameters inlined. whole:
    URL of the complete result by name of format. Raises TooLargeForPage if the result has more bytes than a page can
    show.
    """
    context.record(query.title, text)
    parsed = parse_result(result, whole)
    rows = parsed.rows
    names = context.labels.names(term["value"] for row in rows for term in row.values() if term["type"] == "uri")
    own_names = {iri: name for iri, name in names.items() if iri.startswith(BASE)}
    given = {parameter.name for parameter in query.parameters}
    columns = [
        column
        for column in parsed.columns
        if column not in given and any(column in row for row in rows) and not _repeats_labels(column, rows, names)
    ]
    table = ResultTable(
        tuple(spaced(column) for column in columns),
        tuple(tuple(_build_cell(row.get(column), own_names) for column in columns) for row in rows),
        parsed.boolean,
        len(columns),
        parsed.total_rows,
        parsed.is_cut,
        whole,
    )
    fields = tuple(_build_field(context.index, p, values.get(p.name, p.default)) for p in query.parameters)
    return QuestionPage(query.name, query.title, query.description, fields, text, table)


def _build_cell(term: JsonTerm | None, names: Mapping[str, str]) -> TableCell:
    """Return the table cell of a term in SPARQL JSON (None if unbound), dates as text. names: label by IRI."""
    cell = table_cell(term, names)
    in_words = DATES_IN_WORDS.get(term.get("datatype", "")) if term else None
    return replace(cell, text=in_words(cell.text)) if in_words else cell


def _build_field(index: Index, parameter: QueryParameter, value: str) -> Field:
    """Return the form field of a parameter with its current value; to be typed if the value is none of the options."""
    options = _list_options(index, parameter.type) if parameter.type in IRI_KINDS else ()
    if options and ":" not in value:
        value = f"{parameter.type}:{value}"
    if value not in dict(options):
        options = ()
    return Field(parameter.name, spaced(parameter.name), parameter.type, value, parameter.form, options)


def _list_options(index: Index, kind: str) -> tuple[tuple[str, str], ...]:
    """Return CURIE and label of all entities of a kind, such as event, by label; none if more than MAX_OPTIONS."""
    things = index.things_of(f"{IDS}{kind}/", MAX_OPTIONS + 1)
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
