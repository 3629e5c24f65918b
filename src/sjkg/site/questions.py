"""The page of a saved query (“question”): its parameters as a form, its result with labels and dates, and its SPARQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sjkg.core.vocabulary import BASE, EDTF, IDS, PREFIXES, shorten
from sjkg.kb.queries import IRI_KINDS, Parameter, SavedQuery
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
    """A parameter as a form field.

    form: a description of the permitted values. options: value and label of each, empty if the value is typed.
    """

    name: str
    label: str
    type: str
    value: str
    form: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QuestionPage:
    """A saved query and its result.

    The table has no columns for the parameters, for variables without values, and for labels of things in their row.
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
    """Return the page of the result of a saved query.

    values: the parameters given. text: the SPARQL with all parameters inlined. whole: the URL of the complete result in
    each format. Raises TooLargeForPage if the result is too large.
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
        tuple(tuple(_cell(row.get(column), own_names) for column in columns) for row in rows),
        parsed.boolean,
        len(columns),
        parsed.total_rows,
        parsed.is_cut,
        whole,
    )
    fields = tuple(_field(context.index, p, values.get(p.name, p.default)) for p in query.parameters)
    return QuestionPage(query.name, query.title, query.description, fields, text, table)


def _cell(term: JsonTerm | None, names: Mapping[str, str]) -> TableCell:
    """Return the cell of a term, a date as text."""
    cell = table_cell(term, names)
    in_words = DATES_IN_WORDS.get(term.get("datatype", "")) if term else None
    return replace(cell, text=in_words(cell.text)) if in_words else cell


def _field(index: Index, parameter: Parameter, value: str) -> Field:
    """Return the form field of a parameter with this value; to be typed if the value is none of its options."""
    options = _options(index, parameter.type) if parameter.type in IRI_KINDS else ()
    if options and ":" not in value:
        value = f"{parameter.type}:{value}"
    if value not in dict(options):
        options = ()
    return Field(parameter.name, spaced(parameter.name), parameter.type, value, parameter.form, options)


def _options(index: Index, kind: str) -> tuple[tuple[str, str], ...]:
    """Return CURIE and label of all things of a kind, by label, or none if there are more than MAX_OPTIONS."""
    things = index.things_of(f"{IDS}{kind}/", MAX_OPTIONS + 1)
    return tuple((shorten(thing), name) for thing, name in things) if len(things) <= MAX_OPTIONS else ()


def _repeats_labels(column: str, rows: Sequence[Mapping[str, JsonTerm]], names: Mapping[str, str]) -> bool:
    """Return whether each value of a column is a literal that is the label of a thing in the same row."""
    return all(
        column in row
        and row[column]["type"] == "literal"
        and row[column]["value"] in {names[term["value"]] for term in row.values() if term["type"] == "uri"}
        for row in rows
    )
