"""Links and sources in the answers of tools: things with their pages, and passages with their footnotes.

A passage is a stretch of the article's text. Statements and claims name passages by number; each answer lists the passages
that it names once, at its end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import curie
from sjkg.mcp.graph import OpenedGraph
from sjkg.site.model import Source
from sjkg.site.paths import page_path, text_fragment

MAX_PASSAGES = 100
ARTICLE, INFERENCE = "passage", "inferred"


@dataclass(frozen=True)
class LinkedThing:
    """A thing, class or property. name: label. short: prefixed name, for other tools. page: URL or path of its page, "" without one."""

    name: str
    short: str
    iri: str
    page: str = ""


@dataclass(frozen=True)
class CitedPassage:
    """A passage of the article.

    number: in reading order, by which statements name it. section: title. opens: its first words. page: URL or path of its page.
    article: URL that scrolls to it in the article. footnotes: those in the passage.
    """

    number: int
    iri: str
    section: str
    opens: str
    page: str
    article: str
    footnotes: tuple[LinkedThing, ...] = ()


def site_link(graph: OpenedGraph, path: str | None) -> str:
    """Return the URL of a page of the website with this path, or the path itself if the URL of the site is not known."""
    return graph.site + path if path else ""


def link_things(graph: OpenedGraph, iris: Iterable[str]) -> dict[str, LinkedThing]:
    """Return a link for each of several IRIs, by IRI."""
    names = graph.labels.names(iris)
    return {iri: link_thing(graph, iri, name) for iri, name in names.items()}


def link_thing(graph: OpenedGraph, iri: str, name: str) -> LinkedThing:
    """Return the link to a thing. name: its label."""
    return LinkedThing(name, curie(iri), iri, site_link(graph, page_path(iri)))


def origins_of(sources: Iterable[Source]) -> tuple[str, ...]:
    """Return the origins of a statement other than passages, once each, such as “editorial”; only “inferred” if it has no other."""
    sorts = dict.fromkeys(source.sort for source in sources)
    return tuple(sort for sort in sorts if sort not in (ARTICLE, INFERENCE)) or tuple(
        sort for sort in sorts if sort == INFERENCE and len(sorts) == 1
    )


def passage_numbers(sources: Iterable[Source]) -> tuple[int, ...]:
    """Return the numbers of the passages among the sources of a statement, ascending."""
    return tuple(sorted({source.number for source in sources if source.number is not None}))


def cite_passages(graph: OpenedGraph, numbers: Iterable[int]) -> tuple[CitedPassage, ...]:
    """Return the passages with these numbers, at most MAX_PASSAGES, in the order of the article."""
    passages = [graph.labels.passages[number - 1] for number in sorted(set(numbers))[:MAX_PASSAGES]]
    rows = graph.new_context().query_for_things("passage-notes", [each.iri for each in passages]) if passages else []
    closes = {row["thing"].value: row["closes"].value for row in rows}
    notes = link_things(graph, (row["note"].value for row in rows if "note" in row))
    return tuple(
        CitedPassage(
            number=each.number,
            iri=each.iri,
            section=each.section,
            opens=each.opens,
            page=site_link(graph, page_path(each.iri)),
            article=text_fragment(each.opens, closes[each.iri]),
            footnotes=tuple(
                notes[row["note"].value] for row in rows if row["thing"].value == each.iri and "note" in row
            ),
        )
        for each in passages
    )


def origin_text(passages: Iterable[int], origins: Iterable[str]) -> str:
    """Return the source of a statement for a text: “[passage 12]”, “[inferred]” or “[passages 3, 4; derived]”."""
    numbers = list(passages)
    named = f"passage{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}" if numbers else ""
    return f"[{'; '.join(filter(None, (named, *origins)))}]"


def passage_lines(passages: Iterable[CitedPassage]) -> Iterator[str]:
    """Yield the lines that list the passages named in a text; nothing without any."""
    for position, each in enumerate(passages):
        if position == 0:
            yield "\nPassages of the article:"
        notes = ", ".join(note.name for note in each.footnotes)
        yield (
            f"- passage {each.number} ({curie(each.iri)}, {each.page}): section “{each.section}”, begins “{each.opens} …”"
            + (f"; footnotes: {notes}" if notes else "; no footnote")
        )


def more_text(number: int, noun: str, advice: str) -> str:
    """Return a line that says how many entries are left out, and how to get them; "" for none."""
    return f"({count_noun(number, noun)} left out; {advice})" if number else ""
