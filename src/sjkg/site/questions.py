"""The page of a stored question: its parameters as a form, its answer with things by name, and its query to go on from."""

from dataclasses import dataclass, replace

from sjkg.core.vocabulary import BASE, EDTF, IDS, PREFIXES, shorten
from sjkg.kb.queries import IRI_KINDS, Parameter, StoredQuery
from sjkg.site.answers import Cell, cell, read_answer
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.date_text import day_in_words, edtf_in_words
from sjkg.site.paths import spaced
from sjkg.store.query_result import QueryResult

READ = {EDTF: edtf_in_words, f"{PREFIXES['xsd']}date": day_in_words}
MOST_OPTIONS = 400  # a longer choice is no help; then the name is typed


@dataclass(frozen=True)
class Field:
    """A parameter as a field of a form. options: the things to choose from, as value and name; none where it is typed."""

    name: str
    label: str
    type: str
    value: str
    form: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QuestionPage:
    """A stored question and its answer, a table or a yes or no. columns: as people write them, without
    the parameters and those that are empty or only repeat a name.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    boolean: bool | None
    query: str
    total_columns: int
    total_rows: int
    is_cut: bool
    whole: dict[str, str]


def question_page(
    context: PageContext,
    query: StoredQuery,
    values: dict[str, str],
    answer: QueryResult,
    text: str,
    whole: dict[str, str],
) -> QuestionPage:
    """Return the page. values: what was given for the parameters; text: the query with all of them written out; whole:
    the address of the whole answer in each format. Raises TooLargeForPage."""
    context.record(query.title, text)
    read = read_answer(answer, whole)
    rows = read.rows
    given = {parameter.name for parameter in query.parameters}
    names = context.labels.names(term["value"] for row in rows for term in row.values() if term["type"] == "uri")
    ours = {iri: name for iri, name in names.items() if iri.startswith(BASE)}
    columns = tuple(
        column
        for column in read.columns
        if column not in given and any(column in row for row in rows) and not _tells_a_name_again(column, rows, names)
    )
    return QuestionPage(
        query.name,
        query.title,
        query.description,
        tuple(
            _field(context.labels, parameter, values.get(parameter.name, parameter.default))
            for parameter in query.parameters
        ),
        tuple(spaced(column) for column in columns),
        tuple(tuple(_cell(row.get(column), ours) for column in columns) for row in rows),
        read.boolean,
        text,
        len(columns),
        read.total_rows,
        read.is_cut,
        whole,
    )


def _cell(term: dict | None, names: dict[str, str]) -> Cell:
    """Return a cell of the answer, its dates in words."""
    shown = cell(term, names)
    read = READ.get(term.get("datatype")) if term else None
    return replace(shown, text=read(shown.text)) if read else shown


def _field(labels: SnapshotLabels, parameter: Parameter, value: str) -> Field:
    options = _options(labels, parameter.type) if parameter.type in IRI_KINDS else ()
    if options and ":" not in value:
        value = f"{parameter.type}:{value}"
    if value not in dict(options):
        options = ()
    return Field(parameter.name, spaced(parameter.name), parameter.type, value, parameter.form, options)


def _options(labels: SnapshotLabels, kind: str) -> tuple[tuple[str, str], ...]:
    things = labels.index.things_of(f"{IDS}{kind}/", MOST_OPTIONS + 1)
    return tuple((shorten(thing), name) for thing, name in things) if len(things) <= MOST_OPTIONS else ()


def _tells_a_name_again(column: str, rows: list[dict], names: dict[str, str]) -> bool:
    """Tell whether each text of a column is the name of a thing in its row, which is shown by that name already."""
    return all(
        column in row
        and row[column]["type"] == "literal"
        and row[column]["value"] in {names[term["value"]] for term in row.values() if term["type"] == "uri"}
        for row in rows
    )
