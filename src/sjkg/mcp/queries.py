"""The tools “query” and “ask_question”: results of SPARQL and of saved queries, a part of the rows at a time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sjkg.core.errors import BadDate, BadParameter, LimitExceeded
from sjkg.core.messages import count_noun
from sjkg.core.terms import JsonTerm, read_language, show_controls, show_term
from sjkg.core.vocabulary import EDTF, curie, own
from sjkg.kb.queries import find_query
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.query_advice import advise
from sjkg.mcp.sources import CitedPassage, cite_passages, passage_lines, site_link
from sjkg.site.paths import page_path
from sjkg.site.wording import edtf_in_words
from sjkg.sparql.rewriting import inline_bindings
from sjkg.store.convert import convert_quads, read_json_triples
from sjkg.store.formats import GRAPH_FORMATS
from sjkg.store.query_result import QueryResult
from sjkg.workers.fair_queue import Client

FORMATS = {"bindings": "json", "boolean": "json", "graph": "nt"}
MAX_CHARACTERS = 60_000  # of the values in one answer
TRIPLE = ("subject", "predicate", "object")


@dataclass(frozen=True)
class ResultCell:
    """A value in a row of a result.

    value: a literal, a prefixed name or an IRI; "" if the variable has no value in this row. iri, name, page: of a thing. in_words: of
    a date in EDTF, as English text. language, datatype: of a literal.
    """

    value: str = ""
    iri: str = ""
    name: str = ""
    page: str = ""
    in_words: str = ""
    language: str | None = None
    datatype: str | None = None


@dataclass(frozen=True)
class QueryAnswer:
    """A part of the result of a query.

    columns: variables; subject, predicate and object for the triples of CONSTRUCT or DESCRIBE. rows: the cells of rows number
    first_row (from 1) and following. total_rows: of the whole result. next_offset: to give as “offset” for the rows after these, None
    if there are none. boolean: the result of ASK. turtle: the triples in these rows in Turtle. warnings: the reason of an empty result,
    terms of the query that are nowhere in the graph, with similar ones, and common mistakes. passages: those in the rows. title,
    description: of a saved query. sparql: its text with the parameters.
    page: with the result of a saved query.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[ResultCell, ...], ...] = ()
    first_row: int = 1
    total_rows: int = 0
    next_offset: int | None = None
    boolean: bool | None = None
    turtle: str = ""
    warnings: tuple[str, ...] = ()
    passages: tuple[CitedPassage, ...] = ()
    title: str = ""
    description: str = ""
    sparql: str = ""
    page: str = ""


def run_query(graph: OpenedGraph, sparql: str, limit: int, offset: int, client: Client) -> QueryAnswer:
    """Return a part of the result of a SPARQL query.

    limit: maximum number of rows. offset: number of rows to skip. client: asks; the query is stopped when it is gone. Raises the
    errors of `QueryQueue.query`, BadParameter for an offset beyond the result, and LimitExceeded when one row is too long.
    """
    answer = _answer(graph, graph.queue.query(sparql, FORMATS, client=client, explains_empty=True), limit, offset)
    return replace(answer, warnings=(*answer.warnings, *advise(sparql)))


def run_saved_query(
    graph: OpenedGraph, name: str, values: Mapping[str, str], limit: int, offset: int, client: Client
) -> QueryAnswer:
    """Return a part of the result of a saved query.

    values: of its parameters by name; the others have their defaults. Raises UnknownName for an unknown query, BadParameter for an
    unknown parameter or an invalid value, and the errors of `run_query`.
    """
    query = find_query(graph.queries, name)
    bindings = query.bind(values)
    result = graph.queue.query(query.text, FORMATS, bindings=bindings, client=client, explains_empty=True)
    answer = _answer(graph, result, limit, offset)
    return replace(
        answer,
        title=query.title,
        description=query.description,
        sparql=inline_bindings(query.body, bindings),
        page=site_link(graph, f"/questions/{query.name}" + (f"?{urlencode(values)}" if values else "")),
    )


def _answer(graph: OpenedGraph, result: QueryResult, limit: int, offset: int) -> QueryAnswer:
    """Return the rows of a result after the first `offset`, at most `limit` and of at most MAX_CHARACTERS together."""
    warnings, lines = result.warnings, result.body.splitlines(keepends=True) if result.kind == "graph" else []
    columns, rows, total = TRIPLE, [], len(lines)
    if result.kind == "graph":
        triples = read_json_triples(b"".join(lines[offset : offset + limit]))
        rows = [dict(zip(TRIPLE, triple, strict=True)) for triple in triples]
    else:
        parsed = json.loads(result.body)
        if result.kind == "boolean":
            return QueryAnswer(boolean=parsed["boolean"], warnings=warnings)
        columns, bindings = tuple(parsed["head"]["vars"]), parsed["results"]["bindings"]
        rows, total = bindings[offset : offset + limit], len(bindings)
    if offset and offset >= total:
        raise BadParameter(
            f"the result has only {count_noun(total, 'row')}; give an “offset” less than {max(total, 1):,}"
        )
    fitting = list(_take_fitting(rows))
    if rows and not fitting:
        raise LimitExceeded(
            f"row {offset + 1:,} of the result has more than {MAX_CHARACTERS:,} characters; select fewer variables, or shorten "
            "values with SUBSTR"
        )
    iris = {term["value"] for row in fitting for term in row.values() if term["type"] == "uri"}
    names = graph.labels.names(iri for iri in iris if iri.startswith(own().all_own))
    end = offset + len(fitting)
    return QueryAnswer(
        columns=columns,
        rows=tuple(tuple(_cell(graph, row.get(column), names) for column in columns) for row in fitting),
        first_row=offset + 1,
        total_rows=total,
        next_offset=end if end < total else None,
        turtle=convert_quads(b"".join(lines[offset:end]), GRAPH_FORMATS["turtle"]).decode() if lines else "",
        warnings=warnings,
        passages=cite_passages(graph, (found.number for iri in iris if (found := graph.labels.passage_of.get(iri)))),
    )


def _take_fitting(rows: Iterable[Mapping[str, JsonTerm]]) -> Iterator[Mapping[str, JsonTerm]]:
    """Yield the first rows of a result in SPARQL JSON that have at most MAX_CHARACTERS together."""
    characters = 0
    for row in rows:
        characters += sum(len(name) + len(show_term(term)) for name, term in row.items())
        if characters > MAX_CHARACTERS:
            return
        yield row


def _cell(graph: OpenedGraph, term: JsonTerm | None, names: Mapping[str, str]) -> ResultCell:
    """Return the cell of a term in SPARQL JSON. names: labels by IRI."""
    if term is None:
        return ResultCell()
    if term["type"] == "uri":
        iri = term["value"]
        return ResultCell(curie(iri), iri, names.get(iri, ""), site_link(graph, page_path(iri)))
    datatype, text = term.get("datatype"), show_term(term)
    in_words = ""
    with suppress(BadDate):  # an invalid date that the query made
        in_words = edtf_in_words(text) if datatype == EDTF else ""
    return ResultCell(
        text,
        in_words=in_words if in_words != text else "",
        language=read_language(term),
        datatype=curie(datatype) if datatype else None,
    )


def query_text(answer: QueryAnswer) -> str:
    """Return the answer to a query as text: warnings, and a table, Turtle, or true or false."""
    return show_controls("\n".join(filter(None, _lines(answer))))


def _lines(answer: QueryAnswer) -> Iterator[str]:
    """Yield the lines of the text of an answer, "" for those without content."""
    yield answer.title
    yield answer.description
    for warning in answer.warnings:
        yield f"Warning: {warning}{'' if warning.endswith('?') else '.'}"
    if answer.boolean is not None:
        yield str(answer.boolean).lower()
        return
    if not answer.total_rows:
        yield "The result is empty. That means that the graph does not say it, not that it did not happen."
    elif answer.turtle:
        yield answer.turtle
    else:
        yield " | ".join(f"?{column}" for column in answer.columns)
        yield from (" | ".join(map(_cell_text, row)) for row in answer.rows)
    last = answer.first_row + len(answer.rows) - 1
    noun = "triple" if answer.turtle else "row"
    if answer.next_offset is not None:
        yield (
            f"({noun}s {answer.first_row:,} to {last:,} of {answer.total_rows:,}; give offset={answer.next_offset} for the next "
            "ones, or ask for less)"
        )
    elif answer.total_rows:
        shown = f"; {noun}s {answer.first_row:,} to {last:,} are shown" if answer.first_row > 1 else ""
        yield f"({count_noun(answer.total_rows, noun)} in all{shown})"
    yield from passage_lines(answer.passages)
    yield f"Page: {answer.page}" if answer.page else ""
    yield f"SPARQL:\n{answer.sparql}" if answer.sparql else ""


def _cell_text(cell: ResultCell) -> str:
    """Return a cell as text: a thing as prefixed name and label, a literal with its language, a date also in words."""
    text = cell.value.replace("\n", " ")
    if cell.name:
        return f"{text} “{cell.name}”"
    return text + (f" @{cell.language}" if cell.language else "") + (f" ({cell.in_words})" if cell.in_words else "")
