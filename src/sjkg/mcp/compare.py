"""The tool “compare”: two years, events or actors side by side, with what they share."""

from collections.abc import Iterator
from dataclasses import dataclass

from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import curie
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.sources import (
    CitedPassage,
    cite_passages,
    origin_text,
    origins_of,
    passage_lines,
    passage_numbers,
    site_link,
)
from sjkg.site.compare import compare_page
from sjkg.site.comparison import Cell
from sjkg.site.paths import page_path

KINDS = ("event", "actor")


@dataclass(frozen=True)
class ComparedEntry:
    """An entry of a comparison.

    short, page: prefixed name and page of the thing, "" if it is none. note: such as a date or who makes a claim. is_shared: both have it.
    """

    text: str
    short: str = ""
    page: str = ""
    note: str = ""
    passages: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()
    is_shared: bool = False


@dataclass(frozen=True)
class ComparedHeading:
    """A heading of a comparison with the entries of the first and of the second thing; an empty one: the graph gives nothing."""

    topic: str
    heading: str
    first: tuple[ComparedEntry, ...] = ()
    second: tuple[ComparedEntry, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """A comparison. first, second: labels of what is compared. left_out: number of headings left out. page: with the comparison."""

    first: str
    second: str
    headings: tuple[ComparedHeading, ...]
    page: str
    left_out: int = 0
    passages: tuple[CitedPassage, ...] = ()


def compare_things(graph: OpenedGraph, first: str, second: str) -> Comparison:
    """Return the comparison of two years, events or actors.

    first, second: a year of four digits, or a name as for `OpenedGraph.find_iri`. Raises BadParameter for other things, for two of
    different kinds and for twice the same, and UnknownName for one that is not in the graph.
    """
    values = [text if text.strip().isdecimal() else curie(graph.find_iri(text, KINDS)) for text in (first, second)]
    page = compare_page(graph.new_context(), *values)
    assert page.first and page.second  # both are given
    sources = [
        source
        for group in page.groups
        for row in group.rows
        for cell in row.cells
        for item in cell
        for source in item.sources
    ]
    return Comparison(
        page.first.name,
        page.second.name,
        tuple(
            ComparedHeading(group.title, row.title, *(_entries(graph, cell) for cell in row.cells))
            for group in page.groups
            for row in group.rows
        ),
        site_link(graph, f"/compare?a={page.first.value}&b={page.second.value}"),
        sum(group.more for group in page.groups),
        cite_passages(graph, passage_numbers(sources)),
    )


def _entries(graph: OpenedGraph, cell: Cell) -> tuple[ComparedEntry, ...]:
    """Return the entries of a cell of a page."""
    return tuple(
        ComparedEntry(
            item.text,
            curie(item.iri) if item.iri else "",
            site_link(graph, page_path(item.iri) if item.iri else item.path),
            item.note,
            passage_numbers(item.sources),
            origins_of(item.sources),
            item.is_shared,
        )
        for item in cell
    )


def compare_text(answer: Comparison) -> str:
    """Return a comparison as text."""
    return "\n".join(_lines(answer))


def _lines(answer: Comparison) -> Iterator[str]:
    """Yield the lines of the text of a comparison."""
    yield f"A: {answer.first}"
    yield f"B: {answer.second}"
    topic = ""
    for each in answer.headings:
        if each.topic != topic:
            topic = each.topic
            yield f"\n{topic}"
        yield f"- {each.heading}"
        yield f"  A: {_cell_text(each.first)}"
        yield f"  B: {_cell_text(each.second)}"
    if answer.left_out:
        yield f"({count_noun(answer.left_out, 'heading')} left out; describe both things for all)"
    yield f"Page: {answer.page}"
    yield from passage_lines(answer.passages)


def _cell_text(entries: tuple[ComparedEntry, ...]) -> str:
    """Return the entries of one thing under one heading as text."""
    return "; ".join(map(_entry_text, entries)) or "nothing in the graph"


def _entry_text(entry: ComparedEntry) -> str:
    """Return an entry as text: its words, prefixed name, note, source, and whether both have it."""
    facts = (entry.short, entry.note, "in both" * entry.is_shared)
    noted = ", ".join(filter(None, facts))
    origin = origin_text(entry.passages, entry.origins) if entry.passages or entry.origins else ""
    return " ".join(filter(None, (entry.text, f"({noted})" if noted else "", origin)))
