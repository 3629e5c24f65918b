"""The page of a class or property of the ontology: what it means, what it hangs together with, and how it is used.

The page of the ontology: every class and property with its definition.

The pages of a vocabulary and of a concept in one: what the concepts mean, and where they are used."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sjkg.core.terms import Iri
from sjkg.core.vocabulary import ONTOLOGY, PREFIXES, shorten
from sjkg.site.context import PageContext, SnapshotLabels
from sjkg.site.entity import EntityPage, entity_page, read_value
from sjkg.site.model import Property, PropertyGroups, Thing, Value
from sjkg.site.relations import related_groups
from sjkg.site.shapes import Rule, read_rules
from sjkg.snapshot.index.lists import read_lists
from sjkg.snapshot.index.precomputed import Row
from sjkg.snapshot.index.read import FacetSelection
from sjkg.snapshot.statistics import Statistics

RDFS, OWL, SKOS = PREFIXES["rdfs"], PREFIXES["owl"], PREFIXES["skos"]
WIDER = (f"{RDFS}subClassOf", f"{RDFS}subPropertyOf")
TERM_RELATIONS = {
    "Said of": ((f"{RDFS}domain",), ()),
    "Leads to": ((f"{RDFS}range",), ()),
    "Inverse of": ((f"{OWL}inverseOf",), (f"{OWL}inverseOf",)),
    "Wider": (WIDER, ()),
    "Narrower": ((), WIDER),
    "Properties of it": ((), (f"{RDFS}domain",)),
    "Properties that lead to it": ((), (f"{RDFS}range",)),
}


@dataclass(frozen=True)
class Alignment:
    """What a term of ours is in another vocabulary. relation: how the two are related; lost: what is lost by going over."""

    vocabulary: Thing
    relation: Thing
    other: Thing
    lost: str


@dataclass(frozen=True)
class Use:
    """A statement with the property; of a class, a thing that is of it, and then the value is the class."""

    subject: Thing
    value: Value


@dataclass(frozen=True)
class TermPage:
    """A class or property. chains: pairs of properties that make it together; total: how many statements or things there
    are, inferred ones included; uses: some of them, by their subjects; listed: where a list has them all, if one does.
    """

    entity: EntityPage
    example: str
    related: PropertyGroups
    chains: tuple[tuple[Thing, Thing], ...]
    is_class: bool
    total: int
    uses: tuple[Use, ...]
    listed: str
    rules: tuple[Rule, ...]
    alignments: tuple[Alignment, ...]


def term_page(context: PageContext, iri: str, figures: Statistics) -> TermPage:
    """Return the page of a term. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    is_class = iri.removeprefix(ONTOLOGY)[0].isupper()
    query = "things-of-class" if is_class else "uses-of-property"
    rows = context.query(query, thing=Iri(iri)) or context.query(f"inferred-{query}", thing=Iri(iri))
    return TermPage(
        entity=entity,
        example=next((prop.values[0].text for prop in entity.statements if prop.iri == f"{SKOS}example"), ""),
        related=related_groups(replace(entity, statements=_ours(entity.statements)), TERM_RELATIONS),
        chains=() if is_class else _chains(context.labels, context.query("chains-of-property", thing=Iri(iri))),
        is_class=is_class,
        total=(figures.classes if is_class else figures.properties).get(iri, 0),
        uses=_uses(context.labels, rows, iri),
        listed=_list_of(context.labels, iri) if is_class else "",
        rules=read_rules(context.labels, context.query("rules-of-term", thing=Iri(iri))),
        alignments=_alignments(context.labels, context.query("alignments-of-term", thing=Iri(iri))),
    )


def _ours(statements: Iterable[Property]) -> tuple[Property, ...]:
    """Return statements without what leads to other vocabularies; alignments tell that, with what is lost."""
    return tuple(
        replace(prop, values=tuple(value for value in prop.values if (value.iri or ONTOLOGY).startswith(ONTOLOGY)))
        for prop in statements
    )


def _chains(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[tuple[Thing, Thing], ...]:
    return tuple(tuple(_thing(labels, row[key].value) for key in ("first", "second")) for row in rows)


def _uses(labels: SnapshotLabels, rows: list[Row], term: str) -> tuple[Use, ...]:
    """Return each statement once, with all the graphs where it was found."""
    graphs: dict[tuple, dict[str, None]] = {}
    for row in rows:
        graphs.setdefault((row["subject"], row.get("value", Iri(term))), {})[row["graph"].value] = None
    names = labels.names(end.value for ends in graphs for end in ends if isinstance(end, Iri))
    return tuple(
        Use(
            Thing(subject.value, names.get(subject.value, subject.value)),
            read_value(labels, value, names.get(value.value), found),
        )
        for (subject, value), found in graphs.items()
    )


def _list_of(labels: SnapshotLabels, kind: str) -> str:
    """Return the address of the list that has all things that are written down as of this kind, nothing where none has."""
    for one in read_lists().values():
        if one.facet("kind") and labels.index.count(one, FacetSelection({"kind": (kind,)})):
            return f"/{one.name}?kind={shorten(kind)}"
    return ""


def _alignments(labels: SnapshotLabels, rows: Iterable[Row]) -> tuple[Alignment, ...]:
    return tuple(
        Alignment(
            Thing(row["graph"].value, row["vocabulary"].value),
            _thing(labels, row["relation"].value),
            _thing(labels, row["other"].value),
            row["lost"].value if "lost" in row else "",
        )
        for row in rows
    )


def _thing(labels: SnapshotLabels, iri: str) -> Thing:
    return Thing(iri, labels.name(iri))


@dataclass(frozen=True)
class TermEntry:
    """A class or property; `anchor` is the part of its IRI after the #."""

    iri: str
    anchor: str
    name: str
    definition: str
    example: str


@dataclass(frozen=True)
class OntologyPage:
    """The terms of the ontology by sort: classes, then properties; and the schemes of concepts that they lead to."""

    iri: str
    schemes: tuple[Thing, ...]
    classes: tuple[TermEntry, ...]
    properties: tuple[TermEntry, ...]


def ontology_page(context: PageContext) -> OntologyPage:
    """Return the page."""
    entries = {}
    for row in context.query("ontology"):
        iri = row["term"].value
        definition, example = (row[key].value if key in row else "" for key in ("definition", "example"))
        entries[iri] = TermEntry(iri, iri.removeprefix(ONTOLOGY), row["label"].value, definition, example)
    ordered = sorted(entries.values(), key=lambda entry: entry.name)
    return OntologyPage(
        ONTOLOGY.rstrip("#"),
        tuple(Thing(row["scheme"].value, row["label"].value) for row in context.query("schemes")),
        tuple(entry for entry in ordered if entry.anchor[0].isupper()),
        tuple(entry for entry in ordered if not entry.anchor[0].isupper()),
    )


IN_SCHEME, BROADER = f"{SKOS}inScheme", f"{SKOS}broader"
CONCEPT_RELATIONS = {"In the vocabulary": ((IN_SCHEME,), ()), "Broader": ((BROADER,), ()), "Narrower": ((), (BROADER,))}


@dataclass(frozen=True)
class VocabularyPage:
    """A vocabulary. concepts: by name, each with what it means."""

    entity: EntityPage
    concepts: tuple[tuple[Thing, str], ...]


@dataclass(frozen=True)
class ConceptPage:
    """A concept. uses: what says it, by property."""

    entity: EntityPage
    related: PropertyGroups
    uses: tuple[Property, ...]


def vocabulary_page(context: PageContext, iri: str) -> VocabularyPage:
    """Return the page of a vocabulary. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    members = sorted(term for term in context.labels.definitions if term.startswith(f"{iri}/"))
    concepts = ((Thing(term, context.labels.name(term)), context.labels.definitions[term]) for term in members)
    return VocabularyPage(entity=entity, concepts=tuple(concepts))


def concept_page(context: PageContext, iri: str) -> ConceptPage:
    """Return the page of a concept. Raises UnknownName when the graph says nothing of it."""
    entity = entity_page(context, iri)
    uses = tuple(prop for prop in entity.mentions if prop.iri != BROADER)
    return ConceptPage(entity=entity, related=related_groups(entity, CONCEPT_RELATIONS), uses=uses)
