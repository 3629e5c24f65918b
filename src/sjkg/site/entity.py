"""The names of a thing, in all languages.

The page of any one thing: its names, every statement about it with where it stands, and what mentions it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from sjkg.core.errors import UnknownName
from sjkg.core.terms import Iri, Term
from sjkg.core.vocabulary import DERIVED, GRAPHS, IDS, INFERRED, ONTOLOGY, PREFIXES, curie, shorten
from sjkg.site.claims import Thing
from sjkg.site.context import Asker, Frame, Row, Source
from sjkg.site.identity_links import Counterpart, read_counterparts

SORTS = {
    PREFIXES["skos"] + "prefLabel": "",
    f"{ONTOLOGY}transliteration": "transliteration",
    f"{ONTOLOGY}spellingVariant": "spelling variant",
    f"{ONTOLOGY}garbledName": "garbled in the article",
    PREFIXES["skos"] + "altLabel": "",
}


@dataclass(frozen=True)
class Name:
    """A name: its language tag, what sort of form it is, and the passages that use it."""

    text: str
    language: str | None
    sort: str
    sources: tuple[Source, ...]


TYPE = PREFIXES["rdf"] + "type"
NAMES = (PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label", PREFIXES["sh"] + "name")
DESCRIPTIONS = tuple(PREFIXES["dcterms"] + name for name in ("abstract", "description")) + (
    PREFIXES["skos"] + "definition",
    PREFIXES["sh"] + "message",
)
LINKS = f"{GRAPHS}links/"
LINKED = f"{ONTOLOGY}linkedThing"
MENTIONS_SHOWN = 20


@dataclass(frozen=True)
class Value:
    """The other end of a statement: a thing, or a text with its language, and everywhere the statement stands."""

    text: str
    iri: str | None
    language: str | None
    datatype: str | None
    sources: tuple[Source, ...]

    @property
    def is_only_inferred(self) -> bool:
        return {source.sort for source in self.sources} == {"inferred"}


@dataclass(frozen=True)
class Property:
    """The values of one property."""

    iri: str
    name: str
    values: tuple[Value, ...]
    more: int = 0


def fold(
    properties: Iterable[Property], most: int
) -> tuple[list[tuple[Property, Value]], list[tuple[Property, Value]]]:
    """Return what to show of the values of some properties, and what to fold away: where a property has more values than
    `most`, those that are only inferred."""
    shown, folded = [], []
    for prop in properties:
        for value in prop.values:
            is_much = len(prop.values) > most and value.is_only_inferred
            (folded if is_much else shown).append((prop, value))
    return shown, folded


@dataclass(frozen=True)
class EntityPage:
    """Everything the graph says of one thing and with it. elsewhere: the same or nearly the same thing in other datasets."""

    iri: str
    short: str
    title: str
    types: tuple[Thing, ...]
    description: str
    elsewhere: tuple[Counterpart, ...]
    statements: tuple[Property, ...]
    mentions: tuple[Property, ...]

    @property
    def document(self) -> str:
        """The path, without ending, of what says this as RDF: the document of a thing, the graph that defines a term."""
        if self.iri.startswith(IDS):
            return f"/data/{self.iri.removeprefix(IDS)}"
        graphs = [source.graph for prop in self.statements for value in prop.values for source in value.sources]
        written = sorted(graph for graph in graphs if graph not in (INFERRED, DERIVED) and not graph.startswith(LINKS))
        return f"/graph/{written[0].removeprefix(GRAPHS)}" if written else ""


def entity_page(asker: Asker, frame: Frame, iri: str) -> EntityPage:
    """Return the page of an IRI. Raises UnknownName when the graph says nothing of it."""
    said = asker.ask("statements", thing=Iri(iri))
    mentioned = asker.ask("mentions", thing=Iri(iri))
    if not said and not mentioned:
        raise UnknownName(f"the graph says nothing of {shorten(iri)}; look for it at /search")
    statements = group_properties(frame, said, "value")
    mentions = group_properties(frame, mentioned, "subject", MENTIONS_SHOWN)
    first = {prop.iri: prop.values[0] for prop in statements}
    return EntityPage(
        iri=iri,
        short=curie(iri),
        title=next((first[name].text for name in NAMES if name in first), None) or frame.names([iri])[iri],
        types=_own_types(statements),
        description=next((first[name].text for name in DESCRIPTIONS if name in first), ""),
        elsewhere=read_counterparts(asker, frame, iri) if any(prop.iri == LINKED for prop in mentions) else (),
        statements=statements,
        mentions=mentions,
    )


def _own_types(statements: Iterable[Property]) -> tuple[Thing, ...]:
    """Return the classes that are written down, or else those that are inferred."""
    types = [value for prop in statements if prop.iri == TYPE for value in prop.values if value.iri]
    written = [value for value in types if any(source.sort != "inferred" for source in value.sources)]
    return tuple(Thing(value.iri, value.text) for value in written or types)


def extend(page: EntityPage, kind: type, **more: object) -> EntityPage:
    """Return the page of a thing as one of its kind's own pages."""
    return kind(**{field.name: getattr(page, field.name) for field in fields(page)}, **more)


def group_properties(frame: Frame, rows: Iterable[Row], end: str, most: int | None = None) -> tuple[Property, ...]:
    """Return the values of `end` by property, each value once with all its sources; at most `most` values each."""
    properties: dict[str, dict[Term, tuple[str, dict[str, None]]]] = {}
    rows = list(rows)
    names = frame.names(row[end].value for row in rows if isinstance(row[end], Iri) and "label" not in row)
    for row in rows:
        values = properties.setdefault(row["property"].value, {})
        label = row["label"].value if "label" in row else names.get(row[end].value)
        _, graphs = values.setdefault(row[end], (label, {}))
        graphs[row["graph"].value] = None
    return tuple(
        sorted(
            (
                Property(
                    iri,
                    frame.name(iri),
                    tuple(
                        read_value(frame, term, label, graphs)
                        for term, (label, graphs) in sorted(values.items(), key=lambda item: item[0].value)[:most]
                    ),
                    more=max(0, len(values) - most) if most else 0,
                )
                for iri, values in properties.items()
            ),
            key=lambda prop: (prop.iri != TYPE, prop.name),
        )
    )


def read_value(frame: Frame, term: Term, label: str | None, graphs: Iterable[str]) -> Value:
    """Return one end of a statement that stands in these graphs."""
    sources = tuple(sorted((frame.source(graph) for graph in graphs), key=lambda source: source.name))
    if isinstance(term, Iri):
        return Value(frame.name(term.value, label), term.value, None, None, sources)
    return Value(term.value, None, term.language, term.datatype, sources)


def read_names(statements: Iterable[Property]) -> tuple[Name, ...]:
    """Return every name once; that a spelling is another name too is inferred and adds nothing."""
    by_property = {prop.iri: prop for prop in statements}
    names: dict[tuple, Name] = {}
    for iri, sort in SORTS.items():
        for value in by_property[iri].values if iri in by_property else ():
            sources = tuple(source for source in value.sources if source.sort != "inferred")
            names.setdefault((value.text, value.language), Name(value.text, value.language, sort, sources))
    return tuple(names.values())
