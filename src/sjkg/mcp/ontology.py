"""The tool and resource “ontology”: classes, properties and vocabularies, with definitions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sjkg.core.messages import count_noun
from sjkg.core.vocabulary import curie
from sjkg.mcp.graph import OpenedGraph
from sjkg.mcp.sources import site_link
from sjkg.mcp.word_filter import has_words
from sjkg.site.ontology import TermEntry, ontology_page
from sjkg.site.paths import page_path, spaced


@dataclass(frozen=True)
class OntologyTerm:
    """A class, property or vocabulary.

    short: prefixed name. uses: number of the things of a class or of the statements with a property, inferred ones included. leads_from,
    leads_to: classes or datatypes of the subjects and values of a property.
    """

    short: str
    name: str
    page: str
    definition: str = ""
    example: str = ""
    uses: int = 0
    leads_from: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class OntologyAnswer:
    """The classes, properties and vocabularies that have all words of a text. total: number of all terms."""

    classes: tuple[OntologyTerm, ...]
    properties: tuple[OntologyTerm, ...]
    vocabularies: tuple[OntologyTerm, ...]
    total: int


def list_terms(graph: OpenedGraph, words: str) -> OntologyAnswer:
    """Return the terms of the ontology with all words of a text in name or definition. words: "" for all."""
    context, statistics = graph.new_context(), graph.snapshot.manifest.statistics
    page = ontology_page(context)
    ends: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for row in context.query("domains-and-ranges"):
        for position, key in enumerate(("from", "to")):
            if key in row:
                ends.setdefault(row["property"].value, ({}, {}))[position][curie(row[key].value)] = None

    def select(entries: Iterable[TermEntry], uses: Mapping[str, int]) -> tuple[OntologyTerm, ...]:
        return tuple(
            OntologyTerm(
                curie(each.iri),
                each.name,
                site_link(graph, page_path(each.iri)),
                each.definition,
                each.example,
                uses.get(each.iri, 0),
                *(tuple(names) for names in ends.get(each.iri, ())),
            )
            for each in entries
            if has_words(f"{spaced(each.anchor)} {each.name} {each.definition}", words)
        )

    schemes = tuple(
        OntologyTerm(curie(each.iri), each.name, site_link(graph, page_path(each.iri)))
        for each in page.schemes
        if has_words(each.name, words)
    )
    total = len(page.classes) + len(page.properties) + len(page.schemes)
    classes, properties = (
        select(page.classes, statistics.classes),
        select(page.properties, statistics.properties),
    )
    return OntologyAnswer(classes, properties, schemes, total)


def ontology_text(answer: OntologyAnswer) -> str:
    """Return the list of terms as text."""
    return "\n".join(_lines(answer))


def _lines(answer: OntologyAnswer) -> Iterator[str]:
    """Yield the lines of the text of the list."""
    found = len(answer.classes) + len(answer.properties) + len(answer.vocabularies)
    yield f"{count_noun(found, 'term')} of {answer.total}; describe(name) tells all about one."
    if not found:
        yield "No term has all these words; give fewer words, or none for the whole list."
    groups = (("Classes", answer.classes), ("Properties", answer.properties))
    for title, terms in groups:
        if terms:
            yield f"\n{title}:"
        for each in terms:
            ends = f" [{' or '.join(each.leads_from) or 'anything'} → {' or '.join(each.leads_to) or 'anything'}]"
            is_property = bool(each.leads_from or each.leads_to)
            yield f"- {each.short} “{each.name}”{ends * is_property} (used {each.uses:,} times): {each.definition}"
    if answer.vocabularies:
        yield "\nVocabularies of fixed values:"
        yield from (f"- {each.short} “{each.name}”" for each in answer.vocabularies)
