"""A thing of the graph as an object: its label, its types, and each statement with the passages that make it.

The content is that of the thing's page on the site (sjkg.site.entity); here it has Python values."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from sjkg.api.html import MAX_ROWS, html_link, html_table
from sjkg.api.values import Iri, Value, literal_value, show_value
from sjkg.site.entity import EntityPage
from sjkg.site.model import Property, Source

PASSAGE, INFERRED = "passage", "inferred"


@dataclass(frozen=True)
class Statement:
    """One property of a thing with one value.

    predicate, predicate_name: the property's IRI and its label. value_name: the value's label where it is a thing, else its
    text. sources: every graph that holds the statement; each has `graph` (its IRI), `name` and `sort`: passage (a passage
    of the article), identity (the declaration of a thing), editorial, derived, inferred, elsewhere (another dataset) or
    ontology.
    """

    predicate: Iri
    predicate_name: str
    value: Value
    value_name: str
    sources: tuple[Source, ...]

    @property
    def passages(self) -> tuple[Iri, ...]:
        """The IRIs of the passages of the article that make the statement."""
        return tuple(Iri(source.graph) for source in self.sources if source.sort == PASSAGE)

    @property
    def is_inferred(self) -> bool:
        """True if the statement only follows by reasoning; KnowledgeGraph.explain gives the proof."""
        return all(source.sort == INFERRED for source in self.sources)

    def __str__(self) -> str:
        return f"{self.predicate_name}: {self.value_name}  [{', '.join(source.name for source in self.sources)}]"


class Thing:
    """A thing with everything the graph says about it.

    label: its preferred name. types: the classes it was declared to have, as IRIs, or else the inferred ones.
    description: its abstract or definition, or "". statements: what is said of it, by property. mentions: the first
    statements of each property whose value it is; there `value` is the other thing, the subject.
    """

    def __init__(self, page: EntityPage):
        self.iri = Iri(page.iri)
        self.label = page.title
        self.types = tuple(Iri(kind.iri) for kind in page.types)
        self.description = page.description
        self.statements = tuple(_statements(page.statements))
        self.mentions = tuple(_statements(page.mentions))
        self._type_names = ", ".join(kind.name for kind in page.types)

    def values(self, prop: str) -> list[Value]:
        """Return the values of one property, given as prefix:local, as an IRI, or as the local name of the ontology's."""
        return [
            s.value
            for s in self.statements
            if prop in (s.predicate, s.predicate.curie, s.predicate.curie.removeprefix("sjkg:"))
        ]

    def __repr__(self) -> str:
        return f"<Thing {self.iri.curie} “{self.label}”: {len(self.statements)} statements>"

    def __str__(self) -> str:
        return "\n".join((f"{self.label} ({self.iri.curie}): {self._type_names}", *map(str, self.statements)))

    def _repr_html_(self) -> str:
        rows = (
            (s.predicate_name, s.value_name, ", ".join(source.name for source in s.sources))
            for s in self.statements[:MAX_ROWS]
        )
        title = (
            f"<h4>{escape(self.label)}</h4><p>{html_link(self.iri, self.iri.curie)} · {escape(self._type_names)}</p>"
        )
        return title + html_table(("property", "value", "source"), rows, len(self.statements))


def _statements(properties: tuple[Property, ...]) -> Iterator[Statement]:
    """Yield a statement for each value of each property."""
    for prop in properties:
        for shown in prop.values:
            value = Iri(shown.iri) if shown.iri else literal_value(shown.text, shown.datatype, shown.language)
            name = shown.text if shown.iri else show_value(value)
            yield Statement(Iri(prop.iri), prop.name, value, name, shown.sources)
