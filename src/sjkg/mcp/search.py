"""The tool “search”: things by names, kinds, years, roles or words of summaries, in groups by kind as on the website."""

from collections.abc import Iterator
from dataclasses import dataclass

from sjkg.core.errors import BadParameter
from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import curie
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.sources import LinkedThing, link_thing, more_text, site_link
from sjkg.site.search_page import KINDS, MAX_PER_KIND, MAX_QUERY_CHARACTERS, Found, search_page
from sjkg.site.wording import event_date_in_words, language_name


@dataclass(frozen=True)
class FoundThing:
    """A thing that a search found.

    found_as: the name or summary that matches, "" if that is the preferred name or only related words match. note: language of
    that name, or that only another dataset has it; "" if there is nothing to note. date: of an event, as text. description: summary
    of the thing, or "".
    score: similarity, 0 to 100.
    """

    thing: LinkedThing
    score: int
    found_as: str = ""
    note: str = ""
    date: str = ""
    description: str = ""


@dataclass(frozen=True)
class FoundGroup:
    """The things of one kind that a search found, the best first. total: number of all of them."""

    kind: str
    total: int
    things: tuple[FoundThing, ...]


@dataclass(frozen=True)
class ThingElsewhere:
    """A thing of an external dataset, which is not part of the graph. kind: its class. page: URL or path of its page. same: the same thing of the graph as prefixed name, "" without one."""

    name: str
    iri: str
    kind: str
    dataset: str
    page: str
    same: str = ""


@dataclass(frozen=True)
class ReplacedWord:
    """A word of a searched text that nothing has, and the similar word that the best match has instead."""

    word: str
    read_as: str


@dataclass(frozen=True)
class SearchAnswer:
    """The result of a search.

    groups: by kind, that of the best match first. total: number of things found. ignored_words: words of the text that nothing
    found has. replaced_words: words of the text for which the best match has similar ones. elsewhere: things of external datasets, not in total.
    """

    words: str
    total: int
    groups: tuple[FoundGroup, ...]
    ignored_words: tuple[str, ...] = ()
    replaced_words: tuple[ReplacedWord, ...] = ()
    elsewhere: tuple[ThingElsewhere, ...] = ()


def search_graph(graph: OpenedGraph, words: str, kind: str, limit: int) -> SearchAnswer:
    """Return the things found for a text. kind: one of KINDS, or “any”. limit: of things in each group.

    Raises BadParameter for a text that is empty or longer than the website accepts.
    """
    if not words.strip() or len(words) > MAX_QUERY_CHARACTERS:
        raise BadParameter(
            f"the text to search for must have 1 to {MAX_QUERY_CHARACTERS} characters; give a name or a few words"
        )
    page = search_page(graph.labels, words)
    groups = zip(page.groups, page.counts, strict=True)
    chosen = [(title, found, total) for (title, found), total in groups if kind in ("any", found[0].kind)]
    shown = [each.iri for _, found, _ in chosen for each in found[:limit]]
    dated = graph.labels.index.events_of(shown)
    rows = graph.new_context().query_for_things("descriptions", shown) if shown else []
    descriptions = {row["thing"].value: row["description"].value for row in rows}
    return SearchAnswer(
        words,
        page.total,
        tuple(
            FoundGroup(
                title,
                total,
                tuple(
                    FoundThing(
                        link_thing(graph, each.iri, each.name),
                        each.score,
                        each.found_as or "",
                        _note(each),
                        event_date_in_words(dated[each.iri]) if each.iri in dated else "",
                        descriptions.get(each.iri, ""),
                    )
                    for each in found[:limit]
                ),
            )
            for title, found, total in chosen
        ),
        page.dropped,
        tuple(ReplacedWord(*pair) for pair in page.replaced),
        tuple(
            ThingElsewhere(
                each.name,
                each.iri,
                each.kind,
                of.title,
                site_link(graph, each.path),
                curie(each.same.iri) if each.same else "",
            )
            for of in (page.elsewhere if kind == "any" else ())
            for each in of.things[:limit]
        ),
    )


def _note(found: Found) -> str:
    """Return a note on the name by which a thing was found: its language, and that only another dataset has it."""
    parts = (
        language_name(found.language) if found.found_as and found.language else "",
        f"a name in {found.dataset or 'another dataset'}" if found.is_elsewhere else "",
    )
    return ", ".join(filter(None, parts))


def search_text(answer: SearchAnswer) -> str:
    """Return the answer to a search as text."""
    return "\n".join(_lines(answer))


def _lines(answer: SearchAnswer) -> Iterator[str]:
    """Yield the lines of the text of an answer."""
    if not any(group.things for group in answer.groups):
        kinds = ", ".join(title.lower() for title in KINDS.values())
        yield f"Nothing in the graph is found for “{answer.words}”; try fewer or other words, or another kind ({kinds})."
    if answer.ignored_words:
        yield f"Nothing has the words: {', '.join(answer.ignored_words)}; the search ignored them."
    for pair in answer.replaced_words:
        yield f"Nothing has “{pair.word}” as written; the best match has “{pair.read_as}”."
    for group in answer.groups:
        yield f"{group.kind} ({count_noun(group.total, 'hit')}):"
        for each in group.things:
            found_as = f"found as “{each.found_as}”" + (f" ({each.note})" if each.note else "")
            description = each.description if each.description != each.thing.name else ""
            facts = filter(None, (each.date, description, found_as if each.found_as else ""))
            yield f"- {each.thing.short} “{each.thing.name}”" + "".join(f"; {fact}" for fact in facts)
        if left_out := group.total - len(group.things):
            advice = f"raise “limit” (at most {MAX_PER_KIND}), or give more words"
            yield more_text(left_out, "hit", advice)
    if answer.elsewhere:
        yield "In datasets of others, which are not part of the graph:"
    for found in answer.elsewhere:
        same = f"; the same as {found.same}" if found.same else ""
        yield f"- “{found.name}” <{found.iri}>; {found.kind}; {found.dataset}{same}; {found.page}"
