"""A thing of the graph as a Python object: label, types, and statements with their sources.

The content is that of the thing's page on the website (sjkg.site.entity), with Python values. A passage is a stretch of
the article's text; its statements are one named graph.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from sjkg.api.values import MAX_ROWS, Iri, Value, html_link, html_table, literal_value, show_value
from sjkg.core.messages import count_noun
from sjkg.site.entity import EntityPage
from sjkg.site.model import Property, Source

PASSAGE, INFERRED = "passage", "inferred"


@dataclass(frozen=True)
class Statement:
    """One property of a thing with one value.

    predicate, predicate_name: the property's IRI and label. value: as in query results. value_name: the value's label
    where it is a thing, else its text.
    sources: the named graphs with the statement. Each has `graph` (its IRI), `name` (its label) and `sort`: passage (a
    stretch of the article), identity (the declaration of a thing), editorial, derived (by a rule of the project), inferred
    (by OWL 2 RL), elsewhere (another dataset) or ontology.
    """

    predicate: Iri
    predicate_name: str
    value: Value
    value_name: str
    sources: tuple[Source, ...]

    @property
    def passages(self) -> tuple[Iri, ...]:
        """The IRIs of the passages of the article whose named graphs have the statement; empty if there are none."""
        return tuple(Iri(source.graph) for source in self.sources if source.sort == PASSAGE)

    @property
    def is_inferred(self) -> bool:
        """True if no file asserts the statement and no rule of the project derives it: only OWL 2 RL infers it."""
        return all(source.sort == INFERRED for source in self.sources)

    def __str__(self) -> str:
        return f"{self.predicate_name}: {self.value_name}  [{', '.join(source.name for source in self.sources)}]"


class Thing:
    """A thing of the graph with its statements, made from the data of its page on the website.

    iri, label: its IRI and preferred name. types: IRIs of its asserted classes, or of the inferred ones if there are
    none. description: its abstract or definition, or "". statements: a tuple of `Statement`, the triples with the thing
    as subject, those of one property together. mentions: the same for triples with the thing as object, at most 20 for
    each property; there `value` is the subject.
    """

    def __init__(self, page: EntityPage):
        self.iri = Iri(page.iri)
        self.label = page.title
        self.types = tuple(Iri(kind.iri) for kind in page.types)
        self.description = page.description
        self.statements = tuple(_read_statements(page.statements))
        self.mentions = tuple(_read_statements(page.mentions))
        self._type_names = ", ".join(kind.name for kind in page.types)

    def values(self, prop: str) -> list[Value]:
        """Return the values of one property in `statements`; an empty list if there are none.

        prop: a prefixed name, an IRI, or the local name of a property of the project's ontology.
        """
        return [
            s.value
            for s in self.statements
            if prop in (s.predicate, s.predicate.curie, s.predicate.curie.removeprefix("sjkg:"))
        ]

    def __repr__(self) -> str:
        return f"<Thing {self.iri.curie} “{self.label}”: {count_noun(len(self.statements), 'statement')}>"

    def __str__(self) -> str:
        return "\n".join((f"{self.label} ({self.iri.curie}): {self._type_names}", *map(str, self.statements)))

    def _repr_html_(self) -> str:
        """Return the label, types and an HTML table of the first MAX_ROWS statements, for notebooks."""
        rows = (
            (s.predicate_name, s.value_name, ", ".join(source.name for source in s.sources))
            for s in self.statements[:MAX_ROWS]
        )
        title = (
            f"<h4>{escape(self.label)}</h4><p>{html_link(self.iri, self.iri.curie)} · {escape(self._type_names)}</p>"
        )
        return title + html_table(("property", "value", "source"), rows, len(self.statements))


def _read_statements(properties: tuple[Property, ...]) -> Iterator[Statement]:
    """Yield a Statement for each value of each of `properties`, which a page of the website shows."""
    for prop in properties:
        for shown in prop.values:
            value = Iri(shown.iri) if shown.iri else literal_value(shown.text, shown.datatype, shown.language)
            name = shown.text if shown.iri else show_value(value)
            yield Statement(Iri(prop.iri), prop.name, value, name, shown.sources)
