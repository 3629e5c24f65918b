"""The description of a knowledge base: base IRI, title, article, licence, examples and further prefixes.

`sjkg.kb.description` reads it from kb.ttl. Pages, descriptions and citations take it from `own().about`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

from sjkg.core.vocabulary import ONTOLOGY, SOFTWARE, STANDARD_PREFIXES, Namespaces


@dataclass(frozen=True)
class Description:
    """The content of kb.ttl.

    base: the IRI with which all IRIs of the knowledge base begin. title: of the dataset. site_name: of the website. description:
    of the dataset, in a sentence or two. creator, publisher: names. licence, article: IRIs. licence_name, article_title,
    article_publisher: texts, "" where unknown. area: the name of the region, or "". years: the first and the last one, or ().
    keywords: texts. examples: IRIs of things that represent the graph. search_example: a text that the search finds, or "".
    prefixes: further prefixes, as pairs of prefix and namespace. article_rights: under what the article is, as a phrase, or "".
    sides: IRI and short name of each side of the conflict, in the order of their colours. questions: questions for the start page,
    each with the path of its answer below /questions/. statement: subject, property and value of an example, three IRIs, or ().
    map_labels: names of regions on the maps, each with longitude and latitude of the middle of its label.
    """

    base: str = SOFTWARE
    title: str = ""
    site_name: str = ""
    description: str = ""
    creator: str = ""
    publisher: str = ""
    licence: str = ""
    licence_name: str = ""
    article: str = ""
    article_title: str = ""
    article_publisher: str = ""
    area: str = ""
    years: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    search_example: str = ""
    prefixes: tuple[tuple[str, str], ...] = ()
    article_rights: str = ""
    sides: tuple[tuple[str, str], ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    statement: tuple[str, ...] = ()
    map_labels: tuple[tuple[str, float, float], ...] = ()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the description that was stored as JSON. Raises KeyError and TypeError for other content."""
        values = {field.name: stored[field.name] for field in fields(cls)}
        values |= {name: tuple(values[name]) for name in ("years", "keywords", "examples", "statement")}
        for name in ("prefixes", "sides", "questions"):
            values[name] = tuple((first, second) for first, second in values[name])
        values["map_labels"] = tuple((name, long, lat) for name, long, lat in values["map_labels"])
        return cls(**values)

    @cached_property
    def namespaces(self) -> Namespaces:
        """Return the namespaces of the knowledge base, with this description."""
        return Namespaces(self.base, self.prefixes, self)

    @property
    def source(self) -> str:
        """Return the article as a phrase, such as: the Wikipedia article “Battle of Hastings”."""
        publisher = f"{self.article_publisher} " if self.article_publisher else ""
        return f"the {publisher}article “{self.article_title}”" if self.article_title else f"the article {self.article}"

    @property
    def brand(self) -> tuple[str, str]:
        """Return the name of the site, and its years as a text of its own if the name ends with them; else ""."""
        years = "–".join(self.years)
        name = self.site_name.removesuffix(f", {years}") if years else self.site_name
        return name, years if name != self.site_name else ""

    @property
    def charted_years(self) -> range:
        """Return the years of the charts: from a year before the period to six after it, for its consequences; empty without one."""
        return range(int(self.years[0]) - 1, int(self.years[1]) + 7) if self.years else range(0)

    @property
    def view(self) -> tuple[str, str]:
        """Return the first and the last day of the first view of the timeline, ("", "") without a period."""
        if not self.years:
            return "", ""
        return f"{int(self.years[0]) - 1}-07-01", f"{int(self.years[1]) + 1}-12-31"

    @property
    def first_statement(self) -> tuple[str, str, str]:
        """Return subject, property and value of the example of a statement, by default the class of the first event."""
        if self.statement:
            subject, prop, value = self.statement
            return subject, prop, value
        return self.example("event"), f"{STANDARD_PREFIXES['rdf']}type", f"{ONTOLOGY}Event"

    def fill(self, text: str) -> str:
        """Return a text with examples: prefixed names for {event}, {actor}, …, a text that the search finds for {search}.

        {event-id} is the part of the IRI after id/, such as event/x.
        """
        for kind in ("event", "actor", "place"):
            text = text.replace(f"{{{kind}}}", self.example_name(kind))
            text = text.replace(f"{{{kind}-id}}", self.example(kind).removeprefix(self.namespaces.ids))
        return text.replace("{search}", self.search_example or "example")

    def example(self, kind: str) -> str:
        """Return the IRI of the first example of a kind, such as event, else one that is made up: …/id/event/example."""
        namespace = self.namespaces.prefixes[kind]
        return next((iri for iri in self.examples if iri.startswith(namespace)), f"{namespace}example")

    def example_name(self, kind: str) -> str:
        """Return the prefixed name of the first example of a kind, such as event:example."""
        return f"{kind}:{self.example(kind).removeprefix(self.namespaces.prefixes[kind])}"
